import { ptr } from "../heap/access.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_XDECREF } from "../heap/refcount.ts"
import { ID } from "../heap/statics.ts"
import { PyNumber_Index, PyObject_GetItem, PySequence_GetItem, PySequence_Size } from "../objects/abstract.ts"
import { PyObject_CallMethodNoArgs, PyObject_CallMethodTwoArgs, PyObject_CallOneArg } from "../objects/call.ts"
import { defineModule } from "../objects/define.ts"
import { PyErr_Occurred, PyErr_SetString } from "../objects/errors.ts"
import { _PyArg_UnpackKeywords, argParser, type ArgParser } from "../objects/getargs.ts"
import { PyList_CheckExact, PyList_Insert } from "../objects/listobject.ts"
import { PyLong_AsBigInt, PyLong_FromBigInt, PyLong_FromLong } from "../objects/longobject.ts"
import { PyObject_RichCompareBool } from "../objects/object.ts"
import { PyRange_Check, rangeobject } from "../objects/rangeobject.ts"
import { METH, Py } from "../objects/slots.ts"
import { ssizeArg } from "../objects/ssizearg.ts"
import { Py_None, PyExc_ValueError } from "../objects/statictypes.ts"

// Modules/_bisectmodule.c

const ID___len__ = ID("__len__")
const ID_insert = ID("insert")
const KEYWORDS = ["a", "x", "lo", "hi", "key"]
const rightParser = argParser("bisect_right", KEYWORDS)
const leftParser = argParser("bisect_left", KEYWORDS)
const insortRightParser = argParser("insort_right", KEYWORDS)
const insortLeftParser = argParser("insort_left", KEYWORDS)

/** Where item belongs in the sorted list[lo:hi], right or left of equal items; hi -1: its end. -1 with the error set. */
function bisect(list: Ref, item: Ref, lo: number, hi: number, key: Ref, right: boolean): number {
  if (lo < 0) {
    PyErr_SetString(PyExc_ValueError, "lo must be non-negative")
    return -1
  }
  if (hi === -1) {
    hi = PySequence_Size(list)
    if (hi < 0) return -1
  }
  if (hi > Number.MAX_SAFE_INTEGER) return bisectFar(list, item, lo, key, right)
  while (lo < hi) {
    const mid = Math.floor((lo + hi) / 2)
    let $litem = PySequence_GetItem(list, mid)
    if ($litem === NULL) return -1
    if (key !== Py_None) {
      const $key = PyObject_CallOneArg(key, $litem)
      Py_DECREF($litem)
      if ($key === NULL) return -1
      $litem = $key
    }
    const res = right ? PyObject_RichCompareBool(item, $litem, Py.LT) : PyObject_RichCompareBool($litem, item, Py.LT)
    Py_DECREF($litem)
    if (res < 0) return -1
    if ((res !== 0) === right) hi = mid
    else lo = mid + 1
  }
  return lo
}

/** `hi` is beyond 2^53 (a huge range): the exact indexes. The result comes rounded, exact in `farIndex`. */
function bisectFar(list: Ref, item: Ref, from: number, key: Ref, right: boolean): number {
  let $len: Own
  if (argHiObject !== NULL) $len = PyNumber_Index(argHiObject)
  else $len = PyRange_Check(list) ? Py_NewRef(ptr(list + rangeobject.length)) : PyObject_CallMethodNoArgs(list, ID___len__)
  if ($len === NULL) return -1
  let lo = BigInt(from)
  if (from > Number.MAX_SAFE_INTEGER) {
    const $lo = PyNumber_Index(argLoObject)
    if ($lo === NULL) {
      Py_DECREF($len)
      return -1
    }
    lo = PyLong_AsBigInt($lo)
    Py_DECREF($lo)
  }
  let hi = PyLong_AsBigInt($len)
  Py_DECREF($len)
  while (lo < hi) {
    const mid = (lo + hi) / 2n
    const $mid = PyLong_FromBigInt(mid)
    let $litem = $mid === NULL ? NULL : PyObject_GetItem(list, $mid)
    Py_XDECREF($mid)
    if ($litem !== NULL && key !== Py_None) {
      const $key = PyObject_CallOneArg(key, $litem)
      Py_DECREF($litem)
      $litem = $key
    }
    if ($litem === NULL) return -1
    const res = right ? PyObject_RichCompareBool(item, $litem, Py.LT) : PyObject_RichCompareBool($litem, item, Py.LT)
    Py_DECREF($litem)
    if (res < 0) return -1
    if ((res !== 0) === right) hi = mid
    else lo = mid + 1n
  }
  farIndex = lo
  return Number(lo)
}
/** The last result beyond 2^53. */
let farIndex = 0n

