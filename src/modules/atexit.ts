import { ptr, setint32, setptr } from "../heap/access.ts"
import { PyMem_Free, PyMem_Malloc, PyMem_Realloc } from "../heap/obmalloc.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_SIZE, Py_XDECREF, Py_XNewRef } from "../heap/refcount.ts"
import { staticAlloc } from "../heap/statics.ts"
import { i32 } from "../heap/views.ts"
import { PyObject_Call } from "../objects/call.ts"
import { defineModule } from "../objects/define.ts"
import { PyErr_NoMemory, PyErr_SetString } from "../objects/errors.ts"
import { PyLong_FromLong } from "../objects/longobject.ts"
import { PyCallable_Check, PyObject_RichCompareBool } from "../objects/object.ts"
import { METH, Py } from "../objects/slots.ts"
import { Py_None, PyExc_TypeError } from "../objects/statictypes.ts"
import { PyTuple_GET_ITEM, PyTuple_GetSlice } from "../objects/tupleobject.ts"
import { _PyErr_WriteUnraisableMsg } from "../objects/unraisable.ts"

// Modules/atexitmodule.c. A callback is func, args, kwargs (24 bytes); `state` has the array (0), its length (8) and the count (12).

const state = staticAlloc(16)
const count = (): number => i32[(state + 12) >> 2]

function deleteCallback(i: number): void {
  const cb = ptr(ptr(state) + i * 8)
  setptr(ptr(state) + i * 8, 0)
  Py_DECREF(ptr(cb))
  Py_DECREF(ptr(cb + 8))
  Py_XDECREF(ptr(cb + 16))
  PyMem_Free(cb)
}
function cleanup(): void {
  for (let i = 0; i < count(); i++) if (ptr(ptr(state) + i * 8) !== 0) deleteCallback(i)
  setint32(state + 12, 0)
}

/** Run all callbacks, the last registered first; their errors are reported as unraisable. */
export function _PyAtExit_Call(): void {
  for (let i = count() - 1; i >= 0; i--) {
    const cb = ptr(ptr(state) + i * 8)
    if (cb === 0) continue
    const $func = Py_NewRef(ptr(cb))
    const $res = PyObject_Call($func, ptr(cb + 8), ptr(cb + 16))
    if ($res === NULL) _PyErr_WriteUnraisableMsg("in atexit callback", $func)
    else Py_DECREF($res)
    Py_DECREF($func)
  }
  cleanup()
}

function atexit_register(_m: Ref, args: Ref, kwargs: Ref): Own {
  if (Py_SIZE(args) === 0) return PyErr_SetString(PyExc_TypeError, "register() takes at least 1 argument (0 given)")
  const func = PyTuple_GET_ITEM(args, 0)
  if (!PyCallable_Check(func)) return PyErr_SetString(PyExc_TypeError, "the first argument must be callable")
  const capacity = i32[(state + 8) >> 2]
  if (count() >= capacity) {
    const larger = capacity === 0 ? 32 : capacity + 16
    const array = capacity === 0 ? PyMem_Malloc(larger * 8) : PyMem_Realloc(ptr(state), larger * 8)
    if (array === 0) return PyErr_NoMemory()
    setptr(state, array)
    setint32(state + 8, larger)
  }
  const cb = PyMem_Malloc(24)
  if (cb === 0) return PyErr_NoMemory()
  const $rest = PyTuple_GetSlice(args, 1, Py_SIZE(args))
  if ($rest === NULL) {
    PyMem_Free(cb)
    return NULL
  }
  setptr(cb, Py_NewRef(func))
  setptr(cb + 8, $rest)
  setptr(cb + 16, Py_XNewRef(kwargs))
  setptr(ptr(state) + count() * 8, cb)
  setint32(state + 12, count() + 1)
  return Py_NewRef(func)
}
function atexit_run_exitfuncs(_m: Ref): Own {
  _PyAtExit_Call()
  return Py_NewRef(Py_None)
}
function atexit_clear(_m: Ref): Own {
  cleanup()
  return Py_NewRef(Py_None)
}
function atexit_ncallbacks(_m: Ref): Own {
  return PyLong_FromLong(count())
}
function atexit_unregister(_m: Ref, func: Ref): Own {
  for (let i = 0; i < count(); i++) {
    const cb = ptr(ptr(state) + i * 8)
    if (cb === 0) continue
    const eq = PyObject_RichCompareBool(ptr(cb), func, Py.EQ)
    if (eq < 0) return NULL
    if (eq > 0) deleteCallback(i)
  }
  return Py_NewRef(Py_None)
}

defineModule({
  name: "atexit",
  doc: "allow programmer to define multiple exit functions to be executed\nupon normal program termination.\n\nTwo public functions, register and unregister, are defined.\n",
  methods: [
    [
      "register",
      atexit_register,
      METH.VARARGS | METH.KEYWORDS,
      "register(func, *args, **kwargs) -> func\n\nRegister a function to be executed upon normal program termination",
    ],
    ["_clear", atexit_clear, METH.NOARGS, "_clear() -> None\n\nClear the list of previously registered exit functions."],
    [
      "unregister",
      atexit_unregister,
      METH.O,
      "unregister(func) -> None\n\nUnregister an exit function which was previously registered using\natexit.register",
    ],
    ["_run_exitfuncs", atexit_run_exitfuncs, METH.NOARGS, "_run_exitfuncs() -> None\n\nRun all registered exit functions."],
    ["_ncallbacks", atexit_ncallbacks, METH.NOARGS, "_ncallbacks() -> int\n\nReturn the number of registered exit functions."],
  ],
})
