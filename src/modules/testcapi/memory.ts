import { int32, ptr, setbyte, setssize } from "../../heap/access.ts"
import { setFailAlloc } from "../../heap/domains.ts"
import { fn } from "../../heap/fntable.ts"
import { PyObject, PyTypeObject } from "../../heap/layout.ts"
import {
  _PyMem_GetCurrentAllocatorName,
  PyMem_Calloc,
  PyMem_Free,
  PyMem_Malloc,
  PyMem_RawCalloc,
  PyMem_RawFree,
  PyMem_RawMalloc,
  PyObject_Calloc,
  PyObject_Free,
  PyObject_Malloc,
} from "../../heap/obmalloc.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_TYPE } from "../../heap/refcount.ts"
import type { MethodSpec } from "../../objects/define.ts"
import { PyObject_CallNoArgs } from "../../objects/call.ts"
import { PyErr_NoMemory, PyErr_Occurred, PyErr_SetString } from "../../objects/errors.ts"
import { PyArg_ParseTuple, argGiven } from "../../objects/getargs.ts"
import { PyLong_AsVoidPtr } from "../../objects/longobject.ts"
import { METH, type destructor } from "../../objects/slots.ts"
import { PyBaseObject_Type, PyExc_RuntimeError } from "../../objects/statictypes.ts"
import { PyUnicode_FromString } from "../../objects/unicodeobject.ts"
import { PyTraceMalloc_Track, PyTraceMalloc_Untrack, get_traceback } from "../../trace/tracemalloc.ts"
import { traceback_to_pyobject } from "../_tracemalloc.ts"
import { none } from "../support.ts"
import { testError, unit } from "./support.ts"

// _testcapi: the allocators' failure injection, misuse that the debug hooks must catch, tracemalloc's C API.

const FOREVER = 0x7fffffff

function set_nomemory(_module: Ref, args: Ref): Own {
  const a = PyArg_ParseTuple(args, "i|i:set_nomemory")
  if (a === 0) return NULL
  const stop = argGiven(1) ? int32(a + 8) : 0
  setFailAlloc(int32(a) + 1, stop > 0 ? stop : FOREVER)
  return none()
}
function remove_mem_hooks(): Own {
  setFailAlloc(0)
  return none()
}

type Free = (p: number) => void
/** Memory for nothing is memory: not NULL, and different each time. */
function test_pymem_alloc0(): Own {
  const cases: readonly (readonly [string, () => number, Free])[] = [
    ["PyMem_RawMalloc(0)", () => PyMem_RawMalloc(0), PyMem_RawFree],
    ["PyMem_RawCalloc(0, 0)", () => PyMem_RawCalloc(0, 0), PyMem_RawFree],
    ["PyMem_Malloc(0)", () => PyMem_Malloc(0), PyMem_Free],
    ["PyMem_Calloc(0, 0)", () => PyMem_Calloc(0, 0), PyMem_Free],
    ["PyObject_Malloc(0)", () => PyObject_Malloc(0), PyObject_Free],
    ["PyObject_Calloc(0, 0)", () => PyObject_Calloc(0, 0), PyObject_Free],
  ]
  for (const [name, alloc, free] of cases) {
    const a = alloc()
    const b = alloc()
    if (a === 0 || b === 0) return PyErr_SetString(PyExc_RuntimeError, `${name} returns NULL`)
    if (a === b) return PyErr_SetString(PyExc_RuntimeError, `${name} returns the same block twice`)
    free(a)
    free(b)
  }
  return none()
}

// Misuse: under PYTHONMALLOC=debug the process must end with a report.

function pymem_buffer_overflow(): Own {
  const buffer = PyMem_Malloc(16)
  if (buffer === 0) return PyErr_NoMemory()
  setbyte(buffer + 16, 0x78)
  PyMem_Free(buffer)
  return none()
}
function pymem_api_misuse(): Own {
  PyMem_RawFree(PyMem_Malloc(16))
  return none()
}
function pymem_getallocatorsname(): Own {
  return PyUnicode_FromString(_PyMem_GetCurrentAllocatorName())
}

