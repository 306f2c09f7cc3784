"""Record what CPython 3.11 says about the programs of parser-cases.json: rewrites the file in place.

A case is [source, mode, options, result]. Options: "flags" (PyCF bits), "fv" (feature version), "bytes" (the source is bytes,
written as latin-1). A result is the tree as text, or the SyntaxError's fields.
"""
import ast
import json
import pathlib
import sys
import warnings

assert sys.version_info[:2] == (3, 11), "needs CPython 3.11"
warnings.simplefilter("ignore")


def constant(v):
    if v is None or v is True or v is False:
        return str(v)
    if v is Ellipsis:
        return "Ellipsis"
    if type(v) is int:
        return "i%x" % v
    if type(v) is float:
        return "f" + repr(v)
    if type(v) is complex:
        return "c" + repr(v.real) + "," + repr(v.imag)
    return "b" + v.hex() if type(v) is bytes else json.dumps(v)


def dump(v):
    if v is None:
        return "~"
    if isinstance(v, list):
        return "[" + " ".join(map(dump, v)) + "]"
    if isinstance(v, str):
        return json.dumps(v)
    if not isinstance(v, ast.AST):
        return str(v)
    name = type(v).__name__
    if isinstance(v, (ast.expr_context, ast.operator, ast.boolop, ast.unaryop, ast.cmpop)):
        return name
    out = [name]
    if "lineno" in v._attributes:
        out.append("%d:%d-%d:%d" % (v.lineno, v.col_offset, v.end_lineno, v.end_col_offset))
    for f in v._fields:
        x = getattr(v, f, None)
        out.append(constant(x) if f == "value" and name in ("Constant", "MatchSingleton") else dump(x))
    return "(" + " ".join(out) + ")"


def result(source, mode, options):
    try:
        tree = compile(
            source.encode("latin-1") if options.get("bytes") else source,
            "<unknown>",
            mode,
            ast.PyCF_ONLY_AST | options.get("flags", 0),
            _feature_version=options.get("fv", -1),
        )
        return dump(tree)
    except SyntaxError as e:
        return [type(e).__name__, e.msg, e.lineno, e.offset, e.end_lineno, e.end_offset, e.text]


def main():
    path = pathlib.Path(__file__).with_name("parser-cases.json")
    cases = json.loads(path.read_text())
    lines = [json.dumps([s, m, o, result(s, m, o)]) for s, m, o, *_ in cases]
    path.write_text("[\n" + ",\n".join(lines) + "\n]\n")


if __name__ == "__main__":
    main()
