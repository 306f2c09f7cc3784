import { int32, ptr, setint32, setptr, setssize, ssize } from "../../heap/access.ts"
import { calloca, cstackMark, cstackReset } from "../../heap/cstack.ts"
import { fn } from "../../heap/fntable.ts"
import { PyTypeObject } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_INCREF, Py_NewRef, Py_REFCNT, Py_SIZE, Py_TYPE, Py_XDECREF } from "../../heap/refcount.ts"
import { _PyObject_GC_IS_TRACKED, _PyObject_GC_TRACK, PyObject_GC_Del, PyObject_GC_UnTrack } from "../../gc/gcmodule.ts"
import { PyObject_GetIter } from "../../objects/abstract.ts"
import { PyObject_CallOneArg, PyObject_Vectorcall } from "../../objects/call.ts"
import { defineType } from "../../objects/define.ts"
import { PyErr_Clear, PyErr_ExceptionMatches, PyErr_Occurred, PyErr_SetString } from "../../objects/errors.ts"
import {
  _PyArg_CheckPositional,
  _PyArg_NoKeywords,
  _PyArg_NoKwnames,
  PyArg_ParseTupleAndKeywords,
  PyArg_UnpackTuple,
} from "../../objects/getargs.ts"
import { PyObject_GenericGetAttr, PyObject_IsTrue, PyObject_SelfIter } from "../../objects/object.ts"
import {
  METH,
  PY_VECTORCALL_ARGUMENTS_OFFSET,
  TPFLAGS,
  type allocfunc,
  type freefunc,
  type iternextfunc,
  type visitproc,
} from "../../objects/slots.ts"
import {
  EMPTY_TUPLE,
  Py_None,
  Py_True,
  PyBool_Type,
  PyExc_StopIteration,
  PyExc_TypeError,
  PyExc_ValueError,
  PyFilter_Type,
  PyMap_Type,
  PyZip_Type,
} from "../../objects/statictypes.ts"
import { PyTuple_GET_ITEM, PyTuple_New, PyTuple_Pack2, PyTuple_Pack3, PyTuple_SET_ITEM } from "../../objects/tupleobject.ts"
import { PyType_GenericAlloc } from "../../objects/typeobject.ts"

// Python/bltinmodule.c: filter, map, zip.

function next(it: Ref): Own {
  return fn<iternextfunc>(ptr(Py_TYPE(it) + PyTypeObject.tp_iternext))(it)
}
function alloc(type: Ref): Own {
  return fn<allocfunc>(ptr(type + PyTypeObject.tp_alloc))(type, 0)
}
function free(op: Ref): void {
  fn<freefunc>(ptr(Py_TYPE(op) + PyTypeObject.tp_free))(op)
}
/** Does the class take keywords for a __init__ of its own? */
function plainInit(type: Ref, base: Ref): boolean {
  return type === base || ptr(type + PyTypeObject.tp_init) === ptr(base + PyTypeObject.tp_init)
}
/** Tuple of iterators over each argument. */
function iterators(args: number, nargs: number): Own {
  const $iters = PyTuple_New(nargs)
  if ($iters === NULL) return NULL
  for (let i = 0; i < nargs; i++) {
    const $it = PyObject_GetIter(ptr(args + i * 8))
    if ($it === NULL) {
      Py_DECREF($iters)
      return NULL
    }
    PyTuple_SET_ITEM($iters, i, $it)
  }
  return $iters
}

function two_dealloc(lz: Ref): void {
  PyObject_GC_UnTrack(lz)
  Py_XDECREF(ptr(lz + 16))
  Py_XDECREF(ptr(lz + 24))
  free(lz)
}

// filterobject: func 16, it 24

