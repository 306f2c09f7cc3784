import sys
m = sys.hash_info.modulus
for n in (0, 1, -1, -2, m, m + 1, -m, 2**61, 2**62, 3**200, -(3**200)):
    print(hash(n))
print(hash(True), hash(1.0) == hash(1), hash(2.0**61) == hash(2**61), sys.hash_info.width, sys.hash_info.inf, sys.hash_info.algorithm)
