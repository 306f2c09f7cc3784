# Lists, dicts, sets and strings that grow: each may find the heap full.
words = "the quick brown fox jumps over the lazy dog".split()
counts = {}
for w in words:
    counts[w] = counts.get(w, 0) + 1
print(sorted(counts.items(), key=lambda kv: (-kv[1], kv[0]))[:2])
squares = [n * n for n in range(50)]
print(len({n % 7 for n in squares}), sum(squares), 2**200 % 1009)
print("-".join(reversed(words)), f"{3.5:8.2f}|{words!r:.9}")
