import {
  _PyObject_GC_IS_TRACKED,
  _PyObject_GC_New,
  _PyObject_GC_TRACK,
  PyObject_GC_Del,
  PyObject_GC_Track,
  PyObject_GC_UnTrack,
} from "../gc/gcmodule.ts"
import { memcpy, ptr, setptr } from "../heap/access.ts"
import { calloca, cstackMark, cstackReset } from "../heap/cstack.ts"
import { fn, fnIndex } from "../heap/fntable.ts"
import { PyTypeObject } from "../heap/layout.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import {
  Py_CLEAR,
  Py_DECREF,
  Py_INCREF,
  Py_IS_TYPE,
  Py_NewRef,
  Py_REFCNT,
  Py_TYPE,
  Py_XDECREF,
  Py_XNewRef,
  Py_XSETREF,
} from "../heap/refcount.ts"
import { staticType } from "../heap/statics.ts"
import { PyIter_Next, PyObject_GetIter, PySequence_Concat, PySequence_Tuple } from "../objects/abstract.ts"
import { _PyObject_MakeTpCall, PyObject_Call, PyObject_CallTwoArgs, PyObject_Vectorcall, PyVectorcall_Function } from "../objects/call.ts"
import { defineModule, defineType } from "../objects/define.ts"
import {
  dictKey,
  dictValue,
  PyDict_Check,
  PyDict_CheckExact,
  PyDict_Copy,
  PyDict_GET_SIZE,
  PyDict_Merge,
  PyDict_New,
  PyDict_Next,
  PyObject_GenericGetDict,
} from "../objects/dictobject.ts"
import { PyErr_ExceptionMatches, PyErr_Occurred, PyErr_SetString } from "../objects/errors.ts"
import { tp_free } from "../objects/freelists.ts"
import { Py_GenericAlias } from "../objects/genericaliasobject.ts"
import { _PyArg_UnpackKeywordsTuple, argParser, PyArg_ParseTuple, PyArg_UnpackTuple } from "../objects/getargs.ts"
import { _PyLong_GetZero } from "../objects/longobject.ts"
import { PyModule_AddType } from "../objects/moduleobject.ts"
import {
  Py_ReprEnter,
  Py_ReprLeave,
  PyCallable_Check,
  PyObject_GenericGetAttr,
  PyObject_GenericSetAttr,
  PyObject_GenericSetDict,
  PyObject_RichCompare,
  reprJS,
  strJS,
  typeName,
} from "../objects/object.ts"
import { type allocfunc, METH, PY_VECTORCALL_ARGUMENTS_OFFSET, READONLY, T, TPFLAGS, type visitproc } from "../objects/slots.ts"
import { Py_None, PyExc_AttributeError, PyExc_TypeError } from "../objects/statictypes.ts"
import {
  buildTuple,
  PyTuple_Check,
  PyTuple_CheckExact,
  PyTuple_GET_ITEM,
  PyTuple_GET_SIZE,
  PyTuple_GetSlice,
  PyTuple_ITEMS,
  PyTuple_New,
  PyTuple_Pack1,
} from "../objects/tupleobject.ts"
import { PyUnicode_FromString } from "../objects/unicodeobject.ts"
import { PyObject_ClearWeakRefs } from "../objects/weakrefobject.ts"
import { initLruCache, lru_cache_type } from "./functools/lru_cache.ts"

// Modules/_functoolsmodule.c: partial, cmp_to_key, reduce. functools/lru_cache.ts: lru_cache's wrapper.

// ---- partial ----

const enum partialobject {
  fn = 16,
  args = 24,
  kw = 32,
  dict = 40,
  weakreflist = 48,
  vectorcall = 56,
  SIZE = 64,
}

const partial_type = staticType()
const PARTIAL_VECTORCALL = fnIndex(partial_vectorcall)

