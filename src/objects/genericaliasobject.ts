import { byte, ptr, set64, setbyte, setptr } from "../heap/access.ts"
import { fn, fnIndex } from "../heap/fntable.ts"
import { PyTypeObject } from "../heap/layout.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_CLEAR, Py_DECREF, Py_NewRef, Py_TYPE, Py_XDECREF } from "../heap/refcount.ts"
import { ID } from "../heap/statics.ts"
import { hashHi, ret64 } from "../heap/int64.ts"
import { _PyObject_GC_New, _PyObject_GC_TRACK, _PyObject_GC_UNTRACK, PyObject_GC_Del, PyObject_GC_UnTrack } from "../gc/gcmodule.ts"
import { PyObject_ClearWeakRefs } from "../gc/weakref.ts"
import { PySequence_Contains } from "./abstract.ts"
import { PyObject_Call, PyVectorcall_Function } from "./call.ts"
import { defineType, definePrivateType } from "./define.ts"
import { PyErr_Clear, PyErr_ExceptionMatches, PyErr_SetNone, PyErr_SetString } from "./errors.ts"
import { _Py_make_parameters, _Py_subs_parameters, genericItemRepr, tupleOf } from "./generics.ts"
import { _PyArg_CheckPositional, _PyArg_NoKeywords } from "./getargs.ts"
import { PyList_Append } from "./listobject.ts"
import {
  PyObject_Dir,
  PyObject_GenericGetAttr,
  PyObject_GetAttr,
  PyObject_Hash,
  PyObject_RichCompare,
  PyObject_RichCompareBool,
  PyObject_SelfIter,
  PyObject_SetAttr,
} from "./object.ts"
import { type allocfunc, METH, Py, READONLY, T, TPFLAGS, type vectorcallfunc, type visitproc } from "./slots.ts"
import {
  Py_False,
  Py_GenericAliasType,
  Py_None,
  Py_NotImplemented,
  Py_True,
  PyExc_AttributeError,
  PyExc_StopIteration,
  PyExc_TypeError,
  PyTuple_Type,
} from "./statictypes.ts"
import { PyTuple_Check, PyTuple_GET_ITEM, PyTuple_GET_SIZE, PyTuple_Pack1, PyTuple_Pack2 } from "./tupleobject.ts"
import { PyType_GenericAlloc, PyType_IsSubtype } from "./typeobject.ts"
import { _Py_union_type_or } from "./unionobject.ts"
import { PyObject_GetIter } from "./abstract.ts"
import { PyUnicode_AsJS, PyUnicode_Check, PyUnicode_FromString } from "./unicodeobject.ts"
import { upcalls } from "./upcalls.ts"

// Objects/genericaliasobject.c: list[int] and its kind.

const enum Alias {
  origin = 16,
  args = 24,
  parameters = 32,
  weakreflist = 40,
  starred = 48,
  vectorcall = 56,
  SIZE = 64,
}

export function _PyGenericAlias_Check(op: Ref): boolean {
  return PyType_IsSubtype(Py_TYPE(op), Py_GenericAliasType)
}
/** `*tuple[…]`? */
export function isStarredTuple(op: Ref): boolean {
  return _PyGenericAlias_Check(op) && byte(op + Alias.starred) !== 0 && ptr(op + Alias.origin) === PyTuple_Type
}
/** Borrowed __args__. */
export function aliasArgs(op: Ref): Ref {
  return ptr(op + Alias.args)
}

function ga_dealloc(self: Ref): void {
  _PyObject_GC_UNTRACK(self)
  if (ptr(self + Alias.weakreflist) !== 0) PyObject_ClearWeakRefs(self)
  Py_XDECREF(ptr(self + Alias.origin))
  Py_XDECREF(ptr(self + Alias.args))
  Py_XDECREF(ptr(self + Alias.parameters))
  fn<(p: number) => void>(ptr(Py_TYPE(self) + PyTypeObject.tp_free))(self)
}
function ga_traverse(self: Ref, visit: visitproc, arg: number): number {
  for (let at = Alias.origin as number; at <= Alias.parameters; at += 8) {
    const v = ptr(self + at)
    if (v !== 0) {
      const r = visit(v, arg)
      if (r) return r
    }
  }
  return 0
}
function ga_repr(self: Ref): Own {
  const args = ptr(self + Alias.args)
  const parts: string[] = []
  const origin = genericItemRepr(ptr(self + Alias.origin))
  if (origin === null) return NULL
  for (let i = 0; i < PyTuple_GET_SIZE(args); i++) {
    const r = genericItemRepr(PyTuple_GET_ITEM(args, i))
    if (r === null) return NULL
    parts.push(r)
  }
  const star = byte(self + Alias.starred) ? "*" : ""
  return PyUnicode_FromString(`${star}${origin}[${parts.length === 0 ? "()" : parts.join(", ")}]`)
}

