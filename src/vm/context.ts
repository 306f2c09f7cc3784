import { HG, Slow } from "../heap/heapglobals.ts"
import { record_retire } from "../trace/recorder.ts"
import { int32, ptr, set64, setint32, setptr, setssize, ssize } from "../heap/access.ts"
import { hashHi, ret64 } from "../heap/int64.ts"
import { PyContext as C, PyContextToken as K, PyContextVar as V, PyThreadState, PyTypeObject } from "../heap/layout.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_CLEAR, Py_DECREF, Py_INCREF, Py_NewRef, Py_SIZE, Py_TYPE, Py_XNewRef, Py_XSETREF } from "../heap/refcount.ts"
import { i32 } from "../heap/views.ts"
import { tstate } from "../heap/tstate.ts"
import {
  _PyObject_GC_New,
  _PyObject_GC_TRACK,
  _PyObject_GC_UNTRACK,
  PyObject_GC_Del,
  PyObject_GC_Track,
  PyObject_GC_UnTrack,
} from "../gc/gcmodule.ts"
import { PyBool_FromLong } from "../objects/boolobject.ts"
import { PyObject_Vectorcall } from "../objects/call.ts"
import { definePrivateType, defineType } from "../objects/define.ts"
import { PyDict_GetItemWithError, PyDict_SetItemString, PyDict_Size } from "../objects/dictobject.ts"
import { PyErr_Occurred, PyErr_SetObject, PyErr_SetString } from "../objects/errors.ts"
import { FreeList, freelist, tp_free } from "../objects/freelists.ts"
import { Py_GenericAlias } from "../objects/genericaliasobject.ts"
import { _PyArg_CheckPositional, PyArg_ParseTupleAndKeywords } from "../objects/getargs.ts"
import {
  _Py_NewReference,
  _PyObject_New,
  addressJS,
  PyObject_GenericGetAttr,
  PyObject_Hash,
  PyObject_HashNotImplemented,
  reprJS,
} from "../objects/object.ts"
import { _Py_HashPointer } from "../objects/pyhash.ts"
import { METH, Py, READONLY, T, TPFLAGS, type visitproc } from "../objects/slots.ts"
import {
  Py_None,
  Py_NotImplemented,
  PyContext_Type,
  PyContextToken_Type,
  PyContextVar_Type,
  PyExc_KeyError,
  PyExc_LookupError,
  PyExc_RuntimeError,
  PyExc_TypeError,
  PyExc_ValueError,
} from "../objects/statictypes.ts"
import { PyUnicode_Check, PyUnicode_FromString } from "../objects/unicodeobject.ts"
import { PyObject_ClearWeakRefs } from "../objects/weakrefobject.ts"
import { ID } from "../heap/statics.ts"
import {
  _PyHamt_Assoc,
  _PyHamt_Eq,
  _PyHamt_Find,
  _PyHamt_Len,
  _PyHamt_New,
  _PyHamt_NewIterItems,
  _PyHamt_NewIterKeys,
  _PyHamt_NewIterValues,
  _PyHamt_Without,
} from "./hamt.ts"

// Python/context.c. A context's variables are an immutable mapping (hamt.ts), shared by copies of the context.

const varsOf = (ctx: Ref): Ref => ptr(ctx + C.ctx_vars)

/** Borrowed value in a context, NULL (perhaps with an error set). */
function find(ctx: Ref, v: Ref): Ref {
  return _PyHamt_Find(varsOf(ctx), v)
}

// Context

function context_alloc(): Own {
  let $ctx: Own
  const free = ptr(freelist(FreeList.context_free_list))
  if (free !== 0) {
    const n = freelist(FreeList.context_numfree)
    setssize(n, ssize(n) - 1)
    setptr(freelist(FreeList.context_free_list), ptr(free + C.ctx_weakreflist))
    $ctx = free as Own
    _Py_NewReference($ctx)
  } else {
    $ctx = _PyObject_GC_New(PyContext_Type)
    if ($ctx === NULL) return NULL
  }
  setptr($ctx + C.ctx_vars, 0)
  setptr($ctx + C.ctx_prev, 0)
  set64($ctx + C.ctx_entered, 0, 0)
  setptr($ctx + C.ctx_weakreflist, 0)
  return $ctx
}

