import traceback
try:
    raise ExceptionGroup('eg', [ValueError('a'), ExceptionGroup('in', [KeyError('b')])])
except ExceptionGroup as e:
    print(''.join(traceback.format_exception(e)))
