# holder: instances
# Every instance registers itself with its class, and none ever leaves.


class Session:
    instances = set()

    def __init__(self, user):
        self.user = user
        self.data = {"user": user, "items": list(range(30))}
        Session.instances.add(self)  # LEAK


def login(number):
    session = Session(f"user {number}")
    return len(session.data["items"])


print(sum(login(i) for i in range(200)))
