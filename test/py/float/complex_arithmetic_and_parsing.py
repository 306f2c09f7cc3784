print(1 + 2j, -1j, complex(-0.0, 2), complex(0, -0.0), (1 + 2j) * (3 - 4j), (1 + 2j) / (3 - 4j), (1 + 2j) ** 2, abs(3 + 4j), (2j) ** 0.5 if False else (1j) ** 2)
print(complex("1+2j"), complex(" -1e3J "), complex("j"), complex("(3-j)"), complex("nan+infj"), complex(1, 2j), complex(1 + 1j, 1 + 1j))
for args in (("1 + 2j",), ("",), ("1", 2), (1, "2"), ("1+2",), (None,)):
    try:
        print(complex(*args))
    except Exception as e:
        print(type(e).__name__, e)
for f in (lambda: 1j / 0, lambda: 1j // 1, lambda: 1j % 1, lambda: 1j < 2j, lambda: 0j ** -1, lambda: int(1j), lambda: float(1j)):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
print(hash(1 + 0j) == hash(1), 1 + 0j == 1, f"{1.5+2.25j:.1f}", f"{3j}", repr(complex("inf")), (1 + 2j).conjugate())
