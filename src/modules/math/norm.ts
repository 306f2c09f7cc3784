import { frexp, frexpExp, ldexp } from "../../base/double.ts"
import { ptr } from "../../heap/access.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_NewRef } from "../../heap/refcount.ts"
import { PyIter_Next, PyNumber_Multiply, PyObject_GetIter, PySequence_Tuple } from "../../objects/abstract.ts"
import { PyErr_Occurred, PyErr_SetString } from "../../objects/errors.ts"
import { PyFloat_AS_DOUBLE, PyFloat_CheckExact, PyFloat_FromDouble } from "../../objects/floatobject.ts"
import { _PyArg_CheckPositional, _PyArg_UnpackKeywords, argParser } from "../../objects/getargs.ts"
import { longOverflow, PyLong_AsLongAndOverflow, PyLong_CheckExact, PyLong_FromLong, smallInt } from "../../objects/longobject.ts"
import { PyExc_OverflowError, PyExc_ValueError } from "../../objects/statictypes.ts"
import { PyTuple_Check, PyTuple_GET_ITEM, PyTuple_GET_SIZE } from "../../objects/tupleobject.ts"
import { doubleOk, toDouble } from "./functions.ts"

// Modules/mathmodule.c: hypot, dist, fsum, prod.

const T27 = 134217729

/** sqrt of the sum of squares, nearly always correctly rounded. `max`: the largest of the (non-negative) values. */
function vector_norm(vec: readonly number[], max: number, foundNan: boolean): number {
  const n = vec.length
  if (max === Infinity) return max
  if (foundNan) return NaN
  if (max === 0 || n <= 1) return max
  let csum = 1
  let frac1 = 0
  let frac2 = 0
  let frac3 = 0
  frexp(max)
  const e = frexpExp
  if (e < -1023) {
    for (const v of vec) {
      const x = (v / max) * (v / max)
      const old = csum
      csum += x
      frac1 += old - csum + x
    }
    return max * Math.sqrt(csum - 1 + frac1)
  }
  const scale = ldexp(1, -e)
  for (const v of vec) {
    let x = v * scale
    let t = x * T27
    const hi = t - (t - x)
    const lo = x - hi
    x = hi * hi
    t = csum
    csum += x
    frac1 += t - csum + x
    x = 2 * hi * lo
    t = csum
    csum += x
    frac2 += t - csum + x
    frac3 += lo * lo
  }
  const h = Math.sqrt(csum - 1 + (frac1 + frac2 + frac3))
  let t = h * T27
  const hi = t - (t - h)
  const lo = h - hi
  let x = -hi * hi
  t = csum
  csum += x
  frac1 += t - csum + x
  x = -2 * hi * lo
  t = csum
  csum += x
  frac2 += t - csum + x
  x = -lo * lo
  t = csum
  csum += x
  frac3 += t - csum + x
  x = csum - 1 + (frac1 + frac2 + frac3)
  return (h + x / (2 * h)) / scale
}

export function math_hypot(_m: Ref, args: number, nargs: number): Own {
  const vec: number[] = []
  let max = 0
  let nan = false
  for (let i = 0; i < nargs; i++) {
    const x = Math.abs(toDouble(ptr(args + 8 * i)))
    if (!doubleOk) return NULL
    vec.push(x)
    if (x !== x) nan = true
    if (x > max) max = x
  }
  return PyFloat_FromDouble(vector_norm(vec, max, nan))
}

function norm(p: Ref, q: Ref): Own {
  const n = PyTuple_GET_SIZE(p)
  if (n !== PyTuple_GET_SIZE(q)) return PyErr_SetString(PyExc_ValueError, "both points must have the same number of dimensions")
  const vec: number[] = []
  let max = 0
  let nan = false
  for (let i = 0; i < n; i++) {
    const a = toDouble(PyTuple_GET_ITEM(p, i))
    if (!doubleOk) return NULL
    const b = toDouble(PyTuple_GET_ITEM(q, i))
    if (!doubleOk) return NULL
    const x = Math.abs(a - b)
    vec.push(x)
    if (x !== x) nan = true
    if (x > max) max = x
  }
  return PyFloat_FromDouble(vector_norm(vec, max, nan))
}
export function math_dist(_m: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("dist", nargs, 2, 2)) return NULL
  const $p = PyTuple_Check(ptr(args)) ? Py_NewRef(ptr(args)) : PySequence_Tuple(ptr(args))
  if ($p === NULL) return NULL
  const $q = PyTuple_Check(ptr(args + 8)) ? Py_NewRef(ptr(args + 8)) : PySequence_Tuple(ptr(args + 8))
  let $r: Own = NULL
  if ($q !== NULL) {
    $r = norm($p, $q)
    Py_DECREF($q)
  }
  Py_DECREF($p)
  return $r
}

