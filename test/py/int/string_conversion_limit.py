import sys
print(sys.get_int_max_str_digits())
big = 10 ** 4300
for f in (lambda: str(big), lambda: int("1" * 4301), lambda: len(str(10 ** 4299)), lambda: f"{big}", lambda: "%d" % big, lambda: len(hex(big))):
    try:
        print(f())
    except ValueError as e:
        print(e)
sys.set_int_max_str_digits(0)
print(len(str(10 ** 5000)), int("9" * 5000) == 10 ** 5000 - 1)
for bad in (5, -1, "x"):
    try:
        sys.set_int_max_str_digits(bad)
    except Exception as e:
        print(type(e).__name__, e)
print(sys.int_info)
