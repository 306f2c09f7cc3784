import traceback, sys
def f():
    return [][0]
try:
    f()
except IndexError:
    traceback.print_exc(file=sys.stdout)
try:
    eval('1 +')
except SyntaxError:
    traceback.print_exc(file=sys.stdout)
