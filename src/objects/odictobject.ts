import { PyObject_GC_UnTrack } from "../gc/gcmodule.ts"
import { ptr } from "../heap/access.ts"
import { hashHi } from "../heap/int64.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_CLEAR, Py_DECREF, Py_NewRef, Py_TYPE, Py_XDECREF } from "../heap/refcount.ts"
import { ID } from "../heap/statics.ts"
import { Py_TRASHCAN_BEGIN, Py_TRASHCAN_END } from "../heap/trashcan.ts"
import { PyObject_GetItem, PyObject_GetIter, PyObject_SetItem, PySequence_Contains, PySequence_List } from "./abstract.ts"
import { PyBool_FromLong } from "./boolobject.ts"
import { PyObject_CallMethodNoArgs, PyObject_CallNoArgs, PyObject_CallOneArg } from "./call.ts"
import { defineType } from "./define.ts"
import {
  _PyDict_FromKeys,
  _PyDict_SizeOf,
  dict_dealloc,
  dict_new,
  dict_richcompare,
  dict_traverse,
  PyDict_Check,
  PyDict_Clear,
  PyDict_GetItemWithError,
  PyObject_GenericGetDict,
} from "./dictobject.ts"
import { PyErr_Occurred, PyErr_SetObject, PyErr_SetString } from "./errors.ts"
import { _PyArg_UnpackKeywords, argParser } from "./getargs.ts"
import { PyList_Append, PyList_New } from "./listobject.ts"
import { PyLong_FromLong } from "./longobject.ts"
import { Py_ReprEnter, Py_ReprLeave, PyObject_GenericSetDict, PyObject_Hash, PyObject_IsTrue, reprJS, tp_name_js } from "./object.ts"
import { odictitems_new, OdictIter, odictiter_new, odictkeys_new, odictvalues_new } from "./odict/iter.ts"
import {
  _PyODict_SetItem_KnownHash,
  add_head,
  add_tail,
  clear_nodes,
  find_node,
  keys_equal,
  nodeHashHi,
  nodeHashLo,
  nodeKey,
  nodeNext,
  nodeValue,
  odictExtraSize,
  odictFirst,
  odictLast,
  popkey_hash,
  PyODict_Check,
  PyODict_CheckExact,
  PyODict_DelItem,
  PyODict_SetItem,
  PyODict_SIZE,
  PyODictObject,
  remove_node,
} from "./odict/nodes.ts"
import { mutablemapping_update, mutablemapping_update_arg } from "./odict/update.ts"
import { METH, Py, TPFLAGS, type visitproc } from "./slots.ts"
import {
  EMPTY_TUPLE,
  Py_None,
  Py_NotImplemented,
  Py_False,
  Py_True,
  PyDict_Type,
  PyExc_KeyError,
  PyExc_TypeError,
  PyODict_Type,
} from "./statictypes.ts"
import { buildTuple, PyTuple_GET_SIZE, PyTuple_Pack2 } from "./tupleobject.ts"
import { _PyObject_GetState, PyType_GenericAlloc } from "./typeobject.ts"
import { PyUnicode_FromString } from "./unicodeobject.ts"
import { PyObject_ClearWeakRefs } from "./weakrefobject.ts"

// Objects/odictobject.c: OrderedDict. odict/nodes.ts: the linked list; odict/update.ts: update(); odict/iter.ts: iterators and views.
export * from "./odict/iter.ts"
export * from "./odict/nodes.ts"

const ID_items = ID("items")

function shortName(op: Ref): string {
  const name = tp_name_js(Py_TYPE(op))
  return name.slice(name.lastIndexOf(".") + 1)
}
function keyError(key: Ref): Own {
  PyErr_SetObject(PyExc_KeyError, key)
  return NULL
}

export function PyODict_New(): Own {
  return dict_new(PyODict_Type, NULL, NULL)
}

function odict_mp_ass_sub(od: Ref, v: Ref, w: Ref): number {
  return w === NULL ? PyODict_DelItem(od, v) : PyODict_SetItem(od, v, w)
}

