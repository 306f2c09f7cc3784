# holder: callbacks
# Each job leaves a closure behind, and with it the job's whole input.
callbacks = []


def submit(number):
    data = [number] * 200
    summary = sum(data)

    def on_error():
        return data

    callbacks.append(on_error)  # LEAK
    return summary


print(sum(submit(i) for i in range(200)))
