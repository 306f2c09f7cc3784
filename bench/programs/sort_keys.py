"""list.sort with a key, by tuples, by attribute and reversed; heapq and bisect."""
import bisect
import heapq
from operator import attrgetter, itemgetter


class Row:
    def __init__(self, a, b):
        self.a, self.b = a, b


def main():
    seed, rows = 5, []
    for i in range(9000):
        seed = seed * 1103515245 + 12345 & 0x7FFFFFFF
        rows.append(Row(seed % 1000, f"k{seed >> 12}"))
    by_key = sorted(rows, key=lambda r: r.b)
    by_attr = sorted(rows, key=attrgetter("a", "b"), reverse=True)
    tuples = sorted((r.a, r.b) for r in rows)
    tuples.sort(key=itemgetter(1))
    words = sorted(r.b for r in rows)
    heap, kept = [], []
    for r in rows:
        heapq.heappush(heap, (r.a, r.b))
        bisect.insort(kept, r.a)
    out = [heapq.heappop(heap) for _ in range(2000)]
    return by_key[0].b, by_attr[0].a, tuples[0], words[-1], out[-1], kept[1000]
