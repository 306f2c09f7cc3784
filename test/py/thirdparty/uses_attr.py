# Debian: python3-attr. Classes without boilerplate.
import attr
import attrs


@attr.s(slots=True, frozen=True, order=True)
class Point:
    x = attr.ib(converter=float)
    y = attr.ib(default=0, validator=attr.validators.instance_of(int))


@attrs.define
class Tree:
    name: str = attrs.field()
    children: list["Tree"] = attrs.field(factory=list, repr=lambda c: f"<{len(c)}>")
    _secret: int = attrs.field(default=3, kw_only=True)
    size: int = attrs.field(init=False, eq=False)

    @size.default
    def _size(self):
        return 1 + sum(c.size for c in self.children)

    @name.validator
    def _check(self, attribute, value):
        if not value:
            raise ValueError(f"{attribute.name} must not be empty")


p = Point("1.5", 2)
print(p, p == Point(1.5, 2), p < Point(2), hash(p) == hash(Point(1.5, 2)), attr.astuple(p))
for bad in (lambda: Point(1, "y"), lambda: setattr(p, "x", 3), lambda: Tree(""), lambda: p.__dict__):
    try:
        bad()
    except (TypeError, ValueError, AttributeError) as e:
        print(type(e).__name__, str(e)[:60])
t = Tree("root", [Tree("leaf"), Tree("leaf", secret=4)])
print(t, t.size, attrs.asdict(t), attr.evolve(t.children[0], name="new"))
print([a.name for a in attrs.fields(Tree)], t.children[0] == t.children[1], Tree.__init__.__annotations__)
Made = attr.make_class("Made", ["a", "b"], eq=False)
print(Made(1, b=2), Made(1, 2) == Made(1, 2), attr.has(Made), attr.filters.include(int)(attr.fields(Made).a, 1))
