import { ptr } from "../../heap/access.ts"
import { fn } from "../../heap/fntable.ts"
import { hashHi } from "../../heap/int64.ts"
import { PyAsyncMethods, PyLongObject, PyTypeObject } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_INCREF, Py_NewRef, Py_SIZE, Py_TYPE, Py_XDECREF } from "../../heap/refcount.ts"
import { ID } from "../../heap/statics.ts"
import { i32 } from "../../heap/views.ts"
import {
  PyIter_Check,
  PyIter_Next,
  PyNumber_Absolute,
  PyNumber_Add,
  PyNumber_Divmod,
  PyNumber_Power,
  PyNumber_ToBase,
  PyObject_Format,
  PyObject_GetAIter,
  PyObject_GetIter,
  PyObject_IsInstance,
  PyObject_IsSubclass,
  PyObject_Size,
  PySequence_List,
} from "../../objects/abstract.ts"
import { PyBool_FromLong } from "../../objects/boolobject.ts"
import { PyByteArray_AS_STRING, PyByteArray_Check } from "../../objects/bytearrayobject.ts"
import { PyBytes_AS_STRING, PyBytes_Check } from "../../objects/bytesobject.ts"
import { PyObject_CallNoArgs, PyObject_CallOneArg, PyObject_Vectorcall } from "../../objects/call.ts"
import { PyErr_Clear, PyErr_ExceptionMatches, PyErr_Occurred, PyErr_SetNone, PyErr_SetString } from "../../objects/errors.ts"
import { PyFloat_AS_DOUBLE, PyFloat_FromDouble } from "../../objects/floatobject.ts"
import {
  _PyArg_BadArgument,
  _PyArg_CheckPositional,
  _PyArg_UnpackKeywords,
  argParser,
  PyArg_ParseTupleAndKeywords,
  PyArg_UnpackTuple,
} from "../../objects/getargs.ts"
import { PyAnextAwaitable_New, PyCallIter_New } from "../../objects/iterobject.ts"

import { PyLong_AsInt, PyLong_AsLongLong, PyLong_Check, PyLong_FromInt64, PyLong_FromLong } from "../../objects/longobject.ts"
import {
  _PyObject_LookupAttr,
  PyCallable_Check,
  PyObject_ASCII,
  PyObject_Dir,
  PyObject_GetAttr,
  PyObject_Hash,
  PyObject_IsTrue,
  PyObject_Repr,
  PyObject_RichCompareBool,
  PyObject_SetAttr,
  typeName,
} from "../../objects/object.ts"
import { Py, type iternextfunc, type unaryfunc } from "../../objects/slots.ts"
import {
  EMPTY_TUPLE,
  Py_False,
  Py_None,
  Py_True,
  PyBool_Type,
  PyExc_RuntimeError,
  PyExc_StopIteration,
  PyExc_TypeError,
  PyExc_ValueError,
  PyFloat_Type,
  PyLong_Type,
} from "../../objects/statictypes.ts"
import { _PyObject_LookupSpecial } from "../../objects/typeobject.ts"
import { PyUnicode_Check, PyUnicode_FromOrdinal, PyUnicode_GET_LENGTH, PyUnicode_READ_CHAR } from "../../objects/unicodeobject.ts"
import { PyEval_GetGlobals, PyEval_GetLocals } from "../ceval_api.ts"
import { PyImport_ImportModuleLevelObject } from "../import.ts"
import { PySys_Audit } from "../sys/audit.ts"
import { PySys_GetObject } from "../sysmodule.ts"

// Python/bltinmodule.c: the small functions.

const importParser = argParser("__import__", ["name", "globals", "locals", "fromlist", "level"])

export function builtin___import__(_m: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const at = _PyArg_UnpackKeywords(args, nargs, 0, kwnames, importParser, 1, 5, 0)
  if (at === 0) return NULL
  const name = ptr(at)
  const globals = ptr(at + 8)
  const locals = ptr(at + 16)
  const fromlist = ptr(at + 24)
  const level = ptr(at + 32) === 0 ? 0 : PyLong_AsInt(ptr(at + 32))
  if (level === -1 && PyErr_Occurred() !== 0) return NULL
  return PyImport_ImportModuleLevelObject(name, globals, locals, fromlist, level)
}

export function builtin_abs(_m: Ref, x: Ref): Own {
  return PyNumber_Absolute(x)
}

