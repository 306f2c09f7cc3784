import math
print(math.gcd(), math.gcd(12, -18), math.gcd(0, 0), math.gcd(2**100, 6**50), math.lcm(4, 6), math.lcm(), math.lcm(0, 5))
print(math.isqrt(10**40 + 7), math.isqrt(0), math.comb(50, 25), math.comb(5, 7), math.perm(10, 3), math.perm(5), math.factorial(25))
print(math.prod([1, 2, 3.5]), math.prod([], start="x") if False else math.prod([]), math.fsum([0.1] * 10), math.fsum([1e100, 1, -1e100]))
print(math.floor(-2.5), math.ceil(-2.5), math.trunc(-2.5), math.floor(1e30), math.frexp(0.1), math.modf(-3.25), math.ldexp(0.5, 3))
print(math.copysign(3, -0.0), math.nextafter(1.0, 2.0), math.ulp(1.0), math.remainder(5, 3), math.hypot(3, 4), math.hypot(), math.dist([1, 1], [4, 5]), math.isclose(1, 1 + 1e-10))
