import { memcpy, ptr, setbyte, setint32, setptr, setssize, strlen } from "../../heap/access.ts"
import { calloca, cstackMark, cstackReset } from "../../heap/cstack.ts"
import { fn, fnIndex } from "../../heap/fntable.ts"
import { PyHeapTypeObject, PyMemberDef, PyTypeObject, PyThreadState, _PyCFrame, _PyInterpreterFrame } from "../../heap/layout.ts"
import { PyObject_Malloc } from "../../heap/obmalloc.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_SIZE, Py_TYPE, Py_XDECREF, Py_XSETREF } from "../../heap/refcount.ts"
import { ID } from "../../heap/statics.ts"
import { tstate } from "../../heap/tstate.ts"
import { i32 } from "../../heap/views.ts"
import { PyObject_GC_Del } from "../../gc/gcmodule.ts"
import { PySequence_Tuple } from "../abstract.ts"
import { PyObject_CallTwoArgs, PyObject_VectorcallDict, PyVectorcall_NARGS, _PyObject_FastCall, _PyObject_MakeTpCall } from "../call.ts"
import { PyCell_Check, PyCell_Set } from "../cellobject.ts"
import { getsetDefs } from "../define.ts"
import { PyDescr_IsData } from "../descrobject.ts"
import {
  PyDict_Check,
  PyDict_Contains,
  PyDict_Copy,
  PyDict_DelItem,
  PyDict_GET_SIZE,
  PyDict_GetItemWithError,
  PyDict_Next,
  PyDict_SetItem,
  PyObject_GenericGetDict,
  dictKey,
  dictValue,
} from "../dictobject.ts"
import { PyErr_NoMemory, PyErr_Occurred, PyErr_SetString, _PyErr_FormatFromCause } from "../errors.ts"
import { PyClassMethod_New, PyFunction_Check, PyStaticMethod_New } from "../funcobject.ts"
import { PyArg_ParseTuple, _PyArg_NoKwnames } from "../getargs.ts"
import { PyList_AsTuple, PyList_New, PyList_SET_ITEM, PyList_Sort } from "../listobject.ts"
import {
  PyObject_GenericGetAttr,
  PyObject_GenericSetAttr,
  PyObject_GetAttr,
  _PyObject_GetDictPtr,
  _PyObject_LookupAttr,
  reprJS,
  tp_name_js,
  typeName,
} from "../object.ts"
import { T, TPFLAGS, type descrgetfunc, type descrsetfunc, type newfunc } from "../slots.ts"
import {
  PyBaseObject_Type,
  PyDict_Type,
  PyExc_AttributeError,
  PyExc_RuntimeError,
  PyExc_TypeError,
  PyExc_ValueError,
  PySuper_Type,
  PyTuple_Type,
  PyType_Type,
  Py_None,
} from "../statictypes.ts"
import { PyTuple_GET_ITEM, PyTuple_New, PyTuple_SET_ITEM } from "../tupleobject.ts"
import {
  PyUnicode_AsJS,
  PyUnicode_AsUTF8AndSize,
  PyUnicode_Check,
  PyUnicode_FromString,
  PyUnicode_IsIdentifier,
  _PyUnicode_Equal,
  utf8Size,
} from "../unicodeobject.ts"
import { PyType_GenericAlloc, SUBTYPE_DEALLOC, _PyHeapType_GET_MEMBERS, subtype_clear, subtype_traverse, tp_alloc } from "./alloc.ts"
import { _PyType_Lookup } from "./cache.ts"
import { PyType_Check, _PyType_CalculateMetaclass, best_base } from "./mro.ts"
import { PyType_Ready } from "./ready.ts"
import { _PyObject_LookupSpecial } from "./slots.ts"
import { fixup_slot_dispatchers } from "./update.ts"

// Objects/typeobject.c: type_new: what a class statement makes.

const __dict__ = ID("__dict__")
const __weakref__ = ID("__weakref__")
const __qualname__ = ID("__qualname__")
const __classcell__ = ID("__classcell__")
const __module__ = ID("__module__")
const __name__ = ID("__name__")
const __doc__ = ID("__doc__")
const __new__ = ID("__new__")
const __slots__ = ID("__slots__")
const __init_subclass__ = ID("__init_subclass__")
const __class_getitem__ = ID("__class_getitem__")
const __mro_entries__ = ID("__mro_entries__")
const __set_name__ = ID("__set_name__")

