a, b = 3**4000, 7**3500
print((a * b) % (10**18 + 9), (a * a) % (10**18 + 9), (a + b) * (a - b) == a * a - b * b)
print((a * b) // a == b, divmod(a * b + 5, b) == (a, 5), len(hex(a * b)))
n = 1
for i in range(1, 301):
    n *= i
print(n % (2**89 - 1), n.bit_length(), sum(map(int, str(n))))
x = (1 << 5000) - 1
print((x * x).bit_count(), (x * -x).bit_length(), (-x) // 3 % 1000003)
