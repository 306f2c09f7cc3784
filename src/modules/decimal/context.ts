import { int32, memcpy, ptr, setint32, setptr } from "../../heap/access.ts"
import { fn } from "../../heap/fntable.ts"
import { PyTypeObject } from "../../heap/layout.ts"
import { PyObject_Free } from "../../heap/obmalloc.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_TYPE, Py_XDECREF } from "../../heap/refcount.ts"
import { staticType } from "../../heap/statics.ts"
import { PyObject_CallNoArgs } from "../../objects/call.ts"
import { defineType } from "../../objects/define.ts"
import { PyDict_Check, PyDict_GetItemWithError, PyDict_New, PyDict_SetItem, PyDict_Size } from "../../objects/dictobject.ts"
import { PyErr_Clear, PyErr_Occurred, PyErr_SetString } from "../../objects/errors.ts"
import { PyArg_ParseTupleAndKeywords } from "../../objects/getargs.ts"
import { PyList_Check, PyList_GET_ITEM, PyList_GET_SIZE } from "../../objects/listobject.ts"
import { PyLong_AsBigInt, PyLong_AsSsize_t, PyLong_Check, PyLong_FromBigInt, PyLong_FromLong } from "../../objects/longobject.ts"
import {
  _PyObject_New,
  PyObject_GenericGetAttr,
  PyObject_GenericSetAttr,
  PyObject_HashNotImplemented,
  PyObject_IsTrue,
} from "../../objects/object.ts"
import { type allocfunc, METH, Py, type freefunc, TPFLAGS, type unaryfunc } from "../../objects/slots.ts"
import {
  Py_False,
  Py_None,
  Py_NotImplemented,
  Py_True,
  PyExc_AttributeError,
  PyExc_KeyError,
  PyExc_TypeError,
  PyExc_ValueError,
  PyTuple_Type,
} from "../../objects/statictypes.ts"
import { PyType_GenericNew } from "../../objects/typeobject.ts"
import { PyUnicode_AsJS, PyUnicode_Check, PyUnicode_FromString } from "../../objects/unicodeobject.ts"
import { PyContextVar_Get, PyContextVar_Set } from "../../vm/context.ts"
import { none, ownTuple, truth } from "../support.ts"
import { contextMethods } from "./ctxmethods.ts"
import { etiny, etop, Flag, MAX_EMAX, MAX_PREC, MIN_EMIN, ROUND_NAMES, Round } from "./num.ts"
import {
  big64,
  contextType,
  ctxOf,
  CTX_BYTES,
  Cx,
  exceptionAsFlag,
  isContext,
  setBig64,
  signalAt,
  SIGNALS,
  signalsAsList,
  STATE,
  State,
} from "./objects.ts"

// Modules/_decimal/_decimal.c: SignalDict, Context and the context manager.

