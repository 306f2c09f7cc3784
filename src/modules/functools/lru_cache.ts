import { PyObject_GC_Del, PyObject_GC_UnTrack } from "../../gc/gcmodule.ts"
import { int32, int64, ptr, set64, setint32, setint64, setptr } from "../../heap/access.ts"
import { fn } from "../../heap/fntable.ts"
import { hashHi } from "../../heap/int64.ts"
import { PyTypeObject } from "../../heap/layout.ts"
import { PyObject_Free } from "../../heap/obmalloc.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_CLEAR, Py_DECREF, Py_NewRef, Py_TYPE, Py_XDECREF } from "../../heap/refcount.ts"
import { ID, staticAlloc, staticType } from "../../heap/statics.ts"
import { i32 } from "../../heap/views.ts"
import { _PyIndex_Check, PyNumber_AsSsize_t } from "../../objects/abstract.ts"
import { PyObject_Call, PyObject_CallNoArgs, PyObject_CallObject } from "../../objects/call.ts"
import { PyMethod_New } from "../../objects/classobject.ts"
import { defineType } from "../../objects/define.ts"
import {
  _PyDict_GetItem_KnownHash,
  _PyDict_Pop_KnownHash,
  _PyDict_SetItem_KnownHash,
  dictKey,
  dictValue,
  PyDict_Clear,
  PyDict_GET_SIZE,
  PyDict_New,
  PyDict_Next,
  PyObject_GenericGetDict,
} from "../../objects/dictobject.ts"
import { PyErr_Occurred, PyErr_SetString } from "../../objects/errors.ts"
import { tp_free } from "../../objects/freelists.ts"
import { PyArg_ParseTupleAndKeywords } from "../../objects/getargs.ts"
import { PyLong_CheckExact, PyLong_FromLong } from "../../objects/longobject.ts"
import { _PyObject_New, PyCallable_Check, PyObject_GenericSetDict, PyObject_GetAttr, PyObject_Hash } from "../../objects/object.ts"
import { type allocfunc, METH, TPFLAGS, type visitproc } from "../../objects/slots.ts"
import { Py_None, PyBaseObject_Type, PyExc_OverflowError, PyExc_TypeError, PyUnicode_Type } from "../../objects/statictypes.ts"
import { buildTuple, PyTuple_GET_ITEM, PyTuple_GET_SIZE, PyTuple_New, PyTuple_SET_ITEM } from "../../objects/tupleobject.ts"
import { PyObject_ClearWeakRefs } from "../../objects/weakrefobject.ts"

// Modules/_functoolsmodule.c: the wrapper that functools.lru_cache puts around a function. A bounded cache is a dict from keys to
// links, which also form a ring from the least (root.next) to the most recently used (root.prev). Dict and ring own a link each.

const enum lru_list_elem {
  prev = 16,
  next = 24,
  hash = 32,
  key = 40,
  result = 48,
  SIZE = 56,
}
const enum lru_cache_object {
  /** The ring's root lies in the object: prev and next are where a link has them. */
  prev = 16,
  next = 24,
  wrapper = 56,
  typed = 64,
  cache = 72,
  hits = 80,
  func = 88,
  maxsize = 96,
  misses = 104,
  kwd_mark = 112,
  lru_list_elem_type = 120,
  cache_info_type = 128,
  dict = 136,
  weakreflist = 144,
  SIZE = 152,
}
/** What `wrapper` says. */
const enum Wrapper {
  uncached = 1,
  infinite = 2,
  bounded = 3,
}

export const lru_cache_type = staticType()
const lru_list_elem_type = staticType()
/** The object that stands between positional arguments and keywords in keys (module state in C). */
const KWD_MARK = staticAlloc(8)
const ID___qualname__ = ID("__qualname__")

/** Make the mark: 0 or -1. */
export function initLruCache(): number {
  if (ptr(KWD_MARK) === 0) setptr(KWD_MARK, PyObject_CallNoArgs(PyBaseObject_Type))
  return ptr(KWD_MARK) === 0 ? -1 : 0
}