/** Owned type variables, found on first use. */
function ga_parameters(self: Ref): Own {
  if (ptr(self + Alias.parameters) === 0) {
    const $p = _Py_make_parameters(ptr(self + Alias.args))
    if ($p === NULL) return NULL
    setptr(self + Alias.parameters, $p)
  }
  return Py_NewRef(ptr(self + Alias.parameters))
}
function ga_getitem(self: Ref, item: Ref): Own {
  const $params = ga_parameters(self)
  if ($params === NULL) return NULL
  Py_DECREF($params)
  const $args = _Py_subs_parameters(self, ptr(self + Alias.args), ptr(self + Alias.parameters), item)
  if ($args === NULL) return NULL
  const $res = Py_GenericAlias(ptr(self + Alias.origin), $args)
  if ($res !== NULL) setbyte($res + Alias.starred, byte(self + Alias.starred))
  Py_DECREF($args)
  return $res
}
function ga_hash(self: Ref): number {
  const lo0 = PyObject_Hash(ptr(self + Alias.origin))
  const hi0 = hashHi
  if (lo0 === -1 && hi0 === -1) return ret64(-1, -1)
  const lo1 = PyObject_Hash(ptr(self + Alias.args))
  if (lo1 === -1 && hashHi === -1) return ret64(-1, -1)
  return ret64(lo0 ^ lo1, hi0 ^ hashHi)
}

// Tell a new object what made it; objects that refuse attributes are left alone. Steals and returns $obj.
function set_orig_class($obj: Own, self: Ref): Own {
  if ($obj !== NULL && PyObject_SetAttr($obj, ID("__orig_class__"), self) < 0) {
    if (!PyErr_ExceptionMatches(PyExc_AttributeError) && !PyErr_ExceptionMatches(PyExc_TypeError)) {
      Py_DECREF($obj)
      return NULL
    }
    PyErr_Clear()
  }
  return $obj
}
function ga_call(self: Ref, args: Ref, kwds: Ref): Own {
  return set_orig_class(PyObject_Call(ptr(self + Alias.origin), args, kwds), self)
}
function ga_vectorcall(self: Ref, args: number, nargsf: number, kwnames: Ref): Own {
  const origin = ptr(self + Alias.origin)
  return set_orig_class(fn<vectorcallfunc>(PyVectorcall_Function(origin))(origin, args, nargsf, kwnames), self)
}
const vectorcallIndex = fnIndex(ga_vectorcall)

