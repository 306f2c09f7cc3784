"""The planets' orbits: float arithmetic on lists, no methods."""


def advance(bodies, dt, steps):
    for _ in range(steps):
        for i, (p, v, m) in enumerate(bodies):
            for q, u, n in bodies[i + 1:]:
                dx, dy, dz = p[0] - q[0], p[1] - q[1], p[2] - q[2]
                pull = dt / (dx * dx + dy * dy + dz * dz) ** 1.5
                v[0] -= dx * n * pull
                v[1] -= dy * n * pull
                v[2] -= dz * n * pull
                u[0] += dx * m * pull
                u[1] += dy * m * pull
                u[2] += dz * m * pull
        for p, v, _m in bodies:
            p[0] += dt * v[0]
            p[1] += dt * v[1]
            p[2] += dt * v[2]


def energy(bodies):
    total = 0.0
    for i, (p, v, m) in enumerate(bodies):
        total += 0.5 * m * sum(x * x for x in v)
        for q, _u, n in bodies[i + 1:]:
            total -= m * n / sum((a - b) ** 2 for a, b in zip(p, q)) ** 0.5
    return total


def main():
    bodies = [
        ([0.0, 0.0, 0.0], [0.0, 0.0, 0.0], 39.47),
        ([4.84, -1.16, -0.1], [0.606, 2.81, -0.02], 0.0377),
        ([8.34, 4.12, -0.4], [-1.01, 1.82, 0.008], 0.0113),
        ([12.89, -15.11, -0.22], [1.08, 0.868, -0.01], 0.0017),
        ([15.38, -25.9, 0.179], [0.979, 0.594, -0.034], 0.002),
    ]
    before = energy(bodies)
    advance(bodies, 0.01, 8000)
    return round(before, 9), round(energy(bodies), 9)
