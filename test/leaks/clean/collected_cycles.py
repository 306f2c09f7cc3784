class Node:
    def __init__(self):
        self.parent = None
        self.children = []

    def __del__(self):
        pass

    def add(self, child):
        child.parent = self
        self.children.append(child)


def tree(depth):
    node = Node()
    if depth:
        for _ in range(2):
            node.add(tree(depth - 1))
    return node


print(sum(len(tree(4).children) for _ in range(100)))
