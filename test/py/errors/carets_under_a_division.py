def f(a, b):
    return (a + b) / (a - b)
print('before')
f(1, 1)