function partial_new(type: Ref, args: Ref, kw: Ref): Own {
  if (PyTuple_GET_SIZE(args) < 1) return PyErr_SetString(PyExc_TypeError, "type 'partial' takes at least one argument")
  let pargs: Ref = NULL
  let pkw: Ref = NULL
  let func = PyTuple_GET_ITEM(args, 0)
  // a partial of a partial without attributes of its own is flattened
  if (ptr(Py_TYPE(func) + PyTypeObject.tp_call) === ptr(partial_type + PyTypeObject.tp_call) && ptr(func + partialobject.dict) === 0) {
    pargs = ptr(func + partialobject.args)
    pkw = ptr(func + partialobject.kw)
    func = ptr(func + partialobject.fn)
  }
  if (!PyCallable_Check(func)) return PyErr_SetString(PyExc_TypeError, "the first argument must be callable")
  const $pto = fn<allocfunc>(ptr(type + PyTypeObject.tp_alloc))(type, 0)
  if ($pto === NULL) return NULL
  setptr($pto + partialobject.fn, Py_NewRef(func))
  const $nargs = PyTuple_GetSlice(args, 1, PyTuple_GET_SIZE(args))
  if ($nargs === NULL) {
    Py_DECREF($pto)
    return NULL
  }
  if (pargs === NULL) setptr($pto + partialobject.args, $nargs)
  else {
    setptr($pto + partialobject.args, PySequence_Concat(pargs, $nargs))
    Py_DECREF($nargs)
    if (ptr($pto + partialobject.args) === 0) {
      Py_DECREF($pto)
      return NULL
    }
  }
  let $kw: Own
  if (pkw === NULL || PyDict_GET_SIZE(pkw) === 0) {
    if (kw === NULL) $kw = PyDict_New()
    else if (Py_REFCNT(kw) === 1) $kw = Py_NewRef(kw)
    else $kw = PyDict_Copy(kw)
  } else {
    $kw = PyDict_Copy(pkw)
    if (kw !== NULL && $kw !== NULL && PyDict_Merge($kw, kw, 1) !== 0) {
      setptr($pto + partialobject.kw, $kw)
      Py_DECREF($pto)
      return NULL
    }
  }
  setptr($pto + partialobject.kw, $kw)
  if ($kw === NULL) {
    Py_DECREF($pto)
    return NULL
  }
  partial_setvectorcall($pto)
  return $pto
}

function partial_clear(pto: Ref): number {
  Py_CLEAR(pto + partialobject.fn)
  Py_CLEAR(pto + partialobject.args)
  Py_CLEAR(pto + partialobject.kw)
  Py_CLEAR(pto + partialobject.dict)
  return 0
}
function partial_traverse(pto: Ref, visit: visitproc, arg: number): number {
  for (let f: number = partialobject.fn; f <= partialobject.dict; f += 8) {
    const v = ptr(pto + f)
    if (v) {
      const r = visit(v, arg)
      if (r) return r
    }
  }
  return 0
}
function partial_dealloc(pto: Ref): void {
  PyObject_GC_UnTrack(pto)
  if (ptr(pto + partialobject.weakreflist) !== 0) PyObject_ClearWeakRefs(pto)
  partial_clear(pto)
  tp_free(pto)
}

function partial_vectorcall(pto: Ref, args: number, nargsf: number, kwnames: Ref): Own {
  const nargs = nargsf & ~PY_VECTORCALL_ARGUMENTS_OFFSET
  // keywords take the slow path, from now on at once
  if (PyDict_GET_SIZE(ptr(pto + partialobject.kw))) {
    setptr(pto + partialobject.vectorcall, 0)
    return _PyObject_MakeTpCall(pto, args, nargs, kwnames)
  }
  const total = nargs + (kwnames !== NULL ? PyTuple_GET_SIZE(kwnames) : 0)
  const func = ptr(pto + partialobject.fn)
  const own = PyTuple_ITEMS(ptr(pto + partialobject.args))
  const nown = PyTuple_GET_SIZE(ptr(pto + partialobject.args))
  if (total === 0) return PyObject_Vectorcall(func, own, nown, NULL)
  // one argument fits into the slot before the caller's
  if (nown === 1 && nargsf & PY_VECTORCALL_ARGUMENTS_OFFSET) {
    const newargs = args - 8
    const saved = ptr(newargs)
    setptr(newargs, ptr(own))
    const $ret = PyObject_Vectorcall(func, newargs, nargs + 1, kwnames)
    setptr(newargs, saved)
    return $ret
  }
  const mark = cstackMark()
  const stack = calloca((nown + total) * 8)
  memcpy(stack, own, nown * 8)
  memcpy(stack + nown * 8, args, total * 8)
  const $ret = PyObject_Vectorcall(func, stack, nown + nargs, kwnames)
  cstackReset(mark)
  return $ret
}

