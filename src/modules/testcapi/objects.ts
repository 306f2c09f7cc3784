import { double, int32, ptr, setptr, strlen, uint32 } from "../../heap/access.ts"
import { calloca, cstackMark, cstackReset } from "../../heap/cstack.ts"
import { fnIndex } from "../../heap/fntable.ts"
import { Py_buffer, PyCFunctionObject, PyDictObject, PyFunctionObject, PyTypeObject } from "../../heap/layout.ts"
import { PyObject_Free } from "../../heap/obmalloc.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_REFCNT, Py_SET_REFCNT, Py_SIZE, Py_TYPE, PyType_HasFeature } from "../../heap/refcount.ts"
import { ID } from "../../heap/statics.ts"
import { i32, u8 } from "../../heap/views.ts"
import { PyType_IS_GC } from "../../gc/gcmodule.ts"
import {
  PyBuffer_FillInfo,
  PyBuffer_SizeFromFormat,
  PyMapping_HasKey,
  PyMapping_Items,
  PyMapping_Keys,
  PyMapping_Values,
  PyNumber_ToBase,
  PyObject_GetBuffer,
  PySequence_DelSlice,
  PySequence_GetItem,
  PySequence_SetItem,
  PySequence_SetSlice,
} from "../../objects/abstract.ts"
import { PyBytes_AS_STRING, PyBytes_CheckExact, PyBytes_FromStringAndSize } from "../../objects/bytesobject.ts"
import { PyObject_CallNoArgs } from "../../objects/call.ts"
import { PyCode_Check, PyCode_NewEmpty } from "../../objects/codeobject.ts"
import { methodDefs, type MethodSpec } from "../../objects/define.ts"
import { _PyDict_GetItem_KnownHash, PyDict_Check } from "../../objects/dictobject.ts"
import {
  _PyErr_SetKeyError,
  PyErr_BadInternalCall,
  PyErr_Clear,
  PyErr_Fetch,
  PyErr_Occurred,
  PyErr_RestoreFrom,
  PyErr_SetString,
  PyErr_WriteUnraisable,
} from "../../objects/errors.ts"
import {
  PyFloat_FromDouble,
  PyFloat_Pack2,
  PyFloat_Pack4,
  PyFloat_Pack8,
  PyFloat_Unpack2,
  PyFloat_Unpack4,
  PyFloat_Unpack8,
} from "../../objects/floatobject.ts"
import {
  PyFrame_Check,
  PyFrame_GetBuiltins,
  PyFrame_GetGenerator,
  PyFrame_GetGlobals,
  PyFrame_GetLasti,
  PyFrame_GetLocals,
  PyFrame_New,
} from "../../objects/frameobject.ts"
import { PyFunction_Check, PyFunction_New } from "../../objects/funcobject.ts"
import { _PyArg_CheckPositional, PyArg_ParseTuple } from "../../objects/getargs.ts"
import { PyLong_FromBigInt, PyLong_FromLong } from "../../objects/longobject.ts"
import { PyMemoryView_FromBuffer } from "../../objects/memoryobject.ts"
import { methodName, PyCFunction_New } from "../../objects/methodobject.ts"
import { _Py_NewReference, cstringJS, PyObject_Bytes, PyObject_Repr, PyObject_Str, reprJS, tp_name_js } from "../../objects/object.ts"
import { METH, TPFLAGS, type destructor, type freefunc } from "../../objects/slots.ts"
import {
  Py_None,
  PyCFunction_Type,
  PyDict_Type,
  PyExc_AttributeError,
  PyExc_SystemError,
  PyExc_TypeError,
  PyExc_ValueError,
  PyFunction_Type,
} from "../../objects/statictypes.ts"
import { _PyObject_LookupSpecial, PyType_Check } from "../../objects/typeobject.ts"
import { PyUnicode_AsJS, PyUnicode_DecodeUTF8, PyUnicode_FromString } from "../../objects/unicodeobject.ts"
import { _PyHamt_New } from "../../vm/hamt.ts"
import { PyEval_GetFuncDesc, unwrapMethod } from "../../vm/ceval_api.ts"
import { Py_CompileString } from "../../vm/pythonrun_compile.ts"
import { PySys_GetObject, PySys_SetObject } from "../../vm/sysmodule.ts"
import { none } from "../support.ts"
import { unit } from "./support.ts"