/** PyDecSignalDictObject: the address of the flags inside the context. */
const enum Sd {
  flags = 16,
  SIZE = 24,
}
function isSignalDict(op: Ref): boolean {
  return Py_TYPE(op) === ptr(STATE + State.SignalDict)
}
function sdFlags(self: Ref): number {
  const at = ptr(self + Sd.flags)
  return at === 0 ? 0 : int32(at)
}
function signaldict_init(self: Ref, _args: Ref, _kwds: Ref): number {
  setptr(self + Sd.flags, 0)
  return 0
}
function signaldict_len(_self: Ref): number {
  return SIGNALS.length
}
function signaldict_iter(_self: Ref): Own {
  return fn<unaryfunc>(ptr(PyTuple_Type + PyTypeObject.tp_iter))(ptr(STATE + State.SignalTuple))
}
function signaldict_getitem(self: Ref, key: Ref): Own {
  const flag = exceptionAsFlag(key)
  return flag === 0 ? NULL : truth((sdFlags(self) & flag) !== 0)
}
function signaldict_setitem(self: Ref, key: Ref, value: Ref): number {
  if (value === NULL) return valueError("signal keys cannot be deleted")
  const flag = exceptionAsFlag(key)
  if (flag === 0) return -1
  const on = PyObject_IsTrue(value)
  if (on < 0) return -1
  const at = ptr(self + Sd.flags)
  if (at !== 0) setint32(at, on ? int32(at) | flag : int32(at) & ~flag)
  return 0
}
function signaldict_repr(self: Ref): Own {
  const flags = sdFlags(self)
  return PyUnicode_FromString(
    `{${SIGNALS.map(([name, flag]) => `<class 'decimal.${name}'>:${flags & flag ? "True" : "False"}`).join(", ")}}`,
  )
}
function signaldict_richcompare(v: Ref, w: Ref, op: number): Own {
  if (op !== Py.EQ && op !== Py.NE) return Py_NewRef(Py_NotImplemented)
  if (isSignalDict(w)) return truth((sdFlags(v) === sdFlags(w)) === (op === Py.EQ))
  if (!PyDict_Check(w)) return Py_NewRef(Py_NotImplemented)
  const flags = dictAsFlags(w)
  if (flags >= 0) return truth((sdFlags(v) === flags) === (op === Py.EQ))
  if (flags === -2) return NULL
  PyErr_Clear()
  return Py_NewRef(Py_NotImplemented)
}
function signaldict_copy(self: Ref): Own {
  const $dict = PyDict_New()
  if ($dict === NULL) return NULL
  for (let i = 0; i < SIGNALS.length; i++)
    if (PyDict_SetItem($dict, signalAt(i), sdFlags(self) & SIGNALS[i][1] ? Py_True : Py_False) < 0) {
      Py_DECREF($dict)
      return NULL
    }
  return $dict
}
/** The flags of a dict of all signals; -1: not one (error set), -2: another error. */
function dictAsFlags(dict: Ref): number {
  if (!PyDict_Check(dict)) {
    PyErr_SetString(PyExc_TypeError, "argument must be a signal dict")
    return -1
  }
  if (PyDict_Size(dict) !== SIGNALS.length) {
    PyErr_SetString(PyExc_KeyError, "invalid signal dict")
    return -1
  }
  let flags = 0
  for (let i = 0; i < SIGNALS.length; i++) {
    const b = PyDict_GetItemWithError(dict, signalAt(i))
    if (b === NULL) {
      if (PyErr_Occurred()) return -2
      PyErr_SetString(PyExc_KeyError, "invalid signal dict")
      return -1
    }
    const on = PyObject_IsTrue(b)
    if (on < 0) return -2
    if (on) flags |= SIGNALS[i][1]
  }
  return flags
}
function listAsFlags(list: Ref): number {
  let flags = 0
  for (let i = 0; i < PyList_GET_SIZE(list); i++) {
    const flag = exceptionAsFlag(PyList_GET_ITEM(list, i))
    if (flag === 0) return -1
    flags |= flag
  }
  return flags
}

