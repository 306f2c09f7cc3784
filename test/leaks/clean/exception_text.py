failures = {}


def parse(record):
    buffer = bytearray(2000)
    buffer[0] = len(record)
    return int(record)


def handle(record):
    try:
        return parse(record)
    except ValueError as e:
        failures[str(e)] = failures.get(str(e), 0) + 1
        return 0


print(sum(handle("x" if i % 2 else str(i)) for i in range(200)), failures)
