import { ptr, setptr, strlen } from "../../heap/access.ts"
import { fn } from "../../heap/fntable.ts"
import { PyHeapTypeObject, PyTypeObject } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import {
  Py_DECREF,
  Py_INCREF,
  Py_NewRef,
  Py_SIZE,
  Py_TYPE,
  Py_XDECREF,
  Py_XINCREF,
  Py_XSETREF,
  PyType_HasFeature,
} from "../../heap/refcount.ts"
import { ID } from "../../heap/statics.ts"
import { i32 } from "../../heap/views.ts"
import { PyDescr_IsData } from "../descrobject.ts"
import { PyDictProxy_New } from "../descrobject.ts"
import { PyDict_Contains, PyDict_DelItem, PyDict_GetItemWithError, PyDict_New, PyDict_SetItem } from "../dictobject.ts"
import { PyErr_Clear, PyErr_ExceptionMatches, PyErr_Occurred, PyErr_SetObject, PyErr_SetString } from "../errors.ts"
import { PyList_Append, PyList_GET_ITEM, PyList_New } from "../listobject.ts"
import { PyObject_IsTrue, _PyObject_GenericSetAttrWithDict, reprJS, tp_name_js, typeName } from "../object.ts"
import { TPFLAGS, type descrgetfunc } from "../slots.ts"
import { PyExc_AttributeError, PyExc_KeyError, PyExc_TypeError, PyExc_ValueError, PyType_Type, Py_None } from "../statictypes.ts"
import { PyTuple_Check, PyTuple_GET_ITEM, PyTuple_Pack2, PyTuple_Pack3 } from "../tupleobject.ts"
import {
  PyUnicode_AsJS,
  PyUnicode_AsUTF8AndSize,
  PyUnicode_Check,
  PyUnicode_CheckExact,
  PyUnicode_FromString,
  PyUnicode_InternFromString,
  PyUnicode_InternInPlace,
  _PyUnicode_Copy,
  utf8Size,
} from "../unicodeobject.ts"
import { PyType_Modified, _PyType_Lookup } from "./cache.ts"
import { compatible_for_assignment } from "./compatible.ts"
import { _PyType_GetDocFromInternalDoc, _PyType_GetTextSignatureFromInternalDoc, _PyType_Name } from "./docs.ts"
import { PyType_Check, PyType_IsSubtype, best_base, mro_internal, oldMro, type_is_subtype_base_chain } from "./mro.ts"
import { PyType_Ready } from "./ready.ts"
import { _PyType_GetSubclasses, add_all_subclasses, remove_all_subclasses } from "./subclasses.ts"
import { update_all_slots, update_slot } from "./update.ts"

// Objects/typeobject.c: attributes of types, and attribute access on them.

const __module__ = ID("__module__")
const __abstractmethods__ = ID("__abstractmethods__")
const __doc__ = ID("__doc__")
const __annotations__ = ID("__annotations__")
const id_builtins = ID("builtins")

const isHeap = (type: Ref): boolean => PyType_HasFeature(type, TPFLAGS.HEAPTYPE)

function check_set_special_type_attr(type: Ref, value: Ref, name: string): boolean {
  const immutable = PyType_HasFeature(type, TPFLAGS.IMMUTABLETYPE)
  if (!immutable && value !== NULL) return true
  PyErr_SetString(PyExc_TypeError, `cannot ${immutable ? "set" : "delete"} '${name}' attribute of immutable type '${tp_name_js(type)}'`)
  return false
}

// ---- names ----