function valueError(message: string): number {
  PyErr_SetString(PyExc_ValueError, message)
  return -1
}
/** An int64 argument; null with the error set. */
export function ssizeArg(v: Ref): bigint | null {
  if (PyLong_Check(v)) {
    const n = PyLong_AsBigInt(v)
    if (n >= -0x8000000000000000n && n <= 0x7fffffffffffffffn) return n
  }
  const n = PyLong_AsSsize_t(v)
  return n === -1 && PyErr_Occurred() ? null : BigInt(n)
}
/** getround: the number of a rounding mode's name, -1 with TypeError set. */
export function getround(v: Ref): number {
  const i = PyUnicode_Check(v) ? ROUND_NAMES.indexOf(PyUnicode_AsJS(v)) : -1
  if (i < 0)
    PyErr_SetString(
      PyExc_TypeError,
      "valid values for rounding are:\n  [ROUND_CEILING, ROUND_FLOOR, ROUND_UP, ROUND_DOWN,\n   ROUND_HALF_UP, ROUND_HALF_DOWN, ROUND_HALF_EVEN,\n   ROUND_05UP]",
    )
  return i
}
function setRange(self: Ref, value: Ref, field: Cx, low: bigint, high: bigint, message: string): number {
  const n = ssizeArg(value)
  if (n === null) return -1
  if (n < low || n > high) return valueError(message)
  setBig64(self + field, n)
  return 0
}
function setBit(self: Ref, value: Ref, field: Cx, message: string): number {
  const n = ssizeArg(value)
  if (n === null) return -1
  if (n !== 0n && n !== 1n) return valueError(message)
  setint32(self + field, Number(n))
  return 0
}
function context_setprec(self: Ref, value: Ref): number {
  return setRange(self, value, Cx.prec, 1n, MAX_PREC, "valid range for prec is [1, MAX_PREC]")
}
function context_setemin(self: Ref, value: Ref): number {
  return setRange(self, value, Cx.emin, MIN_EMIN, 0n, "valid range for Emin is [MIN_EMIN, 0]")
}
function context_setemax(self: Ref, value: Ref): number {
  return setRange(self, value, Cx.emax, 0n, MAX_EMAX, "valid range for Emax is [0, MAX_EMAX]")
}
function context_setround(self: Ref, value: Ref): number {
  const round = getround(value)
  if (round < 0) return -1
  setint32(self + Cx.round, round)
  return 0
}
function context_setcapitals(self: Ref, value: Ref): number {
  return setBit(self, value, Cx.capitals, "valid values for capitals are 0 or 1")
}
function context_setclamp(self: Ref, value: Ref): number {
  return setBit(self, value, Cx.clamp, "valid values for clamp are 0 or 1")
}
function context_getprec(self: Ref): Own {
  return PyLong_FromBigInt(big64(self + Cx.prec))
}
function context_getemax(self: Ref): Own {
  return PyLong_FromBigInt(big64(self + Cx.emax))
}
function context_getemin(self: Ref): Own {
  return PyLong_FromBigInt(big64(self + Cx.emin))
}
function roundName(self: Ref): Own {
  return Py_NewRef(ptr(STATE + State.rounds + 8 * int32(self + Cx.round)))
}
function context_getcapitals(self: Ref): Own {
  return PyLong_FromLong(int32(self + Cx.capitals))
}
function context_getclamp(self: Ref): Own {
  return PyLong_FromLong(int32(self + Cx.clamp))
}
function context_getetiny(self: Ref): Own {
  return PyLong_FromBigInt(etiny(ctxOf(self)))
}
function context_getetop(self: Ref): Own {
  return PyLong_FromBigInt(etop(ctxOf(self)))
}
/** Set traps or status from a SignalDict, a dict or (with `list`) a list. */
function setFlags(self: Ref, field: Cx, value: Ref, list: boolean): number {
  const flags = isSignalDict(value) ? sdFlags(value) : list && PyList_Check(value) ? listAsFlags(value) : dictAsFlags(value)
  if (flags < 0) return -1
  setint32(self + field, flags)
  return 0
}
function context_getattr(self: Ref, name: Ref): Own {
  if (PyUnicode_Check(name)) {
    const s = PyUnicode_AsJS(name)
    if (s === "traps") return Py_NewRef(ptr(self + Cx.trapsDict))
    if (s === "flags") return Py_NewRef(ptr(self + Cx.flagsDict))
  }
  return PyObject_GenericGetAttr(self, name)
}
function context_setattr(self: Ref, name: Ref, value: Ref): number {
  if (value === NULL) {
    PyErr_SetString(PyExc_AttributeError, "context attributes cannot be deleted")
    return -1
  }
  if (PyUnicode_Check(name)) {
    const s = PyUnicode_AsJS(name)
    if (s === "traps") return setFlags(self, Cx.traps, value, false)
    if (s === "flags") return setFlags(self, Cx.status, value, false)
  }
  return PyObject_GenericSetAttr(self, name, value)
}
const NAMES = ["prec", "rounding", "Emin", "Emax", "capitals", "clamp", "flags", "traps"]
/** context_setattrs: the values in NAMES' order, NULL and None for those left alone. */
function setAttrs(self: Ref, v: readonly Ref[]): boolean {
  const given = (i: number): boolean => v[i] !== NULL && v[i] !== Py_None
  return !(
    (given(0) && context_setprec(self, v[0]) < 0) ||
    (given(1) && context_setround(self, v[1]) < 0) ||
    (given(2) && context_setemin(self, v[2]) < 0) ||
    (given(3) && context_setemax(self, v[3]) < 0) ||
    (given(4) && context_setcapitals(self, v[4]) < 0) ||
    (given(5) && context_setclamp(self, v[5]) < 0) ||
    (given(7) && setFlags(self, Cx.traps, v[7], true) < 0) ||
    (given(6) && setFlags(self, Cx.status, v[6], true) < 0)
  )
}
function slots(at: number, n: number): Ref[] {
  const list: Ref[] = []
  for (let i = 0; i < n; i++) list.push(ptr(at + 8 * i))
  return list
}

