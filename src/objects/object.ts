import { ptr, setptr } from "../heap/access.ts"
import { calloca, cstackMark, cstackReset } from "../heap/cstack.ts"
import { fn, fnIndex } from "../heap/fntable.ts"
import { hashHi, ret64 } from "../heap/int64.ts"
import { PyAttributeErrorObject, PyMappingMethods, PyNumberMethods, PyObject, PySequenceMethods, PyThreadState, PyTypeObject } from "../heap/layout.ts"
import { PyObject_Malloc } from "../heap/obmalloc.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_INCREF, Py_NewRef, Py_REFCNT, Py_SET_REFCNT, Py_SET_SIZE, Py_SIZE, Py_TYPE, Py_XDECREF, Py_XSETREF } from "../heap/refcount.ts"
import { ID } from "../heap/statics.ts"
import { tstate } from "../heap/tstate.ts"
import { i32, u8 } from "../heap/views.ts"
import { _PyGC_FINALIZED, _PyGC_SET_FINALIZED } from "../gc/gcmodule.ts"
import { PyMapping_Keys, PySequence_List } from "./abstract.ts"
import { PyBool_Check } from "./boolobject.ts"
import { PyBytes_AS_STRING, PyBytes_Check, PyBytes_CheckExact, PyBytes_FromObject, PyBytes_GET_SIZE } from "./bytesobject.ts"
import { PyObject_CallNoArgs } from "./call.ts"
import { defineType } from "./define.ts"
import {
  PyDict_Check,
  PyDict_DelItem,
  PyDict_GET_SIZE,
  PyDict_GetItemWithError,
  PyDict_New,
  PyDict_SetItem,
  _PyObject_GetInstanceAttribute,
  _PyObject_MakeDictFromInstanceAttributes,
  _PyObject_StoreInstanceAttribute,
  _PyObjectDict_SetItem,
} from "./dictobject.ts"
import {
  PyErr_BadInternalCall,
  PyErr_Clear,
  PyErr_ExceptionMatches,
  PyErr_Fetch,
  PyErr_GivenExceptionMatches,
  PyErr_NoMemory,
  PyErr_NormalizeException,
  PyErr_Occurred,
  PyErr_RestoreFrom,
  PyErr_SetString,
  Py_EnterRecursiveCall,
  Py_LeaveRecursiveCall,
} from "./errors.ts"
import { PyList_Append, PyList_Check, PyList_GET_ITEM, PyList_New, PyList_SetSlice, PyList_Sort } from "./listobject.ts"
import {
  METH,
  Py,
  TPFLAGS,
  type descrgetfunc,
  type descrsetfunc,
  type destructor,
  type getattrofunc,
  type hashfunc,
  type inquiry,
  type reprfunc,
  type richcmpfunc,
  type setattrofunc,
} from "./slots.ts"
import {
  PyExc_AttributeError,
  PyExc_DeprecationWarning,
  PyExc_KeyError,
  PyExc_TypeError,
  PyType_Type,
  Py_False,
  Py_None,
  Py_NotImplemented,
  Py_True,
  _PyNone_Type,
  _PyNotImplemented_Type,
} from "./statictypes.ts"
import { PyType_IsSubtype, PyType_Ready, _PyObject_LookupSpecial, _PyType_Lookup } from "./typeobject.ts"
import {
  PyUnicode_AsJS,
  PyUnicode_Check,
  PyUnicode_CheckExact,
  PyUnicode_DecodeASCII,
  PyUnicode_FromString,
  PyUnicode_IS_ASCII,
  PyUnicode_InternFromString,
  PyUnicode_InternInPlace,
  _PyUnicode_AsASCIIString,
} from "./unicodeobject.ts"
import { upcalls } from "./upcalls.ts"
import { PyErr_WarnEx } from "./_warnings.ts"

// Objects/object.c: what every object can do.

const id_Py_Repr = ID("Py_Repr")
const __bytes__ = ID("__bytes__")
const __dir__ = ID("__dir__")
const __isabstractmethod__ = ID("__isabstractmethod__")
const __module__ = ID("__module__")
const __qualname__ = ID("__qualname__")
const id_builtins = ID("builtins")
const id_f_locals = ID("f_locals")
const GENERIC_GETATTR = fnIndex(PyObject_GenericGetAttr)

// ---- names for messages ----

/** A type's tp_name as a JavaScript string. */
export function tp_name_js(type: Ref): string {
  const p = ptr(type + PyTypeObject.tp_name)
  return p === 0 ? "?" : cstringJS(p)
}
/** A NUL-terminated UTF-8 string of the heap as a JavaScript string. */
export function cstringJS(p: number): string {
  let e = p
  let ascii = true
  for (; u8[e] !== 0; e++) if (u8[e] > 127) ascii = false
  if (ascii) {
    let s = ""
    for (let i = p; i < e; i++) s += String.fromCharCode(u8[i])
    return s
  }
  return new TextDecoder("utf-8").decode(u8.slice(p, e))
}
/** tp_name of the object's type. */
export function typeName(op: Ref): string {
  return tp_name_js(Py_TYPE(op))
}
/** repr(op) as a JavaScript string, or null with the error set. */
export function reprJS(op: Ref): string | null {
  const $r = PyObject_Repr(op)
  if ($r === NULL) return null
  const s = PyUnicode_AsJS($r)
  Py_DECREF($r)
  return s
}
/** str(op) as a JavaScript string, or null with the error set. */
export function strJS(op: Ref): string | null {
  const $r = PyObject_Str(op)
  if ($r === NULL) return null
  const s = PyUnicode_AsJS($r)
  Py_DECREF($r)
  return s
}
/** An address as CPython's %p prints it. */
export function addressJS(op: number): string {
  return `0x${op.toString(16)}`
}