function lru_list_elem_dealloc(link: Ref): void {
  Py_XDECREF(ptr(link + lru_list_elem.key))
  Py_XDECREF(ptr(link + lru_list_elem.result))
  tp_free(link)
}

/** The key of a call, owned: a lone str or int itself, else a tuple. */
function lru_cache_make_key(kwd_mark: Ref, args: Ref, kwds: Ref, typed: number): Own {
  const nargs = PyTuple_GET_SIZE(args)
  const nkwds = kwds !== NULL ? PyDict_GET_SIZE(kwds) : 0
  if (!typed && !nkwds) {
    if (nargs === 1) {
      const key = PyTuple_GET_ITEM(args, 0)
      if (Py_TYPE(key) === PyUnicode_Type || PyLong_CheckExact(key)) return Py_NewRef(key)
    }
    return Py_NewRef(args)
  }
  const $key = PyTuple_New(nargs + (nkwds ? nkwds * 2 + 1 : 0) + (typed ? nargs + nkwds : 0))
  if ($key === NULL) return NULL
  let at = 0
  for (let i = 0; i < nargs; i++) PyTuple_SET_ITEM($key, at++, Py_NewRef(PyTuple_GET_ITEM(args, i)))
  if (nkwds) {
    PyTuple_SET_ITEM($key, at++, Py_NewRef(kwd_mark))
    for (let pos = PyDict_Next(kwds, 0); pos; pos = PyDict_Next(kwds, pos)) {
      PyTuple_SET_ITEM($key, at++, Py_NewRef(dictKey))
      PyTuple_SET_ITEM($key, at++, Py_NewRef(dictValue))
    }
  }
  if (typed) {
    for (let i = 0; i < nargs; i++) PyTuple_SET_ITEM($key, at++, Py_NewRef(Py_TYPE(PyTuple_GET_ITEM(args, i))))
    if (nkwds)
      for (let pos = PyDict_Next(kwds, 0); pos; pos = PyDict_Next(kwds, pos)) PyTuple_SET_ITEM($key, at++, Py_NewRef(Py_TYPE(dictValue)))
  }
  return $key
}

function count(a: number): void {
  setint64(a, int64(a) + 1)
}

function lru_cache_call(self: Ref, args: Ref, kwds: Ref): Own {
  const wrapper = int32(self + lru_cache_object.wrapper)
  if (wrapper === Wrapper.uncached) {
    count(self + lru_cache_object.misses)
    return PyObject_Call(ptr(self + lru_cache_object.func), args, kwds)
  }
  const $key = lru_cache_make_key(ptr(self + lru_cache_object.kwd_mark), args, kwds, int32(self + lru_cache_object.typed))
  if ($key === NULL) return NULL
  const lo = PyObject_Hash($key)
  const hi = hashHi
  if (lo === -1 && hi === -1) {
    Py_DECREF($key)
    return NULL
  }
  const found = _PyDict_GetItem_KnownHash(ptr(self + lru_cache_object.cache), $key, lo, hi)
  if (found !== NULL) {
    let result: Ref = found
    if (wrapper === Wrapper.bounded) {
      extract_link(found)
      append_link(self, found)
      result = ptr(found + lru_list_elem.result)
    }
    count(self + lru_cache_object.hits)
    const $result = Py_NewRef(result)
    Py_DECREF($key)
    return $result
  }
  if (PyErr_Occurred()) {
    Py_DECREF($key)
    return NULL
  }
  count(self + lru_cache_object.misses)
  const $result = PyObject_Call(ptr(self + lru_cache_object.func), args, kwds)
  if ($result === NULL) {
    Py_DECREF($key)
    return NULL
  }
  if (wrapper === Wrapper.bounded) return remember(self, $key, lo, hi, $result)
  if (_PyDict_SetItem_KnownHash(ptr(self + lru_cache_object.cache), $key, $result, lo, hi) < 0) {
    Py_DECREF($result)
    Py_DECREF($key)
    return NULL
  }
  Py_DECREF($key)
  return $result
}

