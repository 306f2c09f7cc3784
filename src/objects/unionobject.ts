import { ptr, setptr } from "../heap/access.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_TYPE, Py_XDECREF, PyType_HasFeature } from "../heap/refcount.ts"
import { hashHi, ret64 } from "../heap/int64.ts"
import { _PyObject_GC_New, _PyObject_GC_TRACK, _PyObject_GC_UNTRACK, PyObject_GC_Del } from "../gc/gcmodule.ts"
import { PyNumber_Or } from "./abstract.ts"
import { defineType } from "./define.ts"
import { PyErr_Occurred } from "./errors.ts"
import { _PyGenericAlias_Check } from "./genericaliasobject.ts"
import { _Py_make_parameters, _Py_subs_parameters, genericItemRepr, tupleOf } from "./generics.ts"
import { PyObject_GenericGetAttr, PyObject_GetAttr, PyObject_Hash, PyObject_RichCompare, PyObject_RichCompareBool } from "./object.ts"
import { PyFrozenSet_New, PySet_New } from "./setobject.ts"
import { Py, READONLY, T, TPFLAGS, type visitproc } from "./slots.ts"
import { _PyNone_Type, _PyUnion_Type, Py_None, Py_NotImplemented } from "./statictypes.ts"
import { PyTuple_GET_ITEM, PyTuple_GET_SIZE } from "./tupleobject.ts"
import { PyType_GenericAlloc } from "./typeobject.ts"
import { PyUnicode_AsJS, PyUnicode_Check, PyUnicode_FromString } from "./unicodeobject.ts"

// Objects/unionobject.c: int | str.

const enum Union {
  args = 16,
  parameters = 24,
  SIZE = 32,
}

export function _PyUnion_Check(op: Ref): boolean {
  return Py_TYPE(op) === _PyUnion_Type
}
/** Borrowed tuple of the members. */
export function _Py_union_args(self: Ref): Ref {
  return ptr(self + Union.args)
}

function union_dealloc(self: Ref): void {
  _PyObject_GC_UNTRACK(self)
  Py_XDECREF(ptr(self + Union.args))
  Py_XDECREF(ptr(self + Union.parameters))
  PyObject_GC_Del(self)
}
function union_traverse(self: Ref, visit: visitproc, arg: number): number {
  const args = ptr(self + Union.args)
  const r = args === 0 ? 0 : visit(args, arg)
  if (r) return r
  const params = ptr(self + Union.parameters)
  return params === 0 ? 0 : visit(params, arg)
}
function union_hash(self: Ref): number {
  const $set = PyFrozenSet_New(ptr(self + Union.args))
  if ($set === NULL) return ret64(-1, -1)
  const lo = PyObject_Hash($set)
  const hi = hashHi
  Py_DECREF($set)
  return ret64(lo, hi)
}
function union_richcompare(a: Ref, b: Ref, op: number): Own {
  if (!_PyUnion_Check(b) || (op !== Py.EQ && op !== Py.NE)) return Py_NewRef(Py_NotImplemented)
  const $a = PySet_New(ptr(a + Union.args))
  const $b = $a === NULL ? NULL : PySet_New(ptr(b + Union.args))
  const $r = $b === NULL ? NULL : PyObject_RichCompare($a, $b, op)
  Py_XDECREF($b)
  Py_XDECREF($a)
  return $r
}

// Members of one side of `|`; None stands for its type.
function membersOf(op: Ref): Ref[] {
  if (op === Py_None) return [_PyNone_Type]
  if (!_PyUnion_Check(op)) return [op]
  const args = ptr(op + Union.args)
  const out: Ref[] = []
  for (let i = 0; i < PyTuple_GET_SIZE(args); i++) out.push(PyTuple_GET_ITEM(args, i))
  return out
}
// -1 error, else whether `item` is in `items`: generics by value, others by identity.
function contains(items: readonly Ref[], item: Ref): number {
  for (const other of items) {
    const same =
      _PyGenericAlias_Check(other) && _PyGenericAlias_Check(item) ? PyObject_RichCompareBool(other, item, Py.EQ) : other === item ? 1 : 0
    if (same) return same
  }
  return 0
}
function isUnionable(op: Ref): boolean {
  return op === Py_None || PyType_HasFeature(Py_TYPE(op), TPFLAGS.TYPE_SUBCLASS) || _PyGenericAlias_Check(op) || _PyUnion_Check(op)
}

