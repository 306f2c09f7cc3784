a, b = 256, int("256")
print(a is b, int("257") is int("257"), -5 is int("-5"), int("-6") is int("-6"))
print((10 ** 5 - 10 ** 5) is 0 if False else (10**5 - 10**5) is int("0"), (2**70 >> 65) is int("32"), (2**70 % 7) is int("2"))
import sys
print(sys.getsizeof(0), sys.getsizeof(1), sys.getsizeof(2**30 - 1), sys.getsizeof(2**30), sys.getsizeof(2**60), sys.getsizeof(-2**90))
print(True is (1 == 1), bool(5) is True, (5).__class__, True + True, isinstance(True, int))
