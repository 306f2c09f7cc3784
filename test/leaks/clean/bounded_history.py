from collections import deque

history = deque(maxlen=50)


def handle(number):
    history.append(f"request {number} " * 5)
    return len(history)


print(sum(handle(i) for i in range(500)))