const GENERIC_ALLOC = fnIndex(PyType_GenericAlloc)
const GENERIC_GETATTR = fnIndex(PyObject_GenericGetAttr)
const GENERIC_SETATTR = fnIndex(PyObject_GenericSetAttr)
const GC_DEL = fnIndex(PyObject_GC_Del)
const TRAVERSE = fnIndex(subtype_traverse)
const CLEAR = fnIndex(subtype_clear)
const TYPE_NEW = fnIndex(type_new)

// ---- __dict__ and __weakref__ of instances ----

/** The nearest built-in base whose instances have a dict of their own, NULL if there is none. */
function get_builtin_base_with_dict(type: Ref): Ref {
  for (let t = type; ptr(t + PyTypeObject.tp_base) !== NULL; t = ptr(t + PyTypeObject.tp_base)) {
    if (i32[(t + PyTypeObject.tp_dictoffset) >> 2] !== 0 && (i32[(t + PyTypeObject.tp_flags) >> 2] & TPFLAGS.HEAPTYPE) === 0) return t
  }
  return NULL
}
function get_dict_descriptor(type: Ref): Ref {
  const descr = _PyType_Lookup(type, __dict__)
  return descr === NULL || !PyDescr_IsData(descr) ? NULL : descr
}
function raise_dict_descr_error(obj: Ref): Own {
  PyErr_SetString(PyExc_TypeError, `this __dict__ descriptor does not support '${typeName(obj).slice(0, 200)}' objects`)
  return NULL
}
function subtype_dict(obj: Ref, context: number): Own {
  const base = get_builtin_base_with_dict(Py_TYPE(obj))
  if (base === NULL) return PyObject_GenericGetDict(obj, context)
  const descr = get_dict_descriptor(base)
  const get = descr === NULL ? 0 : ptr(Py_TYPE(descr) + PyTypeObject.tp_descr_get)
  return get === 0 ? raise_dict_descr_error(obj) : fn<descrgetfunc>(get)(descr, obj, Py_TYPE(obj))
}
function subtype_setdict(obj: Ref, value: Ref, _context: number): number {
  const base = get_builtin_base_with_dict(Py_TYPE(obj))
  if (base !== NULL) {
    const descr = get_dict_descriptor(base)
    const set = descr === NULL ? 0 : ptr(Py_TYPE(descr) + PyTypeObject.tp_descr_set)
    if (set !== 0) return fn<descrsetfunc>(set)(descr, obj, value)
    raise_dict_descr_error(obj)
    return -1
  }
  const dictptr = _PyObject_GetDictPtr(obj)
  if (dictptr === 0) {
    PyErr_SetString(PyExc_AttributeError, "This object has no __dict__")
    return -1
  }
  if (value !== NULL && !PyDict_Check(value)) {
    PyErr_SetString(PyExc_TypeError, `__dict__ must be set to a dictionary, not a '${typeName(value).slice(0, 200)}'`)
    return -1
  }
  if (value !== NULL) i32[value >> 2]++
  Py_XSETREF(dictptr, value)
  return 0
}
function subtype_getweakref(obj: Ref, _context: number): Own {
  const offset = i32[(Py_TYPE(obj) + PyTypeObject.tp_weaklistoffset) >> 2]
  if (offset === 0) {
    PyErr_SetString(PyExc_AttributeError, "This object has no __weakref__")
    return NULL
  }
  const head = ptr(obj + offset)
  return Py_NewRef(head === NULL ? Py_None : head)
}
const DICT_GETSET = ["__dict__", subtype_dict, subtype_setdict, "dictionary for instance variables (if defined)"] as const
const WEAKREF_GETSET = ["__weakref__", subtype_getweakref, null, "list of weak references to the object (if defined)"] as const
const subtype_getsets_full = getsetDefs([DICT_GETSET, WEAKREF_GETSET])
const subtype_getsets_dict_only = getsetDefs([DICT_GETSET])
const subtype_getsets_weakref_only = getsetDefs([WEAKREF_GETSET])

// ---- __slots__ ----

interface Context {
  metatype: Ref
  args: Ref
  kwds: Ref
  orig_dict: Ref
  name: Ref
  /** Borrowed until type_new_get_bases, then owned. */
  bases: Ref
  base: Ref
  /** Owned tuple, NULL when the class has no __slots__. */
  slots: Ref
  nslot: number
  add_dict: number
  add_weak: number
  may_add_dict: boolean
  may_add_weak: boolean
}

