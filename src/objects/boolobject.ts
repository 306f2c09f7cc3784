import { ptr, set64, setptr } from "../heap/access.ts"
import { PyLongObject, PyObject } from "../heap/layout.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_NewRef, Py_TYPE } from "../heap/refcount.ts"
import { ID } from "../heap/statics.ts"
import { attached, i32 } from "../heap/views.ts"
import { PyVectorcall_NARGS } from "./call.ts"
import { defineType } from "./define.ts"
import { _PyArg_CheckPositional, _PyArg_NoKeywords, _PyArg_NoKwnames, PyArg_UnpackTuple } from "./getargs.ts"
import { long_and, long_or, long_xor } from "./longobject.ts"
import { PyObject_IsTrue } from "./object.ts"
import { TPFLAGS } from "./slots.ts"
import { Py_False, Py_True, PyBool_Type, PyLong_Type } from "./statictypes.ts"

// Objects/boolobject.c

const id_False = ID("False")
const id_True = ID("True")

/** Write False and True (boot). Their counts start at 1, as C's statics do. */
export function initBool(): void {
  if (attached) return
  for (let n = 0; n < 2; n++) {
    const op = n === 0 ? Py_False : Py_True
    set64(op, 1, 0)
    setptr(op + PyObject.ob_type, PyBool_Type)
    set64(op + PyLongObject.ob_size, n, 0)
    i32[(op + PyLongObject.ob_digit) >> 2] = n
  }
}

export function PyBool_Check(op: Ref): boolean {
  return Py_TYPE(op) === PyBool_Type
}

export function PyBool_FromLong(ok: number): Own {
  const op = ok ? Py_True : Py_False
  i32[op >> 2]++
  return op as Own
}

function bool_repr(self: Ref): Own {
  return Py_NewRef(self === Py_True ? id_True : id_False)
}

function bool_new(_type: Ref, args: Ref, kwds: Ref): Own {
  if (!_PyArg_NoKeywords("bool", kwds)) return NULL
  const a = PyArg_UnpackTuple(args, "bool", 0, 1)
  if (a === 0) return NULL
  const x = ptr(a)
  const ok = x === NULL ? 0 : PyObject_IsTrue(x)
  return ok < 0 ? NULL : PyBool_FromLong(ok)
}

function bool_vectorcall(_type: Ref, args: number, nargsf: number, kwnames: Ref): Own {
  if (!_PyArg_NoKwnames("bool", kwnames)) return NULL
  const nargs = PyVectorcall_NARGS(nargsf)
  if (!_PyArg_CheckPositional("bool", nargs, 0, 1)) return NULL
  const ok = nargs === 0 ? 0 : PyObject_IsTrue(ptr(args))
  return ok < 0 ? NULL : PyBool_FromLong(ok)
}

function bothBool(a: Ref, b: Ref): boolean {
  return Py_TYPE(a) === PyBool_Type && Py_TYPE(b) === PyBool_Type
}
function bool_and(a: Ref, b: Ref): Own {
  return bothBool(a, b) ? PyBool_FromLong(a === Py_True && b === Py_True ? 1 : 0) : long_and(a, b)
}
function bool_or(a: Ref, b: Ref): Own {
  return bothBool(a, b) ? PyBool_FromLong(a === Py_True || b === Py_True ? 1 : 0) : long_or(a, b)
}
function bool_xor(a: Ref, b: Ref): Own {
  return bothBool(a, b) ? PyBool_FromLong(a !== b ? 1 : 0) : long_xor(a, b)
}

function bool_dealloc(op: Ref): void {
  throw new Error(`moult bug: deallocating ${op === Py_True ? "True" : "False"}`)
}

defineType(PyBool_Type, {
  name: "bool",
  basicsize: PyLongObject.SIZE,
  flags: TPFLAGS.DEFAULT,
  doc: "bool(x) -> bool\n\nTrue when the argument is true, False otherwise. True and False are the only instances; bool is a subclass of int\nand cannot be subclassed.",
  base: PyLong_Type,
  dealloc: bool_dealloc,
  repr: bool_repr,
  new: bool_new,
  vectorcall: bool_vectorcall,
  nb_and: bool_and,
  nb_xor: bool_xor,
  nb_or: bool_or,
})
