import { _PyObject_GC_IS_TRACKED, _PyObject_GC_TRACK, PyObject_GC_Del, PyObject_GC_UnTrack } from "../../gc/gcmodule.ts"
import { ptr, setptr, setssize } from "../../heap/access.ts"
import { fn } from "../../heap/fntable.ts"
import { PyASCIIObject, PyDictKeyEntry, PyDictObject, PyTypeObject } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_TYPE, Py_XDECREF, Py_XNewRef } from "../../heap/refcount.ts"
import { ID } from "../../heap/statics.ts"
import { Py_TRASHCAN_BEGIN, Py_TRASHCAN_END } from "../../heap/trashcan.ts"
import { i32 } from "../../heap/views.ts"
import { PyBool_FromLong } from "../boolobject.ts"
import { PyObject_CallOneArg } from "../call.ts"
import { defineType } from "../define.ts"
import { _PyErr_SetKeyError, PyErr_BadInternalCall, PyErr_Occurred, PyErr_SetString } from "../errors.ts"
import { FreeList, freelistPush, PyDict_MAXFREELIST, tp_free } from "../freelists.ts"
import { Py_GenericAlias } from "../genericaliasobject.ts"
import { _PyArg_CheckPositional } from "../getargs.ts"
import { PyLong_FromLong } from "../longobject.ts"
import {
  _PyObject_SIZE,
  Py_ReprEnter,
  Py_ReprLeave,
  PyObject_GenericGetAttr,
  PyObject_HashNotImplemented,
  PyObject_RichCompareBool,
  reprJS,
} from "../object.ts"
import { type allocfunc, METH, Py, PY_VECTORCALL_ARGUMENTS_OFFSET, TPFLAGS, type visitproc } from "../slots.ts"
import { Py_None, Py_NotImplemented, PyDict_Type, PyDictIterKey_Type, PyDictRevIterKey_Type, PyExc_KeyError } from "../statictypes.ts"
import { PyTuple_GET_ITEM, PyTuple_GET_SIZE, PyTuple_New, PyTuple_SET_ITEM } from "../tupleobject.ts"
import { _PyObject_LookupSpecial, _PyType_AllocNoTrack } from "../typeobject.ts"
import { PyUnicode_FromString } from "../unicodeobject.ts"
import {
  _Py_dict_lookup,
  _PyDict_Pop,
  dictKey,
  dictValue,
  keyHash,
  keyHashHi,
  lookupValue,
  ma_keys,
  ma_values,
  newDictVersion,
  popLastEntry,
  PyDict_Check,
  PyDict_CheckExact,
  PyDict_Clear,
  PyDict_Contains,
  PyDict_DelItem,
  PyDict_GET_SIZE,
  PyDict_Next,
  PyDict_SetDefault,
  PyDict_SetItem,
} from "./core.ts"
import { dictiter_new } from "./iter.ts"
import {
  _PyDict_KeysSize,
  dictkeys_decref,
  dictkeys_incref,
  DK_IS_UNICODE,
  DK_NENTRIES,
  DKIX_EMPTY,
  DKIX_ERROR,
  free_values,
  generalEntry,
  Py_EMPTY_KEYS,
  refcountOfKeys,
  shared_keys_usable_size,
  unicodeEntry,
} from "./keys.ts"
import { _PyDict_FromKeys, dict_update_arg, dict_update_common, PyDict_Copy } from "./merge.ts"
import { dictitems_new, dictkeys_new, dictvalues_new } from "./views.ts"

// Objects/dictobject.c: the dict type and its methods.

const ID___missing__ = ID("__missing__")

export function dict_dealloc(mp: Ref): void {
  PyObject_GC_UnTrack(mp)
  if (!Py_TRASHCAN_BEGIN(mp, dict_dealloc)) return
  const values = ma_values(mp)
  const keys = ma_keys(mp)
  if (values !== 0) {
    const n = DK_NENTRIES(keys)
    for (let i = 0; i < n; i++) Py_XDECREF(ptr(values + 8 * i))
    free_values(values)
    dictkeys_decref(keys)
  } else if (keys !== 0) dictkeys_decref(keys)
  if (!PyDict_CheckExact(mp) || !freelistPush(FreeList.dict_numfree, FreeList.dict_free_list, PyDict_MAXFREELIST, mp)) tp_free(mp)
  Py_TRASHCAN_END()
}