/** `$vars` is stolen. */
function context_from($vars: Own): Own {
  if ($vars === NULL) return NULL
  const $ctx = context_alloc()
  if ($ctx === NULL) {
    Py_DECREF($vars)
    return NULL
  }
  setptr($ctx + C.ctx_vars, $vars)
  _PyObject_GC_TRACK($ctx)
  return $ctx
}

export function PyContext_New(): Own {
  return context_from(_PyHamt_New())
}
export function PyContext_Copy(ctx: Ref): Own {
  return context_from(Py_NewRef(ptr(ctx + C.ctx_vars)))
}

/** Borrowed current context, made on demand. */
function context_get(): Ref {
  const current = ptr(tstate + PyThreadState.context)
  if (current !== 0) return current
  const $ctx = PyContext_New()
  if ($ctx !== NULL) setptr(tstate + PyThreadState.context, $ctx)
  return $ctx
}
export function PyContext_CopyCurrent(): Own {
  const ctx = context_get()
  return ctx === 0 ? NULL : PyContext_Copy(ctx)
}

function bumpVersion(): void {
  i32[(tstate + PyThreadState.context_ver) >> 2]++
}

export function PyContext_Enter(ctx: Ref): number {
  if (int32(ctx + C.ctx_entered) !== 0) {
    PyErr_SetString(PyExc_RuntimeError, `cannot enter context: ${reprJS(ctx)} is already entered`)
    return -1
  }
  setptr(ctx + C.ctx_prev, ptr(tstate + PyThreadState.context))
  setint32(ctx + C.ctx_entered, 1)
  Py_INCREF(ctx)
  setptr(tstate + PyThreadState.context, ctx)
  bumpVersion()
  return 0
}
export function PyContext_Exit(ctx: Ref): number {
  if (int32(ctx + C.ctx_entered) === 0) {
    PyErr_SetString(PyExc_RuntimeError, `cannot exit context: ${reprJS(ctx)} has not been entered`)
    return -1
  }
  if (ptr(tstate + PyThreadState.context) !== ctx) {
    PyErr_SetString(PyExc_RuntimeError, "cannot exit context: thread state references a different context object")
    return -1
  }
  Py_XSETREF(tstate + PyThreadState.context, ptr(ctx + C.ctx_prev))
  bumpVersion()
  setptr(ctx + C.ctx_prev, 0)
  setint32(ctx + C.ctx_entered, 0)
  return 0
}

