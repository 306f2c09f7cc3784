"""Sets and dicts of str and tuple keys made, changed, combined and dropped."""


def main():
    names = [f"name{i}" for i in range(3000)]
    seen, table, total = set(), {}, 0
    for turn in range(8):
        for i, name in enumerate(names):
            if name in seen:
                seen.discard(name)
            else:
                seen.add(name)
            table[name, turn] = i
        evens = set(names[::2])
        total += len(seen & evens) + len(seen | evens) + len(seen - evens)
        for name in names[::3]:
            del table[name, turn]
        total += sum(table.values()) % 1009
    groups = {}
    for name in names:
        groups.setdefault(name[-2:], []).append(name)
    merged = {**{k: len(v) for k, v in groups.items()}, **dict.fromkeys(names, 1)}
    return total, len(table), len(groups), sum(merged.values())
