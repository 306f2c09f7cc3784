import { _PyObject_GC_New, PyObject_GC_Del, PyObject_GC_Track, PyObject_GC_UnTrack } from "../../gc/gcmodule.ts"
import { int64, ptr, setint64, setptr, setssize, ssize } from "../../heap/access.ts"
import { args2, cstackMark, cstackReset } from "../../heap/cstack.ts"
import { fnIndex } from "../../heap/fntable.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_CLEAR, Py_DECREF, Py_NewRef, Py_TYPE, Py_XNewRef } from "../../heap/refcount.ts"
import { ID, staticType } from "../../heap/statics.ts"
import { PyObject_GetItem } from "../../objects/abstract.ts"
import { PyObject_Call, PyObject_VectorcallDict } from "../../objects/call.ts"
import { defineType } from "../../objects/define.ts"
import { dictKey, dictValue, PyDict_GET_SIZE, PyDict_Next } from "../../objects/dictobject.ts"
import { PyErr_Clear, PyErr_SetString } from "../../objects/errors.ts"
import { tp_free } from "../../objects/freelists.ts"
import { _PyArg_CheckPositional, _PyArg_NoKeywords, _PyArg_NoKwnames, PyArg_UnpackTuple } from "../../objects/getargs.ts"
import { PyLong_AsSsize_t, PyLong_CheckExact } from "../../objects/longobject.ts"
import { Py_ReprEnter, Py_ReprLeave, PyObject_GenericGetAttr, PyObject_GetAttr, reprJS, typeName } from "../../objects/object.ts"
import { METH, PY_VECTORCALL_ARGUMENTS_OFFSET, TPFLAGS, type reprfunc, type visitproc } from "../../objects/slots.ts"
import { PyExc_TypeError } from "../../objects/statictypes.ts"
import {
  buildTuple,
  PyTuple_CheckExact,
  PyTuple_GET_ITEM,
  PyTuple_GET_SIZE,
  PyTuple_GetSlice,
  PyTuple_New,
  PyTuple_Pack1,
  PyTuple_Pack2,
  PyTuple_SET_ITEM,
} from "../../objects/tupleobject.ts"
import {
  PyUnicode_AsJS,
  PyUnicode_Check,
  PyUnicode_FromString,
  PyUnicode_InternFromString,
  PyUnicode_InternInPlace,
} from "../../objects/unicodeobject.ts"
import { upcalls } from "../../objects/upcalls.ts"

// Modules/_operator.c: itemgetter, attrgetter, methodcaller.

export const itemgetter_type = staticType()
export const attrgetter_type = staticType()
export const methodcaller_type = staticType()

const ID_partial = ID("partial")
const REDUCE = "Return state information for pickling"

/** A tuple of f(item 0) … f(item n - 1), owned. */
function mapTuple(n: number, f: (i: number) => Own): Own {
  const $result = PyTuple_New(n)
  if ($result === NULL) return NULL
  for (let i = 0; i < n; i++) {
    const $v = f(i)
    if ($v === NULL) {
      Py_DECREF($result)
      return NULL
    }
    PyTuple_SET_ITEM($result, i, $v)
  }
  return $result
}
/** The one argument of a getter's call; NULL with the error set. */
function only(name: string, args: Ref, kw: Ref): Ref {
  if (!_PyArg_NoKeywords(name, kw) || !_PyArg_CheckPositional(name, PyTuple_GET_SIZE(args), 1, 1)) return NULL
  return PyTuple_GET_ITEM(args, 0)
}
function onlyOf(name: string, args: number, nargsf: number, kwnames: Ref): Ref {
  if (!_PyArg_NoKwnames(name, kwnames) || !_PyArg_CheckPositional(name, nargsf & ~PY_VECTORCALL_ARGUMENTS_OFFSET, 1, 1)) return NULL
  return ptr(args)
}
/** TYPE(…) with the inside from `inner`, "..." when it is being printed already. */
function guardedRepr(self: Ref, inner: () => string | null): Own {
  const status = Py_ReprEnter(self)
  if (status !== 0) return status < 0 ? NULL : PyUnicode_FromString(`${typeName(self)}(...)`)
  const s = inner()
  Py_ReprLeave(self)
  return s === null ? NULL : PyUnicode_FromString(typeName(self) + s)
}

// ---- itemgetter ----

const enum itemgetterobject {
  nitems = 16,
  item = 24,
  index = 32,
  vectorcall = 40,
  SIZE = 48,
}

