import { int32 } from "../../heap/access.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_TYPE, Py_XDECREF } from "../../heap/refcount.ts"
import { ID } from "../../heap/statics.ts"
import { PyObject_GetItem } from "../../objects/abstract.ts"
import { PyObject_CallMethodOneArg } from "../../objects/call.ts"
import type { MethodSpec } from "../../objects/define.ts"
import {
  _PyErr_StackItemToExcInfoTuple,
  PyErr_GetHandledException,
  PyErr_NewExceptionWithDoc,
  PyErr_NoMemory,
  PyErr_Clear,
  PyErr_SetHandledException,
  PyErr_SetNone,
  PyErr_SetObject,
  PyErr_SetString,
  _PyErr_GetTopmostException,
  _PyErr_WriteUnraisableMsg,
} from "../../objects/errors.ts"
import { PyExceptionInstance_Check, PyException_GetTraceback } from "../../objects/exceptions.ts"
import { PyArg_ParseTuple, PyArg_ParseTupleAndKeywords } from "../../objects/getargs.ts"
import { PyLong_FromLong } from "../../objects/longobject.ts"
import { cstringJS } from "../../objects/object.ts"
import { METH } from "../../objects/slots.ts"
import { PyExc_ValueError, PyGen_Type, Py_None } from "../../objects/statictypes.ts"
import { PyTuple_New, PyTuple_SET_ITEM } from "../../objects/tupleobject.ts"
import { PyUnicode_AsJS } from "../../objects/unicodeobject.ts"
import { PyErr_Display } from "../../vm/pythonrun.ts"
import { PyTraceBack_Print } from "../../vm/traceback.ts"
import { tripSignal } from "../signalmodule.ts"
import { none } from "../support.ts"
import { unit } from "./support.ts"

// _testcapi: raising, showing and breaking the rules of exceptions.

function raise_exception(_module: Ref, args: Ref): Own {
  const a = PyArg_ParseTuple(args, "Oi:raise_exception")
  if (a === 0) return NULL
  const exc = unit(a, 0)
  const n = int32(a + 8)
  const $args = PyTuple_New(n)
  if ($args === NULL) return NULL
  for (let i = 0; i < n; i++) PyTuple_SET_ITEM($args, i, PyLong_FromLong(i))
  PyErr_SetObject(exc, $args)
  Py_DECREF($args)
  return NULL
}
function raise_memoryerror(): Own {
  return PyErr_NoMemory()
}
function exc_set_object(_module: Ref, args: Ref): Own {
  const a = PyArg_ParseTuple(args, "OO:exc_set_object")
  if (a !== 0) PyErr_SetObject(unit(a, 0), unit(a, 1))
  return NULL
}
function set_exception(_module: Ref, exc: Ref): Own {
  const $old = PyErr_GetHandledException()
  PyErr_SetHandledException(exc)
  return $old
}
/** Only the value counts: type and traceback come from it. */
function set_exc_info(_module: Ref, args: Ref): Own {
  const a = PyArg_ParseTuple(args, "OOO:test_set_exc_info")
  if (a === 0) return NULL
  const value = unit(a, 1)
  const $old = _PyErr_StackItemToExcInfoTuple(_PyErr_GetTopmostException())
  if ($old !== NULL) PyErr_SetHandledException(value)
  return $old
}
const docKeywords = ["name", "doc", "base", "dict"]
function make_exception_with_doc(_module: Ref, args: Ref, kwargs: Ref): Own {
  const a = PyArg_ParseTupleAndKeywords(args, kwargs, "s|sOO:make_exception_with_doc", docKeywords)
  if (a === 0) return NULL
  const doc = unit(a, 1)
  return PyErr_NewExceptionWithDoc(cstringJS(unit(a, 0)), doc === 0 ? null : cstringJS(doc), unit(a, 2), unit(a, 3))
}
function write_unraisable_exc(_module: Ref, args: Ref): Own {
  const a = PyArg_ParseTuple(args, "OOO")
  if (a === 0) return NULL
  const exc = unit(a, 0)
  const message = unit(a, 1)
  const obj = unit(a, 2)
  PyErr_SetObject(Py_TYPE(exc), exc)
  _PyErr_WriteUnraisableMsg(message === Py_None ? null : PyUnicode_AsJS(message), obj)
  return none()
}
function traceback_print(_module: Ref, args: Ref): Own {
  const a = PyArg_ParseTuple(args, "OO:traceback_print")
  if (a === 0) return NULL
  return PyTraceBack_Print(unit(a, 0), unit(a, 1)) < 0 ? NULL : none()
}
function exception_print(_module: Ref, args: Ref): Own {
  const a = PyArg_ParseTuple(args, "O:exception_print")
  if (a === 0) return NULL
  const value = unit(a, 0)
  const $tb = PyExceptionInstance_Check(value) ? PyException_GetTraceback(value) : NULL
  PyErr_Display(Py_TYPE(value), value, $tb)
  Py_XDECREF($tb)
  return none()
}

// What a native function must never do: the call machinery has to notice.

function return_null_without_error(): Own {
  PyErr_Clear()
  return NULL
}
function return_result_with_error(): Own {
  PyErr_SetNone(PyExc_ValueError)
  return none()
}
function getitem_with_error(_module: Ref, args: Ref): Own {
  const a = PyArg_ParseTuple(args, "OO")
  if (a === 0) return NULL
  const map = unit(a, 0)
  const key = unit(a, 1)
  PyErr_SetString(PyExc_ValueError, "bug")
  return PyObject_GetItem(map, key)
}
const SIGINT = 2
/** The signal comes between the call and the generator's first instruction: no Python code could place it there. */
function raise_SIGINT_then_send_None(_module: Ref, args: Ref): Own {
  const a = PyArg_ParseTuple(args, "O!", { types: [PyGen_Type] })
  if (a === 0) return NULL
  const gen = unit(a, 0)
  tripSignal(SIGINT)
  return PyObject_CallMethodOneArg(gen, ID("send"), Py_None)
}

export const errorMethods: readonly MethodSpec[] = [
  ["raise_exception", raise_exception, METH.VARARGS],
  ["raise_memoryerror", raise_memoryerror, METH.NOARGS],
  ["exc_set_object", exc_set_object, METH.VARARGS],
  ["set_exception", set_exception, METH.O],
  ["set_exc_info", set_exc_info, METH.VARARGS],
  ["make_exception_with_doc", make_exception_with_doc, METH.VARARGS | METH.KEYWORDS],
  ["write_unraisable_exc", write_unraisable_exc, METH.VARARGS],
  ["traceback_print", traceback_print, METH.VARARGS],
  ["exception_print", exception_print, METH.VARARGS],
  ["return_null_without_error", return_null_without_error, METH.NOARGS],
  ["return_result_with_error", return_result_with_error, METH.NOARGS],
  ["getitem_with_error", getitem_with_error, METH.VARARGS],
  ["raise_SIGINT_then_send_None", raise_SIGINT_then_send_None, METH.VARARGS],
]