function partial_setvectorcall(pto: Ref): void {
  // a callee without vectorcall gets its tuple and dict built directly by tp_call
  setptr(pto + partialobject.vectorcall, PyVectorcall_Function(ptr(pto + partialobject.fn)) ? PARTIAL_VECTORCALL : 0)
}

function partial_call(pto: Ref, args: Ref, kwargs: Ref): Own {
  const kw = ptr(pto + partialobject.kw)
  let $kwargs: Own
  if (PyDict_GET_SIZE(kw) === 0) $kwargs = Py_XNewRef(kwargs)
  else {
    $kwargs = PyDict_Copy(kw)
    if ($kwargs === NULL) return NULL
    if (kwargs !== NULL && PyDict_Merge($kwargs, kwargs, 1) !== 0) {
      Py_DECREF($kwargs)
      return NULL
    }
  }
  const $args = PySequence_Concat(ptr(pto + partialobject.args), args)
  if ($args === NULL) {
    Py_XDECREF($kwargs)
    return NULL
  }
  const $res = PyObject_Call(ptr(pto + partialobject.fn), $args, $kwargs)
  Py_DECREF($args)
  Py_XDECREF($kwargs)
  return $res
}

/** ", a, b, k=v" of a partial; null with the error set. */
function argumentList(pto: Ref): string | null {
  let out = ""
  const args = ptr(pto + partialobject.args)
  for (let i = 0; i < PyTuple_GET_SIZE(args); i++) {
    const s = reprJS(PyTuple_GET_ITEM(args, i))
    if (s === null) return null
    out += `, ${s}`
  }
  const kw = ptr(pto + partialobject.kw)
  for (let pos = PyDict_Next(kw, 0); pos; pos = PyDict_Next(kw, pos)) {
    const key = dictKey
    const $value = Py_NewRef(dictValue)
    const k = strJS(key)
    const v = k === null ? null : reprJS($value)
    Py_DECREF($value)
    if (v === null) return null
    out += `, ${k}=${v}`
  }
  return out
}
function partial_repr(pto: Ref): Own {
  const status = Py_ReprEnter(pto)
  if (status !== 0) return status < 0 ? NULL : PyUnicode_FromString("...")
  const list = argumentList(pto)
  const f = list === null ? null : reprJS(ptr(pto + partialobject.fn))
  const $result = f === null ? NULL : PyUnicode_FromString(`${typeName(pto)}(${f}${list})`)
  Py_ReprLeave(pto)
  return $result
}

function partial_reduce(pto: Ref): Own {
  const f = ptr(pto + partialobject.fn)
  return buildTuple(
    Py_NewRef(Py_TYPE(pto)),
    PyTuple_Pack1(f),
    buildTuple(
      Py_NewRef(f),
      Py_NewRef(ptr(pto + partialobject.args)),
      Py_NewRef(ptr(pto + partialobject.kw)),
      Py_NewRef(ptr(pto + partialobject.dict) || Py_None),
    ),
  )
}

