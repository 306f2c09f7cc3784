from dataclasses import dataclass, field, asdict, astuple, replace, fields, FrozenInstanceError
@dataclass(order=True)
class P:
    x: int
    y: int = 2
    z: list = field(default_factory=list, compare=False, repr=False)
p = P(1); print(p, p == P(1), p < P(1, 3), asdict(p), astuple(p), replace(p, x=9), [f.name for f in fields(P)], P.__match_args__)
@dataclass(frozen=True, slots=True, kw_only=True)
class F:
    a: int = 1
f = F(a=5); print(f, hash(f) == hash(F(a=5)), F.__slots__)
for t in (lambda: setattr(f, "a", 1), lambda: F(1), lambda: P(), lambda: hash(p), lambda: p < 5, lambda: dataclass(type("X", (), {"__annotations__": {"l": list}, "l": []})), lambda: dataclass(type("X", (), {"__annotations__": {"a": int, "b": int}, "a": 1}))):
    try:
        t()
    except Exception as e:
        print(type(e).__name__, e)