function extract_link(link: number): void {
  const prev = ptr(link + lru_list_elem.prev)
  const next = ptr(link + lru_list_elem.next)
  setptr(prev + lru_list_elem.next, next)
  setptr(next + lru_list_elem.prev, prev)
}
function append_link(root: number, link: number): void {
  const last = ptr(root + lru_list_elem.prev)
  setptr(last + lru_list_elem.next, link)
  setptr(root + lru_list_elem.prev, link)
  setptr(link + lru_list_elem.prev, last)
  setptr(link + lru_list_elem.next, root)
}
function prepend_link(root: number, link: number): void {
  const first = ptr(root + lru_list_elem.next)
  setptr(first + lru_list_elem.prev, link)
  setptr(root + lru_list_elem.next, link)
  setptr(link + lru_list_elem.prev, root)
  setptr(link + lru_list_elem.next, first)
}
/** Give a link its key and result, which it takes over. */
function fill(link: Ref, $key: Own, lo: number, hi: number, $result: Own): void {
  set64(link + lru_list_elem.hash, lo, hi)
  setptr(link + lru_list_elem.key, $key)
  setptr(link + lru_list_elem.result, $result)
}

/** A miss of a bounded cache: enter the result, in the place of the least recently used one if there is no room. Takes over `$key`. */
function remember(self: Ref, $key: Own, lo: number, hi: number, $result: Own): Own {
  const cache = ptr(self + lru_cache_object.cache)
  // the call may have entered the same key
  if (_PyDict_GetItem_KnownHash(cache, $key, lo, hi) !== NULL) {
    Py_DECREF($key)
    return $result
  }
  if (PyErr_Occurred()) {
    Py_DECREF($key)
    Py_DECREF($result)
    return NULL
  }
  const first = ptr(self + lru_cache_object.next)
  if (PyDict_GET_SIZE(cache) < int64(self + lru_cache_object.maxsize) || first === self) {
    const $link = _PyObject_New(lru_list_elem_type)
    if ($link === NULL) {
      Py_DECREF($key)
      Py_DECREF($result)
      return NULL
    }
    fill($link, $key, lo, hi, $result)
    if (_PyDict_SetItem_KnownHash(cache, $key, $link, lo, hi) < 0) {
      Py_DECREF($link)
      return NULL
    }
    append_link(self, $link)
    return Py_NewRef($result)
  }
  // the ring's reference moves with the oldest link to the end; the dict's goes and comes
  const link = first
  extract_link(link)
  const hashAt = (link + lru_list_elem.hash) >> 2
  const $popped = _PyDict_Pop_KnownHash(cache, ptr(link + lru_list_elem.key), i32[hashAt], i32[hashAt + 1], Py_None)
  if ($popped === Py_None) {
    // another call has taken it away already
    Py_DECREF($popped)
    Py_DECREF(link)
    Py_DECREF($key)
    return $result
  }
  if ($popped === NULL) {
    prepend_link(self, link)
    Py_DECREF($key)
    Py_DECREF($result)
    return NULL
  }
  const $oldkey = ptr(link + lru_list_elem.key)
  const $oldresult = ptr(link + lru_list_elem.result)
  fill(link, $key, lo, hi, $result)
  if (_PyDict_SetItem_KnownHash(cache, $key, link, lo, hi) < 0) {
    Py_DECREF($popped)
    Py_DECREF(link)
    Py_DECREF($oldkey)
    Py_DECREF($oldresult)
    return NULL
  }
  append_link(self, link)
  const $ret = Py_NewRef($result)
  Py_DECREF($popped)
  Py_DECREF($oldkey)
  Py_DECREF($oldresult)
  return $ret
}

