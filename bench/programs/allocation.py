def main():
    keep = []
    for i in range(200_000):
        keep.append((i, [i]))
        if len(keep) > 1000:
            keep.clear()
    return len(keep)
