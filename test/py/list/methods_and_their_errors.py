a = [3, 1, 2]
a.append(a); print(a, len(a)); a.pop(); a.insert(-100, 0); a.insert(100, 9); a.extend((4, 5)); a.extend({6: 1}); a.extend("z"); print(a, a.index(4), a.count(1), a.index(9, 2, -1)); a.remove("z"); a.reverse(); print(a, a.copy() == a, a.pop(-2), a.pop(0))
for f in (lambda: a.remove(99), lambda: a.index(99), lambda: a.index(6, 3), lambda: [].pop(), lambda: a.pop(99), lambda: a.pop("a"), lambda: a.extend(5), lambda: a.insert("a", 1), lambda: a.append(), lambda: a.append(1, 2), lambda: list(1), lambda: list(1, 2), lambda: list(x=1), lambda: hash(a), lambda: a + (1,), lambda: a * "x", lambda: a.nope, lambda: a.sort(1), lambda: a.clear(1)):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, e)
