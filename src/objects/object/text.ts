import { ptr, setptr } from "../../heap/access.ts"
import { calloca, cstackMark, cstackReset } from "../../heap/cstack.ts"
import { fn } from "../../heap/fntable.ts"
import { PyThreadState, PyTypeObject } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_SIZE, Py_TYPE, Py_XDECREF } from "../../heap/refcount.ts"
import { ID } from "../../heap/statics.ts"
import { tstate } from "../../heap/tstate.ts"
import {
  PyBytes_AS_STRING,
  PyBytes_Check,
  PyBytes_CheckExact,
  PyBytes_FromJS,
  PyBytes_FromObject,
  PyBytes_GET_SIZE,
} from "../bytesobject.ts"
import { PyObject_CallNoArgs } from "../call.ts"
import { PyDict_GetItemWithError, PyDict_New, PyDict_SetItem } from "../dictobject.ts"
import {
  PyErr_Clear,
  PyErr_Fetch,
  PyErr_Occurred,
  PyErr_RestoreFrom,
  PyErr_SetString,
  Py_EnterRecursiveCall,
  Py_LeaveRecursiveCall,
} from "../errors.ts"
import { PyList_Append, PyList_Check, PyList_GET_ITEM, PyList_New, PyList_SetSlice } from "../listobject.ts"
import { Py, type reprfunc } from "../slots.ts"
import { PyExc_TypeError, Py_None } from "../statictypes.ts"
import { _PyObject_LookupSpecial } from "../typeobject.ts"
import {
  PyUnicode_Check,
  PyUnicode_CheckExact,
  PyUnicode_DecodeASCII,
  PyUnicode_FromString,
  PyUnicode_IS_ASCII,
  _PyUnicode_AsASCIIString,
} from "../unicodeobject.ts"
import { _PyObject_LookupAttr } from "./attr.ts"
import { PyObject_RichCompareBool } from "./compare.ts"
import { addressJS, strJS, typeName } from "./names.ts"

// Objects/object.c. repr, str, ascii, bytes.

const id_Py_Repr = ID("Py_Repr")
const __bytes__ = ID("__bytes__")
const __module__ = ID("__module__")
const __qualname__ = ID("__qualname__")
const id_builtins = ID("builtins")

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
  if (v === NULL) return PyBytes_FromJS(new TextEncoder().encode("<NULL>"))
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