export function dict_repr(mp: Ref): Own {
  const entered = Py_ReprEnter(mp)
  if (entered !== 0) return entered > 0 ? PyUnicode_FromString("{...}") : NULL
  if (PyDict_GET_SIZE(mp) === 0) {
    Py_ReprLeave(mp)
    return PyUnicode_FromString("{}")
  }
  let out = "{"
  for (let pos = PyDict_Next(mp, 0); pos; pos = PyDict_Next(mp, pos)) {
    const $key = Py_NewRef(dictKey)
    const $value = Py_NewRef(dictValue)
    const k = reprJS($key)
    const v = k === null ? null : reprJS($value)
    Py_DECREF($key)
    Py_DECREF($value)
    if (k === null || v === null) {
      Py_ReprLeave(mp)
      return NULL
    }
    out += (out.length > 1 ? ", " : "") + k + ": " + v
  }
  Py_ReprLeave(mp)
  return PyUnicode_FromString(out + "}")
}

/** d[key]: owned; KeyError, or what __missing__ says. */
export function dict_subscript(mp: Ref, key: Ref): Own {
  const lo = keyHash(key)
  const hi = keyHashHi
  if (lo === -1 && hi === -1) return NULL
  const ix = _Py_dict_lookup(mp, key, lo, hi)
  const value = lookupValue
  if (ix === DKIX_ERROR) return NULL
  if (ix === DKIX_EMPTY || value === 0) {
    if (!PyDict_CheckExact(mp)) {
      const $missing = _PyObject_LookupSpecial(mp, ID___missing__)
      if ($missing !== NULL) {
        const $res = PyObject_CallOneArg($missing, key)
        Py_DECREF($missing)
        return $res
      }
      if (PyErr_Occurred()) return NULL
    }
    _PyErr_SetKeyError(key)
    return NULL
  }
  return Py_NewRef(value)
}

function dict_ass_sub(mp: Ref, v: Ref, w: Ref): number {
  return w === NULL ? PyDict_DelItem(mp, v) : PyDict_SetItem(mp, v, w)
}

export function PyDict_Size(mp: Ref): number {
  if (mp === NULL || !PyDict_Check(mp)) {
    PyErr_BadInternalCall()
    return -1
  }
  return PyDict_GET_SIZE(mp)
}

/** 1, 0, or -1 with the error set. */
export function dict_equal(a: Ref, b: Ref): number {
  if (PyDict_GET_SIZE(a) !== PyDict_GET_SIZE(b)) return 0
  for (let i = 0; i < DK_NENTRIES(ma_keys(a)); i++) {
    const dk = ma_keys(a)
    let key: Ref
    let aval: Ref
    let hashAt: number
    if (DK_IS_UNICODE(dk)) {
      const ep = unicodeEntry(dk, i)
      key = ptr(ep)
      if (key === 0) continue
      hashAt = key + PyASCIIObject.hash
      aval = ma_values(a) ? ptr(ma_values(a) + 8 * i) : ptr(ep + 8)
    } else {
      const ep = generalEntry(dk, i)
      key = ptr(ep + PyDictKeyEntry.me_key)
      aval = ptr(ep + PyDictKeyEntry.me_value)
      hashAt = ep
    }
    if (aval === 0) continue
    const lo = i32[hashAt >> 2]
    const hi = i32[(hashAt >> 2) + 1]
    const $aval = Py_NewRef(aval)
    const $key = Py_NewRef(key)
    _Py_dict_lookup(b, key, lo, hi)
    if (lookupValue === 0) {
      Py_DECREF($key)
      Py_DECREF($aval)
      return PyErr_Occurred() ? -1 : 0
    }
    const $bval = Py_NewRef(lookupValue)
    const cmp = PyObject_RichCompareBool($aval, $bval, Py.EQ)
    Py_DECREF($key)
    Py_DECREF($aval)
    Py_DECREF($bval)
    if (cmp <= 0) return cmp
  }
  return 1
}

export function dict_richcompare(v: Ref, w: Ref, op: number): Own {
  if (!PyDict_Check(v) || !PyDict_Check(w) || (op !== Py.EQ && op !== Py.NE)) return Py_NewRef(Py_NotImplemented)
  const cmp = dict_equal(v, w)
  if (cmp < 0) return NULL
  return PyBool_FromLong((cmp === 1) === (op === Py.EQ) ? 1 : 0)
}

function dict___contains__(self: Ref, key: Ref): Own {
  const r = PyDict_Contains(self, key)
  return r < 0 ? NULL : PyBool_FromLong(r)
}

function dict_get(self: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("get", nargs, 1, 2)) return NULL
  const key = ptr(args)
  const lo = keyHash(key)
  const hi = keyHashHi
  if (lo === -1 && hi === -1) return NULL
  const ix = _Py_dict_lookup(self, key, lo, hi)
  if (ix === DKIX_ERROR) return NULL
  if (ix === DKIX_EMPTY || lookupValue === 0) return Py_NewRef(nargs > 1 ? ptr(args + 8) : Py_None)
  return Py_NewRef(lookupValue)
}

