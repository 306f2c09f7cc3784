import { ptr } from "../heap/access.ts"
import { calloca, cstackMark, cstackReset } from "../heap/cstack.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_INCREF, Py_NewRef, Py_TYPE, Py_XDECREF } from "../heap/refcount.ts"
import { ID } from "../heap/statics.ts"
import { setptr } from "../heap/access.ts"
import { PyObject_CallMethodNoArgs, PyObject_CallOneArg } from "./call.ts"
import { PyErr_Clear, PyErr_Fetch, PyErr_NormalizeException, PyErr_Occurred, PyErr_SetString } from "./errors.ts"
import { PyException_SetTraceback } from "./exceptions.ts"
import { PyFile_WriteObject, PyFile_WriteString } from "./fileobject.ts"
import { PyObject_GetAttr } from "./object.ts"
import { Py_None, PyExc_TypeError, PyTraceBack_Type } from "./statictypes.ts"
import { PyStructSequence_InitType, PyStructSequence_New, structSequenceType } from "./structseq.ts"
import { PyTuple_GET_ITEM, PyTuple_SET_ITEM } from "./tupleobject.ts"
import { PyType_GetQualName } from "./typeobject.ts"
import { PyUnicode_AsJS, PyUnicode_Check, PyUnicode_FromString } from "./unicodeobject.ts"
import { upcalls } from "./upcalls.ts"

// Python/errors.c: errors that nobody can catch (in finalizers, callbacks, at exit), reported through sys.unraisablehook.

export const UnraisableHookArgsType = structSequenceType({
  name: "UnraisableHookArgs",
  doc: "UnraisableHookArgs\n\nArguments of sys.unraisablehook.",
  fields: [["exc_type"], ["exc_value"], ["exc_traceback"], ["err_msg"], ["object"]],
  inSequence: 5,
})

/** Boot: ready the argument type; 0 or -1. */
export function _PyErr_InitTypes(): number {
  return PyStructSequence_InitType(UnraisableHookArgsType)
}

// The report of the default hook; -1 with an error set when the file cannot be written.
function writeReport(type: Ref, value: Ref, tb: Ref, errMsg: Ref, obj: Ref, file: Ref): number {
  if (obj !== Py_None) {
    if (errMsg !== Py_None) {
      if (PyFile_WriteObject(errMsg, file, 1) < 0 || PyFile_WriteString(": ", file) < 0) return -1
    } else if (PyFile_WriteString("Exception ignored in: ", file) < 0) return -1
    if (PyFile_WriteObject(obj, file, 0) < 0) {
      PyErr_Clear()
      if (PyFile_WriteString("<object repr() failed>", file) < 0) return -1
    }
    if (PyFile_WriteString("\n", file) < 0) return -1
  } else if (errMsg !== Py_None) {
    if (PyFile_WriteObject(errMsg, file, 1) < 0 || PyFile_WriteString(":\n", file) < 0) return -1
  }
  if (tb !== Py_None && upcalls.printTraceback(tb, file) < 0) PyErr_Clear()
  if (type === Py_None) return -1
  const $module = PyObject_GetAttr(type, ID("__module__"))
  let prefix = ""
  if ($module === NULL || !PyUnicode_Check($module)) {
    PyErr_Clear()
    prefix = "<unknown>"
  } else {
    const name = PyUnicode_AsJS($module)
    if (name !== "builtins" && name !== "__main__") prefix = `${name}.`
  }
  Py_XDECREF($module)
  const $qualname = PyType_GetQualName(type)
  const qualname = $qualname !== NULL && PyUnicode_Check($qualname) ? PyUnicode_AsJS($qualname) : "<unknown>"
  if ($qualname === NULL) PyErr_Clear()
  Py_XDECREF($qualname)
  if (PyFile_WriteString(prefix, file) < 0 || PyFile_WriteString(qualname, file) < 0) return -1
  if (value !== Py_None) {
    if (PyFile_WriteString(": ", file) < 0) return -1
    if (PyFile_WriteObject(value, file, 1) < 0) {
      PyErr_Clear()
      if (PyFile_WriteString("<exception str() failed>", file) < 0) return -1
    }
  }
  if (PyFile_WriteString("\n", file) < 0) return -1
  const $r = PyObject_CallMethodNoArgs(file, ID("flush"))
  if ($r === NULL) return -1
  Py_DECREF($r)
  return 0
}

