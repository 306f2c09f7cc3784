import atexit
atexit.register(lambda: print('second'))
atexit.register(lambda: print('first'))
exit(9)
