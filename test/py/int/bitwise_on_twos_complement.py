vals = [0, 1, -1, 255, -256, 2**30, -2**30, 2**60 - 1, -(2**60), 3**50, -(3**50)]
for a in vals:
    print(~a, [a & b for b in vals], [a | b for b in vals], [a ^ b for b in vals])
print(True & 1, True ^ True, type(True & False), type(True & 1), ~True)
try:
    1 & 1.0
except TypeError as e:
    print(e)
