import { int32, int64, ptr } from "../heap/access.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { defineModule } from "../objects/define.ts"
import { PyErr_SetString } from "../objects/errors.ts"
import { argGiven, parseTuple } from "../objects/getargs.ts"
import { PyModule_AddObjectRef } from "../objects/moduleobject.ts"
import { typeName } from "../objects/object.ts"
import { METH } from "../objects/slots.ts"
import { PyExc_TypeError } from "../objects/statictypes.ts"
import { PyType_Ready } from "../objects/typeobject.ts"
import { PyUnicode_Check } from "../objects/unicodeobject.ts"
import { encoderType, py_encode_basestring, py_encode_basestring_ascii } from "./json/encoder.ts"
import { scannerType, withIndex } from "./json/scanner.ts"
import { scanEnd, scanstring_unicode } from "./json/strings.ts"

// Modules/_json.c: the module.

function py_scanstring(_m: Ref, args: Ref): Own {
  const a = parseTuple(args, NULL, "On|i:scanstring", null)
  if (a === 0) return NULL
  const s = ptr(a)
  const strict = argGiven(2) ? int32(a + 16) !== 0 : true
  if (!PyUnicode_Check(s)) return PyErr_SetString(PyExc_TypeError, `first argument must be a string, not ${typeName(s).slice(0, 80)}`)
  const $r = scanstring_unicode(s, int64(a + 8), strict)
  return withIndex($r, scanEnd)
}
function exec(module: Ref): number {
  for (const [name, type] of [
    ["make_scanner", scannerType],
    ["make_encoder", encoderType],
  ] as const)
    if (PyType_Ready(type) < 0 || PyModule_AddObjectRef(module, name, type) < 0) return -1
  return 0
}

defineModule({
  name: "_json",
  doc: "json speedups\n",
  exec,
  methods: [
    [
      "encode_basestring_ascii",
      py_encode_basestring_ascii,
      METH.O,
      "encode_basestring_ascii(string) -> string\n\nThe string's JSON text in ASCII.",
    ],
    ["encode_basestring", py_encode_basestring, METH.O, "encode_basestring(string) -> string\n\nThe string's JSON text."],
    [
      "scanstring",
      py_scanstring,
      METH.VARARGS,
      "scanstring(string, end, strict=True) -> (string, end)\n\nThe string whose JSON text starts behind the quote before end.",
    ],
  ],
})
