print(int('0x10', 16))
int('abc' * 3)