export function type_name(type: Ref, _closure: number): Own {
  return isHeap(type) ? Py_NewRef(ptr(type + PyHeapTypeObject.ht_name)) : PyUnicode_FromString(_PyType_Name(type))
}
export function type_qualname(type: Ref, _closure: number): Own {
  return isHeap(type) ? Py_NewRef(ptr(type + PyHeapTypeObject.ht_qualname)) : PyUnicode_FromString(_PyType_Name(type))
}
export function PyType_GetName(type: Ref): Own {
  return type_name(type, 0)
}
export function PyType_GetQualName(type: Ref): Own {
  return type_qualname(type, 0)
}
function onlyString(type: Ref, value: Ref, name: string): boolean {
  if (PyUnicode_Check(value)) return true
  PyErr_SetString(PyExc_TypeError, `can only assign string to ${tp_name_js(type)}.${name}, not '${typeName(value)}'`)
  return false
}
export function type_set_name(type: Ref, value: Ref, _closure: number): number {
  if (!check_set_special_type_attr(type, value, "__name__") || !onlyString(type, value, "__name__")) return -1
  const utf8 = PyUnicode_AsUTF8AndSize(value)
  if (utf8 === 0) return -1
  if (strlen(utf8) !== utf8Size) {
    PyErr_SetString(PyExc_ValueError, "type name must not contain null characters")
    return -1
  }
  setptr(type + PyTypeObject.tp_name, utf8)
  Py_XSETREF(type + PyHeapTypeObject.ht_name, Py_NewRef(value))
  return 0
}
export function type_set_qualname(type: Ref, value: Ref, _closure: number): number {
  if (!check_set_special_type_attr(type, value, "__qualname__") || !onlyString(type, value, "__qualname__")) return -1
  Py_XSETREF(type + PyHeapTypeObject.ht_qualname, Py_NewRef(value))
  return 0
}
export function type_module(type: Ref, _closure: number): Own {
  if (isHeap(type)) {
    const mod = PyDict_GetItemWithError(ptr(type + PyTypeObject.tp_dict), __module__)
    if (mod === NULL) {
      if (!PyErr_Occurred()) PyErr_SetString(PyExc_AttributeError, "__module__")
      return NULL
    }
    return Py_NewRef(mod)
  }
  const name = tp_name_js(type)
  const dot = name.lastIndexOf(".")
  return dot < 0 ? Py_NewRef(id_builtins) : PyUnicode_InternFromString(name.slice(0, dot))
}
export function type_set_module(type: Ref, value: Ref, _closure: number): number {
  if (!check_set_special_type_attr(type, value, "__module__")) return -1
  PyType_Modified(type)
  return PyDict_SetItem(ptr(type + PyTypeObject.tp_dict), __module__, value)
}
/** "module.name", or the name alone for builtins: how repr shows a type. Null with the error set. */
export function type_display(type: Ref): string | null {
  const $mod = type_module(type, 0)
  let module: string | null = null
  if ($mod === NULL) PyErr_Clear()
  else {
    if (PyUnicode_Check($mod)) module = PyUnicode_AsJS($mod)
    Py_DECREF($mod)
  }
  const $name = type_qualname(type, 0)
  if ($name === NULL) return null
  const text = module !== null && module !== "builtins" ? `${module}.${PyUnicode_AsJS($name)}` : tp_name_js(type)
  Py_DECREF($name)
  return text
}
export function type_repr(type: Ref): Own {
  const text = type_display(type)
  return text === null ? NULL : PyUnicode_FromString(`<class '${text}'>`)
}

// ---- abstract methods, doc, dict, annotations ----

