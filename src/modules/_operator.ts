import { int32, ptr, ssize } from "../heap/access.ts"
import { calloca, cstackMark, cstackReset } from "../heap/cstack.ts"
import { Py_buffer } from "../heap/layout.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_NewRef } from "../heap/refcount.ts"
import { u8 } from "../heap/views.ts"
import {
  PyBuffer_Release,
  PyNumber_Absolute,
  PyNumber_Add,
  PyNumber_And,
  PyNumber_FloorDivide,
  PyNumber_Index,
  PyNumber_InPlaceAdd,
  PyNumber_InPlaceAnd,
  PyNumber_InPlaceFloorDivide,
  PyNumber_InPlaceLshift,
  PyNumber_InPlaceMatrixMultiply,
  PyNumber_InPlaceMultiply,
  PyNumber_InPlaceOr,
  PyNumber_InPlacePower,
  PyNumber_InPlaceRemainder,
  PyNumber_InPlaceRshift,
  PyNumber_InPlaceSubtract,
  PyNumber_InPlaceTrueDivide,
  PyNumber_InPlaceXor,
  PyNumber_Invert,
  PyNumber_Lshift,
  PyNumber_MatrixMultiply,
  PyNumber_Multiply,
  PyNumber_Negative,
  PyNumber_Or,
  PyNumber_Positive,
  PyNumber_Power,
  PyNumber_Remainder,
  PyNumber_Rshift,
  PyNumber_Subtract,
  PyNumber_TrueDivide,
  PyNumber_Xor,
  PyObject_CheckBuffer,
  PyObject_DelItem,
  PyObject_GetBuffer,
  PyObject_GetItem,
  PyObject_LengthHint,
  PyObject_SetItem,
  PySequence_Concat,
  PySequence_Contains,
  PySequence_Count,
  PySequence_Index,
  PySequence_InPlaceConcat,
} from "../objects/abstract.ts"
import { PyBool_FromLong } from "../objects/boolobject.ts"
import { PyObject_Vectorcall } from "../objects/call.ts"
import { defineModule, type MethodSpec } from "../objects/define.ts"
import { PyErr_Occurred, PyErr_SetString } from "../objects/errors.ts"
import { _PyArg_CheckPositional } from "../objects/getargs.ts"
import { PyLong_FromLong } from "../objects/longobject.ts"
import { PyModule_AddType } from "../objects/moduleobject.ts"
import { PyObject_IsTrue, PyObject_Not, PyObject_RichCompare, typeName } from "../objects/object.ts"
import { METH, Py, PY_VECTORCALL_ARGUMENTS_OFFSET } from "../objects/slots.ts"
import { ssizeArg } from "../objects/ssizearg.ts"
import { Py_None, PyExc_BufferError, PyExc_TypeError } from "../objects/statictypes.ts"
import { PyUnicode_Check, PyUnicode_DATA, PyUnicode_GET_LENGTH, PyUnicode_IS_ASCII } from "../objects/unicodeobject.ts"
import { attrgetter_type, itemgetter_type, methodcaller_type } from "./operator/getters.ts"

// Modules/_operator.c. operator/getters.ts: the three callable types.

type Unary = (a: Ref) => Own
type Binary = (a: Ref, b: Ref) => Own

/** A method of one operand. */
function unary(name: string, f: Unary, doc: string): MethodSpec {
  return [name, (_m: Ref, a: Ref): Own => f(a), METH.O, `($module, a, /)\n--\n\n${doc}`]
}
/** A method of two operands. */
function binary(name: string, f: Binary, doc: string): MethodSpec {
  const call = (_m: Ref, args: number, nargs: number): Own =>
    _PyArg_CheckPositional(name, nargs, 2, 2) ? f(ptr(args), ptr(args + 8)) : NULL
  return [name, call, METH.FASTCALL, `($module, a, b, /)\n--\n\n${doc}`]
}
/** A truth value, -1 with the error set, as an object. */
function truth(r: number): Own {
  return r < 0 ? NULL : PyBool_FromLong(r)
}
function comparison(name: string, op: Py, sign: string): MethodSpec {
  return binary(name, (a, b) => PyObject_RichCompare(a, b, op), `Same as a ${sign} b.`)
}