let argLoObject: Ref = NULL
let argHiObject: Ref = NULL
let argA: Ref = NULL
let argX: Ref = NULL
let argLo = 0
let argHi = -1
let argKey: Ref = NULL

/** Read the five arguments into the variables above; false with the error set. */
function parse(args: number, nargs: number, kwnames: Ref, parser: ArgParser): boolean {
  const at = _PyArg_UnpackKeywords(args, nargs, 0, kwnames, parser, 2, 4, 0)
  if (at === 0) return false
  const a = ptr(at)
  const x = ptr(at + 8)
  const loObject = ptr(at + 16)
  const hiObject = ptr(at + 24)
  const key = ptr(at + 32) || Py_None
  let lo = 0
  let hi = -1
  if (loObject !== 0) {
    lo = ssizeArg(loObject)
    if (lo === -1 && PyErr_Occurred()) return false
  }
  if (hiObject !== 0 && hiObject !== Py_None) {
    hi = ssizeArg(hiObject)
    if (hi === -1 && PyErr_Occurred()) return false
  }
  argA = a
  argX = x
  argLo = lo
  argHi = hi
  argLoObject = loObject
  argHiObject = hiObject === Py_None ? NULL : hiObject
  argKey = key
  return true
}

/** The int object of a result of `bisect`. */
function indexObject(index: number): Own {
  return index > Number.MAX_SAFE_INTEGER ? PyLong_FromBigInt(farIndex) : PyLong_FromLong(index)
}

function find(args: number, nargs: number, kwnames: Ref, parser: ArgParser, right: boolean): Own {
  if (!parse(args, nargs, kwnames, parser)) return NULL
  const index = bisect(argA, argX, argLo, argHi, argKey, right)
  return index < 0 ? NULL : indexObject(index)
}
function bisect_right(_m: Ref, args: number, nargs: number, kwnames: Ref): Own {
  return find(args, nargs, kwnames, rightParser, true)
}
function bisect_left(_m: Ref, args: number, nargs: number, kwnames: Ref): Own {
  return find(args, nargs, kwnames, leftParser, false)
}

function insort(args: number, nargs: number, kwnames: Ref, parser: ArgParser, right: boolean): Own {
  if (!parse(args, nargs, kwnames, parser)) return NULL
  const a = argA
  const x = argX
  const lo = argLo
  const hi = argHi
  const key = argKey
  let index: number
  if (key === Py_None) index = bisect(a, x, lo, hi, key, right)
  else {
    const $keyX = PyObject_CallOneArg(key, x)
    if ($keyX === NULL) return NULL
    index = bisect(a, $keyX, lo, hi, key, right)
    Py_DECREF($keyX)
  }
  if (index < 0) return NULL
  if (PyList_CheckExact(a)) return PyList_Insert(a, index, x) < 0 ? NULL : Py_NewRef(Py_None)
  const $index = indexObject(index)
  if ($index === NULL) return NULL
  const $result = PyObject_CallMethodTwoArgs(a, ID_insert, $index, x)
  Py_DECREF($index)
  if ($result === NULL) return NULL
  Py_DECREF($result)
  return Py_NewRef(Py_None)
}
function insort_right(_m: Ref, args: number, nargs: number, kwnames: Ref): Own {
  return insort(args, nargs, kwnames, insortRightParser, true)
}
function insort_left(_m: Ref, args: number, nargs: number, kwnames: Ref): Own {
  return insort(args, nargs, kwnames, insortLeftParser, false)
}

const SIGNATURE = "($module, /, a, x, lo=0, hi=None, *, key=None)\n--\n\n"

defineModule({
  name: "_bisect",
  doc: "Bisection algorithms.\n\nKeep a list in sorted order without sorting it after each insertion.\n",
  methods: [
    [
      "bisect_right",
      bisect_right,
      METH.FASTCALL | METH.KEYWORDS,
      `${SIGNATURE}The index where to insert x in list a, assuming a is sorted: after all e <= x.`,
    ],
    [
      "insort_right",
      insort_right,
      METH.FASTCALL | METH.KEYWORDS,
      `${SIGNATURE}Insert x in list a, and keep it sorted assuming a is sorted: to the right of equal items.`,
    ],
    [
      "bisect_left",
      bisect_left,
      METH.FASTCALL | METH.KEYWORDS,
      `${SIGNATURE}The index where to insert x in list a, assuming a is sorted: before all e >= x.`,
    ],
    [
      "insort_left",
      insort_left,
      METH.FASTCALL | METH.KEYWORDS,
      `${SIGNATURE}Insert x in list a, and keep it sorted assuming a is sorted: to the left of equal items.`,
    ],
  ],
})