function fail(exc: Ref, message: string): -1 {
  PyErr_SetString(exc, message)
  return -1
}
function valid_identifier(s: Ref): boolean {
  if (!PyUnicode_Check(s)) PyErr_SetString(PyExc_TypeError, `__slots__ items must be strings, not '${typeName(s).slice(0, 200)}'`)
  else if (!PyUnicode_IsIdentifier(s)) PyErr_SetString(PyExc_TypeError, "__slots__ must be identifiers")
  else return true
  return false
}
function visit_slots(ctx: Context): number {
  for (let i = 0; i < ctx.nslot; i++) {
    const name = PyTuple_GET_ITEM(ctx.slots, i)
    if (!valid_identifier(name)) return -1
    if (_PyUnicode_Equal(name, __dict__)) {
      if (!ctx.may_add_dict || ctx.add_dict !== 0) return fail(PyExc_TypeError, "__dict__ slot disallowed: we already got one")
      ctx.add_dict++
    }
    if (_PyUnicode_Equal(name, __weakref__)) {
      if (!ctx.may_add_weak || ctx.add_weak !== 0) {
        return fail(PyExc_TypeError, "__weakref__ slot disallowed: either we already got one, or __itemsize__ != 0")
      }
      ctx.add_weak++
    }
  }
  return 0
}
/** Name mangling of private names (Python/compile.c): owned. */
export function _Py_Mangle(privateobj: Ref, ident: Ref): Own {
  const name = PyUnicode_AsJS(ident)
  if (privateobj === NULL || !name.startsWith("__") || name.endsWith("__") || name.includes(".")) return Py_NewRef(ident)
  const cls = PyUnicode_AsJS(privateobj).replace(/^_+/, "")
  return cls === "" ? Py_NewRef(ident) : PyUnicode_FromString(`_${cls}${name}`)
}
/** The slots without __dict__ and __weakref__, mangled and sorted: an owned tuple. */
function copy_slots(ctx: Context, dict: Ref): Own {
  const $list = PyList_New(ctx.nslot - ctx.add_dict - ctx.add_weak)
  if ($list === NULL) return NULL
  let j = 0
  for (let i = 0; i < ctx.nslot; i++) {
    const slot = PyTuple_GET_ITEM(ctx.slots, i)
    if ((ctx.add_dict && _PyUnicode_Equal(slot, __dict__)) || (ctx.add_weak && _PyUnicode_Equal(slot, __weakref__))) continue
    const $slot = _Py_Mangle(ctx.name, slot)
    if ($slot === NULL) {
      Py_DECREF($list)
      return NULL
    }
    PyList_SET_ITEM($list, j, $slot)
    const r = PyDict_Contains(dict, $slot)
    if (r < 0) {
      Py_DECREF($list)
      return NULL
    }
    // __qualname__ and __classcell__ are taken out of the namespace later.
    if (r > 0 && !_PyUnicode_Equal($slot, __qualname__) && !_PyUnicode_Equal($slot, __classcell__)) {
      const repr = reprJS($slot)
      if (repr !== null) PyErr_SetString(PyExc_ValueError, `${repr} in __slots__ conflicts with class variable`)
      Py_DECREF($list)
      return NULL
    }
    j++
  }
  if (PyList_Sort($list) < 0) {
    Py_DECREF($list)
    return NULL
  }
  const $tuple = PyList_AsTuple($list)
  Py_DECREF($list)
  return $tuple
}
/** Another base may bring a dict or weak references. */
function slots_bases(ctx: Context): void {
  const wantDict = (): boolean => ctx.may_add_dict && ctx.add_dict === 0
  const wantWeak = (): boolean => ctx.may_add_weak && ctx.add_weak === 0
  const n = Py_SIZE(ctx.bases)
  for (let i = 0; n > 1 && i < n && (wantDict() || wantWeak()); i++) {
    const base = PyTuple_GET_ITEM(ctx.bases, i)
    if (base === ctx.base) continue
    if (wantDict() && i32[(base + PyTypeObject.tp_dictoffset) >> 2] !== 0) ctx.add_dict++
    if (wantWeak() && i32[(base + PyTypeObject.tp_weaklistoffset) >> 2] !== 0) ctx.add_weak++
  }
}
function new_slots(ctx: Context, dict: Ref): number {
  const itemsize = i32[(ctx.base + PyTypeObject.tp_itemsize) >> 2]
  ctx.may_add_dict = i32[(ctx.base + PyTypeObject.tp_dictoffset) >> 2] === 0
  ctx.may_add_weak = i32[(ctx.base + PyTypeObject.tp_weaklistoffset) >> 2] === 0 && itemsize === 0
  if (ctx.slots === NULL) {
    if (ctx.may_add_dict) ctx.add_dict++
    if (ctx.may_add_weak) ctx.add_weak++
    return 0
  }
  if (ctx.nslot > 0 && itemsize !== 0) {
    return fail(PyExc_TypeError, `nonempty __slots__ not supported for subtype of '${tp_name_js(ctx.base)}'`)
  }
  if (visit_slots(ctx) < 0) return -1
  const $slots = copy_slots(ctx, dict)
  if ($slots === NULL) return -1
  const old = ctx.slots
  ctx.slots = $slots
  Py_XDECREF(old)
  ctx.nslot = Py_SIZE($slots)
  slots_bases(ctx)
  return 0
}
function get_slots(ctx: Context, dict: Ref): number {
  const slots = PyDict_GetItemWithError(dict, __slots__)
  if (slots === NULL) return PyErr_Occurred() ? -1 : 0
  let $new: Own
  if (PyUnicode_Check(slots)) {
    $new = PyTuple_New(1)
    if ($new !== NULL) PyTuple_SET_ITEM($new, 0, Py_NewRef(slots))
  } else $new = PySequence_Tuple(slots)
  if ($new === NULL) return -1
  ctx.slots = $new
  ctx.nslot = Py_SIZE($new)
  return 0
}

