import { ptr } from "../../heap/access.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_SIZE } from "../../heap/refcount.ts"
import { _PyNumber_Index, PyNumber_Absolute, PyNumber_Index } from "../../objects/abstract.ts"
import { PyErr_NoMemory, PyErr_Occurred, PyErr_SetString } from "../../objects/errors.ts"
import { _PyArg_CheckPositional } from "../../objects/getargs.ts"
import {
  _PyLong_GCD,
  _PyLong_NumBits,
  _PyLong_Sign,
  bigGcd,
  bigOf,
  doubleOf,
  longOverflow,
  PyLong_AsLongAndOverflow,
  PyLong_FromBigInt,
  PyLong_FromLong,
  smallInt,
} from "../../objects/longobject.ts"
import { Py_None, PyExc_OverflowError, PyExc_ValueError } from "../../objects/statictypes.ts"

// Modules/mathmodule.c: gcd, lcm, isqrt, factorial, perm, comb.

/** The absolute value of a lone argument. */
function absOfIndex(arg: Ref): Own {
  const $x = PyNumber_Index(arg)
  if ($x === NULL) return NULL
  const $r = PyNumber_Absolute($x)
  Py_DECREF($x)
  return $r
}

export function math_gcd(_m: Ref, args: number, nargs: number): Own {
  if (nargs === 0) return PyLong_FromLong(0)
  if (nargs === 1) return absOfIndex(ptr(args))
  let $res = PyNumber_Index(ptr(args))
  if ($res === NULL) return NULL
  for (let i = 1; i < nargs; i++) {
    const $x = _PyNumber_Index(ptr(args + 8 * i))
    if ($x === NULL) {
      Py_DECREF($res)
      return NULL
    }
    if ($res !== smallInt(1)) {
      const $g = _PyLong_GCD($res, $x)
      Py_DECREF($res)
      $res = $g
    }
    Py_DECREF($x)
    if ($res === NULL) return NULL
  }
  return $res
}

function lcm(a: Ref, b: Ref): Own {
  if (Py_SIZE(a) === 0 || Py_SIZE(b) === 0) return PyLong_FromLong(0)
  const x = bigOf(a)
  const y = bigOf(b)
  const m = (x / bigGcd(x, y)) * y
  return PyLong_FromBigInt(m < 0n ? -m : m)
}
export function math_lcm(_m: Ref, args: number, nargs: number): Own {
  if (nargs === 0) return PyLong_FromLong(1)
  if (nargs === 1) return absOfIndex(ptr(args))
  let $res = PyNumber_Index(ptr(args))
  if ($res === NULL) return NULL
  for (let i = 1; i < nargs; i++) {
    const $x = PyNumber_Index(ptr(args + 8 * i))
    if ($x === NULL) {
      Py_DECREF($res)
      return NULL
    }
    if ($res !== smallInt(0)) {
      const $l = lcm($res, $x)
      Py_DECREF($res)
      $res = $l
    }
    Py_DECREF($x)
    if ($res === NULL) return NULL
  }
  return $res
}

function bigSqrt(n: bigint, bits: number): bigint {
  if (bits <= 100) {
    let a = BigInt(Math.floor(Math.sqrt(Number(n))))
    while (a * a > n) a--
    while ((a + 1n) * (a + 1n) <= n) a++
    return a
  }
  // the root of the top half, then one step of Newton's
  const k = BigInt(Math.floor((bits - 1) / 4))
  const a = bigSqrt(n >> (2n * k), bits - 2 * Number(k))
  let b = (a << (k - 1n)) + (n >> (k + 1n)) / a
  while (b * b > n) b--
  return b
}
export function math_isqrt(_m: Ref, arg: Ref): Own {
  const $n = _PyNumber_Index(arg)
  if ($n === NULL) return NULL
  let $r: Own
  const bits = _PyLong_NumBits($n)
  if (_PyLong_Sign($n) < 0) $r = PyErr_SetString(PyExc_ValueError, "isqrt() argument must be nonnegative")
  else if (bits <= 52) $r = PyLong_FromLong(Math.floor(Math.sqrt(doubleOf($n))))
  else $r = PyLong_FromBigInt(bigSqrt(bigOf($n), bits))
  Py_DECREF($n)
  return $r
}