/** The values of a context that nobody has configured. */
export function setDefaults(self: Ref): void {
  setBig64(self + Cx.prec, 28n)
  setBig64(self + Cx.emax, 999999n)
  setBig64(self + Cx.emin, -999999n)
  setint32(self + Cx.traps, Flag.IEEE_Invalid_operation | Flag.Division_by_zero | Flag.Overflow)
  setint32(self + Cx.status, 0)
  setint32(self + Cx.newtrap, 0)
  setint32(self + Cx.round, Round.HALF_EVEN)
  setint32(self + Cx.clamp, 0)
  setint32(self + Cx.allcr, 1)
}
function context_new(type: Ref, _args: Ref, _kwds: Ref): Own {
  const $self = type === contextType ? _PyObject_New(contextType) : fn<allocfunc>(ptr(type + PyTypeObject.tp_alloc))(type, 0)
  if ($self === NULL) return NULL
  setptr($self + Cx.flagsDict, 0)
  setptr($self + Cx.trapsDict, PyObject_CallNoArgs(ptr(STATE + State.SignalDict)))
  if (ptr($self + Cx.trapsDict) !== NULL) setptr($self + Cx.flagsDict, PyObject_CallNoArgs(ptr(STATE + State.SignalDict)))
  if (ptr($self + Cx.flagsDict) === NULL) {
    Py_DECREF($self)
    return NULL
  }
  const template = ptr(STATE + State.defaultContext)
  if (template !== NULL) memcpy($self + Cx.prec, template + Cx.prec, CTX_BYTES)
  else setDefaults($self)
  setptr(ptr($self + Cx.trapsDict) + Sd.flags, $self + Cx.traps)
  setptr(ptr($self + Cx.flagsDict) + Sd.flags, $self + Cx.status)
  setint32($self + Cx.capitals, 1)
  setptr($self + Cx.tstate, 0)
  return $self
}
function context_dealloc(self: Ref): void {
  Py_XDECREF(ptr(self + Cx.trapsDict))
  Py_XDECREF(ptr(self + Cx.flagsDict))
  fn<freefunc>(ptr(Py_TYPE(self) + PyTypeObject.tp_free))(self)
}
function context_init(self: Ref, args: Ref, kwds: Ref): number {
  const at = PyArg_ParseTupleAndKeywords(args, kwds, "|OOOOOOOO", NAMES)
  return at !== 0 && setAttrs(self, slots(at, 8)) ? 0 : -1
}
/** The conditions' names in the order of their bits, as mpd_lsnprint_signals lists them. */
function signalNames(flags: number): string {
  const names: string[] = []
  const order = [
    "Clamped",
    "InvalidOperation",
    "DivisionByZero",
    "InvalidOperation",
    "InvalidOperation",
    "InvalidOperation",
    "Inexact",
    "InvalidOperation",
    "InvalidOperation",
    "InvalidOperation",
    "FloatOperation",
    "Overflow",
    "Rounded",
    "Subnormal",
    "Underflow",
  ] // prettier-ignore
  for (let i = 0; i < order.length; i++)
    if (flags & (1 << i) && !(order[i] === "InvalidOperation" && names.includes(order[i]))) names.push(order[i])
  return `[${names.join(", ")}]`
}
function context_repr(self: Ref): Own {
  return PyUnicode_FromString(
    `Context(prec=${big64(self + Cx.prec)}, rounding=${ROUND_NAMES[int32(self + Cx.round)]}, Emin=${big64(self + Cx.emin)}, Emax=${big64(self + Cx.emax)}, ` +
      `capitals=${int32(self + Cx.capitals)}, clamp=${int32(self + Cx.clamp)}, flags=${signalNames(int32(self + Cx.status))}, traps=${signalNames(int32(self + Cx.traps))})`,
  )
}
export function context_copy(self: Ref): Own {
  const $copy = PyObject_CallNoArgs(contextType)
  if ($copy === NULL) return NULL
  memcpy($copy + Cx.prec, self + Cx.prec, CTX_BYTES)
  setint32($copy + Cx.newtrap, 0)
  setint32($copy + Cx.capitals, int32(self + Cx.capitals))
  return $copy
}
function context_reduce(self: Ref): Own {
  return ownTuple(
    Py_NewRef(Py_TYPE(self)),
    ownTuple(
      context_getprec(self),
      roundName(self),
      context_getemin(self),
      context_getemax(self),
      context_getcapitals(self),
      context_getclamp(self),
      signalsAsList(int32(self + Cx.status)),
      signalsAsList(int32(self + Cx.traps)),
    ),
  )
}
function context_clear_flags(self: Ref): Own {
  setint32(self + Cx.status, 0)
  return none()
}
function context_clear_traps(self: Ref): Own {
  setint32(self + Cx.traps, 0)
  return none()
}

