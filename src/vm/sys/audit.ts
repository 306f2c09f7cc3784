import { ptr, setptr } from "../../heap/access.ts"
import { calloca, cstackMark, cstackReset } from "../../heap/cstack.ts"
import { INTERP, Interp } from "../../heap/map.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_INCREF, Py_NewRef, Py_XDECREF } from "../../heap/refcount.ts"
import { ID } from "../../heap/statics.ts"
import { PyObject_GC_UnTrack } from "../../gc/gcmodule.ts"
import { PyIter_Next, PyObject_GetIter } from "../../objects/abstract.ts"
import { PyObject_CallTwoArgs } from "../../objects/call.ts"
import {
  PyErr_Clear,
  PyErr_ExceptionMatches,
  PyErr_Fetch,
  PyErr_Occurred,
  PyErr_RestoreFrom,
  PyErr_SetString,
} from "../../objects/errors.ts"
import { PyList_Append, PyList_New } from "../../objects/listobject.ts"
import { _PyObject_LookupAttr, PyObject_IsTrue, typeName } from "../../objects/object.ts"
import { Py_None, PyExc_Exception, PyExc_TypeError } from "../../objects/statictypes.ts"
import { PyTuple_New, PyTuple_SET_ITEM } from "../../objects/tupleobject.ts"
import { PyUnicode_AsJS, PyUnicode_Check, PyUnicode_FromString } from "../../objects/unicodeobject.ts"
import { PyThreadState_EnterTracing, PyThreadState_LeaveTracing } from "../ceval_trace.ts"

// Python/sysmodule.c: audit hooks (PEP 578).

const hooks = (): Ref => ptr(INTERP + Interp.audit_hooks)

/** Tell the audit hooks, if there are any. Arguments are borrowed. -1 with the error of a hook set; else an error that was set stays. */
export function PySys_Audit(event: string, ...args: readonly Ref[]): number {
  if (hooks() === 0) return 0
  const $args = PyTuple_New(args.length)
  if ($args === NULL) return -1
  args.forEach((a, i) => PyTuple_SET_ITEM($args, i, Py_NewRef(a)))
  const r = auditTuple(event, $args)
  Py_DECREF($args)
  return r
}

function callHook(hook: Ref, name: Ref, args: Ref): boolean {
  const $trace = _PyObject_LookupAttr(hook, ID("__cantrace__"))
  let canTrace = 0
  if ($trace !== NULL) {
    canTrace = PyObject_IsTrue($trace)
    Py_DECREF($trace)
  } else if (PyErr_Occurred() !== 0) return false
  if (canTrace < 0) return false
  if (canTrace > 0) PyThreadState_LeaveTracing()
  const $r = PyObject_CallTwoArgs(hook, name, args)
  if (canTrace > 0) PyThreadState_EnterTracing()
  if ($r === NULL) return false
  Py_DECREF($r)
  return true
}

function auditTuple(event: string, args: Ref): number {
  const mark = cstackMark()
  const at = calloca(24)
  PyErr_Fetch(at)
  let ok = false
  const $name = PyUnicode_FromString(event)
  const $iter = $name === NULL ? NULL : PyObject_GetIter(hooks())
  if ($iter !== NULL) {
    PyThreadState_EnterTracing()
    ok = true
    while (ok) {
      const $hook = PyIter_Next($iter)
      if ($hook === NULL) break
      ok = callHook($hook, $name, args)
      Py_DECREF($hook)
    }
    PyThreadState_LeaveTracing()
    if (PyErr_Occurred() !== 0) ok = false
    Py_DECREF($iter)
  }
  Py_XDECREF($name)
  if (ok) PyErr_RestoreFrom(at)
  else {
    Py_XDECREF(ptr(at))
    Py_XDECREF(ptr(at + 8))
    Py_XDECREF(ptr(at + 16))
  }
  cstackReset(mark)
  return ok ? 0 : -1
}

export function sys_addaudithook(_m: Ref, hook: Ref): Own {
  if (PySys_Audit("sys.addaudithook") < 0) {
    if (!PyErr_ExceptionMatches(PyExc_Exception)) return NULL
    PyErr_Clear()
    return Py_NewRef(Py_None)
  }
  if (hooks() === 0) {
    const $list = PyList_New(0)
    if ($list === NULL) return NULL
    PyObject_GC_UnTrack($list)
    setptr(INTERP + Interp.audit_hooks, $list)
  }
  return PyList_Append(hooks(), hook) < 0 ? NULL : Py_NewRef(Py_None)
}

export function sys_audit(_m: Ref, args: number, nargs: number): Own {
  if (nargs === 0) return PyErr_SetString(PyExc_TypeError, "audit() missing 1 required positional argument: 'event'")
  if (hooks() === 0) return Py_NewRef(Py_None)
  const event = ptr(args)
  if (!PyUnicode_Check(event)) return PyErr_SetString(PyExc_TypeError, `expected str for argument 'event', not ${typeName(event)}`)
  const rest: Ref[] = []
  for (let i = 1; i < nargs; i++) rest.push(ptr(args + i * 8))
  Py_INCREF(event)
  const r = PySys_Audit(PyUnicode_AsJS(event), ...rest)
  Py_DECREF(event)
  return r < 0 ? NULL : Py_NewRef(Py_None)
}