// ---- the type object ----

function new_alloc(ctx: Context): Own {
  const $type = tp_alloc(ctx.metatype, ctx.nslot)
  if ($type === NULL) return NULL
  setint32($type + PyTypeObject.tp_flags, TPFLAGS.HEAPTYPE | TPFLAGS.BASETYPE | TPFLAGS.HAVE_GC)
  setptr($type + PyTypeObject.tp_as_async, $type + PyHeapTypeObject.as_async)
  setptr($type + PyTypeObject.tp_as_number, $type + PyHeapTypeObject.as_number)
  setptr($type + PyTypeObject.tp_as_sequence, $type + PyHeapTypeObject.as_sequence)
  setptr($type + PyTypeObject.tp_as_mapping, $type + PyHeapTypeObject.as_mapping)
  setptr($type + PyTypeObject.tp_as_buffer, $type + PyHeapTypeObject.as_buffer)
  setptr($type + PyTypeObject.tp_bases, Py_NewRef(ctx.bases))
  setptr($type + PyTypeObject.tp_base, Py_NewRef(ctx.base))
  setptr($type + PyTypeObject.tp_dealloc, SUBTYPE_DEALLOC)
  setptr($type + PyTypeObject.tp_alloc, GENERIC_ALLOC)
  setptr($type + PyTypeObject.tp_free, GC_DEL)
  setptr($type + PyTypeObject.tp_traverse, TRAVERSE)
  setptr($type + PyTypeObject.tp_clear, CLEAR)
  setptr($type + PyHeapTypeObject.ht_name, Py_NewRef(ctx.name))
  return $type
}
function new_init(ctx: Context): Own {
  const $dict = PyDict_Copy(ctx.orig_dict)
  if ($dict === NULL) return NULL
  let $type: Own = NULL
  if (get_slots(ctx, $dict) >= 0 && new_slots(ctx, $dict) >= 0) $type = new_alloc(ctx)
  if ($type === NULL) {
    Py_XDECREF(ctx.slots)
    Py_DECREF($dict)
    return NULL
  }
  setptr($type + PyTypeObject.tp_dict, $dict)
  setptr($type + PyHeapTypeObject.ht_slots, ctx.slots)
  ctx.slots = NULL
  return $type
}

