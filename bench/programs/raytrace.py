"""Spheres and a plane by ray tracing: vectors as objects, method calls, floats."""
from math import inf, sqrt


class V:
    def __init__(self, x, y, z):
        self.x, self.y, self.z = x, y, z

    def __add__(self, o):
        return V(self.x + o.x, self.y + o.y, self.z + o.z)

    def __sub__(self, o):
        return V(self.x - o.x, self.y - o.y, self.z - o.z)

    def scale(self, k):
        return V(self.x * k, self.y * k, self.z * k)

    def dot(self, o):
        return self.x * o.x + self.y * o.y + self.z * o.z

    def unit(self):
        return self.scale(1 / sqrt(self.dot(self)))


class Sphere:
    def __init__(self, centre, radius, shine):
        self.centre, self.radius, self.shine = centre, radius, shine

    def hit(self, origin, ray):
        to = self.centre - origin
        along = to.dot(ray)
        inside = self.radius * self.radius - to.dot(to) + along * along
        if inside < 0:
            return None
        t = along - sqrt(inside)
        return t if t > 1e-6 else None

    def normal(self, p):
        return (p - self.centre).unit()


class Floor:
    shine = 0.2

    def hit(self, origin, ray):
        if abs(ray.y) < 1e-9:
            return None
        t = (-1 - origin.y) / ray.y
        return t if t > 1e-6 else None

    def normal(self, p):
        return V(0, 1, 0)


LIGHT = V(3, 6, -4)


def trace(things, origin, ray, depth):
    nearest, thing = inf, None
    for other in things:
        t = other.hit(origin, ray)
        if t is not None and t < nearest:
            nearest, thing = t, other
    if thing is None:
        return 0.1
    p = origin + ray.scale(nearest)
    n = thing.normal(p)
    light = (LIGHT - p).unit()
    shade = 0.1
    if all(other is thing or other.hit(p, light) is None for other in things):
        shade += max(0.0, n.dot(light))
    if depth and thing.shine:
        shade += thing.shine * trace(things, p, ray - n.scale(2 * ray.dot(n)), depth - 1)
    return shade


def main():
    things = [Sphere(V(i - 1.5, 0.2 * i, 4 + i % 2), 0.8, 0.3) for i in range(4)] + [Floor()]
    total, size = 0.0, 36
    for y in range(size):
        for x in range(size):
            total += trace(things, V(0, 0, -2), V(x / size - 0.5, 0.5 - y / size, 1).unit(), 2)
    return round(total, 8)
