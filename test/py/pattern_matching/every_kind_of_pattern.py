from dataclasses import dataclass
@dataclass
class P:
    x: int
    y: int = 0
def m(v):
    match v:
        case 1 | 2: return "one or two"
        case "a": return "str"
        case None | True: return "const"
        case [] : return "empty"
        case [x]: return ("single", x)
        case [1, *rest]: return ("rest", rest)
        case (a, b) if a == b: return "same"
        case {"k": k, **more}: return (k, more)
        case {}: return "dict"
        case P(1, y=y): return ("P1", y)
        case P(x=x) as p: return ("P", x, p)
        case int(n) | float(n): return ("num", n)
        case str() as s: return s
        case -1.5 | 2j: return "never"
        case _: return "other"
for v in (1, 2.5, "a", "zz", None, True, [], [5], [1, 2, 3], (4, 4), (4, 5), {"k": 1, "z": 2}, {}, P(1, 2), P(3), 7, b"x", {1}, range(2), 2j):
    print(v, m(v))
