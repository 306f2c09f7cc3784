"""JSON in."""
import json


def main():
    rows = [{"id": i, "name": f"row {i}", "tags": ["a", "b\n", "\u00e9"], "score": i / 7, "nested": {"ok": True, "none": None, "list": list(range(8))}} for i in range(500)]
    text = json.dumps(rows)
    total = 0
    for _ in range(8):
        back = json.loads(text)
        total += sum(row["id"] + len(row["nested"]["list"]) for row in back)
    return total, back == rows
