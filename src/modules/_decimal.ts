import { memcpy, ptr, setint32, setptr } from "../heap/access.ts"
import { PyTypeObject } from "../heap/layout.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_XDECREF } from "../heap/refcount.ts"
import { PyObject_Call, PyObject_CallMethod, PyObject_CallNoArgs } from "../objects/call.ts"
import { defineModule } from "../objects/define.ts"
import { PyDict_Copy, PyDict_New, PyDict_SetItemString, PyDict_Update } from "../objects/dictobject.ts"
import { PyErr_NewException } from "../objects/errors.ts"
import { PyLong_FromBigInt } from "../objects/longobject.ts"
import { PyModule_AddObject, PyModule_AddObjectRef, PyModule_AddStringConstant, PyModule_GetDict } from "../objects/moduleobject.ts"
import { PyObject_GetAttrString } from "../objects/object.ts"
import { METH } from "../objects/slots.ts"
import { Py_True, PyExc_ArithmeticError, PyExc_TypeError, PyExc_ZeroDivisionError, PyType_Type } from "../objects/statictypes.ts"
import { PyTuple_New, PyTuple_Pack, PyTuple_SET_ITEM } from "../objects/tupleobject.ts"
import { PyType_Ready } from "../objects/typeobject.ts"
import { PyUnicode_FromString, PyUnicode_InternFromString } from "../objects/unicodeobject.ts"
import { PyContextVar_New } from "../vm/context.ts"
import { PyImport_ImportModule } from "../vm/import.ts"
import {
  ctxmanager_new,
  managerType,
  PyDec_GetCurrentContext,
  PyDec_SetCurrentContext,
  setDefaults,
  signalDictMixin,
} from "./decimal/context.ts"
import "./decimal/decimal.ts"
import { Flag, MAX_EMAX, MAX_PREC, MIN_EMIN, MIN_ETINY, Round, ROUND_NAMES } from "./decimal/num.ts"
import { CONDITIONS, contextType, Cx, CTX_BYTES, decimalType, setBig64, signalAt, SIGNALS, STATE, State } from "./decimal/objects.ts"
import { ownTuple } from "./support.ts"

// Modules/_decimal/_decimal.c: the module.

/** Keep an owned object in the module's globals; false if there is none (error set). */
function keep(field: number, $v: Own): boolean {
  setptr(STATE + field, $v)
  return $v !== NULL
}
function attribute($module: Own, name: string): Own {
  if ($module === NULL) return NULL
  const $v = PyObject_GetAttrString($module, name)
  Py_DECREF($module)
  return $v
}
/** numbers.Number knows Decimal; numbers.Rational is kept for comparisons. */
function initNumbers(): boolean {
  const $number = attribute(PyImport_ImportModule("numbers"), "Number")
  if ($number === NULL) return false
  const $r = PyObject_CallMethod($number, "register", decimalType)
  Py_DECREF($number)
  if ($r === NULL) return false
  Py_DECREF($r)
  return keep(State.Rational, attribute(PyImport_ImportModule("numbers"), "Rational"))
}
function initTuple(): boolean {
  const $collections = PyImport_ImportModule("collections")
  if ($collections === NULL) return false
  const $name = PyUnicode_FromString("DecimalTuple")
  const $fields = PyUnicode_FromString("sign digits exponent")
  const ok = keep(State.DecimalTuple, PyObject_CallMethod($collections, "namedtuple", $name, $fields))
  for (const $v of [$collections, $name, $fields]) Py_XDECREF($v)
  if (!ok) return false
  const $decimal = PyUnicode_FromString("decimal")
  const bad = PyDict_SetItemString(ptr(ptr(STATE + State.DecimalTuple) + PyTypeObject.tp_dict), "__module__", $decimal)
  Py_XDECREF($decimal)
  return bad >= 0
}
function initSignalDict(): boolean {
  const $mapping = attribute(PyImport_ImportModule("collections.abc"), "MutableMapping")
  if ($mapping === NULL) return false
  const $args = ownTuple(PyUnicode_FromString("SignalDict"), PyTuple_Pack(signalDictMixin, $mapping), PyDict_New())
  Py_DECREF($mapping)
  if ($args === NULL) return false
  const ok = keep(State.SignalDict, PyObject_Call(PyType_Type, $args, NULL))
  Py_DECREF($args)
  return ok
}

