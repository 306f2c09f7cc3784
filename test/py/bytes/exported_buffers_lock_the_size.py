a = bytearray(b"abcdef")
m = memoryview(a)
for f in (lambda: a.append(1), lambda: a.extend(b"x"), lambda: a.clear(), lambda: a.__delitem__(0), lambda: a.pop(), lambda: a.__iadd__(b"z")):
    try:
        print(f())
    except BufferError as e:
        print(e)
m[0] = 90; m[1:3] = b"YX"; print(a); a[5] = 33; print(bytes(m), m.tolist())
m.release()
a.append(1); print(a)
try:
    m[0]
except ValueError as e:
    print(e)
with memoryview(a) as m2:
    print(len(m2))
try:
    m2.tobytes()
except ValueError as e:
    print(e)