// Attributes of the alias itself; all others are the origin's.
const OWN_ATTRIBUTES = [
  "__class__",
  "__origin__",
  "__args__",
  "__unpacked__",
  "__parameters__",
  "__typing_unpacked_tuple_args__",
  "__mro_entries__",
  "__reduce_ex__",
  "__reduce__",
  "__copy__",
  "__deepcopy__",
]
function ga_getattro(self: Ref, name: Ref): Own {
  if (PyUnicode_Check(name) && !OWN_ATTRIBUTES.includes(PyUnicode_AsJS(name))) return PyObject_GetAttr(ptr(self + Alias.origin), name)
  return PyObject_GenericGetAttr(self, name)
}
function ga_richcompare(a: Ref, b: Ref, op: number): Own {
  if (!_PyGenericAlias_Check(b) || (op !== Py.EQ && op !== Py.NE)) return Py_NewRef(Py_NotImplemented)
  if (op === Py.NE) {
    const $eq = ga_richcompare(a, b, Py.EQ)
    if ($eq === NULL) return NULL
    Py_DECREF($eq)
    return Py_NewRef($eq === Py_True ? Py_False : Py_True)
  }
  if (byte(a + Alias.starred) !== byte(b + Alias.starred)) return Py_NewRef(Py_False)
  const eq = PyObject_RichCompareBool(ptr(a + Alias.origin), ptr(b + Alias.origin), Py.EQ)
  if (eq < 0) return NULL
  return eq === 0 ? Py_NewRef(Py_False) : PyObject_RichCompare(ptr(a + Alias.args), ptr(b + Alias.args), Py.EQ)
}
function ga_mro_entries(self: Ref, _args: Ref): Own {
  return PyTuple_Pack1(ptr(self + Alias.origin))
}
function ga_instancecheck(_self: Ref, _arg: Ref): Own {
  return PyErr_SetString(PyExc_TypeError, "isinstance() argument 2 cannot be a parameterized generic")
}
function ga_subclasscheck(_self: Ref, _arg: Ref): Own {
  return PyErr_SetString(PyExc_TypeError, "issubclass() argument 2 cannot be a parameterized generic")
}
// (builtin, (object,)): how an iterator is rebuilt. Steals $object.
function rebuildBy($f: Own, $object: Own): Own {
  if ($object === NULL) {
    Py_XDECREF($f)
    return NULL
  }
  const $args = PyTuple_Pack1($object)
  Py_DECREF($object)
  const $r = $f === NULL || $args === NULL ? NULL : PyTuple_Pack2($f, $args)
  Py_XDECREF($f)
  Py_XDECREF($args)
  return $r
}
function ga_reduce(self: Ref): Own {
  const origin = ptr(self + Alias.origin)
  const args = ptr(self + Alias.args)
  if (byte(self + Alias.starred)) {
    const $plain = Py_GenericAlias(origin, args)
    if ($plain === NULL) return NULL
    const $it = PyObject_GetIter($plain)
    Py_DECREF($plain)
    return rebuildBy(upcalls.getBuiltin(ID("next")), $it)
  }
  const $pair = PyTuple_Pack2(origin, args)
  if ($pair === NULL) return NULL
  const $r = PyTuple_Pack2(Py_TYPE(self), $pair)
  Py_DECREF($pair)
  return $r
}
function ga_dir(self: Ref): Own {
  const $dir = PyObject_Dir(ptr(self + Alias.origin))
  if ($dir === NULL) return NULL
  for (const name of OWN_ATTRIBUTES) {
    const $name = PyUnicode_FromString(name)
    const has = $name === NULL ? -1 : PySequence_Contains($dir, $name)
    const bad = has < 0 || (has === 0 && PyList_Append($dir, $name) < 0)
    Py_XDECREF($name)
    if (bad) {
      Py_DECREF($dir)
      return NULL
    }
  }
  return $dir
}
function ga_unpacked_tuple_args(self: Ref): Own {
  return Py_NewRef(isStarredTuple(self) ? ptr(self + Alias.args) : Py_None)
}

function setup(self: Ref, origin: Ref, args: Ref): boolean {
  const $args = PyTuple_Check(args) ? Py_NewRef(args) : PyTuple_Pack1(args)
  if ($args === NULL) return false
  setptr(self + Alias.origin, Py_NewRef(origin))
  setptr(self + Alias.args, $args)
  setptr(self + Alias.parameters, 0)
  setptr(self + Alias.weakreflist, 0)
  set64(self + Alias.starred, 0, 0)
  setptr(self + Alias.vectorcall, PyVectorcall_Function(origin) !== 0 ? vectorcallIndex : 0)
  return true
}
function make(type: Ref, origin: Ref, args: Ref): Own {
  const $self = fn<allocfunc>(ptr(type + PyTypeObject.tp_alloc))(type, 0)
  if ($self !== NULL && !setup($self, origin, args)) {
    Py_DECREF($self)
    return NULL
  }
  return $self
}
/** A new alias origin[args] (args: a tuple, or the one argument). */
export function Py_GenericAlias(origin: Ref, args: Ref): Own {
  return make(Py_GenericAliasType, origin, args)
}
function ga_new(type: Ref, args: Ref, kwds: Ref): Own {
  if (!_PyArg_NoKeywords("GenericAlias", kwds) || !_PyArg_CheckPositional("GenericAlias", PyTuple_GET_SIZE(args), 2, 2)) return NULL
  return make(type, PyTuple_GET_ITEM(args, 0), PyTuple_GET_ITEM(args, 1))
}

