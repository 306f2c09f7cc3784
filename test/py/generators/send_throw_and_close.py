def g():
    while True:
        try:
            x = yield "y"
            print("got", x)
        except ValueError as e:
            print("caught", e)
        finally:
            print("turn")
i = g(); print(next(i), i.send(5), i.throw(ValueError("v"))); i.close(); print(i.gi_frame, list(i))
for f in (lambda: g().send(1), lambda: i.send(2), lambda: next(i), lambda: g().throw(5), lambda: g().throw(KeyError("k")), lambda: i.throw(OSError)):
    try:
        print(f())
    except BaseException as e:
        print(type(e).__name__, e)