function dict_setdefault(self: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("setdefault", nargs, 1, 2)) return NULL
  return Py_XNewRef(PyDict_SetDefault(self, ptr(args), nargs > 1 ? ptr(args + 8) : Py_None))
}

function dict_clear(mp: Ref): Own {
  PyDict_Clear(mp)
  return Py_NewRef(Py_None)
}

function dict_pop(self: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("pop", nargs, 1, 2)) return NULL
  return _PyDict_Pop(self, ptr(args), nargs > 1 ? ptr(args + 8) : NULL)
}

function dict_popitem(self: Ref): Own {
  // allocated before anything is looked at: a collection may change the dict
  const $res = PyTuple_New(2)
  if ($res === NULL) return NULL
  if (PyDict_GET_SIZE(self) === 0) {
    Py_DECREF($res)
    return PyErr_SetString(PyExc_KeyError, "popitem(): dictionary is empty")
  }
  if (popLastEntry(self) < 0) {
    Py_DECREF($res)
    return NULL
  }
  PyTuple_SET_ITEM($res, 0, dictKey)
  PyTuple_SET_ITEM($res, 1, dictValue)
  return $res
}

export function dict_traverse(op: Ref, visit: visitproc, arg: number): number {
  const dk = ma_keys(op)
  const n = DK_NENTRIES(dk)
  if (DK_IS_UNICODE(dk)) {
    const values = ma_values(op)
    let at = values !== 0 ? values : unicodeEntry(dk, 0) + 8
    const step = values !== 0 ? 8 : 16
    for (let i = 0; i < n; i++, at += step) {
      const v = i32[at >> 2]
      if (v !== 0) {
        const r = visit(v as Ref, arg)
        if (r) return r
      }
    }
    return 0
  }
  for (let i = 0; i < n; i++) {
    const ep = generalEntry(dk, i)
    const v = ptr(ep + PyDictKeyEntry.me_value)
    if (v !== 0) {
      const r = visit(v, arg) || visit(ptr(ep + PyDictKeyEntry.me_key), arg)
      if (r) return r
    }
  }
  return 0
}

export function dict_tp_clear(op: Ref): number {
  PyDict_Clear(op)
  return 0
}

export function _PyDict_SizeOf(mp: Ref): number {
  let res = _PyObject_SIZE(Py_TYPE(mp))
  if (ma_values(mp)) res += shared_keys_usable_size(ma_keys(mp)) * 8
  // keys that are shared are counted in no dict
  if (refcountOfKeys(ma_keys(mp)) === 1) res += _PyDict_KeysSize(ma_keys(mp))
  return res
}
function dict_sizeof(mp: Ref): Own {
  return PyLong_FromLong(_PyDict_SizeOf(mp))
}

function dict_or(self: Ref, other: Ref): Own {
  if (!PyDict_Check(self) || !PyDict_Check(other)) return Py_NewRef(Py_NotImplemented)
  const $new = PyDict_Copy(self)
  if ($new === NULL) return NULL
  if (dict_update_arg($new, other) < 0) {
    Py_DECREF($new)
    return NULL
  }
  return $new
}
function dict_ior(self: Ref, other: Ref): Own {
  return dict_update_arg(self, other) < 0 ? NULL : Py_NewRef(self)
}

function dict_update(self: Ref, args: Ref, kwds: Ref): Own {
  return dict_update_common(self, args, kwds, "update") !== -1 ? Py_NewRef(Py_None) : NULL
}

function dict_fromkeys(type: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("fromkeys", nargs, 1, 2)) return NULL
  return _PyDict_FromKeys(type, ptr(args), nargs > 1 ? ptr(args + 8) : Py_None)
}

function dict_copy(mp: Ref): Own {
  return PyDict_Copy(mp)
}

export function dict_new(type: Ref, _args: Ref, _kwds: Ref): Own {
  const $self = fn<allocfunc>(ptr(type + PyTypeObject.tp_alloc))(type, 0)
  if ($self === NULL) return NULL
  setssize($self + PyDictObject.ma_used, 0)
  newDictVersion($self)
  dictkeys_incref(Py_EMPTY_KEYS)
  setptr($self + PyDictObject.ma_keys, Py_EMPTY_KEYS)
  setptr($self + PyDictObject.ma_values, 0)
  // a plain dict stays untracked while it holds nothing of interest
  if (type !== PyDict_Type && !_PyObject_GC_IS_TRACKED($self)) _PyObject_GC_TRACK($self)
  return $self
}

export function dict_init(self: Ref, args: Ref, kwds: Ref): number {
  return dict_update_common(self, args, kwds, "dict")
}