function context_new(_type: Ref, args: Ref, kwds: Ref): Own {
  if (Py_SIZE(args) > 0 || (kwds !== 0 && PyDict_Size(kwds) > 0))
    return PyErr_SetString(PyExc_TypeError, "Context() does not accept any arguments")
  return PyContext_New()
}
function context_clear(self: Ref): number {
  Py_CLEAR(self + C.ctx_prev)
  Py_CLEAR(self + C.ctx_vars)
  return 0
}
function context_traverse(self: Ref, visit: visitproc, arg: number): number {
  let v = ptr(self + C.ctx_prev)
  let r: number
  if (v !== 0 && (r = visit(v, arg)) !== 0) return r
  v = ptr(self + C.ctx_vars)
  return v !== 0 ? visit(v, arg) : 0
}
function context_dealloc(self: Ref): void {
  _PyObject_GC_UNTRACK(self)
  if (ptr(self + C.ctx_weakreflist) !== 0) PyObject_ClearWeakRefs(self)
  context_clear(self)
  const n = freelist(FreeList.context_numfree)
  if (ssize(n) < 255) {
    if ((i32[HG.slow >> 2] & Slow.RECORD) !== 0) record_retire(self)
    setssize(n, ssize(n) + 1)
    setptr(self + C.ctx_weakreflist, ptr(freelist(FreeList.context_free_list)))
    setptr(freelist(FreeList.context_free_list), self)
  } else tp_free(self)
}
/** _PyContext_ClearFreeList */
export function _PyContext_ClearFreeList(): void {
  for (let ctx = ptr(freelist(FreeList.context_free_list)); ctx !== 0; ) {
    const next = ptr(ctx + C.ctx_weakreflist)
    PyObject_GC_Del(ctx)
    ctx = next
  }
  setptr(freelist(FreeList.context_free_list), 0)
  setssize(freelist(FreeList.context_numfree), 0)
}
function context_iter(self: Ref): Own {
  return _PyHamt_NewIterKeys(varsOf(self))
}
function context_richcompare(v: Ref, w: Ref, op: number): Own {
  if (Py_TYPE(v) !== PyContext_Type || Py_TYPE(w) !== PyContext_Type || (op !== Py.EQ && op !== Py.NE)) return Py_NewRef(Py_NotImplemented)
  const eq = _PyHamt_Eq(varsOf(v), varsOf(w))
  return eq < 0 ? NULL : PyBool_FromLong(op === Py.EQ ? eq : 1 - eq)
}
function context_len(self: Ref): number {
  return _PyHamt_Len(varsOf(self))
}
function checkKey(key: Ref): boolean {
  if (Py_TYPE(key) === PyContextVar_Type) return true
  PyErr_SetString(PyExc_TypeError, `a ContextVar key was expected, got ${reprJS(key)}`)
  return false
}
function context_subscript(self: Ref, key: Ref): Own {
  if (!checkKey(key)) return NULL
  const v = find(self, key)
  if (v !== 0) return Py_NewRef(v)
  if (PyErr_Occurred() === 0) PyErr_SetObject(PyExc_KeyError, key)
  return NULL
}
function context_contains(self: Ref, key: Ref): number {
  if (!checkKey(key)) return -1
  if (find(self, key) !== 0) return 1
  return PyErr_Occurred() !== 0 ? -1 : 0
}
function context_get_method(self: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("get", nargs, 1, 2) || !checkKey(ptr(args))) return NULL
  const v = find(self, ptr(args))
  if (v !== 0) return Py_NewRef(v)
  return PyErr_Occurred() !== 0 ? NULL : Py_NewRef(nargs > 1 ? ptr(args + 8) : Py_None)
}
function context_items(self: Ref): Own {
  return _PyHamt_NewIterItems(varsOf(self))
}
function context_keys(self: Ref): Own {
  return _PyHamt_NewIterKeys(varsOf(self))
}
function context_values(self: Ref): Own {
  return _PyHamt_NewIterValues(varsOf(self))
}
function context_copy(self: Ref): Own {
  return PyContext_Copy(self)
}
function context_run(self: Ref, args: number, nargs: number, kwnames: Ref): Own {
  if (nargs < 1) return PyErr_SetString(PyExc_TypeError, "run() missing 1 required positional argument")
  if (PyContext_Enter(self) !== 0) return NULL
  const $res = PyObject_Vectorcall(ptr(args), args + 8, nargs - 1, kwnames)
  if (PyContext_Exit(self) !== 0) return NULL
  return $res
}

defineType(PyContext_Type, {
  name: "_contextvars.Context",
  basicsize: C.SIZE,
  methods: [
    [
      "get",
      context_get_method,
      METH.FASTCALL,
      "($self, key, default=None, /)\n--\n\nReturn the value for `key` if `key` has the value in the context object.",
    ],
    ["items", context_items, METH.NOARGS, "($self, /)\n--\n\nReturn all variables and their values in the context object."],
    ["keys", context_keys, METH.NOARGS, "($self, /)\n--\n\nReturn a list of all variables in the context object."],
    ["values", context_values, METH.NOARGS, "($self, /)\n--\n\nReturn a list of all variables' values in the context object."],
    ["copy", context_copy, METH.NOARGS, "($self, /)\n--\n\nReturn a shallow copy of the context object."],
    ["run", context_run, METH.FASTCALL | METH.KEYWORDS],
  ],
  mp_length: context_len,
  mp_subscript: context_subscript,
  sq_contains: context_contains,
  iter: context_iter,
  dealloc: context_dealloc,
  getattro: PyObject_GenericGetAttr,
  flags: TPFLAGS.DEFAULT | TPFLAGS.HAVE_GC,
  richcompare: context_richcompare,
  traverse: context_traverse,
  clear: context_clear,
  new: context_new,
  weaklistoffset: C.ctx_weakreflist,
  hash: PyObject_HashNotImplemented,
})