function itemgetter_new(_type: Ref, args: Ref, kwds: Ref): Own {
  if (!_PyArg_NoKeywords("itemgetter", kwds)) return NULL
  const n = PyTuple_GET_SIZE(args)
  if (n <= 1 && !PyArg_UnpackTuple(args, "itemgetter", 1, 1)) return NULL
  const item = n <= 1 ? PyTuple_GET_ITEM(args, 0) : args
  const $ig = _PyObject_GC_New(itemgetter_type)
  if ($ig === NULL) return NULL
  let index = -1
  if (PyLong_CheckExact(item)) {
    index = PyLong_AsSsize_t(item)
    if (index < 0) {
      PyErr_Clear()
      index = -1
    }
  }
  setptr($ig + itemgetterobject.item, Py_NewRef(item))
  setssize($ig + itemgetterobject.nitems, n)
  setint64($ig + itemgetterobject.index, Math.min(index, Number.MAX_SAFE_INTEGER))
  setptr($ig + itemgetterobject.vectorcall, ITEMGETTER_VECTORCALL)
  PyObject_GC_Track($ig)
  return $ig
}
function itemgetter_call_impl(ig: Ref, obj: Ref): Own {
  const item = ptr(ig + itemgetterobject.item)
  const n = ssize(ig + itemgetterobject.nitems)
  if (n === 1) {
    const index = int64(ig + itemgetterobject.index)
    if (index >= 0 && PyTuple_CheckExact(obj) && index < PyTuple_GET_SIZE(obj)) return Py_NewRef(PyTuple_GET_ITEM(obj, index))
    return PyObject_GetItem(obj, item)
  }
  return mapTuple(n, (i) => PyObject_GetItem(obj, PyTuple_GET_ITEM(item, i)))
}
function itemgetter_call(ig: Ref, args: Ref, kw: Ref): Own {
  const obj = only("itemgetter", args, kw)
  return obj === NULL ? NULL : itemgetter_call_impl(ig, obj)
}
function itemgetter_vectorcall(ig: Ref, args: number, nargsf: number, kwnames: Ref): Own {
  const obj = onlyOf("itemgetter", args, nargsf, kwnames)
  return obj === NULL ? NULL : itemgetter_call_impl(ig, obj)
}
const ITEMGETTER_VECTORCALL = fnIndex(itemgetter_vectorcall)

function itemgetter_repr(ig: Ref): Own {
  return guardedRepr(ig, () => {
    const s = reprJS(ptr(ig + itemgetterobject.item))
    return s !== null && ssize(ig + itemgetterobject.nitems) === 1 ? `(${s})` : s
  })
}
function itemgetter_reduce(ig: Ref): Own {
  const item = ptr(ig + itemgetterobject.item)
  if (ssize(ig + itemgetterobject.nitems) === 1) return buildTuple(Py_NewRef(Py_TYPE(ig)), PyTuple_Pack1(item))
  return PyTuple_Pack2(Py_TYPE(ig), item)
}

// ---- attrgetter: names without dots as they are, others as tuples of their parts ----

const enum attrgetterobject {
  nattrs = 16,
  attr = 24,
  vectorcall = 32,
  SIZE = 40,
}

/** An interned name, or a tuple of interned names: owned. */
function attributePath(item: Ref): Own {
  const parts = PyUnicode_AsJS(item).split(".")
  if (parts.length === 1) return PyUnicode_InternInPlace(Py_NewRef(item))
  return mapTuple(parts.length, (i) => PyUnicode_InternFromString(parts[i]))
}
function attrgetter_new(_type: Ref, args: Ref, kwds: Ref): Own {
  if (!_PyArg_NoKeywords("attrgetter", kwds)) return NULL
  const n = PyTuple_GET_SIZE(args)
  if (n <= 1 && !PyArg_UnpackTuple(args, "attrgetter", 1, 1)) return NULL
  const $attr = mapTuple(n, (i) => {
    const item = PyTuple_GET_ITEM(args, i)
    return PyUnicode_Check(item) ? attributePath(item) : PyErr_SetString(PyExc_TypeError, "attribute name must be a string")
  })
  if ($attr === NULL) return NULL
  const $ag = _PyObject_GC_New(attrgetter_type)
  if ($ag === NULL) {
    Py_DECREF($attr)
    return NULL
  }
  setptr($ag + attrgetterobject.attr, $attr)
  setssize($ag + attrgetterobject.nattrs, n)
  setptr($ag + attrgetterobject.vectorcall, ATTRGETTER_VECTORCALL)
  PyObject_GC_Track($ag)
  return $ag
}
function dotted_getattr(obj: Ref, attr: Ref): Own {
  if (!PyTuple_CheckExact(attr)) return PyObject_GetAttr(obj, attr)
  let $obj = Py_NewRef(obj)
  for (let i = 0; i < PyTuple_GET_SIZE(attr); i++) {
    const $new = PyObject_GetAttr($obj, PyTuple_GET_ITEM(attr, i))
    Py_DECREF($obj)
    if ($new === NULL) return NULL
    $obj = $new
  }
  return $obj
}
function attrgetter_call_impl(ag: Ref, obj: Ref): Own {
  const attr = ptr(ag + attrgetterobject.attr)
  const n = ssize(ag + attrgetterobject.nattrs)
  if (n === 1) return dotted_getattr(obj, PyTuple_GET_ITEM(attr, 0))
  return mapTuple(n, (i) => dotted_getattr(obj, PyTuple_GET_ITEM(attr, i)))
}
function attrgetter_call(ag: Ref, args: Ref, kw: Ref): Own {
  const obj = only("attrgetter", args, kw)
  return obj === NULL ? NULL : attrgetter_call_impl(ag, obj)
}
function attrgetter_vectorcall(ag: Ref, args: number, nargsf: number, kwnames: Ref): Own {
  const obj = onlyOf("attrgetter", args, nargsf, kwnames)
  return obj === NULL ? NULL : attrgetter_call_impl(ag, obj)
}
const ATTRGETTER_VECTORCALL = fnIndex(attrgetter_vectorcall)