export function math_fsum(_m: Ref, seq: Ref): Own {
  const $it = PyObject_GetIter(seq)
  if ($it === NULL) return NULL
  const $r = fsum($it)
  Py_DECREF($it)
  return $r
}

/** Shewchuk's exact partial sums, rounded once at the end. */
function fsum(it: Ref): Own {
  const p: number[] = []
  let special = 0
  let inf = 0
  for (;;) {
    const $item = PyIter_Next(it)
    if ($item === NULL) {
      if (PyErr_Occurred()) return NULL
      break
    }
    let x = toDouble($item)
    const ok = doubleOk
    Py_DECREF($item)
    if (!ok) return NULL
    const saved = x
    let i = 0
    for (let j = 0; j < p.length; j++) {
      let y = p[j]
      if (Math.abs(x) < Math.abs(y)) {
        const t = x
        x = y
        y = t
      }
      const hi = x + y
      const lo = y - (hi - x)
      if (lo !== 0) p[i++] = lo
      x = hi
    }
    p.length = i
    if (x !== 0) {
      if (!Number.isFinite(x)) {
        if (Number.isFinite(saved)) return PyErr_SetString(PyExc_OverflowError, "intermediate overflow in fsum")
        if (saved === saved) inf += saved
        special += saved
        p.length = 0
      } else p.push(x)
    }
  }
  if (special !== 0) {
    if (inf !== inf) return PyErr_SetString(PyExc_ValueError, "-inf + inf in fsum")
    return PyFloat_FromDouble(special)
  }
  let n = p.length
  let hi = 0
  let lo = 0
  if (n > 0) {
    hi = p[--n]
    while (n > 0) {
      const x = hi
      const y = p[--n]
      hi = x + y
      lo = y - (hi - x)
      if (lo !== 0) break
    }
    if (n > 0 && ((lo < 0 && p[n - 1] < 0) || (lo > 0 && p[n - 1] > 0))) {
      const y = lo * 2
      const x = hi + y
      if (y === x - hi) hi = x
    }
  }
  return PyFloat_FromDouble(hi)
}

const prodParser = argParser("prod", ["", "start"])

export function math_prod(_m: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const a = _PyArg_UnpackKeywords(args, nargs, 0, kwnames, prodParser, 1, 1, 0)
  if (a === 0) return NULL
  const start = ptr(a + 8)
  const $it = PyObject_GetIter(ptr(a))
  if ($it === NULL) return NULL
  const $r = prod($it, Py_NewRef(start === NULL ? smallInt(1) : start))
  Py_DECREF($it)
  return $r
}

/** Ints and floats are multiplied as numbers while they are exact ones of the running kind. Steals `$result`. */
function prod(it: Ref, $result: Own): Own {
  const step = ($item: Own): boolean => {
    const $t = PyNumber_Multiply($result, $item)
    Py_DECREF($result)
    Py_DECREF($item)
    $result = $t
    return $t !== NULL
  }
  if (PyLong_CheckExact($result)) {
    let r = PyLong_AsLongAndOverflow($result)
    if (longOverflow === 0 && Number.isSafeInteger(r)) {
      Py_DECREF($result)
      for (;;) {
        const $item = PyIter_Next(it)
        if ($item === NULL) return PyErr_Occurred() ? NULL : PyLong_FromLong(r === 0 ? 0 : r)
        if (PyLong_CheckExact($item)) {
          const b = PyLong_AsLongAndOverflow($item)
          if (longOverflow === 0 && Number.isSafeInteger(b) && Number.isSafeInteger(r * b)) {
            r *= b
            Py_DECREF($item)
            continue
          }
        }
        $result = PyLong_FromLong(r === 0 ? 0 : r)
        if ($result === NULL) {
          Py_DECREF($item)
          return NULL
        }
        if (!step($item)) return NULL
        break
      }
    }
  }
  if (PyFloat_CheckExact($result)) {
    let f = PyFloat_AS_DOUBLE($result)
    Py_DECREF($result)
    for (;;) {
      const $item = PyIter_Next(it)
      if ($item === NULL) return PyErr_Occurred() ? NULL : PyFloat_FromDouble(f)
      if (PyFloat_CheckExact($item)) {
        f *= PyFloat_AS_DOUBLE($item)
        Py_DECREF($item)
        continue
      }
      if (PyLong_CheckExact($item)) {
        const v = PyLong_AsLongAndOverflow($item)
        if (longOverflow === 0) {
          f *= v
          Py_DECREF($item)
          continue
        }
      }
      $result = PyFloat_FromDouble(f)
      if ($result === NULL) {
        Py_DECREF($item)
        return NULL
      }
      if (!step($item)) return NULL
      break
    }
  }
  for (;;) {
    const $item = PyIter_Next(it)
    if ($item === NULL) {
      if (!PyErr_Occurred()) return $result
      Py_DECREF($result)
      return NULL
    }
    if (!step($item)) return NULL
  }
}