/** The current context, borrowed; NULL with the error set. */
export function currentContext(): Ref {
  const $c = PyContextVar_Get(ptr(STATE + State.contextVar), NULL)
  if ($c !== NULL) {
    Py_DECREF($c)
    return $c
  }
  if (PyErr_Occurred()) return NULL
  const $new = context_copy(ptr(STATE + State.defaultContext))
  if ($new === NULL) return NULL
  setint32($new + Cx.status, 0)
  const $token = PyContextVar_Set(ptr(STATE + State.contextVar), $new)
  Py_DECREF($new)
  if ($token === NULL) return NULL
  Py_DECREF($token)
  return $new
}

export function PyDec_GetCurrentContext(_m: Ref): Own {
  const c = currentContext()
  return c === NULL ? NULL : Py_NewRef(c)
}
export function PyDec_SetCurrentContext(_m: Ref, v: Ref): Own {
  if (!isContext(v)) return PyErr_SetString(PyExc_TypeError, "argument must be a context")
  let $v: Own
  if (v === ptr(STATE + State.defaultContext) || v === ptr(STATE + State.basicContext) || v === ptr(STATE + State.extendedContext)) {
    $v = context_copy(v)
    if ($v === NULL) return NULL
    setint32($v + Cx.status, 0)
  } else $v = Py_NewRef(v)
  const $token = PyContextVar_Set(ptr(STATE + State.contextVar), $v)
  Py_DECREF($v)
  if ($token === NULL) return NULL
  Py_DECREF($token)
  return none()
}

