# Classes, instances, closures, generators, exceptions and finalizers.
class Node:
    def __init__(self, value):
        self.value = value
        self.next = None

    def __del__(self):
        freed.append(self.value)


def walk(node):
    while node is not None:
        yield node.value
        node = node.next


freed = []
head = None
for i in range(5):
    n = Node(i)
    n.next, head = head, n
print(list(walk(head)))
try:
    raise ValueError("kept", head.value)
except ValueError as e:
    print(e.args)
del n, head
print(freed)
