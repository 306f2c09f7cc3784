"""Pickling with the library's Python code: dispatch by type, bytes building, memo dicts."""
import io
import pickle


class Item:
    def __init__(self, n):
        self.n, self.name, self.parts = n, f"item{n}", (n, [n, n + 1], {"k": n})


def main():
    items = [Item(i) for i in range(700)]
    out = io.BytesIO()
    pickle._Pickler(out, 4).dump([(i.n, i.name, i.parts) for i in items])
    back = pickle._Unpickler(io.BytesIO(out.getvalue())).load()
    return len(out.getvalue()), sum(n + len(name) + parts[2]["k"] for n, name, parts in back)
