# Debian: python3-yaml, its Python part: reading and writing YAML.
import datetime
import yaml

TEXT = """\
# a document
name: café
list: [1, 0x1F, 3.5e3, .inf, ~, yes, 'quoted ''one''', "tab\\t\\u263a"]
nested:
  - &anchor {a: 1, b: two}
  - *anchor
  - <<: *anchor
    b: three
folded: >-
  some text
  on two lines

  and more
literal: |
  kept
    as it is
date: 2001-12-14 21:59:43.10 -5
binary: !!binary R0lGODlhDAAMAIQAAP==
set: !!set {x, y}
? [complex, key]
: value
---
second: document
"""
docs = list(yaml.load_all(TEXT.replace("? [complex, key]\n: value\n", ""), Loader=yaml.SafeLoader))
for doc in docs:
    for key, value in doc.items():
        print(key, repr(value) if not isinstance(value, set) else sorted(value))
print(docs[0]["nested"][0] is docs[0]["nested"][1])
print(yaml.dump({"b": [1, 2.5, None, True, "on", "multi\nline", "é"], "a": {"x": datetime.date(2020, 1, 2), "t": ()}, "same": [docs[0]["nested"][0]] * 2},
                Dumper=yaml.SafeDumper if False else yaml.Dumper, allow_unicode=True))
print(yaml.safe_dump([{"k": "v " * 30}, "0123", "1e3", ""], default_flow_style=False, width=40, indent=4))


class Monster(yaml.YAMLObject):
    yaml_tag = "!Monster"
    yaml_loader = yaml.SafeLoader

    def __init__(self, name, hp):
        self.name, self.hp = name, hp

    def __repr__(self):
        return f"Monster({self.name!r}, {self.hp})"


print(yaml.safe_load("!Monster {name: Cave spider, hp: 6}"), yaml.dump(Monster("Dragon", 16)))
print([type(t).__name__ for t in yaml.scan("a: [b, {c: d}]")])
for bad in ("a: [1, 2", "a: b: c", "\t- x", "*nope", "!!python/object:os.system x", "k: 'open"):
    try:
        yaml.safe_load(bad)
    except yaml.YAMLError as e:
        print(type(e).__name__, str(e).replace("\n", "|"))
