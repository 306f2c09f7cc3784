import "./all.ts"
import { setptr, setssize } from "../heap/access.ts"
import { PyObject, PyTypeObject } from "../heap/layout.ts"
import type { Ref } from "../heap/ref.ts"
import { i32 } from "../heap/views.ts"
import { initBool } from "./boolobject.ts"
import { initBytes } from "./bytesobject.ts"
import { definedTypes } from "./define.ts"
import { initLong } from "./longobject.ts"
import { tp_name_js } from "./object.ts"
import * as S from "./statictypes.ts"
import { PyType_Ready } from "./typeobject.ts"
import { initUnicode } from "./unicodeobject.ts"

// Boot of the static objects: types, singletons, identifiers.

/** The order in which CPython readies its static types (Objects/object.c: static_types): object.__subclasses__() shows it. */
const ORDER: readonly Ref[] = [
  S.PyBaseObject_Type,
  S.PyType_Type,
  S.PyAsyncGen_Type,
  S.PyByteArrayIter_Type,
  S.PyByteArray_Type,
  S.PyBytesIter_Type,
  S.PyBytes_Type,
  S.PyCFunction_Type,
  S.PyCallIter_Type,
  S.PyCapsule_Type,
  S.PyCell_Type,
  S.PyClassMethodDescr_Type,
  S.PyClassMethod_Type,
  S.PyCode_Type,
  S.PyComplex_Type,
  S.PyContextToken_Type,
  S.PyContextVar_Type,
  S.PyContext_Type,
  S.PyCoro_Type,
  S.PyDictItems_Type,
  S.PyDictIterItem_Type,
  S.PyDictIterKey_Type,
  S.PyDictIterValue_Type,
  S.PyDictKeys_Type,
  S.PyDictProxy_Type,
  S.PyDictRevIterItem_Type,
  S.PyDictRevIterKey_Type,
  S.PyDictRevIterValue_Type,
  S.PyDictValues_Type,
  S.PyDict_Type,
  S.PyEllipsis_Type,
  S.PyEnum_Type,
  S.PyFilter_Type,
  S.PyFloat_Type,
  S.PyFrame_Type,
  S.PyFrozenSet_Type,
  S.PyFunction_Type,
  S.PyGen_Type,
  S.PyGetSetDescr_Type,
  S.PyInstanceMethod_Type,
  S.PyListIter_Type,
  S.PyListRevIter_Type,
  S.PyList_Type,
  S.PyLongRangeIter_Type,
  S.PyLong_Type,
  S.PyMap_Type,
  S.PyMemberDescr_Type,
  S.PyMemoryView_Type,
  S.PyMethodDescr_Type,
  S.PyMethod_Type,
  S.PyModuleDef_Type,
  S.PyModule_Type,
  S.PyPickleBuffer_Type,
  S.PyProperty_Type,
  S.PyRangeIter_Type,
  S.PyRange_Type,
  S.PyReversed_Type,
  S.PySeqIter_Type,
  S.PySetIter_Type,
  S.PySet_Type,
  S.PySlice_Type,
  S.PyStaticMethod_Type,
  S.PyStdPrinter_Type,
  S.PySuper_Type,
  S.PyTraceBack_Type,
  S.PyTupleIter_Type,
  S.PyTuple_Type,
  S.PyUnicodeIter_Type,
  S.PyUnicode_Type,
  S.PyWrapperDescr_Type,
  S.PyZip_Type,
  S.Py_GenericAliasType,
  S.PyAnextAwaitable_Type,
  S._PyAsyncGenASend_Type,
  S._PyAsyncGenAThrow_Type,
  S._PyAsyncGenWrappedValue_Type,
  S._PyCoroWrapper_Type,
  S._PyManagedBuffer_Type,
  S._PyMethodWrapper_Type,
  S._PyNamespace_Type,
  S._PyNone_Type,
  S._PyNotImplemented_Type,
  S._PyUnion_Type,
  S._PyWeakref_CallableProxyType,
  S._PyWeakref_ProxyType,
  S._PyWeakref_RefType,
]

function readyType(type: Ref): void {
  if (PyType_Ready(type) < 0) throw new Error(`moult bug: cannot ready the type ${tp_name_js(type)}`)
}
function initSingleton(op: Ref, type: Ref): void {
  setssize(op + PyObject.ob_refcnt, 1)
  setptr(op + PyObject.ob_type, type)
}

/** Write the singletons, intern the identifiers, and ready every static type, bases first. First worker only, once. */
export function initStaticTypes(): void {
  const types = definedTypes()
  for (const type of types) setptr(type + PyObject.ob_type, S.PyType_Type)
  initSingleton(S.Py_None, S._PyNone_Type)
  initSingleton(S.Py_NotImplemented, S._PyNotImplemented_Type)
  initLong()
  initBool()
  initBytes()
  initUnicode()
  for (const type of ORDER) if (i32[(type + PyTypeObject.tp_name) >> 2] !== 0) readyType(type)
  for (const type of types) readyType(type)
}