// ---- making objects ----

/** Give fresh memory its header; a heap type is kept alive by its instances. */
export function PyObject_Init(op: Ref, type: Ref): Own {
  i32[op >> 2] = 1
  i32[(op >> 2) + 1] = 0
  i32[(op + PyObject.ob_type) >> 2] = type
  i32[((op + PyObject.ob_type) >> 2) + 1] = 0
  if ((i32[(type + PyTypeObject.tp_flags) >> 2] & TPFLAGS.HEAPTYPE) !== 0) i32[type >> 2]++
  return op as Own
}
export function _PyObject_Init(op: Ref, type: Ref): Own {
  return PyObject_Init(op, type)
}
export function PyObject_InitVar(op: Ref, type: Ref, size: number): Own {
  PyObject_Init(op, type)
  Py_SET_SIZE(op, size)
  return op as Own
}
export function _PyObject_InitVar(op: Ref, type: Ref, size: number): Own {
  return PyObject_InitVar(op, type, size)
}
/** Refcount 1: a new object, or one resurrected. */
export function _Py_NewReference(op: Ref): void {
  i32[op >> 2] = 1
  i32[(op >> 2) + 1] = 0
}
/** tp_basicsize + n items, rounded up to a pointer. */
export function _PyObject_VAR_SIZE(type: Ref, n: number): number {
  return (i32[(type + PyTypeObject.tp_basicsize) >> 2] + n * i32[(type + PyTypeObject.tp_itemsize) >> 2] + 7) & ~7
}
export function _PyObject_SIZE(type: Ref): number {
  return i32[(type + PyTypeObject.tp_basicsize) >> 2]
}
/** A new object of a type without garbage collection; fields after the header are not initialised. */
export function _PyObject_New(type: Ref): Own {
  const op = PyObject_Malloc(i32[(type + PyTypeObject.tp_basicsize) >> 2])
  if (op === 0) return PyErr_NoMemory()
  return PyObject_Init(op as Ref, type)
}
export function _PyObject_NewVar(type: Ref, n: number): Own {
  const op = PyObject_Malloc(_PyObject_VAR_SIZE(type, n))
  if (op === 0) return PyErr_NoMemory()
  return PyObject_InitVar(op as Ref, type, n)
}

/** Call tp_finalize, once in the life of a gc object. */
export function PyObject_CallFinalizer(self: Ref): void {
  const tp = Py_TYPE(self)
  const finalize = ptr(tp + PyTypeObject.tp_finalize)
  if (finalize === 0) return
  const gc = (i32[(tp + PyTypeObject.tp_flags) >> 2] & TPFLAGS.HAVE_GC) !== 0
  if (gc && _PyGC_FINALIZED(self)) return
  fn<destructor>(finalize)(self)
  if (gc) _PyGC_SET_FINALIZED(self)
}
/** From a tp_dealloc: 0 to go on deallocating, -1 when the finalizer resurrected the object (return at once). */
export function PyObject_CallFinalizerFromDealloc(self: Ref): number {
  Py_SET_REFCNT(self, 1)
  PyObject_CallFinalizer(self)
  Py_SET_REFCNT(self, Py_REFCNT(self) - 1)
  return Py_REFCNT(self) === 0 ? 0 : -1
}

// ---- repr, str, bytes ----