/** lo * (lo + 1) * … * hi, split in halves so that the factors stay of one size. */
function product(lo: bigint, hi: bigint): bigint {
  if (hi - lo < 16n) {
    let r = lo
    for (let i = lo + 1n; i <= hi; i++) r *= i
    return r
  }
  const mid = (lo + hi) >> 1n
  return product(lo, mid) * product(mid + 1n, hi)
}

export function math_factorial(_m: Ref, arg: Ref): Own {
  const x = PyLong_AsLongAndOverflow(arg)
  if (x === -1 && longOverflow === 0 && PyErr_Occurred()) return NULL
  if (longOverflow === 1) return PyErr_SetString(PyExc_OverflowError, "factorial() argument should not exceed 9223372036854775807")
  if (longOverflow === -1 || x < 0) return PyErr_SetString(PyExc_ValueError, "factorial() not defined for negative values")
  if (x < 2) return PyLong_FromLong(1)
  if (x > 50000000) return PyErr_NoMemory()
  return PyLong_FromBigInt(product(1n, BigInt(x)))
}

function negative(name: string): Own {
  return PyErr_SetString(PyExc_ValueError, `${name} must be a non-negative integer`)
}

/** Two owned ints, or NULL with the error set. */
let $n: Own = NULL
let $k: Own = NULL
function indexes(n: Ref, k: Ref): boolean {
  const $a = PyNumber_Index(n)
  if ($a === NULL) return false
  const $b = PyNumber_Index(k)
  if ($b === NULL) {
    Py_DECREF($a)
    return false
  }
  $n = $a
  $k = $b
  return true
}

export function math_perm(m: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("perm", nargs, 1, 2)) return NULL
  const karg = nargs < 2 ? Py_None : ptr(args + 8)
  if (karg === Py_None) return math_factorial(m, ptr(args))
  if (!indexes(ptr(args), karg)) return NULL
  const [$a, $b] = [$n, $k]
  const $r = perm($a, $b)
  Py_DECREF($a)
  Py_DECREF($b)
  return $r
}
function perm(n: Ref, k: Ref): Own {
  if (_PyLong_Sign(n) < 0) return negative("n")
  if (_PyLong_Sign(k) < 0) return negative("k")
  const x = bigOf(n)
  const y = bigOf(k)
  if (x < y) return PyLong_FromLong(0)
  if (y > 9223372036854775807n) return PyErr_SetString(PyExc_OverflowError, "k must not exceed 9223372036854775807")
  if (y === 0n) return PyLong_FromLong(1)
  if (y === 1n) return Py_NewRef(n)
  return PyLong_FromBigInt(product(x - y + 1n, x))
}

export function math_comb(_m: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("comb", nargs, 2, 2)) return NULL
  if (!indexes(ptr(args), ptr(args + 8))) return NULL
  const [$a, $b] = [$n, $k]
  const $r = comb($a, $b)
  Py_DECREF($a)
  Py_DECREF($b)
  return $r
}
function comb(n: Ref, k: Ref): Own {
  if (_PyLong_Sign(n) < 0) return negative("n")
  if (_PyLong_Sign(k) < 0) return negative("k")
  const x = bigOf(n)
  let y = bigOf(k)
  if (y > x) return PyLong_FromLong(0)
  if (x - y < y) y = x - y
  if (y > 9223372036854775807n) return PyErr_SetString(PyExc_OverflowError, "min(n - k, k) must not exceed 9223372036854775807")
  if (y === 0n) return PyLong_FromLong(1)
  if (y === 1n) return Py_NewRef(n)
  return PyLong_FromBigInt(product(x - y + 1n, x) / product(1n, y))
}
