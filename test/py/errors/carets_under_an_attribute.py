class A:
    x = None
a = A()
print('before')
print(a.x.y.z)
