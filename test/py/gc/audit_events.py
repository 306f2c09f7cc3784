# gc.get_objects, get_referrers and get_referents tell the audit hooks.
import gc
import sys

seen = []


def hook(event, args):
    if event.startswith("gc."):
        seen.append((event, args))


sys.addaudithook(hook)
gc.get_objects()
gc.get_objects(generation=1)
gc.get_referrers(seen, hook)
gc.get_referents("x")
for event, args in seen:
    print(event, len(args), type(args[0]).__name__)
