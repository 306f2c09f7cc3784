for n in (0, 1, -1, 2, 255, 256, -256, 2**30 - 1, 2**30, 2**60, 2**1000, -(2**1000 - 1)):
    print(n.bit_length(), n.bit_count())
print(True.bit_length(), (0).real, (5).imag, (5).numerator, (-7).denominator, (3).conjugate())
print((10).as_integer_ratio(), True.as_integer_ratio())
