import math
print(math.sqrtt(2))
