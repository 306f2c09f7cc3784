def main():
    counts = {}
    for i in range(300_000):
        key = i % 1000
        counts[key] = counts.get(key, 0) + 1
    words = {f"w{i}": i for i in range(50_000)}
    return len(counts), sum(words.values())
