import atexit, sys
atexit.register(print, 'atexit')
try:
    sys.exit(3)
finally:
    print('finally')
