"""Weak references, callbacks, WeakValueDictionary and WeakSet."""
import weakref


class Thing:
    def __init__(self, n):
        self.n = n


def main():
    died = []
    cache, live = weakref.WeakValueDictionary(), weakref.WeakSet()
    alive = 0
    for turn in range(5):
        things = [Thing(i) for i in range(2500)]
        refs = [weakref.ref(t, died.append) for t in things]
        proxies = [weakref.proxy(t) for t in things[::5]]
        for t in things:
            cache[turn, t.n] = t
            live.add(t)
        alive += sum(r() is not None for r in refs) + sum(p.n for p in proxies) + len(cache)
        del things[::2], t
        alive += sum(r() is not None for r in refs) + len(live)
    return alive, len(died)