function partial_setstate(pto: Ref, state: Ref): Own {
  const a = PyTuple_Check(state) ? PyArg_ParseTuple(state, "OOOO") : 0
  const f = a ? ptr(a) : NULL
  const fnargs = a ? ptr(a + 8) : NULL
  const kw = a ? ptr(a + 16) : NULL
  const dict = a ? ptr(a + 24) : NULL
  if (a === 0 || !PyCallable_Check(f) || !PyTuple_Check(fnargs) || (kw !== Py_None && !PyDict_Check(kw))) {
    return PyErr_SetString(PyExc_TypeError, "invalid partial state")
  }
  const $args = PyTuple_CheckExact(fnargs) ? Py_NewRef(fnargs) : PySequence_Tuple(fnargs)
  if ($args === NULL) return NULL
  const $kw = kw === Py_None ? PyDict_New() : PyDict_CheckExact(kw) ? Py_NewRef(kw) : PyDict_Copy(kw)
  if ($kw === NULL) {
    Py_DECREF($args)
    return NULL
  }
  const $dict = dict === Py_None ? NULL : Py_NewRef(dict)
  Py_INCREF(f)
  Py_XSETREF(pto + partialobject.fn, f)
  Py_XSETREF(pto + partialobject.args, $args)
  Py_XSETREF(pto + partialobject.kw, $kw)
  Py_XSETREF(pto + partialobject.dict, $dict)
  partial_setvectorcall(pto)
  return Py_NewRef(Py_None)
}

// ---- cmp_to_key ----

const enum keyobject {
  cmp = 16,
  object = 24,
  SIZE = 32,
}

const keyobject_type = staticType()
const keyParser = argParser("K", ["obj"])
const cmpParser = argParser("cmp_to_key", ["mycmp"])

function newKey(cmp: Ref, object: Ref): Own {
  const $ko = _PyObject_GC_New(keyobject_type)
  if ($ko === NULL) return NULL
  setptr($ko + keyobject.cmp, Py_NewRef(cmp))
  setptr($ko + keyobject.object, Py_XNewRef(object))
  PyObject_GC_Track($ko)
  return $ko
}
function keyobject_clear(ko: Ref): number {
  Py_CLEAR(ko + keyobject.cmp)
  Py_CLEAR(ko + keyobject.object)
  return 0
}
function keyobject_dealloc(ko: Ref): void {
  PyObject_GC_UnTrack(ko)
  keyobject_clear(ko)
  tp_free(ko)
}
function keyobject_traverse(ko: Ref, visit: visitproc, arg: number): number {
  const cmp = ptr(ko + keyobject.cmp)
  const r = cmp ? visit(cmp, arg) : 0
  const object = ptr(ko + keyobject.object)
  return r || !object ? r : visit(object, arg)
}
function keyobject_call(ko: Ref, args: Ref, kwds: Ref): Own {
  const a = _PyArg_UnpackKeywordsTuple(args, kwds, keyParser, 1, 1, 0)
  return a === 0 ? NULL : newKey(ptr(ko + keyobject.cmp), ptr(a))
}
function keyobject_richcompare(ko: Ref, other: Ref, op: number): Own {
  if (!Py_IS_TYPE(other, Py_TYPE(ko))) return PyErr_SetString(PyExc_TypeError, "other argument must be K instance")
  const x = ptr(ko + keyobject.object)
  const y = ptr(other + keyobject.object)
  if (!x || !y) return PyErr_SetString(PyExc_AttributeError, "object")
  const $res = PyObject_CallTwoArgs(ptr(ko + keyobject.cmp), x, y)
  if ($res === NULL) return NULL
  const $answer = PyObject_RichCompare($res, _PyLong_GetZero(), op)
  Py_DECREF($res)
  return $answer
}
function functools_cmp_to_key(_self: Ref, args: Ref, kwds: Ref): Own {
  const a = _PyArg_UnpackKeywordsTuple(args, kwds, cmpParser, 1, 1, 0)
  return a === 0 ? NULL : newKey(ptr(a), NULL)
}

// ---- reduce ----

