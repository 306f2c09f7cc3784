"""Strings built by format, f-string, %, join, +=, and methods that scan them."""
import io


def main():
    out = []
    for i in range(15_000):
        out.append(f"{i:05d}|{i / 3:.3f}|{i!r:>8}")
        out.append("%d-%s-%5.2f" % (i, "x", i / 7))
        out.append("{0}:{name:<6}".format(i, name="n"))
    text = "\n".join(out)
    grown = ""
    for line in out[:5000]:
        grown += line
    stream = io.StringIO()
    for line in out[:10_000]:
        stream.write(line)
    fields = sum(len(line.split("|")) + line.startswith("0") + (line.strip().upper().find("X") >= 0) for line in text.splitlines())
    return len(text), len(grown), len(stream.getvalue()), fields, text.translate({45: "+"}).count("+"), hash(text) == hash("".join([text]))
