"""Tasks that send packets to each other through a scheduler: small classes, polymorphic methods, linked lists."""


class Packet:
    __slots__ = ("link", "target", "kind", "value")

    def __init__(self, target, kind, value):
        self.link, self.target, self.kind, self.value = None, target, kind, value


class Task:
    def __init__(self, system, ident):
        self.system, self.ident, self.queue, self.seen = system, ident, None, 0
        system.tasks.append(self)

    def receive(self, packet):
        packet.link = None
        if self.queue is None:
            self.queue = packet
            return
        last = self.queue
        while last.link is not None:
            last = last.link
        last.link = packet

    def step(self):
        packet = self.queue
        if packet is None:
            return False
        self.queue = packet.link
        self.seen += 1
        self.work(packet)
        return True

    def work(self, packet):
        raise NotImplementedError


class Forwarder(Task):
    def work(self, packet):
        packet.value = packet.value * 5 + 1 & 0xFFFF
        packet.target = packet.value % len(self.system.tasks)
        self.system.send(packet)


class Doubler(Task):
    def __init__(self, system, ident):
        super().__init__(system, ident)
        self.spare = []

    def work(self, packet):
        if self.spare:
            other = self.spare.pop()
            other.target = (self.ident + 1) % len(self.system.tasks)
            self.system.send(other)
            self.spare.append(packet)
        else:
            self.spare.append(Packet(packet.target, packet.kind ^ 1, packet.value + 7))
            packet.target = (packet.value + self.ident) % len(self.system.tasks)
            self.system.send(packet)


class Counter(Task):
    total = 0

    def work(self, packet):
        self.total += packet.value if packet.kind else -1
        packet.value = packet.value * 3 + self.ident & 0xFFF
        packet.target = (packet.target + 1) % len(self.system.tasks)
        self.system.send(packet)


class System:
    def __init__(self):
        self.tasks, self.sent, self.limit = [], 0, 60_000

    def send(self, packet):
        self.sent += 1
        if self.sent < self.limit:
            self.tasks[packet.target].receive(packet)

    def run(self):
        busy = True
        while busy:
            busy = False
            for task in self.tasks:
                if task.step():
                    busy = True


def main():
    system = System()
    for i, kind in enumerate([Forwarder, Doubler, Counter, Forwarder, Counter, Doubler]):
        kind(system, i)
    for i in range(12):
        system.send(Packet(i % 6, i & 1, i * 31))
    system.run()
    return system.sent, [t.seen for t in system.tasks], sum(t.total for t in system.tasks if isinstance(t, Counter))
