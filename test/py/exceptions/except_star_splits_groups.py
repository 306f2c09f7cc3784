def run(e):
    try:
        raise e
    except* ValueError as g:
        print("V", g.exceptions)
    except* (TypeError, KeyError) as g:
        print("TK", g.exceptions)
for e in (ValueError(1), ExceptionGroup("a", [ValueError(1), TypeError(2), ExceptionGroup("b", [KeyError(3), ValueError(4)])])):
    run(e)
try:
    run(ExceptionGroup("c", [OSError(5), ValueError(1)]))
except ExceptionGroup as g:
    print("rest", repr(g))
g = ExceptionGroup("m", [ValueError(1), ExceptionGroup("n", [TypeError(2)])]); print(g.split(TypeError), g.subgroup(lambda x: isinstance(x, ValueError)), g.derive([OSError()]), g.message)
for a in ((), ("m",), ("m", []), ("m", [1]), ("m", 5), (1, [ValueError()]), ("m", [KeyboardInterrupt()])):
    try:
        ExceptionGroup(*a)
    except Exception as e:
        print(type(e).__name__, e)