/** _PyMem_IsPtrFreed over the fields that _PyObject_IsFreed looks at: NULL, or filled with one of the debug bytes. */
function isFreed(op: Ref): boolean {
  if (isDebugPattern(op)) return true
  return isDebugPattern(ptr(op + PyObject.ob_type))
}
function isDebugPattern(p: number): boolean {
  return p === 0 || [0xcdcdcdcd | 0, 0xdddddddd | 0, 0xfdfdfdfd | 0].includes(p | 0)
}
function reportFreed(test: string, op: Ref): Own {
  return isFreed(op) ? none() : testError(test, "object is not seen as freed")
}
function check_pyobject_null_is_freed(): Own {
  return reportFreed("check_pyobject_null_is_freed", NULL)
}
function check_pyobject_uninitialized_is_freed(): Own {
  const op = PyObject_Malloc(PyObject.SIZE) as Ref
  if (op === NULL) return NULL
  setssize(op + PyObject.ob_refcnt, 1)
  return reportFreed("check_pyobject_uninitialized_is_freed", op)
}
function check_pyobject_forbidden_bytes_is_freed(): Own {
  const op = PyObject_Malloc(PyObject.ob_type) as Ref
  if (op === NULL) return NULL
  setssize(op + PyObject.ob_refcnt, 1)
  return reportFreed("check_pyobject_forbidden_bytes_is_freed", op)
}
function check_pyobject_freed_is_freed(): Own {
  const $op = PyObject_CallNoArgs(PyBaseObject_Type)
  if ($op === NULL) return NULL
  fn<destructor>(ptr(Py_TYPE($op) + PyTypeObject.tp_dealloc))($op)
  setssize($op + PyObject.ob_refcnt, 1)
  return reportFreed("check_pyobject_freed_is_freed", $op)
}

/** (domain, address): the address, or -1 with the error set. */
function address(slots: number): number {
  const p = PyLong_AsVoidPtr(unit(slots, 1))
  return PyErr_Occurred() ? -1 : p
}
function tracemalloc_track(_module: Ref, args: Ref): Own {
  const a = PyArg_ParseTuple(args, "IOn|i")
  if (a === 0) return NULL
  const domain = int32(a)
  const size = int32(a + 16)
  const p = address(a)
  if (p === -1) return NULL
  if (PyTraceMalloc_Track(domain, p, size) < 0) return PyErr_SetString(PyExc_RuntimeError, "PyTraceMalloc_Track error")
  return none()
}
function tracemalloc_untrack(_module: Ref, args: Ref): Own {
  const a = PyArg_ParseTuple(args, "IO")
  if (a === 0) return NULL
  const domain = int32(a)
  const p = address(a)
  if (p === -1) return NULL
  if (PyTraceMalloc_Untrack(domain, p) < 0) return PyErr_SetString(PyExc_RuntimeError, "PyTraceMalloc_Untrack error")
  return none()
}
function tracemalloc_get_traceback(_module: Ref, args: Ref): Own {
  const a = PyArg_ParseTuple(args, "IO")
  if (a === 0) return NULL
  const domain = int32(a)
  const p = address(a)
  if (p === -1) return NULL
  const tb = get_traceback(domain, p)
  return tb === 0 ? none() : traceback_to_pyobject(tb)
}

export const memoryMethods: readonly MethodSpec[] = [
  ["set_nomemory", set_nomemory, METH.VARARGS, "set_nomemory(start:int, stop:int = 0)"],
  ["remove_mem_hooks", remove_mem_hooks, METH.NOARGS, "Remove memory hooks."],
  ["test_pymem_alloc0", test_pymem_alloc0, METH.NOARGS],
  ["pymem_buffer_overflow", pymem_buffer_overflow, METH.NOARGS],
  ["pymem_api_misuse", pymem_api_misuse, METH.NOARGS],
  ["pymem_getallocatorsname", pymem_getallocatorsname, METH.NOARGS],
  ["check_pyobject_null_is_freed", check_pyobject_null_is_freed, METH.NOARGS],
  ["check_pyobject_uninitialized_is_freed", check_pyobject_uninitialized_is_freed, METH.NOARGS],
  ["check_pyobject_forbidden_bytes_is_freed", check_pyobject_forbidden_bytes_is_freed, METH.NOARGS],
  ["check_pyobject_freed_is_freed", check_pyobject_freed_is_freed, METH.NOARGS],
  ["tracemalloc_track", tracemalloc_track, METH.VARARGS],
  ["tracemalloc_untrack", tracemalloc_untrack, METH.VARARGS],
  ["tracemalloc_get_traceback", tracemalloc_get_traceback, METH.VARARGS],
]