/** An exception class of the module, in its field of the globals and in the module. */
function addException(module: Ref, field: number, name: string, ...bases: Ref[]): boolean {
  const $bases = bases.length === 1 ? Py_NewRef(bases[0]) : PyTuple_Pack(...bases)
  const $ex = PyErr_NewException(`decimal.${name}`, $bases, NULL)
  Py_XDECREF($bases)
  return keep(field, $ex) && PyModule_AddObjectRef(module, name, $ex) >= 0
}
function signalBases(flag: number): Ref[] {
  const top = ptr(STATE + State.DecimalException)
  switch (flag) {
    case Flag.Float_operation:
      return [top, PyExc_TypeError]
    case Flag.Division_by_zero:
      return [top, PyExc_ZeroDivisionError]
    case Flag.Overflow:
      return [signalAt(6), signalAt(7)]
    case Flag.Underflow:
      return [signalAt(6), signalAt(7), signalAt(5)]
    default:
      return [top]
  }
}
function initExceptions(module: Ref): boolean {
  if (!addException(module, State.DecimalException, "DecimalException", PyExc_ArithmeticError)) return false
  const $signals = PyTuple_New(SIGNALS.length)
  if (!keep(State.SignalTuple, $signals)) return false
  for (let i = SIGNALS.length - 1; i >= 0; i--) {
    if (!addException(module, State.signals + 8 * i, SIGNALS[i][0], ...signalBases(SIGNALS[i][1]))) return false
    PyTuple_SET_ITEM($signals, i, Py_NewRef(signalAt(i)))
  }
  setptr(STATE + State.conditions, Py_NewRef(signalAt(0)))
  for (let i = 1; i < CONDITIONS.length; i++) {
    const [name, flag] = CONDITIONS[i]
    const bases = flag === Flag.Division_undefined ? [signalAt(0), PyExc_ZeroDivisionError] : [signalAt(0)]
    if (!addException(module, State.conditions + 8 * i, name, ...bases)) return false
  }
  return true
}
/** A context template; later ones start from the default one. */
function addTemplate(module: Ref, field: State, name: string): boolean {
  return keep(field, PyObject_CallNoArgs(contextType)) && PyModule_AddObjectRef(module, name, ptr(STATE + field)) >= 0
}
function initTemplates(module: Ref): boolean {
  setptr(STATE + State.defaultContext, 0)
  if (!addTemplate(module, State.defaultContext, "DefaultContext")) return false
  if (!keep(State.contextVar, PyContextVar_New("decimal_context", NULL))) return false
  if (PyModule_AddObjectRef(module, "HAVE_CONTEXTVAR", Py_True) < 0 || PyModule_AddObjectRef(module, "HAVE_THREADS", Py_True) < 0)
    return false
  if (!addTemplate(module, State.basicContext, "BasicContext") || !addTemplate(module, State.extendedContext, "ExtendedContext"))
    return false
  const basic = ptr(STATE + State.basicContext)
  setDefaults(basic)
  setBig64(basic + Cx.prec, 9n)
  setint32(basic + Cx.traps, Flag.IEEE_Invalid_operation | Flag.Division_by_zero | Flag.Overflow | Flag.Underflow | Flag.Clamped)
  setint32(basic + Cx.round, Round.HALF_UP)
  const extended = ptr(STATE + State.extendedContext)
  memcpy(extended + Cx.prec, basic + Cx.prec, CTX_BYTES)
  setint32(extended + Cx.traps, 0)
  setint32(extended + Cx.round, Round.HALF_EVEN)
  return true
}
// The module's objects exist once: importing it again gives the same ones.
function exec(module: Ref): number {
  const names = ptr(STATE + State.names)
  if (names !== NULL) return PyDict_Update(PyModule_GetDict(module), names)
  if (fill(module) < 0) return -1
  return keep(State.names, PyDict_Copy(PyModule_GetDict(module))) ? 0 : -1
}
function fill(module: Ref): number {
  for (const t of [decimalType, contextType, signalDictMixin, managerType]) if (PyType_Ready(t) < 0) return -1
  if (!initNumbers() || !initTuple() || !initSignalDict()) return -1
  if (
    PyModule_AddObjectRef(module, "Decimal", decimalType) < 0 ||
    PyModule_AddObjectRef(module, "Context", contextType) < 0 ||
    PyModule_AddObjectRef(module, "DecimalTuple", ptr(STATE + State.DecimalTuple)) < 0
  )
    return -1
  if (!initExceptions(module) || !initTemplates(module)) return -1
  const limits: readonly (readonly [string, bigint])[] = [
    ["MAX_PREC", MAX_PREC],
    ["MAX_EMAX", MAX_EMAX],
    ["MIN_EMIN", MIN_EMIN],
    ["MIN_ETINY", MIN_ETINY],
  ]
  for (const [name, v] of limits) if (PyModule_AddObject(module, name, PyLong_FromBigInt(v)) < 0) return -1
  for (let i = 0; i < ROUND_NAMES.length; i++) {
    const $name = PyUnicode_InternFromString(ROUND_NAMES[i])
    if (!keep(State.rounds + 8 * i, $name) || PyModule_AddObjectRef(module, ROUND_NAMES[i], $name) < 0) return -1
  }
  return PyModule_AddStringConstant(module, "__version__", "1.70") < 0 ||
    PyModule_AddStringConstant(module, "__libmpdec_version__", "2.5.1") < 0
    ? -1
    : 0
}

defineModule({
  name: "_decimal",
  doc: "C decimal arithmetic module",
  exec,
  methods: [
    ["getcontext", PyDec_GetCurrentContext, METH.NOARGS, "($module, /)\n--\n\nGet the current default context."],
    ["setcontext", PyDec_SetCurrentContext, METH.O, "($module, context, /)\n--\n\nSet a new default context."],
    [
      "localcontext",
      ctxmanager_new,
      METH.VARARGS | METH.KEYWORDS,
      "($module, /, ctx=None, **kwargs)\n--\n\nA context manager that sets a copy of ctx (or of the current context) and restores the old one.",
    ],
  ],
})