function lru_cache_new(type: Ref, args: Ref, kw: Ref): Own {
  const a = PyArg_ParseTupleAndKeywords(args, kw, "OOpO:lru_cache", ["user_function", "maxsize", "typed", "cache_info_type"])
  if (a === 0) return NULL
  const func = ptr(a)
  const size = ptr(a + 8)
  const typed = int32(a + 16)
  const cache_info_type = ptr(a + 24)
  if (!PyCallable_Check(func)) return PyErr_SetString(PyExc_TypeError, "the first argument must be callable")
  let maxsize = -1
  let wrapper = Wrapper.infinite
  if (size !== Py_None) {
    if (!_PyIndex_Check(size)) return PyErr_SetString(PyExc_TypeError, "maxsize should be integer or None")
    maxsize = PyNumber_AsSsize_t(size, PyExc_OverflowError)
    if (maxsize === -1 && PyErr_Occurred()) return NULL
    maxsize = Math.min(Math.max(maxsize, 0), Number.MAX_SAFE_INTEGER)
    wrapper = maxsize === 0 ? Wrapper.uncached : Wrapper.bounded
  }
  const $cache = PyDict_New()
  if ($cache === NULL) return NULL
  const $obj = fn<allocfunc>(ptr(type + PyTypeObject.tp_alloc))(type, 0)
  if ($obj === NULL) {
    Py_DECREF($cache)
    return NULL
  }
  setptr($obj + lru_cache_object.prev, $obj)
  setptr($obj + lru_cache_object.next, $obj)
  setint32($obj + lru_cache_object.wrapper, wrapper)
  setint32($obj + lru_cache_object.typed, typed)
  setptr($obj + lru_cache_object.cache, $cache)
  setptr($obj + lru_cache_object.func, Py_NewRef(func))
  setint64($obj + lru_cache_object.maxsize, maxsize)
  setptr($obj + lru_cache_object.kwd_mark, Py_NewRef(ptr(KWD_MARK)))
  setptr($obj + lru_cache_object.lru_list_elem_type, Py_NewRef(lru_list_elem_type))
  setptr($obj + lru_cache_object.cache_info_type, Py_NewRef(cache_info_type))
  return $obj
}

/** Take the ring's links off it as a NULL-terminated chain. */
function unlink_list(self: Ref): Ref {
  const link = ptr(self + lru_cache_object.next)
  if (link === self) return NULL
  setptr(ptr(self + lru_cache_object.prev) + lru_list_elem.next, 0)
  setptr(self + lru_cache_object.prev, self)
  setptr(self + lru_cache_object.next, self)
  return link
}
function clear_list(link: Ref): void {
  while (link !== NULL) {
    const next = ptr(link + lru_list_elem.next)
    Py_DECREF(link)
    link = next
  }
}

function lru_cache_tp_clear(self: Ref): number {
  const list = unlink_list(self)
  Py_CLEAR(self + lru_cache_object.cache)
  Py_CLEAR(self + lru_cache_object.func)
  Py_CLEAR(self + lru_cache_object.kwd_mark)
  Py_CLEAR(self + lru_cache_object.lru_list_elem_type)
  Py_CLEAR(self + lru_cache_object.cache_info_type)
  Py_CLEAR(self + lru_cache_object.dict)
  clear_list(list)
  return 0
}
function lru_cache_dealloc(obj: Ref): void {
  PyObject_GC_UnTrack(obj)
  if (ptr(obj + lru_cache_object.weakreflist) !== 0) PyObject_ClearWeakRefs(obj)
  lru_cache_tp_clear(obj)
  tp_free(obj)
}

const VISITED = [
  lru_cache_object.cache,
  lru_cache_object.func,
  lru_cache_object.kwd_mark,
  lru_cache_object.lru_list_elem_type,
  lru_cache_object.cache_info_type,
  lru_cache_object.dict,
]
function lru_cache_tp_traverse(self: Ref, visit: visitproc, arg: number): number {
  for (let link = ptr(self + lru_cache_object.next); link !== self; link = ptr(link + lru_list_elem.next)) {
    const r = visit(ptr(link + lru_list_elem.key), arg) || visit(ptr(link + lru_list_elem.result), arg)
    if (r) return r
  }
  for (const f of VISITED) {
    const v = ptr(self + f)
    if (v !== 0) {
      const r = visit(v, arg)
      if (r) return r
    }
  }
  return 0
}

