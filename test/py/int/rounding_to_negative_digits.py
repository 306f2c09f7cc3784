for n in (0, 5, 15, 25, 35, 150, 250, -15, -25, 12345678901234567890, 10**30 + 5 * 10**9):
    print(round(n), round(n, -1), round(n, -2), round(n, 3), round(n, -10), round(n, -40))
print(round(True), type(round(True)), type(round(True, -1)), round(7, None))
try:
    round(1, 1.5)
except TypeError as e:
    print(e)
