"""copy.deepcopy of nested containers and instances."""
import copy


class Node:
    def __init__(self, value, children=()):
        self.value, self.children, self.tags = value, list(children), {"v": value, "t": (value, [value])}


def main():
    leaves = [Node(i) for i in range(300)]
    tree = Node(-1, [Node(i, leaves[i * 10:i * 10 + 10]) for i in range(30)])
    total = 0
    for _ in range(4):
        tree = copy.deepcopy(tree)
        total += sum(leaf.tags["t"][1][0] for c in tree.children for leaf in c.children)
    shallow = [copy.copy(tree) for _ in range(1000)]
    return total, len(shallow), shallow[0].children is tree.children