// The iterator behind *tuple[int]: yields the starred alias once.
const enum AliasIter {
  obj = 16,
  SIZE = 24,
}
function ga_iternext(gi: Ref): Own {
  const obj = ptr(gi + AliasIter.obj)
  if (obj === 0) {
    PyErr_SetNone(PyExc_StopIteration)
    return NULL
  }
  const $starred = Py_GenericAlias(ptr(obj + Alias.origin), ptr(obj + Alias.args))
  if ($starred === NULL) return NULL
  setbyte($starred + Alias.starred, 1)
  Py_CLEAR(gi + AliasIter.obj)
  return $starred
}
function ga_iter_dealloc(gi: Ref): void {
  PyObject_GC_UnTrack(gi)
  Py_XDECREF(ptr(gi + AliasIter.obj))
  PyObject_GC_Del(gi)
}
function ga_iter_traverse(gi: Ref, visit: visitproc, arg: number): number {
  const v = ptr(gi + AliasIter.obj)
  return v === 0 ? 0 : visit(v, arg)
}
function ga_iter_clear(gi: Ref): number {
  Py_CLEAR(gi + AliasIter.obj)
  return 0
}
function ga_iter_reduce(gi: Ref): Own {
  // looking `iter` up can run code that exhausts this iterator
  const $iter = upcalls.getBuiltin(ID("iter"))
  const obj = ptr(gi + AliasIter.obj)
  return rebuildBy($iter, obj === 0 ? tupleOf([]) : Py_NewRef(obj))
}
const aliasIterType = definePrivateType({
  name: "generic_alias_iterator",
  basicsize: AliasIter.SIZE,
  flags: TPFLAGS.HAVE_GC,
  dealloc: ga_iter_dealloc,
  traverse: ga_iter_traverse,
  clear: ga_iter_clear,
  iter: PyObject_SelfIter,
  iternext: ga_iternext,
  methods: [["__reduce__", ga_iter_reduce, METH.NOARGS]],
})
function ga_iter(self: Ref): Own {
  const $gi = _PyObject_GC_New(aliasIterType)
  if ($gi === NULL) return NULL
  setptr($gi + AliasIter.obj, Py_NewRef(self))
  _PyObject_GC_TRACK($gi)
  return $gi
}

defineType(Py_GenericAliasType, {
  name: "types.GenericAlias",
  basicsize: Alias.SIZE,
  flags: TPFLAGS.HAVE_GC | TPFLAGS.BASETYPE | TPFLAGS.HAVE_VECTORCALL,
  doc: "A generic type with its arguments, such as list[int].",
  weaklistoffset: Alias.weakreflist,
  vectorcall_offset: Alias.vectorcall,
  dealloc: ga_dealloc,
  repr: ga_repr,
  hash: ga_hash,
  call: ga_call,
  getattro: ga_getattro,
  traverse: ga_traverse,
  richcompare: ga_richcompare,
  iter: ga_iter,
  alloc: PyType_GenericAlloc,
  new: ga_new,
  free: PyObject_GC_Del,
  nb_or: _Py_union_type_or,
  mp_subscript: ga_getitem,
  methods: [
    ["__mro_entries__", ga_mro_entries, METH.O],
    ["__instancecheck__", ga_instancecheck, METH.O],
    ["__subclasscheck__", ga_subclasscheck, METH.O],
    ["__reduce__", ga_reduce, METH.NOARGS],
    ["__dir__", ga_dir, METH.NOARGS],
  ],
  members: [
    ["__origin__", T.OBJECT, Alias.origin, READONLY],
    ["__args__", T.OBJECT, Alias.args, READONLY],
    ["__unpacked__", T.BOOL, Alias.starred, READONLY],
  ],
  getset: [
    ["__parameters__", ga_parameters, null, "Type variables in the GenericAlias."],
    ["__typing_unpacked_tuple_args__", ga_unpacked_tuple_args],
  ],
})