/** The name as it was given: owned. */
function dotjoinattr(attr: Ref): Own {
  if (!PyTuple_CheckExact(attr)) return Py_NewRef(attr)
  const parts: string[] = []
  for (let i = 0; i < PyTuple_GET_SIZE(attr); i++) parts.push(PyUnicode_AsJS(PyTuple_GET_ITEM(attr, i)))
  return PyUnicode_FromString(parts.join("."))
}
function attrgetter_args(ag: Ref): Own {
  const attr = ptr(ag + attrgetterobject.attr)
  return mapTuple(ssize(ag + attrgetterobject.nattrs), (i) => dotjoinattr(PyTuple_GET_ITEM(attr, i)))
}
function attrgetter_repr(ag: Ref): Own {
  return guardedRepr(ag, () => {
    const $args = attrgetter_args(ag)
    if ($args === NULL) return null
    const single = ssize(ag + attrgetterobject.nattrs) === 1
    const s = reprJS(single ? PyTuple_GET_ITEM($args, 0) : $args)
    Py_DECREF($args)
    return s !== null && single ? `(${s})` : s
  })
}
function attrgetter_reduce(ag: Ref): Own {
  return buildTuple(Py_NewRef(Py_TYPE(ag)), attrgetter_args(ag))
}

// ---- methodcaller ----

const enum methodcallerobject {
  name = 16,
  args = 24,
  kwds = 32,
  SIZE = 40,
}

function methodcaller_new(_type: Ref, args: Ref, kwds: Ref): Own {
  if (PyTuple_GET_SIZE(args) < 1) {
    return PyErr_SetString(PyExc_TypeError, "methodcaller needs at least one argument, the method name")
  }
  const name = PyTuple_GET_ITEM(args, 0)
  if (!PyUnicode_Check(name)) return PyErr_SetString(PyExc_TypeError, "method name must be a string")
  const $mc = _PyObject_GC_New(methodcaller_type)
  if ($mc === NULL) return NULL
  setptr($mc + methodcallerobject.name, PyUnicode_InternInPlace(Py_NewRef(name)))
  setptr($mc + methodcallerobject.kwds, Py_XNewRef(kwds))
  const $args = PyTuple_GetSlice(args, 1, PyTuple_GET_SIZE(args))
  setptr($mc + methodcallerobject.args, $args)
  if ($args === NULL) {
    Py_DECREF($mc)
    return NULL
  }
  PyObject_GC_Track($mc)
  return $mc
}
function methodcaller_call(mc: Ref, args: Ref, kw: Ref): Own {
  const obj = only("methodcaller", args, kw)
  if (obj === NULL) return NULL
  const $method = PyObject_GetAttr(obj, ptr(mc + methodcallerobject.name))
  if ($method === NULL) return NULL
  const $result = PyObject_Call($method, ptr(mc + methodcallerobject.args), ptr(mc + methodcallerobject.kwds))
  Py_DECREF($method)
  return $result
}
function methodcaller_repr(mc: Ref): Own {
  return guardedRepr(mc, () => {
    const args = ptr(mc + methodcallerobject.args)
    const kwds = ptr(mc + methodcallerobject.kwds)
    let out = ""
    for (let i = 0; i < PyTuple_GET_SIZE(args); i++) {
      const s = reprJS(PyTuple_GET_ITEM(args, i))
      if (s === null) return null
      out += `, ${s}`
    }
    if (kwds !== 0) {
      for (let pos = PyDict_Next(kwds, 0); pos; pos = PyDict_Next(kwds, pos)) {
        const key = PyUnicode_AsJS(dictKey)
        const s = reprJS(dictValue)
        if (s === null) return null
        out += `, ${key}=${s}`
      }
    }
    const name = reprJS(ptr(mc + methodcallerobject.name))
    return name === null ? null : `(${name}${out})`
  })
}
function methodcaller_reduce(mc: Ref): Own {
  const name = ptr(mc + methodcallerobject.name)
  const args = ptr(mc + methodcallerobject.args)
  const kwds = ptr(mc + methodcallerobject.kwds)
  if (kwds === 0 || PyDict_GET_SIZE(kwds) === 0) {
    const $args = mapTuple(1 + PyTuple_GET_SIZE(args), (i) => Py_NewRef(i === 0 ? name : PyTuple_GET_ITEM(args, i - 1)))
    return buildTuple(Py_NewRef(Py_TYPE(mc)), $args)
  }
  // partial(methodcaller, name, **kwds)(*args)
  const $functools = upcalls.importModule("functools")
  if ($functools === NULL) return NULL
  const $partial = PyObject_GetAttr($functools, ID_partial)
  Py_DECREF($functools)
  if ($partial === NULL) return NULL
  const mark = cstackMark()
  const $constructor = PyObject_VectorcallDict($partial, args2(Py_TYPE(mc), name), 2, kwds)
  cstackReset(mark)
  Py_DECREF($partial)
  return buildTuple($constructor, Py_NewRef(args))
}