/** all and any: stop at the first item whose truth is `stop`. */
function search(iterable: Ref, stop: boolean): Own {
  const $it = PyObject_GetIter(iterable)
  if ($it === NULL) return NULL
  const iternext = fn<iternextfunc>(ptr(Py_TYPE($it) + PyTypeObject.tp_iternext))
  for (;;) {
    const $item = iternext($it)
    if ($item === NULL) break
    const t = PyObject_IsTrue($item)
    Py_DECREF($item)
    if (t < 0) {
      Py_DECREF($it)
      return NULL
    }
    if (t > 0 === stop) {
      Py_DECREF($it)
      return Py_NewRef(stop ? Py_True : Py_False)
    }
  }
  Py_DECREF($it)
  if (PyErr_Occurred() !== 0) {
    if (!PyErr_ExceptionMatches(PyExc_StopIteration)) return NULL
    PyErr_Clear()
  }
  return Py_NewRef(stop ? Py_False : Py_True)
}
export function builtin_all(_m: Ref, iterable: Ref): Own {
  return search(iterable, false)
}
export function builtin_any(_m: Ref, iterable: Ref): Own {
  return search(iterable, true)
}
export function builtin_ascii(_m: Ref, obj: Ref): Own {
  return PyObject_ASCII(obj)
}
export function builtin_bin(_m: Ref, n: Ref): Own {
  return PyNumber_ToBase(n, 2)
}
export function builtin_oct(_m: Ref, n: Ref): Own {
  return PyNumber_ToBase(n, 8)
}
export function builtin_hex(_m: Ref, n: Ref): Own {
  return PyNumber_ToBase(n, 16)
}
export function builtin_callable(_m: Ref, obj: Ref): Own {
  return PyBool_FromLong(PyCallable_Check(obj) ? 1 : 0)
}

export function builtin_breakpoint(_m: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const hook = PySys_GetObject("breakpointhook")
  if (hook === 0) return PyErr_SetString(PyExc_RuntimeError, "lost sys.breakpointhook")
  if (PySys_Audit("builtins.breakpoint", hook) < 0) return NULL
  Py_INCREF(hook)
  const $r = PyObject_Vectorcall(hook, args, nargs, kwnames)
  Py_DECREF(hook)
  return $r
}

export function builtin_format(_m: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("format", nargs, 1, 2)) return NULL
  const spec = nargs > 1 ? ptr(args + 8) : NULL
  if (spec !== 0 && !PyUnicode_Check(spec)) {
    _PyArg_BadArgument("format", "argument 2", "str", spec)
    return NULL
  }
  return PyObject_Format(ptr(args), spec)
}

export function builtin_chr(_m: Ref, arg: Ref): Own {
  const i = PyLong_AsInt(arg)
  if (i === -1 && PyErr_Occurred() !== 0) return NULL
  return PyUnicode_FromOrdinal(i)
}

export function builtin_dir(_m: Ref, args: Ref): Own {
  const at = PyArg_UnpackTuple(args, "dir", 0, 1)
  return at === 0 ? NULL : PyObject_Dir(ptr(at))
}
export function builtin_divmod(_m: Ref, args: number, nargs: number): Own {
  return _PyArg_CheckPositional("divmod", nargs, 2, 2) ? PyNumber_Divmod(ptr(args), ptr(args + 8)) : NULL
}

