import { ptr } from "../../heap/access.ts"
import { PyTupleObject } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_NewRef, Py_SIZE } from "../../heap/refcount.ts"
import { _PyObject_FastCall, PyObject_Vectorcall, PyObject_VectorcallDict, PyVectorcall_Call } from "../../objects/call.ts"
import type { MethodSpec } from "../../objects/define.ts"
import { PyDict_Check } from "../../objects/dictobject.ts"
import { PyErr_SetString } from "../../objects/errors.ts"
import { PyArg_ParseTuple } from "../../objects/getargs.ts"
import { METH } from "../../objects/slots.ts"
import { PyDict_Type, PyExc_TypeError, PyExc_ValueError, Py_None } from "../../objects/statictypes.ts"
import { PyTuple_Check, PyTuple_New, PyTuple_SET_ITEM } from "../../objects/tupleobject.ts"
import { ownTuple } from "../support.ts"
import { unit } from "./support.ts"

// _testcapi: one function a calling convention, and the C ways of calling.

const orNone = (op: Ref): Own => Py_NewRef(op === NULL ? Py_None : op)

function meth_varargs(self: Ref, args: Ref): Own {
  return ownTuple(orNone(self), Py_NewRef(args))
}
function meth_varargs_keywords(self: Ref, args: Ref, kwargs: Ref): Own {
  return ownTuple(orNone(self), Py_NewRef(args), orNone(kwargs))
}
function meth_o(self: Ref, arg: Ref): Own {
  return ownTuple(orNone(self), Py_NewRef(arg))
}
function meth_noargs(self: Ref, _ignored: Ref): Own {
  return orNone(self)
}
function tupleOfArray(args: number, nargs: number): Own {
  const $t = PyTuple_New(nargs)
  if ($t !== NULL) for (let i = 0; i < nargs; i++) PyTuple_SET_ITEM($t, i, Py_NewRef(ptr(args + 8 * i)))
  return $t
}
function meth_fastcall(self: Ref, args: number, nargs: number): Own {
  return ownTuple(orNone(self), tupleOfArray(args, nargs))
}
function meth_fastcall_keywords(self: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const $args = tupleOfArray(args, nargs)
  if ($args === NULL) return NULL
  return ownTuple(orNone(self), $args, PyObject_Vectorcall(PyDict_Type, args + 8 * nargs, 0, kwnames))
}
/** The table of all conventions, with METH.CLASS or METH.STATIC added. */
export function callingConventions(binding: number): readonly MethodSpec[] {
  return [
    ["meth_varargs", meth_varargs, METH.VARARGS | binding],
    ["meth_varargs_keywords", meth_varargs_keywords, METH.VARARGS | METH.KEYWORDS | binding],
    ["meth_o", meth_o, METH.O | binding],
    ["meth_noargs", meth_noargs, METH.NOARGS | binding],
    ["meth_fastcall", meth_fastcall, METH.FASTCALL | binding],
    ["meth_fastcall_keywords", meth_fastcall_keywords, METH.FASTCALL | METH.KEYWORDS | binding],
  ]
}

let stack = 0
let stackSize = 0
/** An argument array from None or a tuple, in `stack` and `stackSize`; false with the error set. */
function fastcall_args(args: Ref): boolean {
  if (args === Py_None) stack = stackSize = 0
  else if (PyTuple_Check(args)) {
    stack = args + PyTupleObject.ob_item
    stackSize = Py_SIZE(args)
  } else {
    PyErr_SetString(PyExc_TypeError, "args must be None or a tuple")
    return false
  }
  return true
}
function pyobject_fastcall(_module: Ref, args: Ref): Own {
  const a = PyArg_ParseTuple(args, "OO")
  if (a === 0 || !fastcall_args(unit(a, 1))) return NULL
  return _PyObject_FastCall(unit(a, 0), stack, stackSize)
}
function pyobject_fastcalldict(_module: Ref, args: Ref): Own {
  const a = PyArg_ParseTuple(args, "OOO")
  if (a === 0 || !fastcall_args(unit(a, 1))) return NULL
  const kwargs = unit(a, 2)
  if (kwargs !== Py_None && !PyDict_Check(kwargs)) return PyErr_SetString(PyExc_TypeError, "kwnames must be None or a dict")
  return PyObject_VectorcallDict(unit(a, 0), stack, stackSize, kwargs === Py_None ? NULL : kwargs)
}
function pyobject_vectorcall(_module: Ref, args: Ref): Own {
  const a = PyArg_ParseTuple(args, "OOO")
  if (a === 0 || !fastcall_args(unit(a, 1))) return NULL
  const kwnames = unit(a, 2)
  if (kwnames === Py_None) return PyObject_Vectorcall(unit(a, 0), stack, stackSize, NULL)
  if (!PyTuple_Check(kwnames)) return PyErr_SetString(PyExc_TypeError, "kwnames must be None or a tuple")
  if (stackSize < Py_SIZE(kwnames)) return PyErr_SetString(PyExc_ValueError, "kwnames longer than args")
  return PyObject_Vectorcall(unit(a, 0), stack, stackSize - Py_SIZE(kwnames), kwnames)
}
function pyvectorcall_call(_module: Ref, args: Ref): Own {
  const a = PyArg_ParseTuple(args, "OO|O")
  if (a === 0) return NULL
  const kwargs = unit(a, 2)
  if (!PyTuple_Check(unit(a, 1))) return PyErr_SetString(PyExc_TypeError, "args must be a tuple")
  if (kwargs !== NULL && !PyDict_Check(kwargs)) return PyErr_SetString(PyExc_TypeError, "kwargs must be a dict")
  return PyVectorcall_Call(unit(a, 0), unit(a, 1), kwargs)
}
function get_args(_module: Ref, args: Ref): Own {
  return orNone(args)
}
function get_kwargs(_module: Ref, _args: Ref, kwargs: Ref): Own {
  return orNone(kwargs)
}

export const callMethods: readonly MethodSpec[] = [
  ...callingConventions(0),
  ["pyobject_fastcall", pyobject_fastcall, METH.VARARGS],
  ["pyobject_fastcalldict", pyobject_fastcalldict, METH.VARARGS],
  ["pyobject_vectorcall", pyobject_vectorcall, METH.VARARGS],
  ["pyvectorcall_call", pyvectorcall_call, METH.VARARGS],
  ["get_args", get_args, METH.VARARGS],
  ["get_kwargs", get_kwargs, METH.VARARGS | METH.KEYWORDS],
]
