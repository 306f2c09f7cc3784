import { ptr } from "../../heap/access.ts"
import { fn, fnIndex } from "../../heap/fntable.ts"
import { hashHi } from "../../heap/int64.ts"
import { PySequenceMethods, PyTypeObject } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_SIZE, Py_TYPE } from "../../heap/refcount.ts"
import { PyNumber_AsSsize_t } from "../abstract.ts"
import { PyBool_FromLong } from "../boolobject.ts"
import { PyErr_Occurred, PyErr_SetNone, PyErr_SetString } from "../errors.ts"
import { PyArg_UnpackTuple } from "../getargs.ts"
import { PyLong_FromInt64, PyLong_FromSsize_t } from "../longobject.ts"
import { tp_name_js, typeName } from "../object.ts"
import {
  Py,
  type binaryfunc,
  type descrgetfunc,
  type descrsetfunc,
  type destructor,
  type hashfunc,
  type initproc,
  type inquiry,
  type lenfunc,
  type newfunc,
  type objobjargproc,
  type objobjproc,
  type richcmpfunc,
  type setattrofunc,
  type ssizeargfunc,
  type ssizeobjargproc,
  type ternaryfunc,
  type unaryfunc,
} from "../slots.ts"
import { PyExc_OverflowError, PyExc_StopIteration, PyExc_SystemError, PyExc_TypeError, Py_None } from "../statictypes.ts"
import { PyTuple_Check, PyTuple_CheckExact, PyTuple_GET_ITEM, PyTuple_GetSlice } from "../tupleobject.ts"
import { PyType_Check, PyType_IsSubtype } from "./mro.ts"
import { slot_tp_new, slot_tp_setattro } from "./slots.ts"

// Objects/typeobject.c: what calling a slot wrapper (int.__add__ …) does. `wrapped` is the slot's function index.

/** (self, args tuple, wrapped, kwds or NULL) */
export type wrapperfunc = (self: Ref, args: Ref, wrapped: number, kwds: Ref) => Own

const SETATTRO = fnIndex(slot_tp_setattro)
const NEW = fnIndex(slot_tp_new)

function check_num_args(args: Ref, n: number): boolean {
  if (!PyTuple_CheckExact(args)) {
    PyErr_SetString(PyExc_SystemError, "PyArg_UnpackTuple() argument list is not a tuple")
    return false
  }
  if (Py_SIZE(args) === n) return true
  PyErr_SetString(PyExc_TypeError, `expected ${n} argument${n === 1 ? "" : "s"}, got ${Py_SIZE(args)}`)
  return false
}
/** None, or NULL when `res` is negative. */
function noneUnless(res: number): Own {
  return res < 0 ? NULL : Py_NewRef(Py_None)
}
function noneUnlessError(res: number): Own {
  return res === -1 && PyErr_Occurred() ? NULL : Py_NewRef(Py_None)
}

