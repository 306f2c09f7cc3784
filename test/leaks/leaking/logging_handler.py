# holder: handlers
# Every request adds a handler to the same logger.
import io
import logging

log = logging.getLogger("app")
log.propagate = False
log.setLevel(logging.INFO)


def request(number):
    stream = io.StringIO()
    log.addHandler(logging.StreamHandler(stream))  # LEAK
    if number % 20 == 0:
        log.info("request %d", number)
    return len(stream.getvalue())


print(sum(request(i) for i in range(100)))
