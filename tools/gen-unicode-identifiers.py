# Prints the Unicode 14 ranges used by src/frontend/identifiers.ts, delta-coded in base 36 (gap,length pairs).
import unicodedata
assert unicodedata.unidata_version == "14.0.0"
D = "0123456789abcdefghijklmnopqrstuvwxyz"
def b36(n):
    s = ""
    while True:
        s = D[n % 36] + s
        n //= 36
        if not n: return s
def ranges(pred):
    out, prev, c = [], 128, 128
    while c < 0x110000:
        if pred(c):
            s = c
            while c < 0x110000 and pred(c): c += 1
            out.append(b36(s - prev) + (" " + b36(c - s) if c - s != 1 else ""))
            prev = c
        else: c += 1
    return ",".join(out)
start = lambda c: chr(c).isidentifier()
cont = lambda c: ("a" + chr(c)).isidentifier()
nonprint = lambda c: not chr(c).isprintable()
extra = lambda c: cont(c) and not start(c)
import textwrap
def lit(name, s):
    lines = textwrap.wrap(s, 136, break_long_words=False, break_on_hyphens=False)
    # wrap at commas
    parts, cur = [], ""
    for item in s.split(","):
        if len(cur) + len(item) + 1 > 132: parts.append(cur); cur = ""
        cur += ("," if cur or parts else "") + item if cur or parts else item
    parts.append(cur)
    return f"const {name} =\n" + " +\n".join('  "%s"' % p for p in parts) + "\n"
print("// Generated from Unicode 14.0.0 by tools/gen-unicode-identifiers.py: ranges above U+007F as \"gap length\" pairs in base 36")
print("// (the length is left out when it is 1), each gap counted from the end of the range before.\n")
print("/** XID_Start. */\nexport " + lit("XID_START", ranges(start)))
print("/** XID_Continue without XID_Start. */\nexport " + lit("XID_CONTINUE", ranges(extra)))
print("/** What str.isprintable() refuses. */\nexport " + lit("NON_PRINTABLE", ranges(nonprint)), end="")