export function builtin_getattr(_m: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("getattr", nargs, 2, 3)) return NULL
  if (nargs === 2) return PyObject_GetAttr(ptr(args), ptr(args + 8))
  const $v = _PyObject_LookupAttr(ptr(args), ptr(args + 8))
  if ($v !== NULL) return $v
  return PyErr_Occurred() !== 0 ? NULL : Py_NewRef(ptr(args + 16))
}
export function builtin_hasattr(_m: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("hasattr", nargs, 2, 2)) return NULL
  const $v = _PyObject_LookupAttr(ptr(args), ptr(args + 8))
  if ($v === NULL) return PyErr_Occurred() !== 0 ? NULL : Py_NewRef(Py_False)
  Py_DECREF($v)
  return Py_NewRef(Py_True)
}
export function builtin_setattr(_m: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("setattr", nargs, 3, 3)) return NULL
  return PyObject_SetAttr(ptr(args), ptr(args + 8), ptr(args + 16)) !== 0 ? NULL : Py_NewRef(Py_None)
}
export function builtin_delattr(_m: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("delattr", nargs, 2, 2)) return NULL
  return PyObject_SetAttr(ptr(args), ptr(args + 8), NULL) !== 0 ? NULL : Py_NewRef(Py_None)
}
export function builtin_globals(_m: Ref): Own {
  const d = PyEval_GetGlobals()
  if (d !== 0) Py_INCREF(d)
  return d as Own
}
export function builtin_locals(_m: Ref): Own {
  const d = PyEval_GetLocals()
  if (d !== 0) Py_INCREF(d)
  return d as Own
}
export function builtin_vars(_m: Ref, args: Ref): Own {
  const at = PyArg_UnpackTuple(args, "vars", 0, 1)
  if (at === 0) return NULL
  const v = ptr(at)
  if (v === 0) return builtin_locals(NULL)
  const $d = _PyObject_LookupAttr(v, ID("__dict__"))
  if ($d === NULL && PyErr_Occurred() === 0) PyErr_SetString(PyExc_TypeError, "vars() argument must have __dict__ attribute")
  return $d
}
export function builtin_id(_m: Ref, v: Ref): Own {
  const $id = PyLong_FromLong(v)
  if ($id !== NULL && PySys_Audit("builtins.id", $id) < 0) {
    Py_DECREF($id)
    return NULL
  }
  return $id
}
export function builtin_hash(_m: Ref, obj: Ref): Own {
  const lo = PyObject_Hash(obj)
  const hi = hashHi
  if (lo === -1 && hi === -1) return NULL
  return PyLong_FromInt64(lo, hi)
}
export function builtin_isinstance(_m: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("isinstance", nargs, 2, 2)) return NULL
  const r = PyObject_IsInstance(ptr(args), ptr(args + 8))
  return r < 0 ? NULL : PyBool_FromLong(r)
}
export function builtin_issubclass(_m: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("issubclass", nargs, 2, 2)) return NULL
  const r = PyObject_IsSubclass(ptr(args), ptr(args + 8))
  return r < 0 ? NULL : PyBool_FromLong(r)
}
export function builtin_iter(_m: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("iter", nargs, 1, 2)) return NULL
  if (nargs === 1) return PyObject_GetIter(ptr(args))
  if (!PyCallable_Check(ptr(args))) return PyErr_SetString(PyExc_TypeError, "iter(v, w): v must be callable")
  return PyCallIter_New(ptr(args), ptr(args + 8))
}
export function builtin_aiter(_m: Ref, iterable: Ref): Own {
  return PyObject_GetAIter(iterable)
}
export function builtin_anext(_m: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("anext", nargs, 1, 2)) return NULL
  const it = ptr(args)
  const suite = ptr(Py_TYPE(it) + PyTypeObject.tp_as_async)
  const getter = suite === 0 ? 0 : ptr(suite + PyAsyncMethods.am_anext)
  if (getter === 0) return PyErr_SetString(PyExc_TypeError, `'${typeName(it)}' object is not an async iterator`)
  const $awaitable = fn<unaryfunc>(getter)(it)
  if ($awaitable === NULL || nargs === 1) return $awaitable
  const $new = PyAnextAwaitable_New($awaitable, ptr(args + 8))
  Py_DECREF($awaitable)
  return $new
}
export function builtin_len(_m: Ref, obj: Ref): Own {
  const n = PyObject_Size(obj)
  return n < 0 ? NULL : PyLong_FromLong(n)
}
export function builtin_next(_m: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("next", nargs, 1, 2)) return NULL
  const it = ptr(args)
  if (!PyIter_Check(it)) return PyErr_SetString(PyExc_TypeError, `'${typeName(it)}' object is not an iterator`)
  const $res = fn<iternextfunc>(ptr(Py_TYPE(it) + PyTypeObject.tp_iternext))(it)
  if ($res !== NULL) return $res
  if (nargs > 1) {
    if (PyErr_Occurred() !== 0) {
      if (!PyErr_ExceptionMatches(PyExc_StopIteration)) return NULL
      PyErr_Clear()
    }
    return Py_NewRef(ptr(args + 8))
  }
  if (PyErr_Occurred() === 0) PyErr_SetNone(PyExc_StopIteration)
  return NULL
}
export function builtin_ord(_m: Ref, c: Ref): Own {
  let size: number
  if (PyBytes_Check(c)) {
    size = Py_SIZE(c)
    if (size === 1) return PyLong_FromLong(byteAt(PyBytes_AS_STRING(c)))
  } else if (PyUnicode_Check(c)) {
    size = PyUnicode_GET_LENGTH(c)
    if (size === 1) return PyLong_FromLong(PyUnicode_READ_CHAR(c, 0))
  } else if (PyByteArray_Check(c)) {
    size = Py_SIZE(c)
    if (size === 1) return PyLong_FromLong(byteAt(PyByteArray_AS_STRING(c)))
  } else return PyErr_SetString(PyExc_TypeError, `ord() expected string of length 1, but ${typeName(c)} found`)
  return PyErr_SetString(PyExc_TypeError, `ord() expected a character, but string of length ${size} found`)
}
function byteAt(a: number): number {
  return (i32[a >> 2] >> (8 * (a & 3))) & 255
}

