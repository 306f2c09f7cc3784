import sys
def f():
    g()
def g():
    raise ValueError("here")
try:
    f()
except ValueError as e:
    tb = e.__traceback__
    while tb:
        print(tb.tb_frame.f_code.co_name, tb.tb_lineno); tb = tb.tb_next
    print(sys.exc_info()[0], sys.exception() is e)
print(sys.exc_info(), sys.exception())