export function type_abstractmethods(type: Ref, _closure: number): Own {
  // type itself has this very descriptor under the name.
  const mod = type === PyType_Type ? NULL : PyDict_GetItemWithError(ptr(type + PyTypeObject.tp_dict), __abstractmethods__)
  if (mod === NULL) {
    if (!PyErr_Occurred()) PyErr_SetObject(PyExc_AttributeError, __abstractmethods__)
    return NULL
  }
  return Py_NewRef(mod)
}
export function type_set_abstractmethods(type: Ref, value: Ref, _closure: number): number {
  const dict = ptr(type + PyTypeObject.tp_dict)
  let abstract = 0
  let res: number
  if (value !== NULL) {
    abstract = PyObject_IsTrue(value)
    if (abstract < 0) return -1
    res = PyDict_SetItem(dict, __abstractmethods__, value)
  } else {
    res = PyDict_DelItem(dict, __abstractmethods__)
    if (res < 0 && PyErr_ExceptionMatches(PyExc_KeyError)) {
      PyErr_SetObject(PyExc_AttributeError, __abstractmethods__)
      return -1
    }
  }
  if (res === 0) {
    PyType_Modified(type)
    const flags = (type + PyTypeObject.tp_flags) >> 2
    if (abstract) i32[flags] |= TPFLAGS.IS_ABSTRACT
    else i32[flags] &= ~TPFLAGS.IS_ABSTRACT
  }
  return res
}
export function type_dict(type: Ref, _closure: number): Own {
  const dict = ptr(type + PyTypeObject.tp_dict)
  return dict === NULL ? Py_NewRef(Py_None) : PyDictProxy_New(dict)
}
/** What a class attribute found in the dict evaluates to: owned. */
function bound(type: Ref, attr: Ref): Own {
  const get = ptr(Py_TYPE(attr) + PyTypeObject.tp_descr_get)
  return get === 0 ? Py_NewRef(attr) : fn<descrgetfunc>(get)(attr, NULL, type)
}
export function type_get_doc(type: Ref, _closure: number): Own {
  const doc = ptr(type + PyTypeObject.tp_doc)
  if (!isHeap(type) && doc !== 0) return _PyType_GetDocFromInternalDoc(tp_name_js(type), doc)
  const result = PyDict_GetItemWithError(ptr(type + PyTypeObject.tp_dict), __doc__)
  if (result === NULL) return PyErr_Occurred() ? NULL : Py_NewRef(Py_None)
  return bound(type, result)
}
export function type_get_text_signature(type: Ref, _closure: number): Own {
  return _PyType_GetTextSignatureFromInternalDoc(tp_name_js(type), ptr(type + PyTypeObject.tp_doc))
}
export function type_set_doc(type: Ref, value: Ref, _closure: number): number {
  if (!check_set_special_type_attr(type, value, "__doc__")) return -1
  PyType_Modified(type)
  return PyDict_SetItem(ptr(type + PyTypeObject.tp_dict), __doc__, value)
}
export function type_get_annotations(type: Ref, _closure: number): Own {
  if (!isHeap(type)) {
    PyErr_SetString(PyExc_AttributeError, `type object '${tp_name_js(type)}' has no attribute '__annotations__'`)
    return NULL
  }
  const dict = ptr(type + PyTypeObject.tp_dict)
  if (PyDict_Contains(dict, __annotations__)) {
    const annotations = PyDict_GetItemWithError(dict, __annotations__)
    return annotations === NULL ? NULL : bound(type, annotations)
  }
  const $new = PyDict_New()
  if ($new === NULL) return NULL
  if (PyDict_SetItem(dict, __annotations__, $new) < 0) {
    Py_DECREF($new)
    return NULL
  }
  PyType_Modified(type)
  return $new
}
export function type_set_annotations(type: Ref, value: Ref, _closure: number): number {
  if (PyType_HasFeature(type, TPFLAGS.IMMUTABLETYPE)) {
    PyErr_SetString(PyExc_TypeError, `cannot set '__annotations__' attribute of immutable type '${tp_name_js(type)}'`)
    return -1
  }
  const dict = ptr(type + PyTypeObject.tp_dict)
  let result: number
  if (value !== NULL) result = PyDict_SetItem(dict, __annotations__, value)
  else {
    if (!PyDict_Contains(dict, __annotations__)) {
      PyErr_SetString(PyExc_AttributeError, "__annotations__")
      return -1
    }
    result = PyDict_DelItem(dict, __annotations__)
  }
  if (result === 0) PyType_Modified(type)
  return result
}

// ---- bases ----

