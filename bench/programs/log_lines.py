"""The logging package: records made, formatted and dropped."""
import io
import logging


def main():
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(levelname)s:%(name)s:%(message)s"))
    log = logging.Logger("bench")
    log.addHandler(handler)
    for i in range(3000):
        log.warning("hello %d of %s", i, "many")
        log.debug("never %s", i)
    log.setLevel(logging.ERROR)
    for i in range(20000):
        log.info("dropped %d", i)
    text = stream.getvalue()
    return len(text), text.count("WARNING:bench:hello"), text[-20:]
