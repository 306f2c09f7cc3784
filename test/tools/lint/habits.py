import gc
import json

CACHE = {}  # unbounded-cache
failures = []  # unbounded-cache


class Row:  # no-slots
    def __init__(self, a, b):
        self.a = a
        self.b = b


class Conn:
    def __init__(self):
        self.peer = Peer(self)  # finalizer-cycle

    def __del__(self):
        pass


class Peer:
    def __init__(self, owner):
        self.owner = owner


class View:
    def __init__(self, model):
        model.subscribe(self.redraw)  # listener-keeps-owner

    def redraw(self):
        pass


class Model:
    def __init__(self):
        self.callbacks = []

    def subscribe(self, f):
        self.callbacks.append(f)


def remember(key):
    CACHE[key] = key * 100
    return CACHE[key]


def parse(text):
    try:
        return int(text)
    except ValueError as e:
        failures.append(e)  # kept-exception


def total(n):
    return sum([i * i for i in range(n)])  # list-to-iterate


def join(n):
    text = ""
    for i in range(n):
        text += str(i)  # str-append-in-loop
    return text


def tail(data):
    n = 0
    for x in data[1:]:  # slice-to-read
        n += x
    return n


def main():
    big = bytes(3_000_000)  # alive-after-last-use
    print(len(big))
    rows = [Row(i, str(i)) for i in range(2000)]
    print(total(20000), len(join(3000)), tail(list(range(5000))))
    for i in range(5):
        Conn()
        gc.collect()  # collect-in-loop
    m = Model()
    for i in range(300):
        View(m)
        remember(str(i) * 3)
        parse("x")
    print(len(rows), json.load(open(__file__ + "on")))  # file-not-closed
    return rows, m


keep = main()
