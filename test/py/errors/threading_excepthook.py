import threading
threading.excepthook = lambda a: print('thread hook', a.exc_type.__name__, a.exc_value, a.thread.name)
t = threading.Thread(target=lambda: {}['k'], name='T1')
t.start(); t.join()
print('end')
