def main():
    seed, values = 1, []
    for _ in range(60_000):
        seed = seed * 1103515245 + 12345 & 0x7FFFFFFF
        values.append(seed)
    return sorted(values)[:3], sorted(values, key=lambda v: -v)[:2]
