import sys
a = "hello_world"
b = "".join(["hello", "_world"])
print(a is b, sys.intern(b) is a, a == b, "a" is "a"[0], "" is "x"[:0], "abc"[1] is "b", chr(233) is chr(233), chr(300) is chr(300))
s = "spam eggs"
print(s[:] is s, s.strip() is s, str(s) is s, s.replace("x", "y") is s, s * 1 is s, s + "" is s, "" + s is s, "".join([s]) is s, s.lower() is s)
class S(str):
    pass
t = S("x")
print(type(t[:]), type(t.strip()), type(t + ""), type(str(t)), type("".join([t])), t == "x", hash(t) == hash("x"))
try:
    sys.intern(t)
except TypeError as e:
    print(e)
