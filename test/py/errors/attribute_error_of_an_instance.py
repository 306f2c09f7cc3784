class Foo:
    def __init__(self):
        self.colour = 1
Foo().color
