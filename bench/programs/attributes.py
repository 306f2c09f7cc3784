class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def norm(self):
        return self.x * self.x + self.y * self.y


def main():
    total = 0
    for i in range(150_000):
        p = Point(i, 1)
        total += p.norm()
    return total