// _testcapi: objects through their C API, and types bent as only native code can.

/** The argument as a heap type, or false with the error set. */
function isHeapType(op: Ref): boolean {
  if (PyType_Check(op) && PyType_HasFeature(op, TPFLAGS.HEAPTYPE)) return true
  const r = reprJS(op)
  if (r !== null) PyErr_SetString(PyExc_TypeError, `heap type expected, got ${r}`)
  return false
}
/** tp_del as Python 2's types had it: run __tp_del__, which may bring the object back to life. */
function slot_tp_del(self: Ref): void {
  Py_SET_REFCNT(self, 1)
  const mark = cstackMark()
  const saved = calloca(24)
  PyErr_Fetch(saved)
  const $del = _PyObject_LookupSpecial(self, ID("__tp_del__"))
  if ($del !== NULL) {
    const $res = PyObject_CallNoArgs($del)
    if ($res === NULL) PyErr_WriteUnraisable($del)
    else Py_DECREF($res)
    Py_DECREF($del)
  }
  PyErr_RestoreFrom(saved)
  cstackReset(mark)
  const refcnt = Py_REFCNT(self) - 1
  Py_SET_REFCNT(self, refcnt)
  if (refcnt === 0) return
  _Py_NewReference(self)
  Py_SET_REFCNT(self, refcnt)
}
const slotTpDel = fnIndex(slot_tp_del as destructor)
function with_tp_del(_module: Ref, args: Ref): Own {
  const a = PyArg_ParseTuple(args, "O:with_tp_del")
  if (a === 0 || !isHeapType(unit(a, 0))) return NULL
  setptr(unit(a, 0) + PyTypeObject.tp_del, slotTpDel)
  return Py_NewRef(unit(a, 0))
}
const objectDel = fnIndex(PyObject_Free as freefunc)
function without_gc(_module: Ref, type: Ref): Own {
  if (!isHeapType(type)) return NULL
  if (PyType_IS_GC(type)) {
    i32[(type + PyTypeObject.tp_flags) >> 2] &= ~TPFLAGS.HAVE_GC
    setptr(type + PyTypeObject.tp_free, objectDel)
    setptr(type + PyTypeObject.tp_traverse, 0)
    setptr(type + PyTypeObject.tp_clear, 0)
  }
  return Py_NewRef(type)
}
function type_get_version(_module: Ref, type: Ref): Own {
  if (!PyType_Check(type)) return PyErr_SetString(PyExc_TypeError, "argument must be a type")
  return PyLong_FromLong(uint32(type + PyTypeObject.tp_version_tag))
}
function create_cfunction(self: Ref): Own {
  return PyCFunction_New(cfunctionDef, self)
}
const cfunctionDef = methodDefs([["create_cfunction", create_cfunction, METH.NOARGS]])
function bad_get(_module: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("bad_get", nargs, 3, 3)) return NULL
  const $res = PyObject_CallNoArgs(ptr(args + 16))
  if ($res === NULL) return NULL
  Py_DECREF($res)
  return PyObject_Repr(ptr(args))
}

function hamt(): Own {
  return _PyHamt_New()
}

// dict, mapping, sequence, number, buffer