function filter_make(type: Ref, func: Ref, seq: Ref): Own {
  const $it = PyObject_GetIter(seq)
  if ($it === NULL) return NULL
  const $lz = alloc(type)
  if ($lz === NULL) {
    Py_DECREF($it)
    return NULL
  }
  setptr($lz + 16, Py_NewRef(func))
  setptr($lz + 24, $it)
  return $lz
}
function filter_new(type: Ref, args: Ref, kwds: Ref): Own {
  if (plainInit(type, PyFilter_Type) && !_PyArg_NoKeywords("filter", kwds)) return NULL
  const at = PyArg_UnpackTuple(args, "filter", 2, 2)
  return at === 0 ? NULL : filter_make(type, ptr(at), ptr(at + 8))
}
function filter_vectorcall(type: Ref, args: number, nargsf: number, kwnames: Ref): Own {
  if (type === PyFilter_Type && !_PyArg_NoKwnames("filter", kwnames)) return NULL
  if (!_PyArg_CheckPositional("filter", nargsf & ~PY_VECTORCALL_ARGUMENTS_OFFSET, 2, 2)) return NULL
  return filter_make(type, ptr(args), ptr(args + 8))
}
function filter_traverse(lz: Ref, visit: visitproc, arg: number): number {
  let v = ptr(lz + 24)
  let r: number
  if (v !== 0 && (r = visit(v, arg)) !== 0) return r
  v = ptr(lz + 16)
  return v !== 0 ? visit(v, arg) : 0
}
function filter_next(lz: Ref): Own {
  const func = ptr(lz + 16)
  const it = ptr(lz + 24)
  const checktrue = func === Py_None || func === PyBool_Type
  for (;;) {
    const $item = next(it)
    if ($item === NULL) return NULL
    let ok: number
    if (checktrue) ok = PyObject_IsTrue($item)
    else {
      const $good = PyObject_CallOneArg(func, $item)
      if ($good === NULL) {
        Py_DECREF($item)
        return NULL
      }
      ok = PyObject_IsTrue($good)
      Py_DECREF($good)
    }
    if (ok > 0) return $item
    Py_DECREF($item)
    if (ok < 0) return NULL
  }
}
function filter_reduce(lz: Ref): Own {
  const $args = PyTuple_Pack2(ptr(lz + 16), ptr(lz + 24))
  if ($args === NULL) return NULL
  const $r = PyTuple_Pack2(Py_TYPE(lz), $args)
  Py_DECREF($args)
  return $r
}

defineType(PyFilter_Type, {
  name: "filter",
  basicsize: 32,
  dealloc: two_dealloc,
  getattro: PyObject_GenericGetAttr,
  flags: TPFLAGS.DEFAULT | TPFLAGS.HAVE_GC | TPFLAGS.BASETYPE,
  doc: "filter(function or None, iterable) --> filter object\n\nReturn an iterator yielding those items of iterable for which function(item)\nis true. If function is None, return the items that are true.",
  traverse: filter_traverse,
  iter: PyObject_SelfIter,
  iternext: filter_next,
  methods: [["__reduce__", filter_reduce, METH.NOARGS, "Return state information for pickling."]],
  alloc: PyType_GenericAlloc,
  new: filter_new,
  free: PyObject_GC_Del,
  vectorcall: filter_vectorcall,
})

// mapobject: iters 16, func 24