function dictOf(type: Ref): Ref {
  return ptr(type + PyTypeObject.tp_dict)
}
function set_name(ctx: Context, type: Ref): number {
  const utf8 = PyUnicode_AsUTF8AndSize(ctx.name)
  setptr(type + PyTypeObject.tp_name, utf8)
  if (utf8 === 0) return -1
  return strlen(utf8) === utf8Size ? 0 : fail(PyExc_ValueError, "type name must not contain null characters")
}
/** Globals of the running Python function: borrowed, NULL without an error if there is none. */
export function currentGlobals(): Ref {
  const frame = ptr(ptr(tstate + PyThreadState.cframe) + _PyCFrame.current_frame)
  return frame === NULL ? NULL : ptr(frame + _PyInterpreterFrame.f_globals)
}
function set_module(type: Ref): number {
  const r = PyDict_Contains(dictOf(type), __module__)
  if (r !== 0) return r < 0 ? -1 : 0
  const globals = currentGlobals()
  if (globals === NULL) return 0
  const module = PyDict_GetItemWithError(globals, __name__)
  if (module === NULL) return PyErr_Occurred() ? -1 : 0
  return PyDict_SetItem(dictOf(type), __module__, module)
}
function set_qualname(type: Ref): number {
  const qualname = PyDict_GetItemWithError(dictOf(type), __qualname__)
  if (qualname === NULL) {
    if (PyErr_Occurred()) return -1
    setptr(type + PyHeapTypeObject.ht_qualname, Py_NewRef(ptr(type + PyHeapTypeObject.ht_name)))
    return 0
  }
  if (!PyUnicode_Check(qualname)) return fail(PyExc_TypeError, `type __qualname__ must be a str, not ${typeName(qualname)}`)
  setptr(type + PyHeapTypeObject.ht_qualname, Py_NewRef(qualname))
  return PyDict_DelItem(dictOf(type), __qualname__)
}
/** tp_doc gets a copy of a str __doc__. */
function set_doc(type: Ref): number {
  const doc = PyDict_GetItemWithError(dictOf(type), __doc__)
  if (doc === NULL) return PyErr_Occurred() ? -1 : 0
  if (!PyUnicode_Check(doc)) return 0
  const utf8 = PyUnicode_AsUTF8AndSize(doc)
  if (utf8 === 0) return -1
  const size = strlen(utf8)
  const copy = PyObject_Malloc(size + 1)
  if (copy === 0) {
    PyErr_NoMemory()
    return -1
  }
  memcpy(copy, utf8, size)
  setbyte(copy + size, 0)
  setptr(type + PyTypeObject.tp_doc, copy)
  return 0
}
/** A plain function under `attr` becomes a static or class method. */
function wrap_function(type: Ref, attr: Ref, wrap: (f: Ref) => Own): number {
  const func = PyDict_GetItemWithError(dictOf(type), attr)
  if (func === NULL) return PyErr_Occurred() ? -1 : 0
  if (!PyFunction_Check(func)) return 0
  const $method = wrap(func)
  if ($method === NULL) return -1
  const err = PyDict_SetItem(dictOf(type), attr, $method)
  Py_DECREF($method)
  return err
}
/** Member descriptors of __slots__ and the instance's layout. */
function set_descriptors(ctx: Context, type: Ref): number {
  let offset = i32[(ctx.base + PyTypeObject.tp_basicsize) >> 2]
  const itemsize = i32[(ctx.base + PyTypeObject.tp_itemsize) >> 2]
  const slots = ptr(type + PyHeapTypeObject.ht_slots)
  if (slots !== NULL) {
    let mp = _PyHeapType_GET_MEMBERS(type)
    const n = Py_SIZE(slots)
    for (let i = 0; i < n; i++, mp += PyMemberDef.SIZE) {
      const utf8 = PyUnicode_AsUTF8AndSize(PyTuple_GET_ITEM(slots, i))
      if (utf8 === 0) return -1
      setptr(mp + PyMemberDef.name, utf8)
      setint32(mp + PyMemberDef.type, T.OBJECT_EX)
      setssize(mp + PyMemberDef.offset, offset)
      offset += 8
    }
  }
  if (ctx.add_dict && itemsize) {
    setssize(type + PyTypeObject.tp_dictoffset, -8)
    offset += 8
  }
  if (ctx.add_weak) {
    setssize(type + PyTypeObject.tp_weaklistoffset, offset)
    offset += 8
  }
  if (ctx.add_dict && itemsize === 0) {
    i32[(type + PyTypeObject.tp_flags) >> 2] |= TPFLAGS.MANAGED_DICT
    setssize(type + PyTypeObject.tp_dictoffset, -offset - 24)
  }
  setssize(type + PyTypeObject.tp_basicsize, offset)
  setssize(type + PyTypeObject.tp_itemsize, itemsize)
  setptr(type + PyTypeObject.tp_members, _PyHeapType_GET_MEMBERS(type))
  return 0
}
function set_slots(ctx: Context, type: Ref): void {
  const weak = i32[(type + PyTypeObject.tp_weaklistoffset) >> 2] !== 0
  const dict = i32[(type + PyTypeObject.tp_dictoffset) >> 2] !== 0
  const getset = weak && dict ? subtype_getsets_full : weak ? subtype_getsets_weakref_only : dict ? subtype_getsets_dict_only : 0
  setptr(type + PyTypeObject.tp_getset, getset)
  if (dict || ctx.nslot > 0) {
    if (ptr(ctx.base + PyTypeObject.tp_getattro) === 0) setptr(type + PyTypeObject.tp_getattro, GENERIC_GETATTR)
    if (ptr(ctx.base + PyTypeObject.tp_setattro) === 0) setptr(type + PyTypeObject.tp_setattro, GENERIC_SETATTR)
  }
}
function set_classcell(type: Ref): number {
  const cell = PyDict_GetItemWithError(dictOf(type), __classcell__)
  if (cell === NULL) return PyErr_Occurred() ? -1 : 0
  if (!PyCell_Check(cell)) {
    const repr = reprJS(Py_TYPE(cell))
    if (repr !== null) PyErr_SetString(PyExc_TypeError, `__classcell__ must be a nonlocal cell, not ${repr.slice(0, 200)}`)
    return -1
  }
  PyCell_Set(cell, type)
  return PyDict_DelItem(dictOf(type), __classcell__)
}
function set_attrs(ctx: Context, type: Ref): number {
  if (set_name(ctx, type) < 0) return -1
  if (set_module(type) < 0) return -1
  if (set_qualname(type) < 0) return -1
  if (set_doc(type) < 0) return -1
  if (wrap_function(type, __new__, PyStaticMethod_New) < 0) return -1
  if (wrap_function(type, __init_subclass__, PyClassMethod_New) < 0) return -1
  if (wrap_function(type, __class_getitem__, PyClassMethod_New) < 0) return -1
  if (set_descriptors(ctx, type) < 0) return -1
  set_slots(ctx, type)
  return set_classcell(type)
}