function dict_get_version(_module: Ref, args: Ref): Own {
  const a = PyArg_ParseTuple(args, "O!", { types: [PyDict_Type] })
  if (a === 0) return NULL
  const at = unit(a, 0) + PyDictObject.ma_version_tag
  return PyLong_FromBigInt((BigInt(uint32(at + 4)) << 32n) | BigInt(uint32(at)))
}
function dict_getitem_knownhash(_module: Ref, args: Ref): Own {
  const a = PyArg_ParseTuple(args, "OOn:dict_getitem_knownhash")
  if (a === 0) return NULL
  const key = unit(a, 1)
  const mp = unit(a, 0)
  if (!PyDict_Check(mp)) return PyErr_BadInternalCall("Objects/dictobject.c:1809")
  const v = _PyDict_GetItem_KnownHash(mp, key, int32(a + 16), int32(a + 20))
  if (v !== NULL) return Py_NewRef(v)
  if (!PyErr_Occurred()) _PyErr_SetKeyError(key)
  return NULL
}
function mapping_has_key(_module: Ref, args: Ref): Own {
  const a = PyArg_ParseTuple(args, "OO")
  return a === 0 ? NULL : PyLong_FromLong(PyMapping_HasKey(unit(a, 0), unit(a, 1)) ? 1 : 0)
}
function get_mapping_keys(_module: Ref, op: Ref): Own {
  return PyMapping_Keys(op)
}
function get_mapping_values(_module: Ref, op: Ref): Own {
  return PyMapping_Values(op)
}
function get_mapping_items(_module: Ref, op: Ref): Own {
  return PyMapping_Items(op)
}
function sequence_getitem(_module: Ref, args: Ref): Own {
  const a = PyArg_ParseTuple(args, "On")
  return a === 0 ? NULL : PySequence_GetItem(unit(a, 0), int32(a + 8))
}
function sequence_setitem(_module: Ref, args: Ref): Own {
  const a = PyArg_ParseTuple(args, "OnO")
  return a === 0 || PySequence_SetItem(unit(a, 0), int32(a + 8), unit(a, 2)) < 0 ? NULL : none()
}
function sequence_set_slice(_module: Ref, args: Ref): Own {
  const a = PyArg_ParseTuple(args, "OnnO")
  return a === 0 || PySequence_SetSlice(unit(a, 0), int32(a + 8), int32(a + 16), unit(a, 3)) < 0 ? NULL : none()
}
function sequence_del_slice(_module: Ref, args: Ref): Own {
  const a = PyArg_ParseTuple(args, "Onn")
  return a === 0 || PySequence_DelSlice(unit(a, 0), int32(a + 8), int32(a + 16)) < 0 ? NULL : none()
}
function pynumber_tobase(_module: Ref, args: Ref): Own {
  const a = PyArg_ParseTuple(args, "Oi:pynumber_tobase")
  return a === 0 ? NULL : PyNumber_ToBase(unit(a, 0), int32(a + 8))
}
/** bf_getbuffer asked for nothing: the type must refuse, not write through NULL. */
function getbuffer_with_null_view(_module: Ref, op: Ref): Own {
  return PyObject_GetBuffer(op, 0, 0) < 0 ? NULL : none()
}
function make_memoryview_from_NULL_pointer(): Own {
  const mark = cstackMark()
  const info = calloca(Py_buffer.SIZE)
  const $view = PyBuffer_FillInfo(info, NULL, 0, 1, 1, PyBUF_FULL_RO) < 0 ? NULL : PyMemoryView_FromBuffer(info)
  cstackReset(mark)
  return $view
}
const PyBUF_FULL_RO = 0x11c
function buffer_size_from_format(_module: Ref, args: Ref): Own {
  const a = PyArg_ParseTuple(args, "s:test_PyBuffer_SizeFromFormat")
  if (a === 0) return NULL
  const n = PyBuffer_SizeFromFormat(unit(a, 0))
  return n === -1 ? NULL : PyLong_FromLong(n)
}

// float

function float_pack(_module: Ref, args: Ref): Own {
  const a = PyArg_ParseTuple(args, "idi")
  if (a === 0) return NULL
  const size = int32(a)
  const pack = size === 2 ? PyFloat_Pack2 : size === 4 ? PyFloat_Pack4 : size === 8 ? PyFloat_Pack8 : null
  if (pack === null) return PyErr_SetString(PyExc_ValueError, "size must 2, 4 or 8")
  const x = double(a + 8)
  const le = int32(a + 16) !== 0
  const $b = PyBytes_FromStringAndSize(0, size)
  if ($b !== NULL && pack(x, PyBytes_AS_STRING($b), le) < 0) {
    Py_DECREF($b)
    return NULL
  }
  return $b
}
function float_unpack(_module: Ref, args: Ref): Own {
  const a = PyArg_ParseTuple(args, "y#i")
  if (a === 0) return NULL
  const size = int32(a + 8)
  const unpack = size === 2 ? PyFloat_Unpack2 : size === 4 ? PyFloat_Unpack4 : size === 8 ? PyFloat_Unpack8 : null
  if (unpack === null) return PyErr_SetString(PyExc_ValueError, "data length must 2, 4 or 8 bytes")
  const x = unpack(unit(a, 0), int32(a + 16) !== 0)
  return x === -1 && PyErr_Occurred() ? NULL : PyFloat_FromDouble(x)
}

