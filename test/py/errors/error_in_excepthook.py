import sys
def hook(*a):
    raise KeyError('hook')
sys.excepthook = hook
1 / 0