export function wrap_lenfunc(self: Ref, args: Ref, wrapped: number): Own {
  if (!check_num_args(args, 0)) return NULL
  const res = fn<lenfunc>(wrapped)(self)
  return res === -1 && PyErr_Occurred() ? NULL : PyLong_FromSsize_t(res)
}
export function wrap_inquirypred(self: Ref, args: Ref, wrapped: number): Own {
  if (!check_num_args(args, 0)) return NULL
  const res = fn<inquiry>(wrapped)(self)
  return res === -1 && PyErr_Occurred() ? NULL : PyBool_FromLong(res)
}
export function wrap_binaryfunc(self: Ref, args: Ref, wrapped: number): Own {
  return check_num_args(args, 1) ? fn<binaryfunc>(wrapped)(self, PyTuple_GET_ITEM(args, 0)) : NULL
}
/** The same as wrap_binaryfunc, but told apart from it: update_one_slot compares wrappers. */
export function wrap_binaryfunc_l(self: Ref, args: Ref, wrapped: number): Own {
  return check_num_args(args, 1) ? fn<binaryfunc>(wrapped)(self, PyTuple_GET_ITEM(args, 0)) : NULL
}
export function wrap_binaryfunc_r(self: Ref, args: Ref, wrapped: number): Own {
  return check_num_args(args, 1) ? fn<binaryfunc>(wrapped)(PyTuple_GET_ITEM(args, 0), self) : NULL
}
export function wrap_ternaryfunc(self: Ref, args: Ref, wrapped: number): Own {
  const a = PyArg_UnpackTuple(args, "", 1, 2)
  if (a === 0) return NULL
  const third = ptr(a + 8)
  return fn<ternaryfunc>(wrapped)(self, ptr(a), third === NULL ? Py_None : third)
}
export function wrap_ternaryfunc_r(self: Ref, args: Ref, wrapped: number): Own {
  const a = PyArg_UnpackTuple(args, "", 1, 2)
  if (a === 0) return NULL
  const third = ptr(a + 8)
  return fn<ternaryfunc>(wrapped)(ptr(a), self, third === NULL ? Py_None : third)
}
export function wrap_unaryfunc(self: Ref, args: Ref, wrapped: number): Own {
  return check_num_args(args, 0) ? fn<unaryfunc>(wrapped)(self) : NULL
}
export function wrap_indexargfunc(self: Ref, args: Ref, wrapped: number): Own {
  const a = PyArg_UnpackTuple(args, "", 1, 1)
  if (a === 0) return NULL
  const i = PyNumber_AsSsize_t(ptr(a), PyExc_OverflowError)
  return i === -1 && PyErr_Occurred() ? NULL : fn<ssizeargfunc>(wrapped)(self, i)
}
/** An index argument, counted from the end when negative; -1 with the error set. */
function getindex(self: Ref, arg: Ref): number {
  let i = PyNumber_AsSsize_t(arg, PyExc_OverflowError)
  if (i === -1 && PyErr_Occurred()) return -1
  if (i < 0) {
    const sq = ptr(Py_TYPE(self) + PyTypeObject.tp_as_sequence)
    const length = sq === 0 ? 0 : ptr(sq + PySequenceMethods.sq_length)
    if (length !== 0) {
      const n = fn<lenfunc>(length)(self)
      if (n < 0) return -1
      i += n
    }
  }
  return i
}
export function wrap_sq_item(self: Ref, args: Ref, wrapped: number): Own {
  if (!check_num_args(args, 1)) return NULL
  const i = getindex(self, PyTuple_GET_ITEM(args, 0))
  return i === -1 && PyErr_Occurred() ? NULL : fn<ssizeargfunc>(wrapped)(self, i)
}
export function wrap_sq_setitem(self: Ref, args: Ref, wrapped: number): Own {
  if (PyArg_UnpackTuple(args, "", 2, 2) === 0) return NULL
  const i = getindex(self, PyTuple_GET_ITEM(args, 0))
  if (i === -1 && PyErr_Occurred()) return NULL
  return noneUnlessError(fn<ssizeobjargproc>(wrapped)(self, i, PyTuple_GET_ITEM(args, 1)))
}
export function wrap_sq_delitem(self: Ref, args: Ref, wrapped: number): Own {
  if (!check_num_args(args, 1)) return NULL
  const i = getindex(self, PyTuple_GET_ITEM(args, 0))
  if (i === -1 && PyErr_Occurred()) return NULL
  return noneUnlessError(fn<ssizeobjargproc>(wrapped)(self, i, NULL))
}
export function wrap_objobjproc(self: Ref, args: Ref, wrapped: number): Own {
  if (!check_num_args(args, 1)) return NULL
  const res = fn<objobjproc>(wrapped)(self, PyTuple_GET_ITEM(args, 0))
  return res === -1 && PyErr_Occurred() ? NULL : PyBool_FromLong(res)
}
export function wrap_objobjargproc(self: Ref, args: Ref, wrapped: number): Own {
  if (PyArg_UnpackTuple(args, "", 2, 2) === 0) return NULL
  return noneUnlessError(fn<objobjargproc>(wrapped)(self, PyTuple_GET_ITEM(args, 0), PyTuple_GET_ITEM(args, 1)))
}
export function wrap_delitem(self: Ref, args: Ref, wrapped: number): Own {
  if (!check_num_args(args, 1)) return NULL
  return noneUnlessError(fn<objobjargproc>(wrapped)(self, PyTuple_GET_ITEM(args, 0), NULL))
}

