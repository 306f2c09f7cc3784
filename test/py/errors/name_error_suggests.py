value_one = 1
print(value_two, valu_one)
