a = bytearray(b"abc")
a.append(100); a.extend(b"ef"); a.extend([103]); a += b"h"; a.insert(0, 64); a *= 2
print(a, a.pop(), a.pop(0), len(a))
a.remove(98); a.reverse(); print(a)
a[0] = 90; a[1:3] = b"12345"; print(a); a[::2] = bytes(len(a[::2])); print(a); del a[::3]; print(a); del a[:4]; print(a); a.clear(); print(a, a.copy())
for f in (lambda: a.pop(), lambda: a.append(256), lambda: a.append("a"), lambda: a.remove(5), lambda: a.extend("ab"), lambda: a.extend(5), lambda: a.insert(0, -1), lambda: a.extend([1, "x"]), lambda: hash(a), lambda: a.__setitem__(0, 1), lambda: a.__setitem__(slice(0, 1), 5), lambda: a.__delitem__(3), lambda: a.__setitem__(slice(None, None, 2), b"xy"), lambda: a.__iadd__("x")):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
print(a, bytearray(b"x") == b"x", b"x" == bytearray(b"x"), type(b"a" + bytearray(b"b")), type(bytearray(b"a") + b"b"))
