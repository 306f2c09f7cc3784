"""A big live heap built, walked and collected: the collector visits everything."""
import gc


class Cell:
    __slots__ = ("left", "right", "data")

    def __init__(self, left, right, data):
        self.left, self.right, self.data = left, right, data


def build(depth):
    if depth == 0:
        return Cell(None, None, [depth])
    return Cell(build(depth - 1), build(depth - 1), {"depth": depth})


def count(cell):
    n = 0
    todo = [cell]
    while todo:
        c = todo.pop()
        n += len(c.data)
        if c.left is not None:
            todo.append(c.left)
            todo.append(c.right)
    return n


def main():
    tree = build(14)
    full = sum(gc.collect() for _ in range(4))
    return count(tree), full >= 0, sum(1 for o in gc.get_objects() if type(o) is Cell)
