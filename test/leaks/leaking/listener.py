# holder: listeners
# Views subscribe to the model and never unsubscribe: the model keeps them alive.


class Model:
    def __init__(self):
        self.listeners = []

    def subscribe(self, callback):
        self.listeners.append(callback)

    def change(self):
        for callback in self.listeners[-3:]:
            callback()


class View:
    def __init__(self, model, number):
        self.pixels = bytearray(500)
        self.number = number
        model.subscribe(self.redraw)  # LEAK

    def redraw(self):
        self.pixels[0] = 1


model = Model()


def open_and_close(number):
    view = View(model, number)
    model.change()
    return view.number


print(sum(open_and_close(i) for i in range(200)))