// ---- the types ----

interface GetterSpec {
  name: string
  size: number
  fields: readonly number[]
  vectorcall?: number
  doc: string
  call: (self: Ref, args: Ref, kw: Ref) => Own
  repr: reprfunc
  reduce: (self: Ref) => Own
  new: (type: Ref, args: Ref, kwds: Ref) => Own
}
function defineGetter(type: Ref, spec: GetterSpec): void {
  const { fields } = spec
  const clear = (self: Ref): number => {
    for (const f of fields) Py_CLEAR(self + f)
    return 0
  }
  defineType(type, {
    name: spec.name,
    basicsize: spec.size,
    ...(spec.vectorcall !== undefined && { vectorcall_offset: spec.vectorcall }),
    flags:
      TPFLAGS.DEFAULT |
      TPFLAGS.HAVE_GC |
      TPFLAGS.IMMUTABLETYPE |
      (spec.vectorcall === undefined ? TPFLAGS.DEFAULT : TPFLAGS.HAVE_VECTORCALL),
    doc: spec.doc,
    dealloc: (self: Ref): void => {
      PyObject_GC_UnTrack(self)
      clear(self)
      tp_free(self)
    },
    call: spec.call,
    traverse: (self: Ref, visit: visitproc, arg: number): number => {
      for (const f of fields) {
        const v = ptr(self + f)
        if (v !== 0) {
          const r = visit(v, arg)
          if (r) return r
        }
      }
      return 0
    },
    clear,
    methods: [["__reduce__", spec.reduce, METH.NOARGS, REDUCE]],
    new: spec.new,
    getattro: PyObject_GenericGetAttr,
    repr: spec.repr,
    free: PyObject_GC_Del,
  })
}

defineGetter(itemgetter_type, {
  name: "operator.itemgetter",
  size: itemgetterobject.SIZE,
  fields: [itemgetterobject.item],
  vectorcall: itemgetterobject.vectorcall,
  doc: "itemgetter(item, ...) --> itemgetter object\n\nA callable that fetches the given item(s) from its operand.\nAfter f = itemgetter(2), the call f(r) returns r[2].\nAfter g = itemgetter(2, 5, 3), the call g(r) returns (r[2], r[5], r[3])",
  call: itemgetter_call,
  repr: itemgetter_repr,
  reduce: itemgetter_reduce,
  new: itemgetter_new,
})
defineGetter(attrgetter_type, {
  name: "operator.attrgetter",
  size: attrgetterobject.SIZE,
  fields: [attrgetterobject.attr],
  vectorcall: attrgetterobject.vectorcall,
  doc: "attrgetter(attr, ...) --> attrgetter object\n\nA callable that fetches the given attribute(s) from its operand.\nAfter f = attrgetter('name'), the call f(r) returns r.name.\nAfter h = attrgetter('name.first', 'name.last'), the call h(r) returns\n(r.name.first, r.name.last).",
  call: attrgetter_call,
  repr: attrgetter_repr,
  reduce: attrgetter_reduce,
  new: attrgetter_new,
})
defineGetter(methodcaller_type, {
  name: "operator.methodcaller",
  size: methodcallerobject.SIZE,
  fields: [methodcallerobject.name, methodcallerobject.args, methodcallerobject.kwds],
  doc: "methodcaller(name, ...) --> methodcaller object\n\nA callable that calls the given method on its operand.\nAfter f = methodcaller('name'), the call f(r) returns r.name().\nAfter g = methodcaller('name', 'date', foo=1), the call g(r) returns\nr.name('date', foo=1).",
  call: methodcaller_call,
  repr: methodcaller_repr,
  reduce: methodcaller_reduce,
  new: methodcaller_new,
})
