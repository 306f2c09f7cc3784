import functools


@functools.lru_cache(maxsize=32)
def answer(question):
    return " ".join(reversed(question.split())) * 3


print(sum(len(answer(f"what is the meaning of number {i}")) for i in range(400)))