// ContextVar. var_cached is borrowed: valid while the thread and its context_ver are those of the cache.

function isCached(v: Ref): boolean {
  return (
    ptr(v + V.var_cached) !== 0 &&
    int32(v + V.var_cached_tsid) === int32(tstate + PyThreadState.id) &&
    int32(v + V.var_cached_tsver) === int32(tstate + PyThreadState.context_ver)
  )
}
function setCached(v: Ref, value: Ref): void {
  setptr(v + V.var_cached, value)
  set64(v + V.var_cached_tsid, int32(tstate + PyThreadState.id), 0)
  set64(v + V.var_cached_tsver, int32(tstate + PyThreadState.context_ver), 0)
}

/** Owned value; the default, then the variable's own; NULL without error when there is none. */
export function PyContextVar_Get(v: Ref, def: Ref): Own {
  const ctx = ptr(tstate + PyThreadState.context)
  if (ctx !== 0) {
    if (isCached(v)) return Py_NewRef(ptr(v + V.var_cached))
    const found = find(ctx, v)
    if (found !== 0) {
      setCached(v, found)
      return Py_NewRef(found)
    }
    if (PyErr_Occurred() !== 0) return NULL
  }
  return Py_XNewRef(def !== 0 ? def : ptr(v + V.var_default))
}

function contextvar_store(v: Ref, value: Ref): number {
  setptr(v + V.var_cached, 0)
  const ctx = context_get()
  if (ctx === 0) return -1
  const $vars = _PyHamt_Assoc(varsOf(ctx), v, value)
  if ($vars === NULL) return -1
  Py_XSETREF(ctx + C.ctx_vars, $vars)
  setCached(v, value)
  return 0
}
function contextvar_del(v: Ref): number {
  setptr(v + V.var_cached, 0)
  const ctx = context_get()
  if (ctx === 0) return -1
  const vars = varsOf(ctx)
  const $vars = _PyHamt_Without(vars, v)
  if ($vars === NULL) return -1
  if ($vars === vars) {
    Py_DECREF($vars)
    PyErr_SetObject(PyExc_LookupError, v)
    return -1
  }
  Py_XSETREF(ctx + C.ctx_vars, $vars)
  return 0
}

/** Owned token. */
export function PyContextVar_Set(v: Ref, value: Ref): Own {
  const ctx = context_get()
  if (ctx === 0) return NULL
  const old = find(ctx, v)
  if (old === 0 && PyErr_Occurred() !== 0) return NULL
  const $tok = token_new(ctx, v, old)
  if ($tok === NULL) return NULL
  if (contextvar_store(v, value) !== 0) {
    Py_DECREF($tok)
    return NULL
  }
  return $tok
}

export function PyContextVar_Reset(v: Ref, tok: Ref): number {
  if (int32(tok + K.tok_used) !== 0) {
    PyErr_SetString(PyExc_RuntimeError, `${reprJS(tok)} has already been used once`)
    return -1
  }
  if (ptr(tok + K.tok_var) !== v) {
    PyErr_SetString(PyExc_ValueError, `${reprJS(tok)} was created by a different ContextVar`)
    return -1
  }
  if (context_get() !== ptr(tok + K.tok_ctx)) {
    PyErr_SetString(PyExc_ValueError, `${reprJS(tok)} was created in a different Context`)
    return -1
  }
  setint32(tok + K.tok_used, 1)
  const old = ptr(tok + K.tok_oldval)
  return old === 0 ? contextvar_del(v) : contextvar_store(v, old)
}

