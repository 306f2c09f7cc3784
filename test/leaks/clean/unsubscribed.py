class Model:
    def __init__(self):
        self.listeners = []

    def subscribe(self, callback):
        self.listeners.append(callback)

    def unsubscribe(self, callback):
        self.listeners.remove(callback)


class View:
    def __init__(self, model, number):
        self.pixels = bytearray(500)
        self.number = number
        model.subscribe(self.redraw)

    def close(self, model):
        model.unsubscribe(self.redraw)

    def redraw(self):
        pass


model = Model()
total = 0
for i in range(200):
    view = View(model, i)
    total += view.number
    view.close(model)
print(total)