/** `self | other` for types: a union, or `self` when it holds `other` already. */
export function _Py_union_type_or(self: Ref, other: Ref): Own {
  if (!isUnionable(self) || !isUnionable(other)) return Py_NewRef(Py_NotImplemented)
  const left = membersOf(self)
  const all = left.slice()
  for (const arg of membersOf(other)) {
    const dup = contains(left, arg)
    if (dup < 0) return NULL
    if (dup === 0) all.push(arg)
  }
  if (all.length === left.length) return PyErr_Occurred() ? NULL : Py_NewRef(self === Py_None ? _PyNone_Type : self)
  const $args = tupleOf(all.map((t) => Py_NewRef(t)))
  return $args === NULL ? NULL : make_union($args)
}

// Steals the tuple.
function make_union($args: Own): Own {
  const $u = _PyObject_GC_New(_PyUnion_Type)
  if ($u === NULL) {
    Py_DECREF($args)
    return NULL
  }
  setptr($u + Union.args, $args)
  setptr($u + Union.parameters, 0)
  _PyObject_GC_TRACK($u)
  return $u
}

function union_repr(self: Ref): Own {
  const args = ptr(self + Union.args)
  const parts: string[] = []
  for (let i = 0; i < PyTuple_GET_SIZE(args); i++) {
    const arg = PyTuple_GET_ITEM(args, i)
    const r = arg === _PyNone_Type ? "None" : genericItemRepr(arg)
    if (r === null) return NULL
    parts.push(r)
  }
  return PyUnicode_FromString(parts.join(" | "))
}
function union_parameters(self: Ref): Own {
  if (ptr(self + Union.parameters) === 0) {
    const $p = _Py_make_parameters(ptr(self + Union.args))
    if ($p === NULL) return NULL
    setptr(self + Union.parameters, $p)
  }
  return Py_NewRef(ptr(self + Union.parameters))
}
function union_getitem(self: Ref, item: Ref): Own {
  const $params = union_parameters(self)
  if ($params === NULL) return NULL
  const $args = _Py_subs_parameters(self, ptr(self + Union.args), $params, item)
  Py_DECREF($params)
  if ($args === NULL) return NULL
  const n = PyTuple_GET_SIZE($args)
  if (n === 0) return make_union($args)
  let $res = Py_NewRef(PyTuple_GET_ITEM($args, 0))
  for (let i = 1; i < n && $res !== NULL; i++) {
    const $next = PyNumber_Or($res, PyTuple_GET_ITEM($args, i))
    Py_DECREF($res)
    $res = $next
  }
  Py_DECREF($args)
  return $res
}
function union_getattro(self: Ref, name: Ref): Own {
  if (PyUnicode_Check(name) && PyUnicode_AsJS(name) === "__module__") return PyObject_GetAttr(Py_TYPE(self), name)
  return PyObject_GenericGetAttr(self, name)
}

defineType(_PyUnion_Type, {
  name: "types.UnionType",
  basicsize: Union.SIZE,
  flags: TPFLAGS.HAVE_GC,
  doc: "A union of types, such as int | str.",
  dealloc: union_dealloc,
  repr: union_repr,
  hash: union_hash,
  getattro: union_getattro,
  traverse: union_traverse,
  richcompare: union_richcompare,
  alloc: PyType_GenericAlloc,
  free: PyObject_GC_Del,
  nb_or: _Py_union_type_or,
  mp_subscript: union_getitem,
  members: [["__args__", T.OBJECT, Union.args, READONLY]],
  getset: [["__parameters__", union_parameters, null, "Type variables in the types.UnionType."]],
})
