"""A board game's random play-outs: union of groups, sets of liberties, small methods."""

SIZE = 9


class Square:
    def __init__(self, pos):
        self.pos, self.colour, self.group, self.neighbours = pos, 0, None, []


class Group:
    def __init__(self, square):
        self.stones, self.liberties = {square.pos}, {n.pos for n in square.neighbours if not n.colour}

    def join(self, other, board):
        for pos in other.stones:
            board.squares[pos].group = self
        self.stones |= other.stones
        self.liberties |= other.liberties


class Board:
    def __init__(self):
        self.squares = [Square(i) for i in range(SIZE * SIZE)]
        for s in self.squares:
            y, x = divmod(s.pos, SIZE)
            s.neighbours = [self.squares[v * SIZE + u] for u, v in ((x - 1, y), (x + 1, y), (x, y - 1), (x, y + 1)) if 0 <= u < SIZE and 0 <= v < SIZE]
        self.empty = set(range(SIZE * SIZE))
        self.captured = [0, 0, 0]

    def useful(self, pos, colour):
        square = self.squares[pos]
        for n in square.neighbours:
            if not n.colour or (len(n.group.liberties) > 1) == (n.colour == colour):
                return True
        return False

    def play(self, pos, colour):
        square = self.squares[pos]
        square.colour = colour
        self.empty.discard(pos)
        group = square.group = Group(square)
        for n in square.neighbours:
            if n.colour == colour and n.group is not square.group:
                n.group.join(square.group, self)
        square.group.liberties.discard(pos)
        for n in square.neighbours:
            if n.colour == 3 - colour:
                n.group.liberties.discard(pos)
                if not n.group.liberties:
                    self.remove(n.group)
        return group

    def remove(self, group):
        for pos in group.stones:
            square = self.squares[pos]
            self.captured[square.colour] += 1
            square.colour, square.group = 0, None
            self.empty.add(pos)
            for n in square.neighbours:
                if n.group is not None and n.group is not group:
                    n.group.liberties.add(pos)


def main():
    seed, result = 42, []
    for _ in range(14):
        board, colour, passed = Board(), 1, 0
        for _move in range(160):
            choices = sorted(p for p in board.empty if board.useful(p, colour))
            if not choices:
                passed += 1
                if passed == 2:
                    break
            else:
                passed = 0
                seed = seed * 1103515245 + 12345 & 0x7FFFFFFF
                board.play(choices[(seed >> 8) % len(choices)], colour)
            colour = 3 - colour
        result.append((len(board.empty), board.captured[1] - board.captured[2]))
    return result
