# glibc's widths and flags.
import datetime
import time

t = time.struct_time((7, 3, 4, 5, 6, 7, 6, 63, 0))
for f in ("%4Y", "%Y", "%_5d", "%05d", "%3H|%10A|%^a|%-d", "%12B|"):
    print(repr(time.strftime(f, t)), repr(datetime.datetime(7, 3, 4, 5).strftime(f)))
