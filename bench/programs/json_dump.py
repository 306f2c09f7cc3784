"""JSON out: nested lists and dicts, strings with escapes, floats."""
import json


def main():
    rows = [{"id": i, "name": f"row {i}", "tags": ["a", "b\n", "é"], "score": i / 7, "nested": {"ok": True, "none": None, "list": list(range(8))}} for i in range(3000)]
    text = json.dumps(rows)
    pretty = json.dumps(rows[:150], indent=1, sort_keys=True)
    return len(text), len(pretty), text[:90]