function checkString($res: Own, what: string): Own {
  if ($res === NULL || PyUnicode_Check($res)) return $res
  PyErr_SetString(PyExc_TypeError, `${what} returned non-string (type ${typeName($res).slice(0, 200)})`)
  Py_DECREF($res)
  return NULL
}
export function PyObject_Repr(v: Ref): Own {
  if (v === NULL) return PyUnicode_FromString("<NULL>")
  const f = ptr(Py_TYPE(v) + PyTypeObject.tp_repr)
  if (f === 0) return PyUnicode_FromString(`<${typeName(v)} object at ${addressJS(v)}>`)
  if (Py_EnterRecursiveCall(" while getting the repr of an object") !== 0) return NULL
  const $res = fn<reprfunc>(f)(v)
  Py_LeaveRecursiveCall()
  return checkString($res, "__repr__")
}
export function PyObject_Str(v: Ref): Own {
  if (v === NULL) return PyUnicode_FromString("<NULL>")
  if (PyUnicode_CheckExact(v)) return Py_NewRef(v)
  const f = ptr(Py_TYPE(v) + PyTypeObject.tp_str)
  if (f === 0) return PyObject_Repr(v)
  if (Py_EnterRecursiveCall(" while getting the str of an object") !== 0) return NULL
  const $res = fn<reprfunc>(f)(v)
  Py_LeaveRecursiveCall()
  return checkString($res, "__str__")
}
export function PyObject_ASCII(v: Ref): Own {
  const $repr = PyObject_Repr(v)
  if ($repr === NULL || PyUnicode_IS_ASCII($repr)) return $repr
  const $ascii = _PyUnicode_AsASCIIString($repr, "backslashreplace")
  Py_DECREF($repr)
  if ($ascii === NULL) return NULL
  const $res = PyUnicode_DecodeASCII(PyBytes_AS_STRING($ascii), PyBytes_GET_SIZE($ascii), null)
  Py_DECREF($ascii)
  return $res
}
export function PyObject_Bytes(v: Ref): Own {
  if (PyBytes_CheckExact(v)) return Py_NewRef(v)
  const $func = _PyObject_LookupSpecial(v, __bytes__)
  if ($func !== NULL) {
    const $res = PyObject_CallNoArgs($func)
    Py_DECREF($func)
    if ($res === NULL || PyBytes_Check($res)) return $res
    PyErr_SetString(PyExc_TypeError, `__bytes__ returned non-bytes (type ${typeName($res).slice(0, 200)})`)
    Py_DECREF($res)
    return NULL
  }
  if (PyErr_Occurred()) return NULL
  return PyBytes_FromObject(v)
}
/** How a callable is named in call errors: "module.qualname()", "qualname()" or str(x). Owned str. */
export function _PyObject_FunctionStr(x: Ref): Own {
  const $qualname = _PyObject_LookupAttr(x, __qualname__)
  if ($qualname === NULL) return PyErr_Occurred() ? NULL : PyObject_Str(x)
  const $module = _PyObject_LookupAttr(x, __module__)
  let $res: Own = NULL
  let failed = false
  let prefix = ""
  if ($module !== NULL && $module !== Py_None) {
    const ne = PyObject_RichCompareBool($module, id_builtins, Py.NE)
    if (ne < 0) failed = true
    else if (ne > 0) {
      const s = strJS($module)
      if (s === null) failed = true
      else prefix = `${s}.`
    }
  } else if ($module === NULL && PyErr_Occurred()) failed = true
  if (!failed) {
    const s = strJS($qualname)
    if (s !== null) $res = PyUnicode_FromString(`${prefix}${s}()`)
  }
  Py_DECREF($qualname)
  Py_XDECREF($module)
  return $res
}

// ---- comparison ----

const SWAPPED = [Py.GT, Py.GE, Py.EQ, Py.NE, Py.LT, Py.LE]
const OPSTRINGS = ["<", "<=", "==", "!=", ">", ">="]

/** The operator with its operands exchanged. */
export function _Py_SwappedOp(op: number): number {
  return SWAPPED[op]
}

function do_richcompare(v: Ref, w: Ref, op: number): Own {
  const tv = Py_TYPE(v)
  const tw = Py_TYPE(w)
  let checkedReverse = false
  let f: number
  let $res: Own
  if (tv !== tw && (f = ptr(tw + PyTypeObject.tp_richcompare)) !== 0 && PyType_IsSubtype(tw, tv)) {
    checkedReverse = true
    $res = fn<richcmpfunc>(f)(w, v, SWAPPED[op])
    if ($res !== Py_NotImplemented) return $res
    Py_DECREF($res)
  }
  if ((f = ptr(Py_TYPE(v) + PyTypeObject.tp_richcompare)) !== 0) {
    $res = fn<richcmpfunc>(f)(v, w, op)
    if ($res !== Py_NotImplemented) return $res
    Py_DECREF($res)
  }
  if (!checkedReverse && (f = ptr(Py_TYPE(w) + PyTypeObject.tp_richcompare)) !== 0) {
    $res = fn<richcmpfunc>(f)(w, v, SWAPPED[op])
    if ($res !== Py_NotImplemented) return $res
    Py_DECREF($res)
  }
  if (op === Py.EQ) return Py_NewRef(v === w ? Py_True : Py_False)
  if (op === Py.NE) return Py_NewRef(v !== w ? Py_True : Py_False)
  PyErr_SetString(
    PyExc_TypeError,
    `'${OPSTRINGS[op]}' not supported between instances of '${typeName(v).slice(0, 100)}' and '${typeName(w).slice(0, 100)}'`,
  )
  return NULL
}
export function PyObject_RichCompare(v: Ref, w: Ref, op: number): Own {
  if (v === NULL || w === NULL) {
    if (!PyErr_Occurred()) PyErr_BadInternalCall()
    return NULL
  }
  if (Py_EnterRecursiveCall(" in comparison") !== 0) return NULL
  const $res = do_richcompare(v, w, op)
  Py_LeaveRecursiveCall()
  return $res
}
/** -1 error, 0 false, 1 true; identical objects are equal. */
export function PyObject_RichCompareBool(v: Ref, w: Ref, op: number): number {
  if (v === w) {
    if (op === Py.EQ) return 1
    if (op === Py.NE) return 0
  }
  const $res = PyObject_RichCompare(v, w, op)
  if ($res === NULL) return -1
  const ok = PyBool_Check($res) ? ($res === Py_True ? 1 : 0) : PyObject_IsTrue($res)
  Py_DECREF($res)
  return ok
}

