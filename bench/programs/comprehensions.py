"""List, dict, set and generator comprehensions with conditions."""


def main():
    words = [f"w{i % 977}" for i in range(20_000)]
    lengths = {w: len(w) for w in words if w[-1] != "7"}
    letters = {c for w in words for c in w}
    squares = [i * i for i in range(60_000) if i % 3]
    pairs = [(a, b) for a in range(150) for b in range(a) if (a * b) % 7 == 1]
    return len(lengths), sorted(letters), sum(squares), len(pairs), sum(x for x in squares if x & 1)