// Text of nothing

function pyobject_repr_from_null(): Own {
  return PyObject_Repr(NULL)
}
function pyobject_str_from_null(): Own {
  return PyObject_Str(NULL)
}
function pyobject_bytes_from_null(): Own {
  return PyObject_Bytes(NULL)
}

// frames, functions, code, sys

function isFrame(op: Ref): boolean {
  if (!PyFrame_Check(op)) PyErr_SetString(PyExc_TypeError, "argument must be a frame")
  return PyFrame_Check(op)
}
function frame_getlocals(_module: Ref, f: Ref): Own {
  return isFrame(f) ? PyFrame_GetLocals(f) : NULL
}
function frame_getglobals(_module: Ref, f: Ref): Own {
  return isFrame(f) ? PyFrame_GetGlobals(f) : NULL
}
function frame_getbuiltins(_module: Ref, f: Ref): Own {
  return isFrame(f) ? PyFrame_GetBuiltins(f) : NULL
}
function frame_getgenerator(_module: Ref, f: Ref): Own {
  return isFrame(f) ? PyFrame_GetGenerator(f) : NULL
}
function frame_getlasti(_module: Ref, f: Ref): Own {
  if (!isFrame(f)) return NULL
  const lasti = PyFrame_GetLasti(f)
  return lasti < 0 ? none() : PyLong_FromLong(lasti)
}
function frame_new(_module: Ref, args: Ref): Own {
  const a = PyArg_ParseTuple(args, "OOO")
  if (a === 0) return NULL
  const locals = unit(a, 2)
  if (!PyCode_Check(unit(a, 0))) return PyErr_SetString(PyExc_TypeError, "argument must be a code object")
  const $func = PyFunction_New(unit(a, 0), unit(a, 1))
  if ($func === NULL) return NULL
  const $frame = PyFrame_New($func, locals)
  Py_DECREF($func)
  return $frame
}
/** A function's field, or SystemError as PyFunction_Get* give for anything else. */
function functionField(op: Ref, field: number): Own {
  if (!PyFunction_Check(op)) return PyErr_SetString(PyExc_SystemError, "Objects/funcobject.c: bad argument to internal function")
  return Py_NewRef(ptr(op + field))
}
function function_get_code(_module: Ref, op: Ref): Own {
  return functionField(op, PyFunctionObject.func_code)
}
function function_get_globals(_module: Ref, op: Ref): Own {
  return functionField(op, PyFunctionObject.func_globals)
}
function function_get_module(_module: Ref, op: Ref): Own {
  return functionField(op, PyFunctionObject.func_module)
}
/** PyEval_GetFuncName: a function's name, otherwise its type's. */
function eval_get_func_name(_module: Ref, op: Ref): Own {
  const func = unwrapMethod(op)
  const type = Py_TYPE(func)
  if (type === PyFunction_Type) return Py_NewRef(ptr(func + PyFunctionObject.func_name))
  return PyUnicode_FromString(type === PyCFunction_Type ? methodName(ptr(func + PyCFunctionObject.m_ml)) : tp_name_js(type))
}
function eval_get_func_desc(_module: Ref, op: Ref): Own {
  return PyUnicode_FromString(PyEval_GetFuncDesc(op))
}
function code_newempty(_module: Ref, args: Ref): Own {
  const a = PyArg_ParseTuple(args, "ssi:code_newempty")
  return a === 0 ? NULL : PyCode_NewEmpty(cstringJS(unit(a, 0)), cstringJS(unit(a, 1)), int32(a + 16))
}
function compile_string(_module: Ref, source: Ref): Own {
  if (!PyBytes_CheckExact(source)) return PyErr_SetString(PyExc_ValueError, "Argument must be a bytes object")
  const $filename = PyUnicode_FromString("<string>")
  if ($filename === NULL) return NULL
  const start = PyBytes_AS_STRING(source)
  const $code = Py_CompileString(u8.slice(start, start + Py_SIZE(source)), $filename, "exec", 0, -1)
  Py_DECREF($filename)
  return $code
}
/** A C string in UTF-8; null with UnicodeDecodeError set. */
function utf8Text(at: number): string | null {
  const $s = PyUnicode_DecodeUTF8(at, strlen(at), null)
  if ($s === NULL) return null
  const text = PyUnicode_AsJS($s)
  Py_DECREF($s)
  return text
}
function sys_getobject(_module: Ref, name: Ref): Own {
  const text = utf8Text(PyBytes_AS_STRING(name))
  const v = text === null ? NULL : PySys_GetObject(text)
  PyErr_Clear()
  return Py_NewRef(v === NULL ? PyExc_AttributeError : v)
}
function sys_setobject(_module: Ref, args: Ref): Own {
  const a = PyArg_ParseTuple(args, "yO:sys_setobject")
  if (a === 0) return NULL
  const name = utf8Text(unit(a, 0))
  if (name === null) return NULL
  const r = PySys_SetObject(name, unit(a, 1) === Py_None ? NULL : unit(a, 1))
  return r < 0 ? NULL : PyLong_FromLong(r)
}