/** object.__setattr__ must not be used to get around a built-in base's own tp_setattro. */
function hackcheck(self: Ref, func: number, what: string): boolean {
  const type = Py_TYPE(self)
  const mro = ptr(type + PyTypeObject.tp_mro)
  if (mro === NULL) return true
  const setattro = (t: Ref): number => ptr(t + PyTypeObject.tp_setattro)
  let defining = type
  for (let i = Py_SIZE(mro) - 1; i >= 0; i--) {
    const base = PyTuple_GET_ITEM(mro, i)
    if (setattro(base) !== SETATTRO && setattro(base) === setattro(type)) {
      defining = base
      break
    }
  }
  for (let base = defining; base !== NULL; base = ptr(base + PyTypeObject.tp_base)) {
    if (setattro(base) === func) break
    if (setattro(base) !== SETATTRO) {
      PyErr_SetString(PyExc_TypeError, `can't apply this ${what} to ${tp_name_js(type)} object`)
      return false
    }
  }
  return true
}
export function wrap_setattr(self: Ref, args: Ref, wrapped: number): Own {
  if (PyArg_UnpackTuple(args, "", 2, 2) === 0) return NULL
  if (!hackcheck(self, wrapped, "__setattr__")) return NULL
  return noneUnless(fn<setattrofunc>(wrapped)(self, PyTuple_GET_ITEM(args, 0), PyTuple_GET_ITEM(args, 1)))
}
export function wrap_delattr(self: Ref, args: Ref, wrapped: number): Own {
  if (!check_num_args(args, 1)) return NULL
  if (!hackcheck(self, wrapped, "__delattr__")) return NULL
  return noneUnless(fn<setattrofunc>(wrapped)(self, PyTuple_GET_ITEM(args, 0), NULL))
}
export function wrap_hashfunc(self: Ref, args: Ref, wrapped: number): Own {
  if (!check_num_args(args, 0)) return NULL
  const lo = fn<hashfunc>(wrapped)(self)
  const hi = hashHi
  return lo === -1 && hi === -1 && PyErr_Occurred() ? NULL : PyLong_FromInt64(lo, hi)
}
export function wrap_call(self: Ref, args: Ref, wrapped: number, kwds: Ref): Own {
  return fn<ternaryfunc>(wrapped)(self, args, kwds)
}
export function wrap_del(self: Ref, args: Ref, wrapped: number): Own {
  if (!check_num_args(args, 0)) return NULL
  fn<destructor>(wrapped)(self)
  return Py_NewRef(Py_None)
}
function wrap_richcmpfunc(self: Ref, args: Ref, wrapped: number, op: number): Own {
  return check_num_args(args, 1) ? fn<richcmpfunc>(wrapped)(self, PyTuple_GET_ITEM(args, 0), op) : NULL
}
export function richcmp_lt(self: Ref, args: Ref, wrapped: number): Own {
  return wrap_richcmpfunc(self, args, wrapped, Py.LT)
}
export function richcmp_le(self: Ref, args: Ref, wrapped: number): Own {
  return wrap_richcmpfunc(self, args, wrapped, Py.LE)
}
export function richcmp_eq(self: Ref, args: Ref, wrapped: number): Own {
  return wrap_richcmpfunc(self, args, wrapped, Py.EQ)
}
export function richcmp_ne(self: Ref, args: Ref, wrapped: number): Own {
  return wrap_richcmpfunc(self, args, wrapped, Py.NE)
}
export function richcmp_gt(self: Ref, args: Ref, wrapped: number): Own {
  return wrap_richcmpfunc(self, args, wrapped, Py.GT)
}
export function richcmp_ge(self: Ref, args: Ref, wrapped: number): Own {
  return wrap_richcmpfunc(self, args, wrapped, Py.GE)
}
export function wrap_next(self: Ref, args: Ref, wrapped: number): Own {
  if (!check_num_args(args, 0)) return NULL
  const $res = fn<unaryfunc>(wrapped)(self)
  if ($res === NULL && !PyErr_Occurred()) PyErr_SetNone(PyExc_StopIteration)
  return $res
}
export function wrap_descr_get(self: Ref, args: Ref, wrapped: number): Own {
  const a = PyArg_UnpackTuple(args, "", 1, 2)
  if (a === 0) return NULL
  let obj = ptr(a)
  let type = ptr(a + 8)
  if (obj === Py_None) obj = NULL
  if (type === Py_None) type = NULL
  if (type === NULL && obj === NULL) {
    PyErr_SetString(PyExc_TypeError, "__get__(None, None) is invalid")
    return NULL
  }
  return fn<descrgetfunc>(wrapped)(self, obj, type)
}
export function wrap_descr_set(self: Ref, args: Ref, wrapped: number): Own {
  if (PyArg_UnpackTuple(args, "", 2, 2) === 0) return NULL
  return noneUnless(fn<descrsetfunc>(wrapped)(self, PyTuple_GET_ITEM(args, 0), PyTuple_GET_ITEM(args, 1)))
}
export function wrap_descr_delete(self: Ref, args: Ref, wrapped: number): Own {
  if (!check_num_args(args, 1)) return NULL
  return noneUnless(fn<descrsetfunc>(wrapped)(self, PyTuple_GET_ITEM(args, 0), NULL))
}
export function wrap_init(self: Ref, args: Ref, wrapped: number, kwds: Ref): Own {
  return noneUnless(fn<initproc>(wrapped)(self, args, kwds))
}

