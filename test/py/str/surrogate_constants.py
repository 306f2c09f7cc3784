import ast
# surrogates and big constants
for src in (r"'\ud800\udc00'", r"'\ud83d\ude00x'", r"'a' '\ud800' '\udc00'", r"f'\ud800{1}\udc00'", r"f'\ud800\udc00'", r"'\U0001F600\ud83d'", r"b'x'", r"('\ud800'  '\udc00')"):
    v = eval(src); print(src, len(v), ascii(v))
c = compile(r"x = '\ud800\udc00'; y = '\ud800' + '\udc00'", '', 'exec')
print(ascii(c.co_consts), [len(k) for k in c.co_consts if isinstance(k,str)])
n = eval("10**4000"); print(n == pow(10, 4000))
try:
    print(len(compile("10**4000", "", "exec").co_consts), compile("10**4000", "", "eval").co_code.hex())
    print(compile("2**100", "", "eval").co_consts, compile("1<<200", "", "eval").co_consts, compile("'a'*3000","","eval").co_consts[:2], compile("10**30*10**30","","eval").co_consts)
except Exception as e: print(repr(e))
print(ascii(ast.literal_eval(r"'\ud800\udc00'")), ascii(ast.parse(r"'\ud800\udc00'").body[0].value.value))
import marshal
print(marshal.loads(marshal.dumps('\ud800\udc00')) == '\ud800\udc00', len(marshal.loads(marshal.dumps(c)).co_consts[0]))
print(len("\ud800" "\udc00"), len('%s%s' % ('\ud800', '\udc00')), len('\ud800'+'\udc00'))
print(eval(repr('\ud83d\ude00')) == '\ud83d\ude00')
print(ascii(compile("def f():\n '''\\ud800\\udc00'''", '', 'exec').co_consts[0].co_consts))