function map_make(type: Ref, args: number, nargs: number): Own {
  if (nargs < 2) return PyErr_SetString(PyExc_TypeError, "map() must have at least two arguments.")
  const $iters = iterators(args + 8, nargs - 1)
  if ($iters === NULL) return NULL
  const $lz = alloc(type)
  if ($lz === NULL) {
    Py_DECREF($iters)
    return NULL
  }
  setptr($lz + 16, $iters)
  setptr($lz + 24, Py_NewRef(ptr(args)))
  return $lz
}
function map_new(type: Ref, args: Ref, kwds: Ref): Own {
  if (plainInit(type, PyMap_Type) && !_PyArg_NoKeywords("map", kwds)) return NULL
  return map_make(type, args + 24, Py_SIZE(args))
}
function map_vectorcall(type: Ref, args: number, nargsf: number, kwnames: Ref): Own {
  if (type === PyMap_Type && !_PyArg_NoKwnames("map", kwnames)) return NULL
  return map_make(type, args, nargsf & ~PY_VECTORCALL_ARGUMENTS_OFFSET)
}
function map_traverse(lz: Ref, visit: visitproc, arg: number): number {
  let v = ptr(lz + 16)
  let r: number
  if (v !== 0 && (r = visit(v, arg)) !== 0) return r
  v = ptr(lz + 24)
  return v !== 0 ? visit(v, arg) : 0
}
function map_next(lz: Ref): Own {
  const iters = ptr(lz + 16)
  const n = Py_SIZE(iters)
  const mark = cstackMark()
  const stack = calloca(8 + n * 8) + 8
  let nargs = 0
  for (; nargs < n; nargs++) {
    const $val = next(PyTuple_GET_ITEM(iters, nargs))
    if ($val === NULL) break
    setptr(stack + nargs * 8, $val)
  }
  const $result = nargs === n ? PyObject_Vectorcall(ptr(lz + 24), stack, nargs, NULL) : NULL
  for (let i = 0; i < nargs; i++) Py_DECREF(ptr(stack + i * 8))
  cstackReset(mark)
  return $result
}
function map_reduce(lz: Ref): Own {
  const iters = ptr(lz + 16)
  const n = Py_SIZE(iters)
  const $args = PyTuple_New(n + 1)
  if ($args === NULL) return NULL
  PyTuple_SET_ITEM($args, 0, Py_NewRef(ptr(lz + 24)))
  for (let i = 0; i < n; i++) PyTuple_SET_ITEM($args, i + 1, Py_NewRef(PyTuple_GET_ITEM(iters, i)))
  const $r = PyTuple_Pack2(Py_TYPE(lz), $args)
  Py_DECREF($args)
  return $r
}

defineType(PyMap_Type, {
  name: "map",
  basicsize: 32,
  dealloc: two_dealloc,
  getattro: PyObject_GenericGetAttr,
  flags: TPFLAGS.DEFAULT | TPFLAGS.HAVE_GC | TPFLAGS.BASETYPE,
  doc: "map(func, *iterables) --> map object\n\nMake an iterator that computes the function using arguments from\neach of the iterables.  Stops when the shortest iterable is exhausted.",
  traverse: map_traverse,
  iter: PyObject_SelfIter,
  iternext: map_next,
  methods: [["__reduce__", map_reduce, METH.NOARGS, "Return state information for pickling."]],
  alloc: PyType_GenericAlloc,
  new: map_new,
  free: PyObject_GC_Del,
  vectorcall: map_vectorcall,
})

/** zipobject */
const enum Zip {
  tuplesize = 16,
  ittuple = 24,
  result = 32,
  strict = 40,
  SIZE = 48,
}

function zip_new(type: Ref, args: Ref, kwds: Ref): Own {
  let strict = 0
  if (kwds !== 0) {
    const at = PyArg_ParseTupleAndKeywords(EMPTY_TUPLE, kwds, "|$p:zip", ["strict"])
    if (at === 0) return NULL
    strict = int32(at)
  }
  const n = Py_SIZE(args)
  const $iters = iterators(args + 24, n)
  if ($iters === NULL) return NULL
  const $result = PyTuple_New(n)
  if ($result === NULL) {
    Py_DECREF($iters)
    return NULL
  }
  for (let i = 0; i < n; i++) PyTuple_SET_ITEM($result, i, Py_NewRef(Py_None))
  const $lz = alloc(type)
  if ($lz === NULL) {
    Py_DECREF($iters)
    Py_DECREF($result)
    return NULL
  }
  setptr($lz + Zip.ittuple, $iters)
  setssize($lz + Zip.tuplesize, n)
  setptr($lz + Zip.result, $result)
  setint32($lz + Zip.strict, strict)
  return $lz
}
function zip_dealloc(lz: Ref): void {
  PyObject_GC_UnTrack(lz)
  Py_XDECREF(ptr(lz + Zip.ittuple))
  Py_XDECREF(ptr(lz + Zip.result))
  free(lz)
}
function zip_traverse(lz: Ref, visit: visitproc, arg: number): number {
  let v = ptr(lz + Zip.ittuple)
  let r: number
  if (v !== 0 && (r = visit(v, arg)) !== 0) return r
  v = ptr(lz + Zip.result)
  return v !== 0 ? visit(v, arg) : 0
}