function defaultReport(type: Ref, value: Ref, tb: Ref, errMsg: Ref, obj: Ref): number {
  const file = upcalls.sysGetObject("stderr")
  if (file === 0 || file === Py_None) return 0
  Py_INCREF(file)
  const r = writeReport(type, value, tb, errMsg, obj, file)
  Py_DECREF(file)
  return r
}

/** sys.__unraisablehook__ */
export function _PyErr_WriteUnraisableDefaultHook(args: Ref): Own {
  if (Py_TYPE(args) !== UnraisableHookArgsType) {
    return PyErr_SetString(PyExc_TypeError, "sys.unraisablehook argument type must be UnraisableHookArgs")
  }
  const item = (i: number): Ref => PyTuple_GET_ITEM(args, i)
  return defaultReport(item(0), item(1), item(2), item(3), item(4)) < 0 ? NULL : Py_NewRef(Py_None)
}

/** Report the current error, which is cleared. `message` null: "Exception ignored in: obj"; else "Exception ignored MESSAGE". obj may be NULL. */
export function _PyErr_WriteUnraisableMsg(message: string | null, obj: Ref): void {
  const mark = cstackMark()
  const at = calloca(24)
  PyErr_Fetch(at)
  let $msg: Own = NULL
  if (ptr(at) !== 0) {
    if (ptr(at + 16) === 0) {
      const $tb = upcalls.tracebackFromFrame()
      if ($tb === NULL) PyErr_Clear()
      setptr(at + 16, $tb)
    }
    PyErr_NormalizeException(at)
    const tb = ptr(at + 16)
    if (tb !== 0 && Py_TYPE(tb) === PyTraceBack_Type && PyException_SetTraceback(ptr(at + 8), tb) < 0) PyErr_Clear()
    if (message !== null) {
      $msg = PyUnicode_FromString(`Exception ignored ${message}`)
      if ($msg === NULL) PyErr_Clear()
    }
  }
  const orNone = (v: Ref): Ref => (v === 0 ? Py_None : v)
  const parts = [ptr(at), ptr(at + 8), ptr(at + 16), $msg, obj].map(orNone)
  const $args = ptr(at) === 0 ? NULL : PyStructSequence_New(UnraisableHookArgsType)
  const hook = upcalls.sysGetObject("unraisablehook")
  if ($args !== NULL) parts.forEach((v, i) => PyTuple_SET_ITEM($args, i, Py_NewRef(v)))
  if ($args === NULL || hook === 0 || hook === Py_None) {
    defaultReport(parts[0], parts[1], parts[2], parts[3], parts[4])
  } else {
    Py_INCREF(hook)
    const $r = PyObject_CallOneArg(hook, $args)
    if ($r === NULL) {
      // the hook itself failed: report that, with the hook as the culprit
      const at2 = calloca(24)
      PyErr_Fetch(at2)
      PyErr_NormalizeException(at2)
      const $why = PyUnicode_FromString("Exception ignored in sys.unraisablehook")
      defaultReport(ptr(at2), ptr(at2 + 8), orNone(ptr(at2 + 16)), orNone($why), hook)
      for (let i = 0; i < 24; i += 8) Py_XDECREF(ptr(at2 + i))
      Py_XDECREF($why)
    } else Py_DECREF($r)
    Py_DECREF(hook)
  }
  Py_XDECREF($args)
  Py_XDECREF($msg)
  for (let i = 0; i < 24; i += 8) Py_XDECREF(ptr(at + i))
  if (PyErr_Occurred()) PyErr_Clear()
  cstackReset(mark)
}

/** Report the current error as "Exception ignored in: obj". */
export function PyErr_WriteUnraisable(obj: Ref): void {
  _PyErr_WriteUnraisableMsg(null, obj)
}