const powParser = argParser("pow", ["base", "exp", "mod"])
export function builtin_pow(_m: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const at = _PyArg_UnpackKeywords(args, nargs, 0, kwnames, powParser, 2, 3, 0)
  return at === 0 ? NULL : PyNumber_Power(ptr(at), ptr(at + 8), ptr(at + 16) || Py_None)
}
export function builtin_repr(_m: Ref, obj: Ref): Own {
  return PyObject_Repr(obj)
}

const roundParser = argParser("round", ["number", "ndigits"])
export function builtin_round(_m: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const at = _PyArg_UnpackKeywords(args, nargs, 0, kwnames, roundParser, 1, 2, 0)
  if (at === 0) return NULL
  const number = ptr(at)
  const ndigits = ptr(at + 8) || Py_None
  const $round = _PyObject_LookupSpecial(number, ID("__round__"))
  if ($round === NULL) {
    if (PyErr_Occurred() === 0) PyErr_SetString(PyExc_TypeError, `type ${typeName(number)} doesn't define __round__ method`)
    return NULL
  }
  const $r = ndigits === Py_None ? PyObject_CallNoArgs($round) : PyObject_CallOneArg($round, ndigits)
  Py_DECREF($round)
  return $r
}

function min_max(args: Ref, kwds: Ref, op: number): Own {
  const name = op === Py.LT ? "min" : "max"
  const positional = Py_SIZE(args) > 1
  if (Py_SIZE(args) === 0) return PyErr_SetString(PyExc_TypeError, `${name} expected at least 1 argument, got 0`)
  const v = positional ? args : ptr(args + 24)
  let keyfunc: Ref = NULL
  let defaultval: Ref = NULL
  if (kwds !== 0) {
    const at = PyArg_ParseTupleAndKeywords(EMPTY_TUPLE, kwds, `|$OO:${name}`, ["key", "default"])
    if (at === 0) return NULL
    keyfunc = ptr(at)
    defaultval = ptr(at + 8)
  }
  if (positional && defaultval !== 0)
    return PyErr_SetString(PyExc_TypeError, `Cannot specify a default for ${name}() with multiple positional arguments`)
  const $it = PyObject_GetIter(v)
  if ($it === NULL) return NULL
  if (keyfunc === Py_None) keyfunc = NULL
  let $maxitem: Own = NULL
  let $maxval: Own = NULL
  for (;;) {
    const $item = PyIter_Next($it)
    if ($item === NULL) break
    const $val = keyfunc !== 0 ? PyObject_CallOneArg(keyfunc, $item) : Py_NewRef($item)
    const cmp = $val === NULL ? -1 : $maxval === NULL ? 1 : PyObject_RichCompareBool($val, $maxval, op)
    if (cmp > 0) {
      Py_XDECREF($maxval)
      Py_XDECREF($maxitem)
      $maxval = $val
      $maxitem = $item
      continue
    }
    Py_DECREF($item)
    Py_XDECREF($val)
    if (cmp < 0) break
  }
  if (PyErr_Occurred() !== 0) {
    Py_XDECREF($maxval)
    Py_XDECREF($maxitem)
    Py_DECREF($it)
    return NULL
  }
  if ($maxval === NULL) {
    if (defaultval !== 0) $maxitem = Py_NewRef(defaultval)
    else PyErr_SetString(PyExc_ValueError, `${name}() arg is an empty sequence`)
  } else Py_DECREF($maxval)
  Py_DECREF($it)
  return $maxitem
}
export function builtin_min(_m: Ref, args: Ref, kwds: Ref): Own {
  return min_max(args, kwds, Py.LT)
}
export function builtin_max(_m: Ref, args: Ref, kwds: Ref): Own {
  return min_max(args, kwds, Py.GT)
}