/** One argument ended at `i`: with strict=True all must end together. */
function zip_end(lz: Ref, i: number): Own {
  if (int32(lz + Zip.strict) === 0) return NULL
  if (PyErr_Occurred() !== 0) {
    if (!PyErr_ExceptionMatches(PyExc_StopIteration)) return NULL
    PyErr_Clear()
  }
  if (i !== 0) return PyErr_SetString(PyExc_ValueError, `zip() argument ${i + 1} is shorter than argument${i === 1 ? " " : "s 1-"}${i}`)
  const iters = ptr(lz + Zip.ittuple)
  for (let k = 1; k < ssize(lz + Zip.tuplesize); k++) {
    const $item = next(PyTuple_GET_ITEM(iters, k))
    if ($item !== NULL) {
      Py_DECREF($item)
      return PyErr_SetString(PyExc_ValueError, `zip() argument ${k + 1} is longer than argument${k === 1 ? " " : "s 1-"}${k}`)
    }
    if (PyErr_Occurred() !== 0) {
      if (!PyErr_ExceptionMatches(PyExc_StopIteration)) return NULL
      PyErr_Clear()
    }
  }
  return NULL
}

function zip_next(lz: Ref): Own {
  const n = ssize(lz + Zip.tuplesize)
  if (n === 0) return NULL
  const iters = ptr(lz + Zip.ittuple)
  const result = ptr(lz + Zip.result)
  if (Py_REFCNT(result) === 1) {
    // nobody kept the last tuple: use it again
    Py_INCREF(result)
    for (let i = 0; i < n; i++) {
      const $item = next(PyTuple_GET_ITEM(iters, i))
      if ($item === NULL) {
        Py_DECREF(result)
        return zip_end(lz, i)
      }
      const old = PyTuple_GET_ITEM(result, i)
      PyTuple_SET_ITEM(result, i, $item)
      Py_DECREF(old)
    }
    if (!_PyObject_GC_IS_TRACKED(result)) _PyObject_GC_TRACK(result)
    return result as Own
  }
  const $tuple = PyTuple_New(n)
  if ($tuple === NULL) return NULL
  for (let i = 0; i < n; i++) {
    const $item = next(PyTuple_GET_ITEM(iters, i))
    if ($item === NULL) {
      Py_DECREF($tuple)
      return zip_end(lz, i)
    }
    PyTuple_SET_ITEM($tuple, i, $item)
  }
  return $tuple
}
function zip_reduce(lz: Ref): Own {
  const iters = ptr(lz + Zip.ittuple)
  return int32(lz + Zip.strict) !== 0 ? PyTuple_Pack3(Py_TYPE(lz), iters, Py_True) : PyTuple_Pack2(Py_TYPE(lz), iters)
}
function zip_setstate(lz: Ref, state: Ref): Own {
  const strict = PyObject_IsTrue(state)
  if (strict < 0) return NULL
  setint32(lz + Zip.strict, strict)
  return Py_NewRef(Py_None)
}

defineType(PyZip_Type, {
  name: "zip",
  basicsize: Zip.SIZE,
  dealloc: zip_dealloc,
  getattro: PyObject_GenericGetAttr,
  flags: TPFLAGS.DEFAULT | TPFLAGS.HAVE_GC | TPFLAGS.BASETYPE,
  doc: "zip(*iterables, strict=False) --> Yield tuples until an input is exhausted.\n\nWith strict=True, arguments of different lengths raise a ValueError.",
  traverse: zip_traverse,
  iter: PyObject_SelfIter,
  iternext: zip_next,
  methods: [
    ["__reduce__", zip_reduce, METH.NOARGS, "Return state information for pickling."],
    ["__setstate__", zip_setstate, METH.O, "Set state information for unpickling."],
  ],
  alloc: PyType_GenericAlloc,
  new: zip_new,
  free: PyObject_GC_Del,
})
