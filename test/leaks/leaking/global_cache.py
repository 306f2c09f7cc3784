# holder: CACHE
# Answers are remembered for ever: every request has another key.
CACHE = {}


class Answer:
    def __init__(self, text):
        self.text = text


def answer(question):
    if question not in CACHE:
        words = question.split()
        CACHE[question] = Answer(" ".join(reversed(words)) * 3)  # LEAK
    return CACHE[question].text


total = 0
for i in range(300):
    total += len(answer(f"what is the meaning of number {i}"))
print(total)
