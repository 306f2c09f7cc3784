# The C tokenizer's tokens one by one, and what the runtime says about itself.
import _testinternalcapi
import _tokenize

for source in ("x = 1 + 2\n", "if a:\n    b = '''s\nt'''\nc", "async def f(): await x", "é = 'ü'\n", ""):
    print(repr(source))
    for token in _tokenize.TokenizerIter(source):
        print("   ", token)

for source in ("a\n  b\n c\n", "'open", "1__0", "x = $", "(]"):
    try:
        print(len(list(_tokenize.TokenizerIter(source))))
    except SyntaxError as e:
        print(type(e).__name__, e.msg, e.lineno, e.offset)

for bad in ("a\0b", 3):
    try:
        _tokenize.TokenizerIter(bad)
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e)


def depth(n):
    return _testinternalcapi.get_recursion_depth() if n == 0 else depth(n - 1)


print(depth(5) - depth(0), _testinternalcapi.SIZEOF_PYGC_HEAD)
print(_testinternalcapi.get_config()["code_debug_ranges"])
