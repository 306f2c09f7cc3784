# Debian: python3-jinja2. Templates compiled to Python code.
import jinja2
from jinja2 import DictLoader, Environment, StrictUndefined, nodes
from jinja2.ext import Extension
from jinja2.sandbox import SandboxedEnvironment

env = Environment(loader=DictLoader({
    "base.html": "<title>{% block title %}none{% endblock %}</title>{% block body %}{% endblock %}",
    "page.html": """{% extends "base.html" %}
{% from "macros.html" import field with context %}
{% block title %}{{ super() }}: {{ page.title|title }}{% endblock %}
{% block body -%}
  {%- for user in users if user.age > 17 recursive %}
    {{ loop.index }}/{{ loop.length }} {{ user.name|e }}{% if not loop.last %},{% endif %}
  {%- else %} nobody {% endfor %}
  {{ field("name", value=page.title) }}
  {% set ns = namespace(n=0) %}{% for i in range(5) %}{% set ns.n = ns.n + i %}{% endfor %}{{ ns.n }}
  {% filter upper %}loud {{ "%.2f"|format(3.14159) }}{% endfilter %}
  {% with a=1, b=[1, 2, 3] %}{{ a + b|sum }} {{ b|map("string")|join("-") }} {{ b|batch(2, 0)|list }}{% endwith %}
  {{ missing|default("gone") }} {{ [3, 1, 2]|sort(reverse=true) }} {{ users|groupby("age")|map(attribute="grouper")|list }}
{% endblock %}""",
    "macros.html": '{% macro field(name, value="", kind="text") %}<input name="{{ name }}" value="{{ value|e }}" kind={{ kind }}>{% endmacro %}',
}), trim_blocks=True, lstrip_blocks=True)
users = [{"name": "Ann <a>", "age": 30}, {"name": "Bob", "age": 12}, {"name": "Cy", "age": 18}]
print(env.get_template("page.html").render(page={"title": "hello there"}, users=users))
print(env.from_string("{% for x in [] %}{% else %}empty{% endfor %} {{ 7 // 2 }} {{ 2**8 }} {{ 'a' in 'abc' }} {{ 1 if false }}|").render())
print(list(env.from_string("{% for i in s %}{{ i }};{% endfor %}").generate(s="abc")))


class Shout(Extension):
    tags = {"shout"}

    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(["name:endshout"], drop_needle=True)
        return nodes.CallBlock(self.call_method("_shout"), [], [], body).set_lineno(line)

    def _shout(self, caller):
        return caller().upper() + "!"


print(Environment(extensions=[Shout], autoescape=True).from_string("{% shout %}hey {{ x }}{% endshout %}").render(x="<b>"))
for text, kw in (("{{ nope }}", {}), ("{% if %}", {}), ("{{ x.y.z }}", {"x": 1}), ("{% extends 'none' %}", {}), ("{{ 1/0 }}", {}), ("a\n{% for %}", {})):
    try:
        Environment(undefined=StrictUndefined, loader=DictLoader({})).from_string(text).render(**kw)
    except Exception as e:
        print(type(e).__name__, e, getattr(e, "lineno", None))
try:
    SandboxedEnvironment().from_string("{{ ''.__class__.__mro__ }}").render()
except jinja2.exceptions.SecurityError as e:
    print(e)