/** `__new__` of built-in types: a METH_VARARGS | METH_KEYWORDS function whose self is the type. */
export function tp_new_wrapper(self: Ref, args: Ref, kwds: Ref): Own {
  if (self === NULL || !PyType_Check(self)) {
    PyErr_SetString(PyExc_SystemError, "__new__() called with non-type 'self'")
    return NULL
  }
  const name = tp_name_js(self)
  if (!PyTuple_Check(args) || Py_SIZE(args) < 1) {
    PyErr_SetString(PyExc_TypeError, `${name}.__new__(): not enough arguments`)
    return NULL
  }
  const subtype = PyTuple_GET_ITEM(args, 0)
  if (!PyType_Check(subtype)) {
    PyErr_SetString(PyExc_TypeError, `${name}.__new__(X): X is not a type object (${typeName(subtype)})`)
    return NULL
  }
  if (!PyType_IsSubtype(subtype, self)) {
    const sub = tp_name_js(subtype)
    PyErr_SetString(PyExc_TypeError, `${name}.__new__(${sub}): ${sub} is not a subtype of ${name}`)
    return NULL
  }
  // object.__new__(dict) would make a dict that dict.__new__ never saw.
  let staticbase: Ref = subtype
  while (staticbase !== NULL && ptr(staticbase + PyTypeObject.tp_new) === NEW) staticbase = ptr(staticbase + PyTypeObject.tp_base)
  if (staticbase !== NULL && ptr(staticbase + PyTypeObject.tp_new) !== ptr(self + PyTypeObject.tp_new)) {
    PyErr_SetString(PyExc_TypeError, `${name}.__new__(${tp_name_js(subtype)}) is not safe, use ${tp_name_js(staticbase)}.__new__()`)
    return NULL
  }
  const $args = PyTuple_GetSlice(args, 1, Py_SIZE(args))
  if ($args === NULL) return NULL
  const $res = fn<newfunc>(ptr(self + PyTypeObject.tp_new))(subtype, $args, kwds)
  Py_DECREF($args)
  return $res
}