/** tp_hash of unhashable types. */
export function PyObject_HashNotImplemented(v: Ref): number {
  PyErr_SetString(PyExc_TypeError, `unhashable type: '${typeName(v).slice(0, 200)}'`)
  return ret64(-1, -1)
}
/** Low word of hash(v), upper in hashHi; -1/-1 with the error set. */
export function PyObject_Hash(v: Ref): number {
  const f = ptr(Py_TYPE(v) + PyTypeObject.tp_hash)
  if (f !== 0) return fn<hashfunc>(f)(v)
  return PyObject_HashNotImplemented(v)
}
/** Did the hash just computed fail? */
export function hashFailed(lo: number): boolean {
  return lo === -1 && hashHi === -1
}

// ---- attributes ----

export function PyObject_GetAttrString(v: Ref, name: string): Own {
  const $w = PyUnicode_FromString(name)
  if ($w === NULL) return NULL
  const $res = PyObject_GetAttr(v, $w)
  Py_DECREF($w)
  return $res
}
export function PyObject_HasAttrString(v: Ref, name: string): boolean {
  const $res = PyObject_GetAttrString(v, name)
  if ($res !== NULL) {
    Py_DECREF($res)
    return true
  }
  PyErr_Clear()
  return false
}
/** 0, or -1 with the error set; `w` NULL deletes. */
export function PyObject_SetAttrString(v: Ref, name: string, w: Ref): number {
  const $s = PyUnicode_InternFromString(name)
  if ($s === NULL) return -1
  const res = PyObject_SetAttr(v, $s, w)
  Py_DECREF($s)
  return res
}
export function PyObject_DelAttrString(v: Ref, name: string): number {
  return PyObject_SetAttrString(v, name, NULL)
}
/** __isabstractmethod__ is true: 1, 0, or -1 with the error set. */
export function _PyObject_IsAbstract(obj: Ref): number {
  if (obj === NULL) return 0
  const $a = _PyObject_LookupAttr(obj, __isabstractmethod__)
  if ($a === NULL) return PyErr_Occurred() ? -1 : 0
  const res = PyObject_IsTrue($a)
  Py_DECREF($a)
  return res
}

/** Give a pending AttributeError its name and obj (for suggestions). */
export function set_attribute_error_context(v: Ref, name: Ref): void {
  if (!PyErr_ExceptionMatches(PyExc_AttributeError)) return
  const mark = cstackMark()
  const at = calloca(24)
  PyErr_Fetch(at)
  PyErr_NormalizeException(at)
  const value = ptr(at + 8)
  if (
    PyErr_GivenExceptionMatches(value, PyExc_AttributeError) &&
    ptr(value + PyAttributeErrorObject.name) === 0 &&
    ptr(value + PyAttributeErrorObject.obj) === 0
  ) {
    Py_XSETREF(value + PyAttributeErrorObject.name, Py_NewRef(name))
    Py_XSETREF(value + PyAttributeErrorObject.obj, Py_NewRef(v))
  }
  PyErr_RestoreFrom(at)
  cstackReset(mark)
}

function badName(name: Ref): Own {
  PyErr_SetString(PyExc_TypeError, `attribute name must be string, not '${typeName(name).slice(0, 200)}'`)
  return NULL
}
function noAttribute(tp: Ref, limit: number, name: Ref): void {
  PyErr_SetString(PyExc_AttributeError, `'${tp_name_js(tp).slice(0, limit)}' object has no attribute '${PyUnicode_AsJS(name)}'`)
}

/** v.name: owned, or NULL with the error set. */
export function PyObject_GetAttr(v: Ref, name: Ref): Own {
  if (!PyUnicode_Check(name)) return badName(name)
  const f = i32[(i32[(v + PyObject.ob_type) >> 2] + PyTypeObject.tp_getattro) >> 2]
  let $res: Own = NULL
  if (f !== 0) $res = fn<getattrofunc>(f)(v, name)
  else noAttribute(Py_TYPE(v), 50, name)
  if ($res === NULL) set_attribute_error_context(v, name)
  return $res
}
/** v.name: owned; NULL without an error if there is no such attribute, NULL with the error set otherwise. */
export function _PyObject_LookupAttr(v: Ref, name: Ref): Own {
  if (!PyUnicode_Check(name)) return badName(name)
  const f = ptr(Py_TYPE(v) + PyTypeObject.tp_getattro)
  if (f === GENERIC_GETATTR) return _PyObject_GenericGetAttrWithDict(v, name, NULL, 1)
  if (f === 0) return NULL
  const $res = fn<getattrofunc>(f)(v, name)
  if ($res === NULL && PyErr_ExceptionMatches(PyExc_AttributeError)) PyErr_Clear()
  return $res
}
export function PyObject_HasAttr(v: Ref, name: Ref): boolean {
  const $res = _PyObject_LookupAttr(v, name)
  if ($res === NULL) {
    PyErr_Clear()
    return false
  }
  Py_DECREF($res)
  return true
}
/** v.name = value, or del v.name when `value` is NULL: 0, or -1 with the error set. */
export function PyObject_SetAttr(v: Ref, name: Ref, value: Ref): number {
  if (!PyUnicode_Check(name)) {
    badName(name)
    return -1
  }
  Py_INCREF(name)
  const $name = PyUnicode_InternInPlace(name as Own)
  const tp = Py_TYPE(v)
  const f = ptr(tp + PyTypeObject.tp_setattro)
  if (f !== 0) {
    const err = fn<setattrofunc>(f)(v, $name, value)
    Py_DECREF($name)
    return err
  }
  const kind = ptr(tp + PyTypeObject.tp_getattro) === 0 ? "no attributes" : "only read-only attributes"
  PyErr_SetString(
    PyExc_TypeError,
    `'${tp_name_js(tp).slice(0, 100)}' object has ${kind} (${value === NULL ? "del" : "assign to"} .${PyUnicode_AsJS($name)})`,
  )
  Py_DECREF($name)
  return -1
}
export function PyObject_DelAttr(v: Ref, name: Ref): number {
  return PyObject_SetAttr(v, name, NULL)
}

