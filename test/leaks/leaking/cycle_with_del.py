# holder: collector is off
# The collector is switched off "for speed", and the nodes with finalizers refer to each other.
import gc

gc.disable()
closed = 0


class Connection:
    def __init__(self):
        self.session = Session(self)
        self.buffer = bytearray(300)

    def __del__(self):
        global closed
        closed += 1


class Session:
    def __init__(self, connection):
        self.connection = connection


def request(number):
    return len(Connection().buffer) + number  # LEAK


print(sum(request(i) for i in range(200)), closed)
