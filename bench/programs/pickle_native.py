"""Pickling as programs call it."""
import pickle


class Item:
    def __init__(self, n):
        self.n, self.name, self.parts = n, f"item{n}", (n, [n, n + 1], {"k": n})


def main():
    items = [(i, f"item{i}", (i, [i, i + 1], {"k": i})) for i in range(4000)]
    total = 0
    for protocol in (2, 4, 5):
        data = pickle.dumps(items, protocol)
        total += len(data) + sum(n for n, _, _ in pickle.loads(data))
    return total