/** Where an instance with a managed dict keeps its dict pointer. */
export function _PyObject_ManagedDictPointer(obj: Ref): number {
  return obj - 24
}
/** Where it keeps its inline values. */
export function _PyObject_ValuesPointer(obj: Ref): number {
  return obj - 32
}
/** Address of the object's dict pointer, 0 if it has none. Does not make the dict. */
export function _PyObject_DictPointer(obj: Ref): number {
  const tp = i32[(obj + PyObject.ob_type) >> 2] as Ref
  if ((i32[(tp + PyTypeObject.tp_flags) >> 2] & TPFLAGS.MANAGED_DICT) !== 0) return obj - 24
  const offset = i32[(tp + PyTypeObject.tp_dictoffset) >> 2]
  if (offset === 0) return 0
  if (offset < 0) return obj + offset + _PyObject_VAR_SIZE(tp, Math.abs(Py_SIZE(obj)))
  return obj + offset
}
/** The same, after turning inline values into a dict. 0 without an error on failure. */
export function _PyObject_GetDictPtr(obj: Ref): number {
  if ((i32[(Py_TYPE(obj) + PyTypeObject.tp_flags) >> 2] & TPFLAGS.MANAGED_DICT) === 0) return _PyObject_DictPointer(obj)
  const dictptr = obj - 24
  const values = ptr(obj - 32)
  if (values === 0) return dictptr
  const $dict = _PyObject_MakeDictFromInstanceAttributes(obj, values)
  if ($dict === NULL) {
    PyErr_Clear()
    return 0
  }
  setptr(obj - 32, 0)
  setptr(dictptr, $dict)
  return dictptr
}
/** tp_iter of iterators. */
export function PyObject_SelfIter(obj: Ref): Own {
  return Py_NewRef(obj)
}
/** tp_iternext of a type whose __next__ was removed. */
export function _PyObject_NextNotImplemented(self: Ref): Own {
  PyErr_SetString(PyExc_TypeError, `'${typeName(self).slice(0, 200)}' object is not iterable`)
  return NULL
}

/** 1 when the last _PyObject_GetMethod found an unbound method (call it with the object first), else 0. */
export let getMethodUnbound = 0

/** obj.name without making a bound method: owned, or NULL with the error set; see `getMethodUnbound`. */
export function _PyObject_GetMethod(obj: Ref, name: Ref): Own {
  const tp = i32[(obj + PyObject.ob_type) >> 2] as Ref
  if (i32[(tp + PyTypeObject.tp_getattro) >> 2] !== GENERIC_GETATTR || !PyUnicode_CheckExact(name)) {
    const $res = PyObject_GetAttr(obj, name)
    getMethodUnbound = 0
    return $res
  }
  const descr = _PyType_Lookup(tp, name)
  let f = 0
  let method = false
  if (descr !== NULL) {
    Py_INCREF(descr)
    const td = i32[(descr + PyObject.ob_type) >> 2]
    if ((i32[(td + PyTypeObject.tp_flags) >> 2] & TPFLAGS.METHOD_DESCRIPTOR) !== 0) method = true
    else {
      f = i32[(td + PyTypeObject.tp_descr_get) >> 2]
      if (f !== 0 && i32[(td + PyTypeObject.tp_descr_set) >> 2] !== 0) {
        const $res = fn<descrgetfunc>(f)(descr, obj, tp)
        Py_DECREF(descr)
        getMethodUnbound = 0
        return $res
      }
    }
  }
  const values = (i32[(tp + PyTypeObject.tp_flags) >> 2] & TPFLAGS.MANAGED_DICT) !== 0 ? ptr(obj - 32) : NULL
  if (values !== NULL) {
    const $attr = _PyObject_GetInstanceAttribute(obj, values, name)
    if ($attr !== NULL) {
      Py_XDECREF(descr)
      getMethodUnbound = 0
      return $attr
    }
  } else {
    const dictptr = _PyObject_DictPointer(obj)
    const dict = dictptr !== 0 ? ptr(dictptr) : NULL
    if (dict !== NULL) {
      Py_INCREF(dict)
      const attr = PyDict_GetItemWithError(dict, name)
      if (attr !== NULL) {
        Py_INCREF(attr)
        Py_DECREF(dict)
        Py_XDECREF(descr)
        getMethodUnbound = 0
        return attr as Own
      }
      Py_DECREF(dict)
      if (PyErr_Occurred()) {
        Py_XDECREF(descr)
        getMethodUnbound = 0
        return NULL
      }
    }
  }
  if (method) {
    getMethodUnbound = 1
    return descr as Own
  }
  if (f !== 0) {
    const $res = fn<descrgetfunc>(f)(descr, obj, Py_TYPE(obj))
    Py_DECREF(descr)
    getMethodUnbound = 0
    return $res
  }
  getMethodUnbound = 0
  if (descr !== NULL) return descr as Own
  noAttribute(tp, 50, name)
  set_attribute_error_context(obj, name)
  return NULL
}

