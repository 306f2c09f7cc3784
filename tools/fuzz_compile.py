#!/usr/bin/env python3
"""Compare compile() of two interpreters on random sources: what is accepted, the code made, the error's text and place, the warnings.

    python3 tools/fuzz_compile.py [--seed S] [--count N] [--kind bytes|tokens|mutants|all] [--runtime CMD] [--corpus DIR] [--save DIR]

Runs under CPython 3.11, which is the measure. Each batch is made from its own seed (printed with every difference), written to a file
and read by one process of each interpreter, so `--seed S --count 1000` repeats batch S exactly. A crash or a hang costs one input: the
runtime starts again behind it. Exit status 1 when anything differed.
"""
import argparse
import json
import pathlib
import random
import re
import shlex
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
BATCH = 1000
KINDS = ("bytes", "tokens", "mutants")

# ---- in the child: compile every input of a file ----------------------------------------------------------------------------


def shape(code):
    """All that a code object is, in a form that does not depend on the hash seed."""

    def constant(v):
        if hasattr(v, "co_code"):
            return shape(v)
        if isinstance(v, tuple):
            return ["tuple", [constant(x) for x in v]]
        if isinstance(v, frozenset):
            return ["frozenset", sorted(map(repr, v))]
        return [type(v).__name__, hex(v) if type(v) is int else ascii(v)]

    return [
        code.co_name, code.co_qualname, code.co_firstlineno, code.co_flags, code.co_stacksize, code.co_argcount,
        code.co_posonlyargcount, code.co_kwonlyargcount, code.co_names, code.co_varnames, code.co_cellvars, code.co_freevars,
        code.co_code.hex(), code.co_linetable.hex(), code.co_exceptiontable.hex(), [constant(c) for c in code.co_consts],
    ]  # fmt: skip


def verdict(source, mode):
    import warnings
    import zlib

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            code = compile(source, "<fuzz>", mode, dont_inherit=True)
            result = ["ok", zlib.crc32(ascii(shape(code)).encode())]
        except SyntaxError as e:
            result = [type(e).__name__, e.msg, e.lineno, e.offset, e.end_lineno, e.end_offset, e.text]
        except Exception as e:
            result = [type(e).__name__, str(e)]
    return [result, [[w.category.__name__, str(w.message), w.lineno] for w in caught]]


def child(path, first):
    sys.stdout.reconfigure(encoding="ascii", errors="backslashreplace")
    with open(path, encoding="ascii") as f:
        inputs = json.load(f)
    for i in range(first, len(inputs)):
        text, is_bytes, mode = inputs[i]
        print(">", i, flush=True)
        print(ascii(verdict(text.encode("latin-1") if is_bytes else text, mode)), flush=True)


# ---- in the parent: make inputs ---------------------------------------------------------------------------------------------

WORDS = (
    "False None True and as assert async await break class continue def del elif else except finally for from global if import in is "
    "lambda nonlocal not or pass raise return try while with yield match case _ print exec x y z self __debug__ a.b f(x) x[0] *a **k "
    "+ - * / // % @ & | ^ ~ << >> < > <= >= == != -> += -= *= /= //= %= @= &= |= ^= >>= <<= **= ** := = . , : ; ... ( ) [ ] { } ! ? $ ` "
    "0 1 2.5 1e9 0x1f 0b102 0o9 1_000 1__0 07 1j 5L 0_ 1e 0xg 1.e-5 .5 "
    "'s' \"t\" '''q''' b'b' r'\\d' f'{x}' f'{x!r:>{w}}' f'{' f'}' f'{x=}' f'{a b}' 'open u'u' b'\xe9' '\\N{DASH}' '\\x1' rb'\\' f'''{\n1}''' "
    "# #c #type:ignore \\ \t \x0c \xe9 \u20ac \u0660 \U0001f600 \xa0 \u201c e\u0301 \ufb01"
).split(" ")
LAYOUT = ["\n", "\n", "\n", "\n    ", "\n    ", "\n        ", "\n\t", "\n  ", "\\\n", "\r\n", "\r", "\n\n", " ", ""]
STARTS = [
    "def f(", "class C(", "if x", "for i in ", "while ", "with open(x) as f", "try:\n    pass\nexcept ", "lambda ", "import ", "from a import ",
    "f'{", "x = ", "del ", "return ", "@d\n", "match x:\n    case ", "async def f():\n    ", "print ", "(x for x in ", "{x: y ", "[x, ",
    "from __future__ import ", "global ", "nonlocal ", "try:\n    pass\nexcept* ", "f(a=", "def f(a, /, b, *, c", "x: ", "raise ", "assert ",
]  # fmt: skip
COOKIES = ["# coding: latin-1\n", "# -*- coding: utf-8 -*-\n", "#coding=nonsense\n", "\xef\xbb\xbf", "# coding: ascii\n", "\xef\xbb\xbf# coding: latin-1\n"]


def random_bytes(r, _corpus):
    n = r.choice((1, 2, 4, 8, 16, 40))
    how = r.random()
    if how < 0.3:
        data = bytes(r.randrange(256) for _ in range(n))
    elif how < 0.6:
        data = bytes(r.choice(b" \t\n\r\x0c\\()[]{}'\"#:;,.=+-*@!~0123456789abefnrtuxN_\x00\xc3\xa9\xff") for _ in range(n))
    else:
        data = bytes(r.randrange(32, 127) for _ in range(n))
    if r.random() < 0.1:
        data = r.choice(COOKIES).encode("latin-1") + data
    return data