function odict_or(left: Ref, right: Ref): Own {
  const self = PyODict_Check(left) ? left : right
  if (!PyDict_Check(self === left ? right : left)) return Py_NewRef(Py_NotImplemented)
  const $new = PyObject_CallOneArg(Py_TYPE(self), left)
  if ($new === NULL) return NULL
  if (mutablemapping_update_arg($new, right) < 0) {
    Py_DECREF($new)
    return NULL
  }
  return $new
}
function odict_inplace_or(self: Ref, other: Ref): Own {
  return mutablemapping_update_arg(self, other) < 0 ? NULL : Py_NewRef(self)
}

const fromkeysParser = argParser("fromkeys", ["iterable", "value"])
const setdefaultParser = argParser("setdefault", ["key", "default"])
const popParser = argParser("pop", ["key", "default"])
const popitemParser = argParser("popitem", ["last"])
const moveParser = argParser("move_to_end", ["key", "last"])

function odict_fromkeys(type: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const a = _PyArg_UnpackKeywords(args, nargs, 0, kwnames, fromkeysParser, 1, 2, 0)
  return a === 0 ? NULL : _PyDict_FromKeys(type, ptr(a), ptr(a + 8) || Py_None)
}

function odict_sizeof(od: Ref): Own {
  return PyLong_FromLong(_PyDict_SizeOf(od) + odictExtraSize(od))
}

function odict_reduce(od: Ref): Own {
  const $state = _PyObject_GetState(od)
  if ($state === NULL) return NULL
  const $items = PyObject_CallMethodNoArgs(od, ID_items)
  const $iter = $items === NULL ? NULL : PyObject_GetIter($items)
  Py_XDECREF($items)
  if ($iter === NULL) {
    Py_DECREF($state)
    return NULL
  }
  return buildTuple(Py_NewRef(Py_TYPE(od)), Py_NewRef(EMPTY_TUPLE), $state, Py_NewRef(Py_None), $iter)
}

function odict_setdefault(self: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const a = _PyArg_UnpackKeywords(args, nargs, 0, kwnames, setdefaultParser, 1, 2, 0)
  if (a === 0) return NULL
  const key = ptr(a)
  const deflt = ptr(a + 8) || Py_None
  if (PyODict_CheckExact(self)) {
    const value = PyDict_GetItemWithError(self, key)
    if (value !== NULL) return Py_NewRef(value)
    if (PyErr_Occurred()) return NULL
    return PyODict_SetItem(self, key, deflt) >= 0 ? Py_NewRef(deflt) : NULL
  }
  const exists = PySequence_Contains(self, key)
  if (exists < 0) return NULL
  if (exists) return PyObject_GetItem(self, key)
  return PyObject_SetItem(self, key, deflt) >= 0 ? Py_NewRef(deflt) : NULL
}

function odict_pop(self: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const a = _PyArg_UnpackKeywords(args, nargs, 0, kwnames, popParser, 1, 2, 0)
  if (a === 0) return NULL
  const key = ptr(a)
  const deflt = ptr(a + 8)
  const lo = PyObject_Hash(key)
  const hi = hashHi
  return lo === -1 && hi === -1 ? NULL : popkey_hash(self, key, deflt, lo, hi)
}

/** The truth of an optional argument at `at`: 1 by default, -1 with the error set. */
function isLast(at: number): number {
  const v = ptr(at)
  return v === 0 ? 1 : PyObject_IsTrue(v)
}

function odict_popitem(self: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const a = _PyArg_UnpackKeywords(args, nargs, 0, kwnames, popitemParser, 0, 1, 0)
  if (a === 0) return NULL
  const last = isLast(a)
  if (last < 0) return NULL
  if (odictFirst(self) === 0) return PyErr_SetString(PyExc_KeyError, "dictionary is empty")
  const n = last ? odictLast(self) : odictFirst(self)
  const $key = Py_NewRef(nodeKey(n))
  const $value = popkey_hash(self, $key, NULL, nodeHashLo(n), nodeHashHi(n))
  if ($value === NULL) return NULL
  const $item = PyTuple_Pack2($key, $value)
  Py_DECREF($key)
  Py_DECREF($value)
  return $item
}

