x = 3
assert x > 5 and x < 9
