def f(n):
    try:
        if n == 0:
            return "try"
        raise ValueError
    except ValueError:
        return "except"
    else:
        return "else"
    finally:
        if n == 2:
            return "finally"
        print("fin", n)
print(f(0), f(1), f(2))
def loop():
    for i in range(5):
        try:
            if i == 1:
                continue
            if i == 3:
                break
        finally:
            print("f", i)
    else:
        print("else")
    return i
print(loop())
def swallow():
    while True:
        try:
            1 / 0
        finally:
            break
    return "swallowed"
print(swallow())
