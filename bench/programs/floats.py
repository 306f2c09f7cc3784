def main():
    x, y = 0.5, 0.25
    for _ in range(400_000):
        x, y = x * 0.99 + y, y * 0.5 - x * 0.25
    return round(x, 12), round(y, 12)
