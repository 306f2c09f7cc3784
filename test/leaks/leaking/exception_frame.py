# holder: failures
# Kept exceptions keep their tracebacks, those the frames, and those the locals: the big buffers.
failures = []


def parse(record):
    buffer = bytearray(2000)
    buffer[0] = len(record)
    return int(record)


def handle(record):
    try:
        return parse(record)
    except ValueError as e:
        failures.append(e)  # LEAK
        return 0


print(sum(handle("x" if i % 2 else str(i)) for i in range(200)))