function odict_move_to_end(self: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const a = _PyArg_UnpackKeywords(args, nargs, 0, kwnames, moveParser, 1, 2, 0)
  if (a === 0) return NULL
  const key = ptr(a)
  const last = isLast(a + 8)
  if (last < 0) return NULL
  if (odictFirst(self) === 0) return keyError(key)
  let n = last ? odictLast(self) : odictFirst(self)
  if (key !== nodeKey(n)) {
    n = find_node(self, key)
    if (n === 0) return PyErr_Occurred() ? NULL : keyError(key)
    if (n !== (last ? odictLast(self) : odictFirst(self))) {
      remove_node(self, n)
      if (last) add_tail(self, n)
      else add_head(self, n)
    }
  }
  return Py_NewRef(Py_None)
}

function odict_clear(od: Ref): Own {
  PyDict_Clear(od)
  clear_nodes(od)
  return Py_NewRef(Py_None)
}

/** Copy one pair: 0 or -1. */
function copyNode(od: Ref, copy: Ref, n: number, exact: boolean): number {
  const key = nodeKey(n)
  if (exact) {
    const value = nodeValue(n, od)
    if (value === NULL) {
      if (!PyErr_Occurred()) keyError(key)
      return -1
    }
    return _PyODict_SetItem_KnownHash(copy, key, value, nodeHashLo(n), nodeHashHi(n))
  }
  const $value = PyObject_GetItem(od, key)
  if ($value === NULL) return -1
  const res = PyObject_SetItem(copy, key, $value)
  Py_DECREF($value)
  return res
}
function odict_copy(od: Ref): Own {
  const exact = PyODict_CheckExact(od)
  const $copy = exact ? PyODict_New() : PyObject_CallNoArgs(Py_TYPE(od))
  if ($copy === NULL) return NULL
  for (let n = odictFirst(od); n !== 0; n = nodeNext(n)) {
    if (copyNode(od, $copy, n, exact) !== 0) {
      Py_DECREF($copy)
      return NULL
    }
  }
  return $copy
}

function odict_reversed(od: Ref): Own {
  return odictiter_new(od, OdictIter.KEYS | OdictIter.REVERSED)
}
function odict_iter(od: Ref): Own {
  return odictiter_new(od, OdictIter.KEYS)
}

function odict_dealloc(self: Ref): void {
  PyObject_GC_UnTrack(self)
  if (!Py_TRASHCAN_BEGIN(self, odict_dealloc)) return
  Py_XDECREF(ptr(self + PyODictObject.od_inst_dict))
  if (ptr(self + PyODictObject.od_weakreflist) !== 0) PyObject_ClearWeakRefs(self)
  clear_nodes(self)
  dict_dealloc(self)
  Py_TRASHCAN_END()
}

/** The pairs as a list, owned. */
function pairs(self: Ref): Own {
  if (!PyODict_CheckExact(self)) {
    const $items = PyObject_CallMethodNoArgs(self, ID_items)
    if ($items === NULL) return NULL
    const $list = PySequence_List($items)
    Py_DECREF($items)
    return $list
  }
  const $list = PyList_New(0)
  if ($list === NULL) return NULL
  for (let n = odictFirst(self); n !== 0; n = nodeNext(n)) {
    const value = nodeValue(n, self)
    if (value === NULL && !PyErr_Occurred()) keyError(nodeKey(n))
    const $pair = value === NULL ? NULL : PyTuple_Pack2(nodeKey(n), value)
    const status = $pair === NULL ? -1 : PyList_Append($list, $pair)
    Py_XDECREF($pair)
    if (status < 0) {
      Py_DECREF($list)
      return NULL
    }
  }
  return $list
}
function odict_repr(self: Ref): Own {
  if (PyODict_SIZE(self) === 0) return PyUnicode_FromString(`${shortName(self)}()`)
  const entered = Py_ReprEnter(self)
  if (entered !== 0) return entered > 0 ? PyUnicode_FromString("...") : NULL
  const $pieces = pairs(self)
  const s = $pieces === NULL ? null : reprJS($pieces)
  Py_XDECREF($pieces)
  Py_ReprLeave(self)
  return s === null ? NULL : PyUnicode_FromString(`${shortName(self)}(${s})`)
}

function odict_traverse(od: Ref, visit: visitproc, arg: number): number {
  const inst = ptr(od + PyODictObject.od_inst_dict)
  let r = inst ? visit(inst, arg) : 0
  for (let n = odictFirst(od); !r && n !== 0; n = nodeNext(n)) r = visit(nodeKey(n), arg)
  return r || dict_traverse(od, visit, arg)
}
function odict_tp_clear(od: Ref): number {
  Py_CLEAR(od + PyODictObject.od_inst_dict)
  PyDict_Clear(od)
  clear_nodes(od)
  return 0
}