function suppressed(suppress: number, $res: Own): Own {
  if ($res === NULL && suppress !== 0 && PyErr_ExceptionMatches(PyExc_AttributeError)) PyErr_Clear()
  return $res
}

/** Generic attribute lookup; `dict` (borrowed) overrides the instance's; `suppress` non-zero: no AttributeError is raised. */
export function _PyObject_GenericGetAttrWithDict(obj: Ref, name: Ref, dict: Ref, suppress: number): Own {
  const tp = i32[(obj + PyObject.ob_type) >> 2] as Ref
  if (!PyUnicode_Check(name)) return badName(name)
  if (i32[(tp + PyTypeObject.tp_dict) >> 2] === 0 && PyType_Ready(tp) < 0) return NULL
  const descr = _PyType_Lookup(tp, name)
  let f = 0
  let $res: Own = NULL
  if (descr !== NULL) {
    Py_INCREF(descr)
    const td = i32[(descr + PyObject.ob_type) >> 2]
    f = i32[(td + PyTypeObject.tp_descr_get) >> 2]
    if (f !== 0 && i32[(td + PyTypeObject.tp_descr_set) >> 2] !== 0) {
      Py_INCREF(name)
      $res = suppressed(suppress, fn<descrgetfunc>(f)(descr, obj, tp))
      Py_DECREF(descr)
      Py_DECREF(name)
      return $res
    }
  }
  if (dict === NULL) {
    const values = (i32[(tp + PyTypeObject.tp_flags) >> 2] & TPFLAGS.MANAGED_DICT) !== 0 ? ptr(obj - 32) : NULL
    if (values !== NULL) {
      if (PyUnicode_CheckExact(name)) {
        $res = _PyObject_GetInstanceAttribute(obj, values, name)
        if ($res !== NULL) {
          Py_XDECREF(descr)
          return $res
        }
      } else {
        const $dict = _PyObject_MakeDictFromInstanceAttributes(obj, values)
        setptr(obj - 24, $dict)
        if ($dict === NULL) {
          Py_XDECREF(descr)
          return NULL
        }
        setptr(obj - 32, 0)
        dict = $dict
      }
    } else {
      const dictptr = _PyObject_DictPointer(obj)
      if (dictptr !== 0) dict = ptr(dictptr)
    }
  }
  Py_INCREF(name)
  if (dict !== NULL) {
    Py_INCREF(dict)
    const item = PyDict_GetItemWithError(dict, name)
    if (item !== NULL) {
      Py_INCREF(item)
      Py_DECREF(dict)
      Py_XDECREF(descr)
      Py_DECREF(name)
      return item as Own
    }
    Py_DECREF(dict)
    if (PyErr_Occurred()) {
      if (suppress !== 0 && PyErr_ExceptionMatches(PyExc_AttributeError)) PyErr_Clear()
      else {
        Py_XDECREF(descr)
        Py_DECREF(name)
        return NULL
      }
    }
  }
  if (f !== 0) {
    $res = suppressed(suppress, fn<descrgetfunc>(f)(descr, obj, Py_TYPE(obj)))
    Py_DECREF(descr)
  } else if (descr !== NULL) $res = descr as Own
  else if (suppress === 0) {
    noAttribute(tp, 50, name)
    set_attribute_error_context(obj, name)
  }
  Py_DECREF(name)
  return $res
}
/** tp_getattro of most types. */
export function PyObject_GenericGetAttr(obj: Ref, name: Ref): Own {
  return _PyObject_GenericGetAttrWithDict(obj, name, NULL, 0)
}
/** Generic attribute assignment; `dict` (borrowed) overrides the instance's; `value` NULL deletes. */
export function _PyObject_GenericSetAttrWithDict(obj: Ref, name: Ref, value: Ref, dict: Ref): number {
  const tp = Py_TYPE(obj)
  if (!PyUnicode_Check(name)) {
    badName(name)
    return -1
  }
  if (ptr(tp + PyTypeObject.tp_dict) === 0 && PyType_Ready(tp) < 0) return -1
  Py_INCREF(name)
  Py_INCREF(tp)
  const descr = _PyType_Lookup(tp, name)
  let res = -1
  let f = 0
  if (descr !== NULL) {
    Py_INCREF(descr)
    f = ptr(Py_TYPE(descr) + PyTypeObject.tp_descr_set)
  }
  if (f !== 0) res = fn<descrsetfunc>(f)(descr, obj, value)
  else {
    res = storeInDict(tp, obj, name, value, dict, descr)
    if (res < 0 && PyErr_ExceptionMatches(PyExc_KeyError)) {
      if (PyType_IsSubtype(tp, PyType_Type)) {
        PyErr_SetString(PyExc_AttributeError, `type object '${tp_name_js(obj).slice(0, 50)}' has no attribute '${PyUnicode_AsJS(name)}'`)
      } else noAttribute(tp, 100, name)
    }
  }
  Py_XDECREF(descr)
  Py_DECREF(tp)
  Py_DECREF(name)
  return res
}
function storeInDict(tp: Ref, obj: Ref, name: Ref, value: Ref, dict: Ref, descr: Ref): number {
  if (dict !== NULL) {
    Py_INCREF(dict)
    const res = value === NULL ? PyDict_DelItem(dict, name) : PyDict_SetItem(dict, name, value)
    Py_DECREF(dict)
    return res
  }
  const values = (i32[(tp + PyTypeObject.tp_flags) >> 2] & TPFLAGS.MANAGED_DICT) !== 0 ? ptr(obj - 32) : NULL
  if (values !== NULL) return _PyObject_StoreInstanceAttribute(obj, values, name, value)
  const dictptr = _PyObject_DictPointer(obj)
  if (dictptr !== 0) return _PyObjectDict_SetItem(tp, dictptr, name, value)
  if (descr === NULL) noAttribute(tp, 100, name)
  else PyErr_SetString(PyExc_AttributeError, `'${tp_name_js(tp).slice(0, 50)}' object attribute '${PyUnicode_AsJS(name)}' is read-only`)
  return -1
}
/** tp_setattro of most types. */
export function PyObject_GenericSetAttr(obj: Ref, name: Ref, value: Ref): number {
  return _PyObject_GenericSetAttrWithDict(obj, name, value, NULL)
}