export function type_get_bases(type: Ref, _closure: number): Own {
  return Py_NewRef(ptr(type + PyTypeObject.tp_bases))
}
/** Recompute the mro of the type and its subclasses, noting (cls, new_mro, old_mro) in the list `temp`. */
function mro_hierarchy(type: Ref, temp: Ref): number {
  let res = mro_internal(type, true)
  if (res <= 0) return res
  const $old = oldMro
  const mro = ptr(type + PyTypeObject.tp_mro)
  const $tuple = $old !== NULL ? PyTuple_Pack3(type, mro, $old) : PyTuple_Pack2(type, mro)
  res = $tuple === NULL ? -1 : PyList_Append(temp, $tuple)
  Py_XDECREF($tuple)
  if (res < 0) {
    setptr(type + PyTypeObject.tp_mro, $old)
    Py_DECREF(mro)
    return -1
  }
  Py_XDECREF($old)
  if (ptr(type + PyTypeObject.tp_subclasses) === NULL) return res
  // A copy: a custom mro() may change the bases of some subclass meanwhile.
  const $subclasses = _PyType_GetSubclasses(type)
  if ($subclasses === NULL) return -1
  const n = Py_SIZE($subclasses)
  for (let i = 0; i < n; i++) {
    res = mro_hierarchy(PyList_GET_ITEM($subclasses, i), temp)
    if (res < 0) break
  }
  Py_DECREF($subclasses)
  return res
}
function undo_mro(temp: Ref): void {
  for (let i = Py_SIZE(temp) - 1; i >= 0; i--) {
    const t = PyList_GET_ITEM(temp, i)
    const cls = PyTuple_GET_ITEM(t, 0)
    const mro = PyTuple_GET_ITEM(t, 1)
    if (ptr(cls + PyTypeObject.tp_mro) !== mro) continue
    const old = Py_SIZE(t) > 2 ? PyTuple_GET_ITEM(t, 2) : NULL
    Py_XINCREF(old)
    setptr(cls + PyTypeObject.tp_mro, old)
    Py_DECREF(mro)
  }
}
export function type_set_bases(type: Ref, new_bases: Ref, _closure: number): number {
  if (!check_set_special_type_attr(type, new_bases, "__bases__")) return -1
  const name = tp_name_js(type)
  if (!PyTuple_Check(new_bases)) {
    PyErr_SetString(PyExc_TypeError, `can only assign tuple to ${name}.__bases__, not ${typeName(new_bases)}`)
    return -1
  }
  const n = Py_SIZE(new_bases)
  if (n === 0) {
    PyErr_SetString(PyExc_TypeError, `can only assign non-empty tuple to ${name}.__bases__, not ()`)
    return -1
  }
  for (let i = 0; i < n; i++) {
    const base = PyTuple_GET_ITEM(new_bases, i)
    if (!PyType_Check(base)) {
      PyErr_SetString(PyExc_TypeError, `${name}.__bases__ must be tuple of classes, not '${typeName(base)}'`)
      return -1
    }
    if (PyType_IsSubtype(base, type) || (ptr(base + PyTypeObject.tp_mro) !== NULL && type_is_subtype_base_chain(base, type))) {
      PyErr_SetString(PyExc_TypeError, "a __bases__ item causes an inheritance cycle")
      return -1
    }
  }
  const new_base = best_base(new_bases)
  if (new_base === NULL) return -1
  const old_base = ptr(type + PyTypeObject.tp_base)
  if (!compatible_for_assignment(old_base, new_base, "__bases__")) return -1
  const old_bases = ptr(type + PyTypeObject.tp_bases)
  setptr(type + PyTypeObject.tp_bases, Py_NewRef(new_bases))
  setptr(type + PyTypeObject.tp_base, Py_NewRef(new_base))
  const $temp = PyList_New(0)
  if ($temp !== NULL) {
    if (mro_hierarchy(type, $temp) >= 0) {
      Py_DECREF($temp)
      let res = 0
      // A custom mro() may have assigned __bases__ itself: then its work stands.
      if (ptr(type + PyTypeObject.tp_bases) === new_bases) {
        remove_all_subclasses(type, old_bases)
        res = add_all_subclasses(type, new_bases)
        update_all_slots(type)
      }
      Py_DECREF(old_bases)
      Py_DECREF(old_base)
      return res
    }
    undo_mro($temp)
    Py_DECREF($temp)
  }
  if (ptr(type + PyTypeObject.tp_bases) === new_bases) {
    setptr(type + PyTypeObject.tp_bases, old_bases)
    setptr(type + PyTypeObject.tp_base, old_base)
    Py_DECREF(new_bases)
    Py_DECREF(new_base)
  } else {
    Py_DECREF(old_bases)
    Py_DECREF(old_base)
  }
  return -1
}