def random_tokens(r, _corpus):
    parts = [r.choice(STARTS)] if r.random() < 0.6 else []
    for _ in range(r.choice((1, 2, 3, 5, 8, 15))):
        parts.append(r.choice(WORDS))
        parts.append(r.choice(LAYOUT) if r.random() < 0.25 else " ")
    if r.random() < 0.5:
        parts.append("\n")
    return "".join(parts)


def chunk(r, corpus):
    """Some lines of a library file, moved to the left."""
    lines = r.choice(corpus)
    n = r.choice((1, 2, 3, 5, 10, 25))
    at = r.randrange(len(lines))
    some = lines[at : at + n]
    indent = len(some[0]) - len(some[0].lstrip())
    return "".join(line[indent:] if not line[:indent].strip() else line for line in some)


def mutate(r, s):
    tokens = re.findall(r"\w+|\s+|[^\w\s]", s)
    for _ in range(r.choice((0, 1, 1, 1, 2, 3))):
        if not tokens:
            break
        i = r.randrange(len(tokens))
        how = r.randrange(7)
        if how == 0:
            del tokens[i]
        elif how == 1:
            tokens.insert(i, r.choice(WORDS))
        elif how == 2:
            tokens[i] = r.choice(WORDS)
        elif how == 3:
            j = r.randrange(len(tokens))
            tokens[i], tokens[j] = tokens[j], tokens[i]
        elif how == 4:
            tokens.insert(i, tokens[i])
        elif how == 5:
            tokens.insert(i, r.choice(LAYOUT))
        else:
            del tokens[i + 1 :]
    return "".join(tokens)


def mutant(r, corpus):
    return mutate(r, chunk(r, corpus))


MAKERS = {"bytes": random_bytes, "tokens": random_tokens, "mutants": mutant}


def make_input(r, kind, corpus):
    """[text, is_bytes, mode]; bytes travel as latin-1 text."""
    source = MAKERS[kind](r, corpus)
    mode = r.choices(("exec", "eval", "single"), (8, 1, 1))[0]
    as_bytes = r.random() < 0.5
    if isinstance(source, bytes) and not as_bytes:
        try:
            return [source.decode(), False, mode]
        except UnicodeDecodeError:
            return [source.decode("latin-1"), True, mode]
    if as_bytes and isinstance(source, str):
        source = source.encode("utf-8", "surrogatepass")
    return [source.decode("latin-1"), True, mode] if as_bytes else [source, False, mode]


# ---- in the parent: run and compare ------------------------------------------------------------------------------------------


def run(command, path, count, timeout):
    """What the interpreter said to each input; None and how it died where it said nothing."""
    said = [None] * count
    deaths = {}
    first = 0
    while first < count:
        try:
            p = subprocess.run([*command, __file__, "--child", path, str(first)], capture_output=True, timeout=timeout)
            out, why = p.stdout, f"exit {p.returncode}: {p.stderr.decode(errors='replace')[-600:]}"
        except subprocess.TimeoutExpired as e:
            out, why = e.stdout or b"", "hangs"
        at = first - 1
        for line in out.decode("ascii", "replace").splitlines():
            if line.startswith("> "):
                at = int(line[2:])
            else:
                said[at] = line
        if at + 1 >= count and said[-1] is not None:
            break
        at = max(at, first)
        deaths[at] = why
        first = at + 1
    return said, deaths


def read_corpus(folder):
    corpus = []
    for file in sorted(pathlib.Path(folder).rglob("*.py")):
        try:
            lines = file.read_text("utf-8").splitlines(True)
        except UnicodeDecodeError:
            continue
        if lines:
            corpus.append(lines)
    return corpus


def main():
    if sys.argv[1:2] == ["--child"]:
        return child(sys.argv[2], int(sys.argv[3]))
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--count", type=int, default=BATCH)
    ap.add_argument("--kind", choices=(*KINDS, "all"), default="all")
    ap.add_argument("--runtime", default=str(ROOT / "bin" / "moult"))
    ap.add_argument("--corpus", default=pathlib.Path(json.__file__).parent.parent, help="folder of Python files to mutate")
    ap.add_argument("--save", help="folder for the inputs that differ")
    ap.add_argument("--timeout", type=float, default=300)
    a = ap.parse_args()
    corpus = read_corpus(a.corpus) if a.kind in ("mutants", "all") else []
    total = accepted = different = 0
    for seed in range(a.seed, a.seed + (a.count + BATCH - 1) // BATCH):
        r = random.Random(seed)
        kinds = KINDS if a.kind == "all" else (a.kind,)
        n = min(BATCH, a.count - (seed - a.seed) * BATCH)
        inputs = [make_input(r, kinds[i % len(kinds)], corpus) for i in range(n)]
        with tempfile.TemporaryDirectory() as work:
            path = f"{work}/inputs.json"
            pathlib.Path(path).write_text(json.dumps(inputs), encoding="ascii")
            want, _ = run([sys.executable], path, n, a.timeout)
            got, deaths = run(shlex.split(a.runtime), path, n, a.timeout)
        for i, (w, g) in enumerate(zip(want, got)):
            accepted += w is not None and w.startswith("[['ok'")
            if w == g:
                continue
            different += 1
            print(f"seed {seed} input {i} {inputs[i][2]} {'bytes' if inputs[i][1] else 'str'}: {ascii(inputs[i][0])[:1500]}")
            print(f"   cpython: {w}\n   moult:   {g if g is not None else deaths.get(i, 'nothing')}", flush=True)
            if a.save:
                pathlib.Path(a.save).mkdir(parents=True, exist_ok=True)
                pathlib.Path(a.save, f"{seed}-{i}.json").write_text(json.dumps(inputs[i]))
        total += n
        print(f"seed {seed}: {total} inputs, {accepted} accepted by CPython, {different} differ", flush=True)
    sys.exit(different > 0)


if __name__ == "__main__":
    main()
