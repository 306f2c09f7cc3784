import traceback
try:
    try:
        1 / 0
    except ZeroDivisionError as e:
        raise ValueError('v') from e
except ValueError as e:
    print(''.join(traceback.format_exception(e)))
    print(traceback.extract_tb(e.__traceback__))
