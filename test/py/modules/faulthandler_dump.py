import faulthandler
import re
import tempfile
import time


def f(file):
    faulthandler.dump_traceback(file, all_threads=False)


def text(file):
    file.seek(0)
    return re.sub(r'File ".*/', 'File "', re.sub("0x[0-9a-f]+", "0x", file.read()))


print(faulthandler.is_enabled(), faulthandler.enable(file=1), faulthandler.is_enabled(), faulthandler.disable(), faulthandler.disable())
with tempfile.TemporaryFile("w+") as file:
    f(file)
    print(text(file))
with tempfile.TemporaryFile("w+") as file:
    faulthandler.dump_traceback(file=file)
    print(text(file))
with tempfile.TemporaryFile("w+") as file:
    faulthandler.dump_traceback_later(0.05, file=file)
    end = time.monotonic() + 0.5
    while time.monotonic() < end:
        pass
    faulthandler.cancel_dump_traceback_later()
    t = text(file)
    print(t.splitlines()[:2], "in <module>" in t)
for bad in (lambda: faulthandler.dump_traceback_later(0), lambda: faulthandler.dump_traceback(-5), lambda: faulthandler.register(11), lambda: faulthandler.register(99), lambda: faulthandler.dump_traceback("x")):
    try:
        bad()
    except (ValueError, RuntimeError, AttributeError) as e:
        print(type(e).__name__, e)
import os
import signal
with tempfile.TemporaryFile("w+") as file:
    faulthandler.register(signal.SIGUSR1, file, all_threads=False)
    os.kill(os.getpid(), signal.SIGUSR1)
    time.sleep(0.05)
    print("most recent call first" in text(file), faulthandler.unregister(signal.SIGUSR1), faulthandler.unregister(signal.SIGUSR1))
