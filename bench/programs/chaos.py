"""A chaos game over a spline: vectors with operators, a small random generator."""


class Vector:
    __slots__ = ("x", "y")

    def __init__(self, x, y):
        self.x = x
        self.y = y

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y)

    def __sub__(self, other):
        return Vector(self.x - other.x, self.y - other.y)

    def __mul__(self, k):
        return Vector(self.x * k, self.y * k)

    def length(self):
        return (self.x * self.x + self.y * self.y) ** 0.5


def lerp(a, b, t):
    return a + (b - a) * t


def curve(points, t):
    while len(points) > 1:
        points = [lerp(a, b, t) for a, b in zip(points, points[1:])]
    return points[0]


def main():
    control = [Vector(1.6, 0.3), Vector(1.1, 1.7), Vector(0.2, 1.9), Vector(0.9, 0.4)]
    grid = [[0] * 32 for _ in range(32)]
    seed, at, far = 7, Vector(0.5, 0.5), 0.0
    for _ in range(9000):
        seed = seed * 1103515245 + 12345 & 0x7FFFFFFF
        at = lerp(curve(control, (seed >> 8) % 1000 / 1000), at, 0.4)
        far = max(far, at.length())
        grid[int(at.y * 15) % 32][int(at.x * 15) % 32] += 1
    return round(far, 9), sum(1 for row in grid for c in row if c), max(map(max, grid))
