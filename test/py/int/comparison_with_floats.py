print(2**53 + 1 == float(2**53 + 1), 2**53 + 1 > 2.0**53, 10**400 > 1e308, -10**400 < float("-inf"), 10**400 < float("inf"))
print(1 == 1.0, 0 == -0.0, 3 < 3.5 < 4, float("nan") < 10**400, 10**400 == float("nan"), 2**1023 == 2.0**1023)
print((2**64).__eq__(1.5), (2).__lt__("a"), 1 != "1")
for op in ("<", ">", "<=", ">="):
    try:
        eval(f"1 {op} 'a'")
    except TypeError as e:
        print(e)
try:
    10**400 * 1.0
except OverflowError as e:
    print(e)
try:
    float(10**309)
except OverflowError as e:
    print(e)
print(10**400 / 10**399, (10**400 + 1) / 10**400, 1 / 10**400, -(10**308) / 3)
try:
    10**400 / 3
except OverflowError as e:
    print(e)
