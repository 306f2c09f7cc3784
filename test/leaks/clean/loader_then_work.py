# A table filled by its methods while loading; then the program works.
class Table:
    def __init__(self):
        self.rows = []

    def add(self, line):
        key, value = line.split(",")
        self.rows.append((key, int(value)))

    def lookup(self, wanted):
        return [value for key, value in self.rows if key == wanted]


table = Table()
for i in range(100):
    table.add(f"key{i % 10},{i}")
print(sum(len(table.lookup(f"key{i % 10}")) + len(str(i) * 10) for i in range(300)))