function setitem(_m: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("setitem", nargs, 3, 3)) return NULL
  return PyObject_SetItem(ptr(args), ptr(args + 8), ptr(args + 16)) === -1 ? NULL : Py_NewRef(Py_None)
}
function length_hint(_m: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("length_hint", nargs, 1, 2)) return NULL
  let deflt = 0
  if (nargs > 1) {
    deflt = ssizeArg(ptr(args + 8))
    if (deflt === -1 && PyErr_Occurred()) return NULL
  }
  const n = PyObject_LengthHint(ptr(args), deflt)
  return n === -1 && PyErr_Occurred() ? NULL : PyLong_FromLong(n)
}
function call(_m: Ref, args: number, nargs: number, kwnames: Ref): Own {
  if (!_PyArg_CheckPositional("call", nargs, 1, 2147483647)) return NULL
  return PyObject_Vectorcall(ptr(args), args + 8, (nargs - 1) | PY_VECTORCALL_ARGUMENTS_OFFSET, kwnames)
}

/** Equality in a time that depends on the second operand's length only. */
function tscmp(a: number, b: number, na: number, nb: number): number {
  let result = na === nb ? 0 : 1
  const left = na === nb ? a : b
  for (let i = 0; i < nb; i++) result |= u8[left + i] ^ u8[b + i]
  return result === 0 ? 1 : 0
}
function compareBuffers(a: Ref, b: Ref, va: number, vb: number): Own {
  if (PyObject_GetBuffer(a, va, 0) === -1) return NULL
  let $result: Own = NULL
  if (int32(va + Py_buffer.ndim) > 1) PyErr_SetString(PyExc_BufferError, "Buffer must be single dimension")
  else if (PyObject_GetBuffer(b, vb, 0) !== -1) {
    if (int32(vb + Py_buffer.ndim) > 1) PyErr_SetString(PyExc_BufferError, "Buffer must be single dimension")
    else $result = PyBool_FromLong(tscmp(ptr(va), ptr(vb), ssize(va + Py_buffer.len), ssize(vb + Py_buffer.len)))
    PyBuffer_Release(vb)
  }
  PyBuffer_Release(va)
  return $result
}
function _compare_digest(a: Ref, b: Ref): Own {
  if (PyUnicode_Check(a) && PyUnicode_Check(b)) {
    if (!PyUnicode_IS_ASCII(a) || !PyUnicode_IS_ASCII(b)) {
      return PyErr_SetString(PyExc_TypeError, "comparing strings with non-ASCII characters is not supported")
    }
    return PyBool_FromLong(tscmp(PyUnicode_DATA(a), PyUnicode_DATA(b), PyUnicode_GET_LENGTH(a), PyUnicode_GET_LENGTH(b)))
  }
  if (!PyObject_CheckBuffer(a) && !PyObject_CheckBuffer(b)) {
    return PyErr_SetString(
      PyExc_TypeError,
      `unsupported operand types(s) or combination of types: '${typeName(a).slice(0, 100)}' and '${typeName(b).slice(0, 100)}'`,
    )
  }
  const mark = cstackMark()
  const $result = compareBuffers(a, b, calloca(Py_buffer.SIZE), calloca(Py_buffer.SIZE))
  cstackReset(mark)
  return $result
}

function count(n: number): Own {
  return n === -1 && PyErr_Occurred() ? NULL : PyLong_FromLong(n)
}

function operator_exec(module: Ref): number {
  for (const type of [attrgetter_type, itemgetter_type, methodcaller_type]) if (PyModule_AddType(module, type) < 0) return -1
  return 0
}

