import sys
for s in ("", "a", "abc", "é", "éé", "€", "€uro", "😀", "a😀", "a" * 100, "é" * 100, "€" * 100):
    print(ascii(s[:4]), len(s), sys.getsizeof(s))
x = "é"
print(sys.getsizeof(x))
x.encode()
print(sys.getsizeof("ab" + "€"), sys.getsizeof(("€" + "ab")[1:]), sys.getsizeof("a€"[:1]), "€😀x"[2:].isascii())
