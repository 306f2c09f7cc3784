try:
    raise KeyboardInterrupt
except KeyboardInterrupt as e:
    print('caught', repr(e))
raise SystemExit(0)
