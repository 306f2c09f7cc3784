"""A puzzle on a hexagonal board by depth-first search with forward checking: dicts of sets, copies, tuples."""


def cells(radius):
    return [(q, r) for q in range(-radius, radius + 1) for r in range(-radius, radius + 1) if abs(q + r) <= radius]


NEAR = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, -1), (-1, 1))


def narrow(choices, near, cell, colour):
    todo = [(cell, colour)]
    while todo:
        at, picked = todo.pop()
        choices[at] = frozenset((picked,))
        for other in near[at]:
            left = choices[other]
            if picked in left:
                left -= {picked}
                if not left:
                    return False
                choices[other] = left
                if len(left) == 1:
                    todo.append((other, next(iter(left))))
    return True


def solve(choices, near, nodes):
    nodes[0] += 1
    open_cells = [(len(c), at) for at, c in choices.items() if len(c) > 1]
    if not open_cells:
        yield choices
        return
    _, at = min(open_cells)
    for colour in sorted(choices[at]):
        trial = dict(choices)
        if narrow(trial, near, at, colour):
            yield from solve(trial, near, nodes)


def main():
    board = cells(3)
    inside = set(board)
    near = {(q, r): [(q + a, r + b) for a, b in NEAR if (q + a, r + b) in inside] for q, r in board}
    start = {c: frozenset("rgbk" if (c[0] * 7 + c[1] * 3) % 5 else "rgb") for c in board}
    nodes, seen = [0], 0
    for answer in solve(start, near, nodes):
        seen += sum(next(iter(v)) == "r" for v in answer.values())
        if nodes[0] > 900:
            break
    return nodes[0], seen