function dict_vectorcall(type: Ref, args: number, nargsf: number, kwnames: Ref): Own {
  const nargs = nargsf & ~PY_VECTORCALL_ARGUMENTS_OFFSET
  if (!_PyArg_CheckPositional("dict", nargs, 0, 1)) return NULL
  const $self = dict_new(type, NULL, NULL)
  if ($self === NULL) return NULL
  if (nargs === 1) {
    if (dict_update_arg($self, ptr(args)) < 0) {
      Py_DECREF($self)
      return NULL
    }
    args += 8
  }
  if (kwnames !== NULL) {
    const n = PyTuple_GET_SIZE(kwnames)
    for (let i = 0; i < n; i++) {
      if (PyDict_SetItem($self, PyTuple_GET_ITEM(kwnames, i), ptr(args + 8 * i)) < 0) {
        Py_DECREF($self)
        return NULL
      }
    }
  }
  return $self
}

export function dict_iter(dict: Ref): Own {
  return dictiter_new(dict, PyDictIterKey_Type)
}
function dict___reversed__(self: Ref): Own {
  return dictiter_new(self, PyDictRevIterKey_Type)
}

defineType(PyDict_Type, {
  name: "dict",
  basicsize: PyDictObject.SIZE,
  flags: TPFLAGS.DEFAULT | TPFLAGS.HAVE_GC | TPFLAGS.BASETYPE | TPFLAGS.DICT_SUBCLASS | TPFLAGS.MATCH_SELF | TPFLAGS.MAPPING,
  doc: "dict() -> empty\ndict(mapping) -> the mapping's pairs\ndict(iterable) -> the pairs that the iterable gives\ndict(**kwargs) -> the pairs name=value, which may also follow one of the others",
  dealloc: dict_dealloc,
  repr: dict_repr,
  nb_or: dict_or,
  nb_inplace_or: dict_ior,
  sq_contains: PyDict_Contains,
  mp_length: PyDict_GET_SIZE,
  mp_subscript: dict_subscript,
  mp_ass_subscript: dict_ass_sub,
  hash: PyObject_HashNotImplemented,
  getattro: PyObject_GenericGetAttr,
  traverse: dict_traverse,
  clear: dict_tp_clear,
  richcompare: dict_richcompare,
  iter: dict_iter,
  methods: [
    ["__contains__", dict___contains__, METH.O | METH.COEXIST, "($self, key, /)\n--\n\nTrue if the dictionary has the key, else False."],
    ["__getitem__", dict_subscript, METH.O | METH.COEXIST, "x.__getitem__(y) <==> x[y]"],
    ["__sizeof__", dict_sizeof, METH.NOARGS, "D.__sizeof__() -> size of D in memory, in bytes"],
    ["get", dict_get, METH.FASTCALL, "($self, key, default=None, /)\n--\n\nThe value for key, or default if there is none."],
    [
      "setdefault",
      dict_setdefault,
      METH.FASTCALL,
      "($self, key, default=None, /)\n--\n\nThe value for key, which is default, now entered, if there was none.",
    ],
    [
      "pop",
      dict_pop,
      METH.FASTCALL,
      "($self, key, default=<unrepresentable>, /)\n--\n\nD.pop(k[,d]) -> v, the value of the key that is removed.\n\nWithout the key: the default if given, else KeyError.",
    ],
    [
      "popitem",
      dict_popitem,
      METH.NOARGS,
      "($self, /)\n--\n\nRemove the pair that was entered last and return it.\n\nKeyError if the dict is empty.",
    ],
    ["keys", dictkeys_new, METH.NOARGS, "D.keys() -> a set-like object providing a view on D's keys"],
    ["items", dictitems_new, METH.NOARGS, "D.items() -> a set-like object providing a view on D's items"],
    ["values", dictvalues_new, METH.NOARGS, "D.values() -> an object providing a view on D's values"],
    [
      "update",
      dict_update,
      METH.VARARGS | METH.KEYWORDS,
      "D.update([E, ]**F) -> None.  Enter E's pairs (of a mapping or an iterable of pairs), then F's.",
    ],
    [
      "fromkeys",
      dict_fromkeys,
      METH.FASTCALL | METH.CLASS,
      "($type, iterable, value=None, /)\n--\n\nA new dictionary with the iterable's items as keys, all with the same value.",
    ],
    ["clear", dict_clear, METH.NOARGS, "D.clear() -> None.  Remove all items from D."],
    ["copy", dict_copy, METH.NOARGS, "D.copy() -> a shallow copy of D"],
    ["__reversed__", dict___reversed__, METH.NOARGS, "($self, /)\n--\n\nA reverse iterator over the keys."],
    ["__class_getitem__", Py_GenericAlias, METH.O | METH.CLASS, "See PEP 585"],
  ],
  init: dict_init,
  alloc: _PyType_AllocNoTrack,
  new: dict_new,
  free: PyObject_GC_Del,
  vectorcall: dict_vectorcall,
})
