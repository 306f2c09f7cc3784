# holder: __defaults__
# The default list is made once, when the function is defined.


def collect(item, into=[]):
    into.append(str(item) * 50)  # LEAK
    return len(into)


total = 0
for i in range(200):
    total += collect(i)
print(total)