/** Call __set_name__ of everything in the namespace. */
function set_names(type: Ref): number {
  const $names = PyDict_Copy(dictOf(type))
  if ($names === NULL) return -1
  for (let pos = PyDict_Next($names, 0); pos !== 0; pos = PyDict_Next($names, pos)) {
    const key = dictKey
    const value = dictValue
    const $set_name = _PyObject_LookupSpecial(value, __set_name__)
    if ($set_name === NULL) {
      if (!PyErr_Occurred()) continue
      Py_DECREF($names)
      return -1
    }
    const $res = PyObject_CallTwoArgs($set_name, type, key)
    Py_DECREF($set_name)
    if ($res === NULL) {
      const where = `instance ${reprOfName(key)} in '${tp_name_js(type).slice(0, 100)}'`
      _PyErr_FormatFromCause(PyExc_RuntimeError, `Error calling __set_name__ on '${typeName(value).slice(0, 100)}' ${where}`)
      Py_DECREF($names)
      return -1
    }
    Py_DECREF($res)
  }
  Py_DECREF($names)
  return 0
}
/** repr of a str while an error is set. */
function reprOfName(key: Ref): string {
  if (!PyUnicode_Check(key)) return "?"
  const s = PyUnicode_AsJS(key)
  return s.includes("'") && !s.includes('"') ? `"${s}"` : `'${s.replace(/[\\']/g, "\\$&")}'`
}
/** super(type, type).__init_subclass__(**kwds) */
function init_subclass(type: Ref, kwds: Ref): number {
  const mark = cstackMark()
  const args = calloca(16)
  setptr(args, type)
  setptr(args + 8, type)
  const $super = _PyObject_FastCall(PySuper_Type, args, 2)
  cstackReset(mark)
  if ($super === NULL) return -1
  const $func = PyObject_GetAttr($super, __init_subclass__)
  Py_DECREF($super)
  if ($func === NULL) return -1
  const $res = PyObject_VectorcallDict($func, cstackMark(), 0, kwds)
  Py_DECREF($func)
  if ($res === NULL) return -1
  Py_DECREF($res)
  return 0
}

