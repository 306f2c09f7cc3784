import { double, memcpy, memset, ptr, setbyte, setint32, ssize } from "../../heap/access.ts"
import { PyObject } from "../../heap/layout.ts"
import { PyObject_Free } from "../../heap/obmalloc.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF } from "../../heap/refcount.ts"
import { singleBits } from "../../base/double.ts"
import { defineLateType } from "../../objects/define.ts"
import { PyErr_SetString } from "../../objects/errors.ts"
import { PyArg_ParseTupleAndKeywords } from "../../objects/getargs.ts"
import { _PyObject_New, PyObject_GenericGetAttr, PyObject_GenericSetAttr } from "../../objects/object.ts"
import { T } from "../../objects/slots.ts"
import { PyExc_ValueError } from "../../objects/statictypes.ts"

// _testcapi: an object with one C field of each kind that a PyMemberDef can name.

const enum Field {
  bool = PyObject.SIZE,
  byte = Field.bool + 1,
  ubyte = Field.bool + 2,
  short = Field.bool + 4,
  ushort = Field.bool + 6,
  int = Field.bool + 8,
  uint = Field.bool + 12,
  long = Field.bool + 16,
  ulong = Field.bool + 24,
  pyssizet = Field.bool + 32,
  float = Field.bool + 40,
  double = Field.bool + 48,
  inplace = Field.bool + 56,
  longlong = Field.bool + 64,
  ulonglong = Field.bool + 72,
  SIZE = Field.bool + 80,
}
const KEYWORDS = [
  "T_BOOL",
  "T_BYTE",
  "T_UBYTE",
  "T_SHORT",
  "T_USHORT",
  "T_INT",
  "T_UINT",
  "T_LONG",
  "T_ULONG",
  "T_PYSSIZET",
  "T_FLOAT",
  "T_DOUBLE",
  "T_STRING_INPLACE",
  "T_LONGLONG",
  "T_ULONGLONG",
]
/** Slots of the format that go to a field as they are: [slot, field, bytes]. */
const COPIED: readonly (readonly [number, number, number])[] = [
  [0, Field.bool, 1],
  [1, Field.byte, 1],
  [2, Field.ubyte, 1],
  [3, Field.short, 2],
  [4, Field.ushort, 2],
  [5, Field.int, 4],
  [6, Field.uint, 4],
  [7, Field.long, 8],
  [8, Field.ulong, 8],
  [9, Field.pyssizet, 8],
  [11, Field.double, 8],
  [14, Field.longlong, 8],
  [15, Field.ulonglong, 8],
]
function test_structmembers_new(type: Ref, args: Ref, kwargs: Ref): Own {
  const $ob = _PyObject_New(type)
  if ($ob === NULL) return NULL
  memset($ob + Field.bool, 0, Field.SIZE - Field.bool)
  const a = PyArg_ParseTupleAndKeywords(args, kwargs, "|bbBhHiIlknfds#LK", KEYWORDS)
  if (a === 0) {
    Py_DECREF($ob)
    return NULL
  }
  for (const [slot, field, n] of COPIED) memcpy($ob + field, a + 8 * slot, n)
  setint32($ob + Field.float, singleBits(double(a + 80)))
  const text = ptr(a + 96)
  if (text !== 0) {
    const n = ssize(a + 104)
    if (n > 5) {
      Py_DECREF($ob)
      return PyErr_SetString(PyExc_ValueError, "string too long")
    }
    memcpy($ob + Field.inplace, text, n)
    setbyte($ob + Field.inplace + n, 0)
  }
  return $ob
}
function test_structmembers_free(self: Ref): void {
  PyObject_Free(self)
}
export const test_structmembersType = defineLateType({
  name: "test_structmembersType",
  doc: "Type containing all structmember types",
  basicsize: Field.SIZE,
  dealloc: test_structmembers_free,
  getattro: PyObject_GenericGetAttr,
  setattro: PyObject_GenericSetAttr,
  new: test_structmembers_new,
  members: [
    ["T_BOOL", T.BOOL, Field.bool, 0],
    ["T_BYTE", T.BYTE, Field.byte, 0],
    ["T_UBYTE", T.UBYTE, Field.ubyte, 0],
    ["T_SHORT", T.SHORT, Field.short, 0],
    ["T_USHORT", T.USHORT, Field.ushort, 0],
    ["T_INT", T.INT, Field.int, 0],
    ["T_UINT", T.UINT, Field.uint, 0],
    ["T_LONG", T.LONG, Field.long, 0],
    ["T_ULONG", T.ULONG, Field.ulong, 0],
    ["T_PYSSIZET", T.PYSSIZET, Field.pyssizet, 0],
    ["T_FLOAT", T.FLOAT, Field.float, 0],
    ["T_DOUBLE", T.DOUBLE, Field.double, 0],
    ["T_STRING_INPLACE", T.STRING_INPLACE, Field.inplace, 0],
    ["T_LONGLONG", T.LONGLONG, Field.longlong, 0],
    ["T_ULONGLONG", T.ULONGLONG, Field.ulonglong, 0],
  ],
})
