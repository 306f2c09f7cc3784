import csv
import io


def write(rows, **kw):
    out = io.StringIO()
    w = csv.writer(out, **kw)
    for row in rows:
        try:
            w.writerow(row)
        except Exception as e:
            out.write(f"<{type(e).__name__}: {e}>")
    return out.getvalue()


rows = [["a", 1, 2.5, None, ""], ["x,y", 'q"q', "new\nline", " s "], [], [""], [None], ["é€😀"]]
print(repr(write(rows)))
print(repr(write(rows, quoting=csv.QUOTE_ALL)))
print(repr(write(rows, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")))
print(repr(write(rows, quoting=csv.QUOTE_NONE)))
print(repr(write(rows, quoting=csv.QUOTE_NONE, escapechar="\\")))
print(repr(write(rows, doublequote=False)))
print(repr(write(rows, doublequote=False, escapechar="!")))
print(repr(write(rows, dialect="unix")))
print(repr(write([5, "str", iter([1, 2])])))
out = io.StringIO()
w = csv.DictWriter(out, ["a", "b"], restval="-")
w.writeheader()
w.writerows([{"a": 1}, {"a": 2, "b": 3}])
print(repr(out.getvalue()))
try:
    w.writerow({"z": 1})
except ValueError as e:
    print(e)
try:
    csv.writer(3)
except TypeError as e:
    print(e)
big = ["x" * 40000, "y" * 40000]
out = io.StringIO()
csv.writer(out).writerow(big)
print(len(out.getvalue()))
print(csv.writer(out).writerow(["abc"]))
