import traceback
def f(x):
    return x.a + x['b'] * (1 / x)
for v in (0, {}, type('T', (), {'a': 1})()):
    try:
        f(v)
    except Exception as e:
        print(''.join(traceback.format_exception(e)))