/** PyDecContextManagerObject. */
const enum Cm {
  local = 16,
  global = 24,
  SIZE = 32,
}
export function ctxmanager_new(_m: Ref, args: Ref, kwds: Ref): Own {
  const global = currentContext()
  if (global === NULL) return NULL
  const at = PyArg_ParseTupleAndKeywords(args, kwds, "|OOOOOOOOO", ["ctx", ...NAMES])
  if (at === 0) return NULL
  const [given, ...values] = slots(at, 9)
  const local = given === NULL || given === Py_None ? global : given
  if (!isContext(local)) return PyErr_SetString(PyExc_TypeError, "optional argument must be a context")
  const $self = _PyObject_New(managerType)
  if ($self === NULL) return NULL
  setptr($self + Cm.global, 0)
  setptr($self + Cm.local, context_copy(local))
  if (ptr($self + Cm.local) !== NULL) setptr($self + Cm.global, Py_NewRef(global))
  if (ptr($self + Cm.local) !== NULL && setAttrs(ptr($self + Cm.local), values)) return $self
  Py_DECREF($self)
  return NULL
}
function ctxmanager_dealloc(self: Ref): void {
  Py_XDECREF(ptr(self + Cm.local))
  Py_XDECREF(ptr(self + Cm.global))
  PyObject_Free(self)
}
function ctxmanager_set_local(self: Ref): Own {
  const $r = PyDec_SetCurrentContext(NULL, ptr(self + Cm.local))
  if ($r === NULL) return NULL
  Py_DECREF($r)
  return Py_NewRef(ptr(self + Cm.local))
}
function ctxmanager_restore_global(self: Ref, _args: Ref): Own {
  return PyDec_SetCurrentContext(NULL, ptr(self + Cm.global))
}

export const managerType = staticType()
export const signalDictMixin = staticType()
defineType(managerType, {
  name: "decimal.ContextManager",
  basicsize: Cm.SIZE,
  dealloc: ctxmanager_dealloc,
  getattro: PyObject_GenericGetAttr,
  methods: [
    ["__enter__", ctxmanager_set_local, METH.NOARGS],
    ["__exit__", ctxmanager_restore_global, METH.VARARGS],
  ],
})
defineType(signalDictMixin, {
  name: "decimal.SignalDictMixin",
  basicsize: Sd.SIZE,
  flags: TPFLAGS.BASETYPE,
  repr: signaldict_repr,
  mp_length: signaldict_len,
  mp_subscript: signaldict_getitem,
  mp_ass_subscript: signaldict_setitem,
  hash: PyObject_HashNotImplemented,
  getattro: PyObject_GenericGetAttr,
  richcompare: signaldict_richcompare,
  iter: signaldict_iter,
  init: signaldict_init,
  new: PyType_GenericNew,
  methods: [["copy", signaldict_copy, METH.NOARGS]],
})
defineType(contextType, {
  name: "decimal.Context",
  basicsize: Cx.SIZE,
  flags: TPFLAGS.BASETYPE,
  doc: "Context(prec=None, rounding=None, Emin=None, Emax=None, capitals=None, clamp=None, flags=None, traps=None)\n--\n\nThe context of decimal operations: precision, rounding, limits of exponents, signals.\n",
  dealloc: context_dealloc,
  repr: context_repr,
  getattro: context_getattr,
  setattro: context_setattr,
  init: context_init,
  new: context_new,
  free: PyObject_Free,
  methods: [
    ...contextMethods(),
    ["Etiny", context_getetiny, METH.NOARGS, "($self, /)\n--\n\nEmin - prec + 1: the least exponent of subnormal numbers."],
    ["Etop", context_getetop, METH.NOARGS, "($self, /)\n--\n\nEmax - prec + 1: the largest exponent of numbers of full precision."],
    ["clear_flags", context_clear_flags, METH.NOARGS, "($self, /)\n--\n\nReset all flags to False."],
    ["clear_traps", context_clear_traps, METH.NOARGS, "($self, /)\n--\n\nSet all traps to False."],
    ["__copy__", context_copy, METH.NOARGS],
    ["__reduce__", context_reduce, METH.NOARGS],
    ["copy", context_copy, METH.NOARGS, "($self, /)\n--\n\nA duplicate of the context with all flags cleared."],
  ],
  getset: [
    ["prec", context_getprec, context_setprec],
    ["Emax", context_getemax, context_setemax],
    ["Emin", context_getemin, context_setemin],
    ["rounding", roundName, context_setround],
    ["capitals", context_getcapitals, context_setcapitals],
    ["clamp", context_getclamp, context_setclamp],
  ],
})