function new_impl(ctx: Context): Own {
  const $type = new_init(ctx)
  if ($type === NULL) return NULL
  let ok = set_attrs(ctx, $type) >= 0 && PyType_Ready($type) >= 0
  if (ok) {
    fixup_slot_dispatchers($type)
    ok = set_names($type) >= 0 && init_subclass($type, ctx.kwds) >= 0
  }
  if (ok) return $type
  Py_DECREF($type)
  return NULL
}

/** What the winning metatype's own tp_new made, when type_new_get_bases returned 1. */
let $delegated: Own = NULL

/** Owned ctx.bases and ctx.base: 0; a more derived metatype took over: 1; -1 with the error set. */
function get_bases(ctx: Context): number {
  const n = Py_SIZE(ctx.bases)
  if (n === 0) {
    ctx.base = PyBaseObject_Type
    const $bases = PyTuple_New(1)
    if ($bases === NULL) return -1
    PyTuple_SET_ITEM($bases, 0, Py_NewRef(PyBaseObject_Type))
    ctx.bases = $bases
    return 0
  }
  for (let i = 0; i < n; i++) {
    const base = PyTuple_GET_ITEM(ctx.bases, i)
    if (PyType_Check(base)) continue
    const $entries = _PyObject_LookupAttr(base, __mro_entries__)
    if ($entries === NULL) {
      if (PyErr_Occurred()) return -1
      continue
    }
    Py_DECREF($entries)
    return fail(PyExc_TypeError, "type() doesn't support MRO entry resolution; use types.new_class()")
  }
  const winner = _PyType_CalculateMetaclass(ctx.metatype, ctx.bases)
  if (winner === NULL) return -1
  if (winner !== ctx.metatype) {
    const tp_new = ptr(winner + PyTypeObject.tp_new)
    if (tp_new !== TYPE_NEW) {
      $delegated = fn<newfunc>(tp_new)(winner, ctx.args, ctx.kwds)
      return $delegated === NULL ? -1 : 1
    }
    ctx.metatype = winner
  }
  const base = best_base(ctx.bases)
  if (base === NULL) return -1
  ctx.base = base
  ctx.bases = Py_NewRef(ctx.bases)
  return 0
}

const PARSE_EXTRA = { types: [PyTuple_Type, PyDict_Type] }

/** type.__new__(metatype, name, bases, dict, **kwds) */
export function type_new(metatype: Ref, args: Ref, kwds: Ref): Own {
  const parsed = PyArg_ParseTuple(args, "UO!O!:type.__new__", PARSE_EXTRA)
  if (parsed === 0) return NULL
  const ctx: Context = {
    metatype,
    args,
    kwds,
    name: ptr(parsed),
    bases: ptr(parsed + 8),
    orig_dict: ptr(parsed + 16),
    base: NULL,
    slots: NULL,
    nslot: 0,
    add_dict: 0,
    add_weak: 0,
    may_add_dict: false,
    may_add_weak: false,
  }
  const res = get_bases(ctx)
  if (res < 0) return NULL
  if (res === 1) return $delegated
  const $type = new_impl(ctx)
  Py_DECREF(ctx.bases)
  return $type
}
/** type.__init__ */
export function type_init(_cls: Ref, args: Ref, kwds: Ref): number {
  const n = Py_SIZE(args)
  if (kwds !== NULL && n === 1 && PyDict_GET_SIZE(kwds) !== 0) return fail(PyExc_TypeError, "type.__init__() takes no keyword arguments")
  return n === 1 || n === 3 ? 0 : fail(PyExc_TypeError, "type.__init__() takes 1 or 3 arguments")
}
/** tp_vectorcall of type itself: type(x) without a tuple. */
export function type_vectorcall(metatype: Ref, args: number, nargsf: number, kwnames: Ref): Own {
  const nargs = PyVectorcall_NARGS(nargsf)
  if (nargs === 1 && metatype === PyType_Type) {
    if (!_PyArg_NoKwnames("type", kwnames)) return NULL
    return Py_NewRef(Py_TYPE(ptr(args)))
  }
  return _PyObject_MakeTpCall(metatype, args, nargs, kwnames)
}