/** Getter of `__dict__`; makes the dict if need be. (Objects/dictobject.c has it in C.) */
export function PyObject_GenericSetDict(obj: Ref, value: Ref, _context: number): number {
  const dictptr = _PyObject_GetDictPtr(obj)
  if (dictptr === 0) {
    const tp = Py_TYPE(obj)
    if ((i32[(tp + PyTypeObject.tp_flags) >> 2] & TPFLAGS.MANAGED_DICT) !== 0 && ptr(obj - 32) !== 0) PyErr_NoMemory()
    else PyErr_SetString(PyExc_AttributeError, "This object has no __dict__")
    return -1
  }
  if (value === NULL) {
    PyErr_SetString(PyExc_TypeError, "cannot delete __dict__")
    return -1
  }
  if (!PyDict_Check(value)) {
    PyErr_SetString(PyExc_TypeError, `__dict__ must be set to a dictionary, not a '${typeName(value).slice(0, 200)}'`)
    return -1
  }
  Py_XSETREF(dictptr, Py_NewRef(value))
  return 0
}

// ---- truth, calls, dir ----

/** Truth of v: 1, 0, or -1 with the error set. */
export function PyObject_IsTrue(v: Ref): number {
  if (v === Py_True) return 1
  if (v === Py_False || v === Py_None) return 0
  const tp = i32[(v + PyObject.ob_type) >> 2]
  let m = i32[(tp + PyTypeObject.tp_as_number) >> 2]
  let f = m !== 0 ? i32[(m + PyNumberMethods.nb_bool) >> 2] : 0
  if (f === 0) {
    m = i32[(tp + PyTypeObject.tp_as_mapping) >> 2]
    f = m !== 0 ? i32[(m + PyMappingMethods.mp_length) >> 2] : 0
    if (f === 0) {
      m = i32[(tp + PyTypeObject.tp_as_sequence) >> 2]
      f = m !== 0 ? i32[(m + PySequenceMethods.sq_length) >> 2] : 0
      if (f === 0) return 1
    }
  }
  const res = fn<inquiry>(f)(v)
  return res > 0 ? 1 : res
}
export function PyObject_Not(v: Ref): number {
  const res = PyObject_IsTrue(v)
  return res < 0 ? res : res === 0 ? 1 : 0
}
export function PyCallable_Check(x: Ref): boolean {
  return x !== NULL && ptr(Py_TYPE(x) + PyTypeObject.tp_call) !== 0
}