defineModule({
  name: "_operator",
  doc: "Operator interface.\n\nFunctions that are the operators of Python: operator.add(x, y) is the expression x+y.",
  methods: [
    unary("truth", (a) => truth(PyObject_IsTrue(a)), "Return True if a is true, False otherwise."),
    binary("contains", (a, b) => truth(PySequence_Contains(a, b)), "Same as b in a (note reversed operands)."),
    binary("indexOf", (a, b) => count(PySequence_Index(a, b)), "Return the first index of b in a."),
    binary("countOf", (a, b) => count(PySequence_Count(a, b)), "Return the number of items in a which are, or which equal, b."),
    binary("is_", (a, b) => PyBool_FromLong(a === b ? 1 : 0), "Same as a is b."),
    binary("is_not", (a, b) => PyBool_FromLong(a !== b ? 1 : 0), "Same as a is not b."),
    unary("index", (a) => PyNumber_Index(a), "Same as a.__index__()"),
    binary("add", (a, b) => PyNumber_Add(a, b), "Same as a + b."),
    binary("sub", (a, b) => PyNumber_Subtract(a, b), "Same as a - b."),
    binary("mul", (a, b) => PyNumber_Multiply(a, b), "Same as a * b."),
    binary("matmul", (a, b) => PyNumber_MatrixMultiply(a, b), "Same as a @ b."),
    binary("floordiv", (a, b) => PyNumber_FloorDivide(a, b), "Same as a // b."),
    binary("truediv", (a, b) => PyNumber_TrueDivide(a, b), "Same as a / b."),
    binary("mod", (a, b) => PyNumber_Remainder(a, b), "Same as a % b."),
    unary("neg", (a) => PyNumber_Negative(a), "Same as -a."),
    unary("pos", (a) => PyNumber_Positive(a), "Same as +a."),
    unary("abs", (a) => PyNumber_Absolute(a), "Same as abs(a)."),
    unary("inv", (a) => PyNumber_Invert(a), "Same as ~a."),
    unary("invert", (a) => PyNumber_Invert(a), "Same as ~a."),
    binary("lshift", (a, b) => PyNumber_Lshift(a, b), "Same as a << b."),
    binary("rshift", (a, b) => PyNumber_Rshift(a, b), "Same as a >> b."),
    unary("not_", (a) => truth(PyObject_Not(a)), "Same as not a."),
    binary("and_", (a, b) => PyNumber_And(a, b), "Same as a & b."),
    binary("xor", (a, b) => PyNumber_Xor(a, b), "Same as a ^ b."),
    binary("or_", (a, b) => PyNumber_Or(a, b), "Same as a | b."),
    binary("iadd", (a, b) => PyNumber_InPlaceAdd(a, b), "Same as a += b."),
    binary("isub", (a, b) => PyNumber_InPlaceSubtract(a, b), "Same as a -= b."),
    binary("imul", (a, b) => PyNumber_InPlaceMultiply(a, b), "Same as a *= b."),
    binary("imatmul", (a, b) => PyNumber_InPlaceMatrixMultiply(a, b), "Same as a @= b."),
    binary("ifloordiv", (a, b) => PyNumber_InPlaceFloorDivide(a, b), "Same as a //= b."),
    binary("itruediv", (a, b) => PyNumber_InPlaceTrueDivide(a, b), "Same as a /= b."),
    binary("imod", (a, b) => PyNumber_InPlaceRemainder(a, b), "Same as a %= b."),
    binary("ilshift", (a, b) => PyNumber_InPlaceLshift(a, b), "Same as a <<= b."),
    binary("irshift", (a, b) => PyNumber_InPlaceRshift(a, b), "Same as a >>= b."),
    binary("iand", (a, b) => PyNumber_InPlaceAnd(a, b), "Same as a &= b."),
    binary("ixor", (a, b) => PyNumber_InPlaceXor(a, b), "Same as a ^= b."),
    binary("ior", (a, b) => PyNumber_InPlaceOr(a, b), "Same as a |= b."),
    binary("concat", (a, b) => PySequence_Concat(a, b), "Same as a + b, for a and b sequences."),
    binary("iconcat", (a, b) => PySequence_InPlaceConcat(a, b), "Same as a += b, for a and b sequences."),
    binary("getitem", (a, b) => PyObject_GetItem(a, b), "Same as a[b]."),
    ["setitem", setitem, METH.FASTCALL, "($module, a, b, c, /)\n--\n\nSame as a[b] = c."],
    binary("delitem", (a, b) => (PyObject_DelItem(a, b) === -1 ? NULL : Py_NewRef(Py_None)), "Same as del a[b]."),
    binary("pow", (a, b) => PyNumber_Power(a, b, Py_None), "Same as a ** b."),
    binary("ipow", (a, b) => PyNumber_InPlacePower(a, b, Py_None), "Same as a **= b."),
    comparison("eq", Py.EQ, "=="),
    comparison("ne", Py.NE, "!="),
    comparison("lt", Py.LT, "<"),
    comparison("le", Py.LE, "<="),
    comparison("gt", Py.GT, ">"),
    comparison("ge", Py.GE, ">="),
    binary("_compare_digest", _compare_digest, "Return 'a == b'.\n\nThe time it takes does not depend on where the two differ."),
    ["length_hint", length_hint, METH.FASTCALL, "($module, obj, default=0, /)\n--\n\nAn estimate of the number of items in obj."],
    ["call", call, METH.FASTCALL | METH.KEYWORDS, "($module, obj, /, *args, **kwargs)\n--\n\nSame as obj(*args, **kwargs)."],
  ],
  exec: operator_exec,
})