function contextvar_make(name: Ref, def: Ref): Own {
  if (!PyUnicode_Check(name)) return PyErr_SetString(PyExc_TypeError, "context variable name must be a str")
  const $v = _PyObject_GC_New(PyContextVar_Type)
  if ($v === NULL) return NULL
  setptr($v + V.var_name, Py_NewRef(name))
  setptr($v + V.var_default, Py_XNewRef(def))
  setptr($v + V.var_cached, 0)
  set64($v + V.var_cached_tsid, 0, 0)
  set64($v + V.var_cached_tsver, 0, 0)
  const nlo = PyObject_Hash(name)
  const nhi = hashHi
  const plo = _Py_HashPointer($v)
  const phi = hashHi
  const lo = plo ^ nlo
  const hi = phi ^ nhi
  set64($v + V.var_hash, lo === -1 && hi === -1 ? -2 : lo, hi)
  PyObject_GC_Track($v)
  return $v
}
export function PyContextVar_New(name: string, def: Ref): Own {
  const $name = PyUnicode_FromString(name)
  if ($name === NULL) return NULL
  const $v = contextvar_make($name, def)
  Py_DECREF($name)
  return $v
}
function contextvar_new(_type: Ref, args: Ref, kwds: Ref): Own {
  const at = PyArg_ParseTupleAndKeywords(args, kwds, "O|$O:ContextVar", ["", "default"])
  return at === 0 ? NULL : contextvar_make(ptr(at), ptr(at + 8))
}
function contextvar_clear(self: Ref): number {
  Py_CLEAR(self + V.var_name)
  Py_CLEAR(self + V.var_default)
  setptr(self + V.var_cached, 0)
  return 0
}
function contextvar_traverse(self: Ref, visit: visitproc, arg: number): number {
  let v = ptr(self + V.var_name)
  let r: number
  if (v !== 0 && (r = visit(v, arg)) !== 0) return r
  v = ptr(self + V.var_default)
  return v !== 0 ? visit(v, arg) : 0
}
function contextvar_dealloc(self: Ref): void {
  PyObject_GC_UnTrack(self)
  contextvar_clear(self)
  tp_free(self)
}
function contextvar_hash(self: Ref): number {
  return ret64(int32(self + V.var_hash), int32(self + V.var_hash + 4))
}
function contextvar_repr(self: Ref): Own {
  const name = reprJS(ptr(self + V.var_name))
  if (name === null) return NULL
  const def = ptr(self + V.var_default)
  const shown = def === 0 ? "" : reprJS(def)
  if (shown === null) return NULL
  return PyUnicode_FromString(`<ContextVar name=${name}${def === 0 ? "" : ` default=${shown}`} at ${addressJS(self)}>`)
}
function contextvar_get(self: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("get", nargs, 0, 1)) return NULL
  const $v = PyContextVar_Get(self, nargs > 0 ? ptr(args) : NULL)
  if ($v === NULL && PyErr_Occurred() === 0) PyErr_SetObject(PyExc_LookupError, self)
  return $v
}
function contextvar_set(self: Ref, value: Ref): Own {
  return PyContextVar_Set(self, value)
}
function contextvar_reset(self: Ref, token: Ref): Own {
  if (Py_TYPE(token) !== PyContextToken_Type) return PyErr_SetString(PyExc_TypeError, `expected an instance of Token, got ${reprJS(token)}`)
  return PyContextVar_Reset(self, token) !== 0 ? NULL : Py_NewRef(Py_None)
}

defineType(PyContextVar_Type, {
  name: "_contextvars.ContextVar",
  basicsize: V.SIZE,
  methods: [
    [
      "get",
      contextvar_get,
      METH.FASTCALL,
      "($self, default=<unrepresentable>, /)\n--\n\nReturn a value for the context variable for the current context.",
    ],
    ["set", contextvar_set, METH.O, "($self, value, /)\n--\n\nCall to set a new value for the context variable in the current context."],
    ["reset", contextvar_reset, METH.O, "($self, token, /)\n--\n\nReset the context variable."],
    ["__class_getitem__", Py_GenericAlias, METH.O | METH.CLASS, "See PEP 585"],
  ],
  members: [["name", T.OBJECT, V.var_name, READONLY]],
  dealloc: contextvar_dealloc,
  getattro: PyObject_GenericGetAttr,
  flags: TPFLAGS.DEFAULT | TPFLAGS.HAVE_GC,
  traverse: contextvar_traverse,
  clear: contextvar_clear,
  new: contextvar_new,
  free: PyObject_GC_Del,
  hash: contextvar_hash,
  repr: contextvar_repr,
})