function lru_cache_descr_get(self: Ref, obj: Ref, _type: Ref): Own {
  return obj === Py_None || obj === NULL ? Py_NewRef(self) : PyMethod_New(self, obj)
}
function lru_cache_cache_info(self: Ref): Own {
  const maxsize = int64(self + lru_cache_object.maxsize)
  const $args = buildTuple(
    PyLong_FromLong(int64(self + lru_cache_object.hits)),
    PyLong_FromLong(int64(self + lru_cache_object.misses)),
    maxsize === -1 ? Py_NewRef(Py_None) : PyLong_FromLong(maxsize),
    PyLong_FromLong(PyDict_GET_SIZE(ptr(self + lru_cache_object.cache))),
  )
  if ($args === NULL) return NULL
  const $info = PyObject_CallObject(ptr(self + lru_cache_object.cache_info_type), $args)
  Py_DECREF($args)
  return $info
}
function lru_cache_cache_clear(self: Ref): Own {
  const list = unlink_list(self)
  setint64(self + lru_cache_object.hits, 0)
  setint64(self + lru_cache_object.misses, 0)
  PyDict_Clear(ptr(self + lru_cache_object.cache))
  clear_list(list)
  return Py_NewRef(Py_None)
}
function lru_cache_reduce(self: Ref): Own {
  return PyObject_GetAttr(self, ID___qualname__)
}
function lru_cache_copy(self: Ref): Own {
  return Py_NewRef(self)
}
function lru_cache_deepcopy(self: Ref, _memo: Ref): Own {
  return Py_NewRef(self)
}

defineType(lru_list_elem_type, {
  name: "functools._lru_list_elem",
  basicsize: lru_list_elem.SIZE,
  flags: TPFLAGS.DEFAULT | TPFLAGS.DISALLOW_INSTANTIATION | TPFLAGS.IMMUTABLETYPE,
  dealloc: lru_list_elem_dealloc,
  free: PyObject_Free,
})

defineType(lru_cache_type, {
  name: "functools._lru_cache_wrapper",
  basicsize: lru_cache_object.SIZE,
  dictoffset: lru_cache_object.dict,
  weaklistoffset: lru_cache_object.weakreflist,
  flags: TPFLAGS.DEFAULT | TPFLAGS.HAVE_GC | TPFLAGS.BASETYPE | TPFLAGS.METHOD_DESCRIPTOR | TPFLAGS.IMMUTABLETYPE,
  doc: "Create a cached callable that wraps another function.\n\nuser_function:      the function being cached\nmaxsize:  0         for no caching\n          None      for unlimited cache size\n          n         for a bounded cache\ntyped:    False     cache f(3) and f(3.0) as identical calls\n          True      cache f(3) and f(3.0) as distinct calls\ncache_info_type:    namedtuple class with the fields:\n                        hits misses currsize maxsize",
  dealloc: lru_cache_dealloc,
  call: lru_cache_call,
  traverse: lru_cache_tp_traverse,
  clear: lru_cache_tp_clear,
  methods: [
    ["cache_info", lru_cache_cache_info, METH.NOARGS],
    ["cache_clear", lru_cache_cache_clear, METH.NOARGS],
    ["__reduce__", lru_cache_reduce, METH.NOARGS],
    ["__copy__", lru_cache_copy, METH.VARARGS],
    ["__deepcopy__", lru_cache_deepcopy, METH.VARARGS],
  ],
  getset: [["__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict]],
  descr_get: lru_cache_descr_get,
  new: lru_cache_new,
  free: PyObject_GC_Del,
})