export const objectMethods: readonly MethodSpec[] = [
  ["with_tp_del", with_tp_del, METH.VARARGS],
  ["without_gc", without_gc, METH.O],
  ["type_get_version", type_get_version, METH.O, "type->tp_version_tag"],
  ["create_cfunction", create_cfunction, METH.NOARGS],
  ["hamt", hamt, METH.NOARGS],
  ["bad_get", bad_get, METH.FASTCALL],
  ["dict_get_version", dict_get_version, METH.VARARGS],
  ["dict_getitem_knownhash", dict_getitem_knownhash, METH.VARARGS],
  ["mapping_has_key", mapping_has_key, METH.VARARGS],
  ["get_mapping_keys", get_mapping_keys, METH.O],
  ["get_mapping_values", get_mapping_values, METH.O],
  ["get_mapping_items", get_mapping_items, METH.O],
  ["sequence_getitem", sequence_getitem, METH.VARARGS],
  ["sequence_setitem", sequence_setitem, METH.VARARGS],
  ["sequence_set_slice", sequence_set_slice, METH.VARARGS],
  ["sequence_del_slice", sequence_del_slice, METH.VARARGS],
  ["pynumber_tobase", pynumber_tobase, METH.VARARGS],
  ["getbuffer_with_null_view", getbuffer_with_null_view, METH.O],
  ["make_memoryview_from_NULL_pointer", make_memoryview_from_NULL_pointer, METH.NOARGS],
  ["PyBuffer_SizeFromFormat", buffer_size_from_format, METH.VARARGS],
  ["float_pack", float_pack, METH.VARARGS],
  ["float_unpack", float_unpack, METH.VARARGS],
  ["pyobject_repr_from_null", pyobject_repr_from_null, METH.NOARGS],
  ["pyobject_str_from_null", pyobject_str_from_null, METH.NOARGS],
  ["pyobject_bytes_from_null", pyobject_bytes_from_null, METH.NOARGS],
  ["frame_getlocals", frame_getlocals, METH.O],
  ["frame_getglobals", frame_getglobals, METH.O],
  ["frame_getbuiltins", frame_getbuiltins, METH.O],
  ["frame_getgenerator", frame_getgenerator, METH.O],
  ["frame_getlasti", frame_getlasti, METH.O],
  ["frame_new", frame_new, METH.VARARGS],
  ["function_get_code", function_get_code, METH.O],
  ["function_get_globals", function_get_globals, METH.O],
  ["function_get_module", function_get_module, METH.O],
  ["eval_get_func_name", eval_get_func_name, METH.O],
  ["eval_get_func_desc", eval_get_func_desc, METH.O],
  ["code_newempty", code_newempty, METH.VARARGS],
  ["Py_CompileString", compile_string, METH.O],
  ["sys_getobject", sys_getobject, METH.O],
  ["sys_setobject", sys_setobject, METH.VARARGS],
]