// Token

function token_new(ctx: Ref, v: Ref, old: Ref): Own {
  const $tok = _PyObject_GC_New(PyContextToken_Type)
  if ($tok === NULL) return NULL
  setptr($tok + K.tok_ctx, Py_NewRef(ctx))
  setptr($tok + K.tok_var, Py_NewRef(v))
  setptr($tok + K.tok_oldval, Py_XNewRef(old))
  set64($tok + K.tok_used, 0, 0)
  PyObject_GC_Track($tok)
  return $tok
}
function token_tp_new(_type: Ref, _args: Ref, _kwds: Ref): Own {
  return PyErr_SetString(PyExc_RuntimeError, "Tokens can only be created by ContextVars")
}
function token_clear(self: Ref): number {
  Py_CLEAR(self + K.tok_ctx)
  Py_CLEAR(self + K.tok_var)
  Py_CLEAR(self + K.tok_oldval)
  return 0
}
function token_traverse(self: Ref, visit: visitproc, arg: number): number {
  let v = ptr(self + K.tok_ctx)
  let r: number
  if (v !== 0 && (r = visit(v, arg)) !== 0) return r
  v = ptr(self + K.tok_var)
  if (v !== 0 && (r = visit(v, arg)) !== 0) return r
  v = ptr(self + K.tok_oldval)
  return v !== 0 ? visit(v, arg) : 0
}
function token_dealloc(self: Ref): void {
  PyObject_GC_UnTrack(self)
  token_clear(self)
  tp_free(self)
}
function token_repr(self: Ref): Own {
  const v = reprJS(ptr(self + K.tok_var))
  if (v === null) return NULL
  return PyUnicode_FromString(`<Token${int32(self + K.tok_used) !== 0 ? " used" : ""} var=${v} at ${addressJS(self)}>`)
}
function token_get_var(self: Ref): Own {
  return Py_NewRef(ptr(self + K.tok_var))
}
function token_get_old_value(self: Ref): Own {
  const old = ptr(self + K.tok_oldval)
  if (old !== 0) return Py_NewRef(old)
  const missing = PyDict_GetItemWithError(ptr(PyContextToken_Type + PyTypeObject.tp_dict), ID("MISSING"))
  return Py_XNewRef(missing)
}

defineType(PyContextToken_Type, {
  name: "_contextvars.Token",
  basicsize: K.SIZE,
  methods: [["__class_getitem__", Py_GenericAlias, METH.O | METH.CLASS, "See PEP 585"]],
  getset: [
    ["var", token_get_var],
    ["old_value", token_get_old_value],
  ],
  dealloc: token_dealloc,
  getattro: PyObject_GenericGetAttr,
  flags: TPFLAGS.DEFAULT | TPFLAGS.HAVE_GC,
  traverse: token_traverse,
  clear: token_clear,
  new: token_tp_new,
  free: PyObject_GC_Del,
  hash: PyObject_HashNotImplemented,
  repr: token_repr,
})

function missing_repr(_self: Ref): Own {
  return PyUnicode_FromString("<Token.MISSING>")
}
const Missing_Type = definePrivateType({
  name: "Token.MISSING",
  basicsize: 16,
  getattro: PyObject_GenericGetAttr,
  flags: TPFLAGS.DEFAULT,
  repr: missing_repr,
})

/** Boot: Token.MISSING; false with the error set. */
export function initContext(): boolean {
  const $missing = _PyObject_New(Missing_Type)
  if ($missing === NULL) return false
  const r = PyDict_SetItemString(ptr(PyContextToken_Type + PyTypeObject.tp_dict), "MISSING", $missing)
  Py_DECREF($missing)
  return r === 0
}
