def main():
    x, y = 0.5, 0.25
    for _ in range(400_000):
        x, y = x * 0.99 + y * 0.1, y * 0.9 - x * 0.1 + 0.01
    return round(x, 12), round(y, 12)
