# The program's own data: made at module level, used to the end.
class Row:
    def __init__(self, number):
        self.number = number
        self.name = f"row {number}"


rows = [Row(i) for i in range(2000)]
index = {}
for row in rows:
    index[row.name] = row


def find(name):
    return index[name].number


print(sum(find(f"row {i}") for i in range(2000)))