function odict_richcompare(v: Ref, w: Ref, op: number): Own {
  if (!PyODict_Check(v) || !PyDict_Check(w) || (op !== Py.EQ && op !== Py.NE)) return Py_NewRef(Py_NotImplemented)
  const $cmp = dict_richcompare(v, w, op)
  if ($cmp === NULL || !PyODict_Check(w)) return $cmp
  // different as dicts already
  if ($cmp === (op === Py.EQ ? Py_False : Py_True)) return $cmp
  Py_DECREF($cmp)
  const eq = keys_equal(v, w)
  return eq < 0 ? NULL : PyBool_FromLong((eq === 1) === (op === Py.EQ) ? 1 : 0)
}

function odict_init(self: Ref, args: Ref, kwds: Ref): number {
  const n = PyTuple_GET_SIZE(args)
  if (n > 1) {
    PyErr_SetString(PyExc_TypeError, `expected at most 1 arguments, got ${n}`)
    return -1
  }
  const $none = mutablemapping_update(self, args, kwds)
  if ($none === NULL) return -1
  Py_DECREF($none)
  return 0
}

defineType(PyODict_Type, {
  name: "collections.OrderedDict",
  basicsize: PyODictObject.SIZE,
  base: PyDict_Type,
  dictoffset: PyODictObject.od_inst_dict,
  weaklistoffset: PyODictObject.od_weakreflist,
  flags: TPFLAGS.DEFAULT | TPFLAGS.BASETYPE | TPFLAGS.HAVE_GC,
  doc: "Dictionary that remembers insertion order",
  dealloc: odict_dealloc,
  repr: odict_repr,
  nb_or: odict_or,
  nb_inplace_or: odict_inplace_or,
  mp_ass_subscript: odict_mp_ass_sub,
  traverse: odict_traverse,
  clear: odict_tp_clear,
  richcompare: odict_richcompare,
  iter: odict_iter,
  methods: [
    [
      "fromkeys",
      odict_fromkeys,
      METH.FASTCALL | METH.KEYWORDS | METH.CLASS,
      "($type, /, iterable, value=None)\n--\n\nA new ordered dictionary with the iterable's items as keys, all with the same value.",
    ],
    ["__sizeof__", odict_sizeof, METH.NOARGS],
    ["__reduce__", odict_reduce, METH.NOARGS, "Return state information for pickling"],
    [
      "setdefault",
      odict_setdefault,
      METH.FASTCALL | METH.KEYWORDS,
      "($self, /, key, default=None)\n--\n\nThe value for key, which is default, now entered, if there was none.",
    ],
    [
      "pop",
      odict_pop,
      METH.FASTCALL | METH.KEYWORDS,
      "($self, /, key, default=<unrepresentable>)\n--\n\nod.pop(key[,default]) -> v, the value of the key that is removed.\n\nWithout the key: the default if given, else KeyError.",
    ],
    [
      "popitem",
      odict_popitem,
      METH.FASTCALL | METH.KEYWORDS,
      "($self, /, last=True)\n--\n\nRemove the last (or the first) pair and return it.",
    ],
    ["keys", odictkeys_new, METH.NOARGS],
    ["values", odictvalues_new, METH.NOARGS],
    ["items", odictitems_new, METH.NOARGS],
    ["update", mutablemapping_update, METH.VARARGS | METH.KEYWORDS],
    ["clear", odict_clear, METH.NOARGS, "od.clear() -> None.  Remove all items from od."],
    ["copy", odict_copy, METH.NOARGS, "od.copy() -> a shallow copy of od"],
    [
      "move_to_end",
      odict_move_to_end,
      METH.FASTCALL | METH.KEYWORDS,
      "($self, /, key, last=True)\n--\n\nMove an existing element to the end (or beginning if last is false).\n\nRaise KeyError if the element does not exist.",
    ],
    ["__reversed__", odict_reversed, METH.NOARGS, "od.__reversed__() <==> reversed(od)"],
  ],
  getset: [["__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict]],
  init: odict_init,
  alloc: PyType_GenericAlloc,
})