function functools_reduce(_self: Ref, args: Ref): Own {
  if (!PyArg_UnpackTuple(args, "reduce", 2, 3)) return NULL
  const func = PyTuple_GET_ITEM(args, 0)
  let $result = PyTuple_GET_SIZE(args) > 2 ? Py_NewRef(PyTuple_GET_ITEM(args, 2)) : NULL
  const $it = PyObject_GetIter(PyTuple_GET_ITEM(args, 1))
  if ($it === NULL) {
    if (PyErr_ExceptionMatches(PyExc_TypeError)) PyErr_SetString(PyExc_TypeError, "reduce() arg 2 must support iteration")
    Py_XDECREF($result)
    return NULL
  }
  let $args = PyTuple_New(2)
  while ($args !== NULL) {
    // the function may have kept its argument tuple
    if (Py_REFCNT($args) > 1) {
      Py_DECREF($args)
      $args = PyTuple_New(2)
      if ($args === NULL) break
    }
    const $op2 = PyIter_Next($it)
    if ($op2 === NULL) {
      if (PyErr_Occurred()) break
      Py_DECREF($args)
      if ($result === NULL) PyErr_SetString(PyExc_TypeError, "reduce() of empty iterable with no initial value")
      Py_DECREF($it)
      return $result
    }
    if ($result === NULL) {
      $result = $op2
      continue
    }
    Py_XSETREF(PyTuple_ITEMS($args), $result)
    Py_XSETREF(PyTuple_ITEMS($args) + 8, $op2)
    $result = PyObject_Call(func, $args, NULL)
    if ($result === NULL) break
    // a collection may have untracked it
    if (!_PyObject_GC_IS_TRACKED($args)) _PyObject_GC_TRACK($args)
  }
  Py_XDECREF($args)
  Py_XDECREF($result)
  Py_DECREF($it)
  return NULL
}

function _functools_exec(module: Ref): number {
  if (initLruCache() < 0) return -1
  if (PyModule_AddType(module, partial_type) < 0) return -1
  return PyModule_AddType(module, lru_cache_type)
}

defineType(partial_type, {
  name: "functools.partial",
  basicsize: partialobject.SIZE,
  dictoffset: partialobject.dict,
  weaklistoffset: partialobject.weakreflist,
  vectorcall_offset: partialobject.vectorcall,
  flags: TPFLAGS.DEFAULT | TPFLAGS.HAVE_GC | TPFLAGS.BASETYPE | TPFLAGS.HAVE_VECTORCALL | TPFLAGS.IMMUTABLETYPE,
  doc: "partial(func, *args, **keywords) - a function that calls func with these arguments before its own.",
  dealloc: partial_dealloc,
  repr: partial_repr,
  call: partial_call,
  getattro: PyObject_GenericGetAttr,
  setattro: PyObject_GenericSetAttr,
  traverse: partial_traverse,
  clear: partial_clear,
  methods: [
    ["__reduce__", partial_reduce, METH.NOARGS],
    ["__setstate__", partial_setstate, METH.O],
    ["__class_getitem__", Py_GenericAlias, METH.O | METH.CLASS, "See PEP 585"],
  ],
  members: [
    ["func", T.OBJECT, partialobject.fn, READONLY, "function object to use in future partial calls"],
    ["args", T.OBJECT, partialobject.args, READONLY, "tuple of arguments to future partial calls"],
    ["keywords", T.OBJECT, partialobject.kw, READONLY, "dictionary of keyword arguments to future partial calls"],
  ],
  getset: [["__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict]],
  new: partial_new,
  free: PyObject_GC_Del,
})

defineType(keyobject_type, {
  name: "functools.KeyWrapper",
  basicsize: keyobject.SIZE,
  flags: TPFLAGS.DEFAULT | TPFLAGS.DISALLOW_INSTANTIATION | TPFLAGS.HAVE_GC | TPFLAGS.IMMUTABLETYPE,
  dealloc: keyobject_dealloc,
  call: keyobject_call,
  getattro: PyObject_GenericGetAttr,
  traverse: keyobject_traverse,
  clear: keyobject_clear,
  richcompare: keyobject_richcompare,
  members: [["obj", T.OBJECT, keyobject.object, 0, "Value wrapped by a key function."]],
  free: PyObject_GC_Del,
})

defineModule({
  name: "_functools",
  doc: "Tools that operate on functions.",
  methods: [
    [
      "reduce",
      functools_reduce,
      METH.VARARGS,
      "reduce(function, iterable[, initial]) -> value\n\nCombine the items from left to right with a function of two arguments:\nreduce(f, [a, b, c]) is f(f(a, b), c); initial stands before the first item.",
    ],
    ["cmp_to_key", functools_cmp_to_key, METH.VARARGS | METH.KEYWORDS, "Convert a cmp= function into a key= function."],
  ],
  exec: _functools_exec,
})
