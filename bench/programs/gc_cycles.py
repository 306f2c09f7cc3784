import gc


class Node:
    pass


def main():
    made = 0
    for _ in range(60_000):
        a, b = Node(), Node()
        a.other, b.other = b, a
        made += 2
    return made, gc.collect() >= 0