export function builtin_sorted(_m: Ref, args: number, nargs: number, kwnames: Ref): Own {
  // the positional argument is checked here; the keywords are sort's own
  if (!_PyArg_CheckPositional("sorted", nargs, 1, 1)) return NULL
  const $list = PySequence_List(ptr(args))
  if ($list === NULL) return NULL
  const $sort = PyObject_GetAttr($list, ID("sort"))
  if ($sort === NULL) {
    Py_DECREF($list)
    return NULL
  }
  const $v = PyObject_Vectorcall($sort, args + 8, nargs - 1, kwnames)
  Py_DECREF($sort)
  if ($v === NULL) {
    Py_DECREF($list)
    return NULL
  }
  Py_DECREF($v)
  return $list
}

const sumParser = argParser("sum", ["", "start"])

/** An exact int (or bool) that fits one digit or 53 bits: its value; NaN otherwise. */
function safeInt(op: Ref): number {
  const size = Py_SIZE(op)
  if (size >= -1 && size <= 1) return size * i32[(op + PyLongObject.ob_digit) >> 2]
  if (size < -2 || size > 2) return NaN
  return PyLong_AsLongLong(op)
}

export function builtin_sum(_m: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const at = _PyArg_UnpackKeywords(args, nargs, 0, kwnames, sumParser, 1, 2, 0)
  if (at === 0) return NULL
  const start = ptr(at + 8)
  const $it = PyObject_GetIter(ptr(at))
  if ($it === NULL) return NULL
  if (start !== 0) {
    const kind = PyUnicode_Check(start)
      ? "strings [use ''"
      : PyBytes_Check(start)
        ? "bytes [use b''"
        : PyByteArray_Check(start)
          ? "bytearray [use b''"
          : ""
    if (kind !== "") {
      Py_DECREF($it)
      return PyErr_SetString(PyExc_TypeError, `sum() can't sum ${kind}.join(seq) instead]`)
    }
  }
  const $result = sumItems($it, start === 0 ? PyLong_FromLong(0) : Py_NewRef(start))
  Py_DECREF($it)
  return $result
}

/** Adds while the sum is a small int, then while it is a float, then in general. `$result` is consumed. */
function sumItems(it: Ref, $result: Own): Own {
  if (Py_TYPE($result) === PyLong_Type && !Number.isNaN(safeInt($result))) {
    let sum = safeInt($result)
    Py_DECREF($result)
    for (;;) {
      const $item = PyIter_Next(it)
      if ($item === NULL) return PyErr_Occurred() !== 0 ? NULL : PyLong_FromLong(sum)
      const type = Py_TYPE($item)
      if (type === PyLong_Type || type === PyBool_Type) {
        const next = sum + safeInt($item)
        if (Number.isSafeInteger(next)) {
          sum = next
          Py_DECREF($item)
          continue
        }
      }
      const $sum = PyLong_FromLong(sum)
      $result = $sum === NULL ? NULL : PyNumber_Add($sum, $item)
      Py_XDECREF($sum)
      Py_DECREF($item)
      if ($result === NULL) return NULL
      break
    }
  }
  if (Py_TYPE($result) === PyFloat_Type) {
    let sum = PyFloat_AS_DOUBLE($result)
    Py_DECREF($result)
    for (;;) {
      const $item = PyIter_Next(it)
      if ($item === NULL) return PyErr_Occurred() !== 0 ? NULL : PyFloat_FromDouble(sum)
      if (Py_TYPE($item) === PyFloat_Type) {
        sum += PyFloat_AS_DOUBLE($item)
        Py_DECREF($item)
        continue
      }
      const value = PyLong_Check($item) ? safeInt($item) : NaN
      if (!Number.isNaN(value)) {
        sum += value
        Py_DECREF($item)
        continue
      }
      const $sum = PyFloat_FromDouble(sum)
      $result = $sum === NULL ? NULL : PyNumber_Add($sum, $item)
      Py_XDECREF($sum)
      Py_DECREF($item)
      if ($result === NULL) return NULL
      break
    }
  }
  for (;;) {
    const $item = PyIter_Next(it)
    if ($item === NULL) {
      if (PyErr_Occurred() === 0) return $result
      Py_DECREF($result)
      return NULL
    }
    const $next = PyNumber_Add($result, $item)
    Py_DECREF($result)
    Py_DECREF($item)
    if ($next === NULL) return NULL
    $result = $next
  }
}