// ---- access ----

/** tp_getattro of types. */
export function type_getattro(type: Ref, name: Ref): Own {
  if (!PyUnicode_Check(name)) {
    PyErr_SetString(PyExc_TypeError, `attribute name must be string, not '${typeName(name).slice(0, 200)}'`)
    return NULL
  }
  if (i32[(type + PyTypeObject.tp_dict) >> 2] === 0 && PyType_Ready(type) < 0) return NULL
  const metatype = Py_TYPE(type)
  const meta = _PyType_Lookup(metatype, name)
  let metaGet = 0
  if (meta !== NULL) {
    Py_INCREF(meta)
    metaGet = i32[(Py_TYPE(meta) + PyTypeObject.tp_descr_get) >> 2]
    if (metaGet !== 0 && PyDescr_IsData(meta)) {
      const $res = fn<descrgetfunc>(metaGet)(meta, type, metatype)
      Py_DECREF(meta)
      return $res
    }
  }
  const attribute = _PyType_Lookup(type, name)
  if (attribute !== NULL) {
    Py_INCREF(attribute)
    const get = i32[(Py_TYPE(attribute) + PyTypeObject.tp_descr_get) >> 2]
    Py_XDECREF(meta)
    if (get === 0) return attribute as Own
    const $res = fn<descrgetfunc>(get)(attribute, NULL, type)
    Py_DECREF(attribute)
    return $res
  }
  if (metaGet !== 0) {
    const $res = fn<descrgetfunc>(metaGet)(meta, type, metatype)
    Py_DECREF(meta)
    return $res
  }
  if (meta !== NULL) return meta as Own
  PyErr_SetString(PyExc_AttributeError, `type object '${tp_name_js(type).slice(0, 50)}' has no attribute '${PyUnicode_AsJS(name)}'`)
  return NULL
}

function is_dunder_name(name: Ref): boolean {
  const s = PyUnicode_AsJS(name)
  return s.length > 4 && s.startsWith("__") && s.endsWith("__")
}
/** tp_setattro of types. */
export function type_setattro(type: Ref, name: Ref, value: Ref): number {
  if (PyType_HasFeature(type, TPFLAGS.IMMUTABLETYPE)) {
    const repr = reprJS(name)
    if (repr !== null) PyErr_SetString(PyExc_TypeError, `cannot set ${repr} attribute of immutable type '${tp_name_js(type)}'`)
    return -1
  }
  let $name: Own
  const string = PyUnicode_Check(name)
  if (string) {
    $name = PyUnicode_CheckExact(name) ? Py_NewRef(name) : _PyUnicode_Copy(name)
    if ($name === NULL) return -1
    $name = PyUnicode_InternInPlace($name)
  } else $name = Py_NewRef(name)
  let res = _PyObject_GenericSetAttrWithDict(type, $name, value, NULL)
  if (res === 0) {
    PyType_Modified(type)
    if (is_dunder_name($name)) res = update_slot(type, $name)
  }
  Py_DECREF($name)
  return res
}
