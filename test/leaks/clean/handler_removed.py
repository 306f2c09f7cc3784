import io
import logging

log = logging.getLogger("app")
log.propagate = False
log.setLevel(logging.INFO)


def request(number):
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    log.addHandler(handler)
    try:
        log.info("request %d", number)
        return len(stream.getvalue())
    finally:
        log.removeHandler(handler)
        handler.close()


print(sum(request(i) for i in range(100)))
