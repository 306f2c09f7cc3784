import weakref


class Image:
    def __init__(self, number):
        self.pixels = bytes(300)
        self.number = number


cache = weakref.WeakValueDictionary()


def image(number):
    found = cache.get(number)
    if found is None:
        found = cache[number] = Image(number)
    return found


print(sum(image(i).number for i in range(300)), len(cache))