function sortedList($list: Own): Own {
  if (PyList_Sort($list) < 0) {
    Py_DECREF($list)
    return NULL
  }
  return $list
}
function dirLocals(): Own {
  const $frame = upcalls.currentFrame()
  if ($frame === NULL) return NULL
  const $locals = PyObject_GetAttr($frame, id_f_locals)
  Py_DECREF($frame)
  if ($locals === NULL) return NULL
  const $names = PyMapping_Keys($locals)
  Py_DECREF($locals)
  if ($names === NULL) return NULL
  if (!PyList_Check($names)) {
    PyErr_SetString(PyExc_TypeError, `dir(): expected keys() of locals to be a list, not '${typeName($names).slice(0, 200)}'`)
    Py_DECREF($names)
    return NULL
  }
  return sortedList($names)
}
/** dir(obj), or the current scope's names when `obj` is NULL: a sorted list. */
export function PyObject_Dir(obj: Ref): Own {
  if (obj === NULL) return dirLocals()
  const $dirfunc = _PyObject_LookupSpecial(obj, __dir__)
  if ($dirfunc === NULL) {
    if (!PyErr_Occurred()) PyErr_SetString(PyExc_TypeError, "object does not provide __dir__")
    return NULL
  }
  const $result = PyObject_CallNoArgs($dirfunc)
  Py_DECREF($dirfunc)
  if ($result === NULL) return NULL
  const $sorted = PySequence_List($result)
  Py_DECREF($result)
  return $sorted === NULL ? NULL : sortedList($sorted)
}

// ---- recursion in repr ----

/** The thread state's dict (borrowed), made on first use; NULL without an error when out of memory. */
export function PyThreadState_GetDict(): Ref {
  let dict = ptr(tstate + PyThreadState.dict)
  if (dict === NULL) {
    dict = PyDict_New()
    if (dict === NULL) PyErr_Clear()
    setptr(tstate + PyThreadState.dict, dict)
  }
  return dict
}
/** 0 the first time for this object, 1 while its repr is in progress, -1 with the error set. */
export function Py_ReprEnter(obj: Ref): number {
  const dict = PyThreadState_GetDict()
  if (dict === NULL) return 0
  let list = PyDict_GetItemWithError(dict, id_Py_Repr)
  if (list === NULL) {
    if (PyErr_Occurred()) return -1
    const $list = PyList_New(0)
    if ($list === NULL) return -1
    if (PyDict_SetItem(dict, id_Py_Repr, $list) < 0) return -1
    Py_DECREF($list)
    list = $list
  }
  for (let i = Py_SIZE(list); --i >= 0; ) if (PyList_GET_ITEM(list, i) === obj) return 1
  return PyList_Append(list, obj) < 0 ? -1 : 0
}
export function Py_ReprLeave(obj: Ref): void {
  const mark = cstackMark()
  const at = calloca(24)
  PyErr_Fetch(at)
  const dict = PyThreadState_GetDict()
  const list = dict === NULL ? NULL : PyDict_GetItemWithError(dict, id_Py_Repr)
  if (list !== NULL && PyList_Check(list)) {
    for (let i = Py_SIZE(list); --i >= 0; ) {
      if (PyList_GET_ITEM(list, i) === obj) {
        PyList_SetSlice(list, i, i + 1, NULL)
        break
      }
    }
  }
  PyErr_RestoreFrom(at)
  cstackReset(mark)
}

// ---- None and NotImplemented ----

function none_repr(_op: Ref): Own {
  return PyUnicode_FromString("None")
}
function none_dealloc(_op: Ref): void {
  throw new Error("moult bug: deallocating None")
}
function takesNoArguments(type: string, args: Ref, kwargs: Ref): boolean {
  if (Py_SIZE(args) === 0 && (kwargs === NULL || PyDict_GET_SIZE(kwargs) === 0)) return true
  PyErr_SetString(PyExc_TypeError, `${type} takes no arguments`)
  return false
}
function none_new(_type: Ref, args: Ref, kwargs: Ref): Own {
  return takesNoArguments("NoneType", args, kwargs) ? Py_NewRef(Py_None) : NULL
}
function none_bool(_v: Ref): number {
  return 0
}
defineType(_PyNone_Type, {
  name: "NoneType",
  basicsize: PyObject.SIZE,
  dealloc: none_dealloc,
  repr: none_repr,
  nb_bool: none_bool,
  new: none_new,
})

function NotImplemented_repr(_op: Ref): Own {
  return PyUnicode_FromString("NotImplemented")
}
function notimplemented_new(_type: Ref, args: Ref, kwargs: Ref): Own {
  return takesNoArguments("NotImplementedType", args, kwargs) ? Py_NewRef(Py_NotImplemented) : NULL
}
function notimplemented_dealloc(_op: Ref): void {
  throw new Error("moult bug: deallocating NotImplemented")
}
function notimplemented_bool(_v: Ref): number {
  return PyErr_WarnEx(PyExc_DeprecationWarning, "NotImplemented should not be used in a boolean context", 1) < 0 ? -1 : 1
}
defineType(_PyNotImplemented_Type, {
  name: "NotImplementedType",
  basicsize: PyObject.SIZE,
  dealloc: notimplemented_dealloc,
  repr: NotImplemented_repr,
  nb_bool: notimplemented_bool,
  new: notimplemented_new,
  methods: [["__reduce__", NotImplemented_repr, METH.NOARGS]],
})

export function Py_Is(a: Ref, b: Ref): boolean {
  return a === b
}
export { PyObject_TypeCheck } from "./typeobject.ts"
export { PyObject_GenericGetDict } from "./dictobject.ts"
