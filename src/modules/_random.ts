import { randomFillSync } from "node:crypto"
import { ptr, setssize } from "../heap/access.ts"
import { PyTupleObject } from "../heap/layout.ts"
import { PyMem_Free, PyMem_Malloc } from "../heap/obmalloc.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_TYPE } from "../heap/refcount.ts"
import { hashHi } from "../heap/int64.ts"
import { i32, u32 } from "../heap/views.ts"
import { defineModule, definePrivateType } from "../objects/define.ts"
import { PyErr_NoMemory, PyErr_Occurred, PyErr_SetString } from "../objects/errors.ts"
import { PyFloat_FromDouble } from "../objects/floatobject.ts"
import { tp_free } from "../objects/freelists.ts"
import { _PyArg_CheckPositional, _PyArg_NoKeywords } from "../objects/getargs.ts"
import {
  _PyLong_AsByteArray,
  _PyLong_AsInt,
  _PyLong_FromByteArray,
  _PyLong_NumBits,
  long_abs,
  longWords,
  PyLong_AsLong,
  PyLong_AsUnsignedLong,
  PyLong_Check,
  PyLong_FromLong,
  PyLong_FromUint64,
} from "../objects/longobject.ts"
import { PyModule_AddObjectRef } from "../objects/moduleobject.ts"
import { PyObject_GenericGetAttr, PyObject_Hash } from "../objects/object.ts"
import { METH, TPFLAGS } from "../objects/slots.ts"
import { Py_None, PyExc_TypeError, PyExc_ValueError } from "../objects/statictypes.ts"
import { PyTuple_Check, PyTuple_GET_ITEM, PyTuple_GET_SIZE, PyTuple_New, PyTuple_SET_ITEM } from "../objects/tupleobject.ts"
import { PyType_GenericNew } from "../objects/typeobject.ts"

// Modules/_randommodule.c: the Mersenne Twister MT19937 (Makoto Matsumoto and Takuji Nishimura, 2002).

const N = 624
const M = 397

/** index: next word of the state to use, N when all are used up. */
const enum RandomObject {
  index = 16,
  state = 20,
  SIZE = 2520,
}

function genrand(self: Ref): number {
  const mt = (self + RandomObject.state) >> 2
  const at = (self + RandomObject.index) >> 2
  if (i32[at] >= N) {
    for (let k = 0; k < N; k++) {
      const y = (i32[mt + k] & 0x80000000) | (i32[mt + ((k + 1) % N)] & 0x7fffffff)
      i32[mt + k] = i32[mt + ((k + M) % N)] ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0)
    }
    i32[at] = 0
  }
  let y = i32[mt + i32[at]++]
  y ^= y >>> 11
  y ^= (y << 7) & 0x9d2c5680
  y ^= (y << 15) & 0xefc60000
  y ^= y >>> 18
  return y >>> 0
}

function init_genrand(self: Ref, s: number): void {
  const mt = (self + RandomObject.state) >> 2
  i32[mt] = s
  for (let i = 1; i < N; i++) {
    const p = i32[mt + i - 1]
    i32[mt + i] = Math.imul(1812433253, p ^ (p >>> 30)) + i
  }
  i32[(self + RandomObject.index) >> 2] = N
}

/** Seed from the `n` words at `key`. */
function init_by_array(self: Ref, key: Uint32Array): void {
  const mt = (self + RandomObject.state) >> 2
  init_genrand(self, 19650218)
  let i = 1
  let j = 0
  for (let k = Math.max(N, key.length); k > 0; k--) {
    const p = i32[mt + i - 1]
    i32[mt + i] = (i32[mt + i] ^ Math.imul(p ^ (p >>> 30), 1664525)) + key[j] + j
    i++
    j++
    if (i >= N) {
      i32[mt] = i32[mt + N - 1]
      i = 1
    }
    if (j >= key.length) j = 0
  }
  for (let k = N - 1; k > 0; k--) {
    const p = i32[mt + i - 1]
    i32[mt + i] = (i32[mt + i] ^ Math.imul(p ^ (p >>> 30), 1566083941)) - i
    i++
    if (i >= N) {
      i32[mt] = i32[mt + N - 1]
      i = 1
    }
  }
  i32[mt] = 0x80000000
}

function random_seed(self: Ref, arg: Ref): number {
  if (arg === NULL || arg === Py_None) {
    init_by_array(self, randomFillSync(new Uint32Array(N)))
    return 0
  }
  let $n: Own
  if (PyLong_Check(arg)) $n = long_abs(arg)
  else {
    const lo = PyObject_Hash(arg)
    const hi = hashHi
    if (lo === -1 && hi === -1) return -1
    $n = PyLong_FromUint64(lo, hi)
  }
  if ($n === NULL) return -1
  const bits = _PyLong_NumBits($n)
  const words = bits === 0 ? 1 : Math.floor((bits - 1) / 32) + 1
  const key = PyMem_Malloc(words * 4)
  if (key === 0) {
    Py_DECREF($n)
    PyErr_NoMemory()
    return -1
  }
  const r = _PyLong_AsByteArray($n, key, words * 4, true, false)
  if (r === 0) init_by_array(self, u32.slice(key >> 2, (key >> 2) + words))
  Py_DECREF($n)
  PyMem_Free(key)
  return r
}

function random_random(self: Ref): Own {
  const a = genrand(self) >>> 5
  const b = genrand(self) >>> 6
  return PyFloat_FromDouble((a * 67108864 + b) * (1 / 9007199254740992))
}

function random_seed_method(self: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("seed", nargs, 0, 1)) return NULL
  return random_seed(self, nargs > 0 ? ptr(args) : Py_None) < 0 ? NULL : Py_NewRef(Py_None)
}

function random_getstate(self: Ref): Own {
  const $t = PyTuple_New(N + 1)
  if ($t === NULL) return NULL
  for (let i = 0; i <= N; i++) {
    const v = i < N ? u32[((self + RandomObject.state) >> 2) + i] : i32[(self + RandomObject.index) >> 2]
    const $v = PyLong_FromLong(v)
    if ($v === NULL) {
      Py_DECREF($t)
      return NULL
    }
    PyTuple_SET_ITEM($t, i, $v)
  }
  return $t
}

function random_setstate(self: Ref, state: Ref): Own {
  if (!PyTuple_Check(state)) return PyErr_SetString(PyExc_TypeError, "state vector must be a tuple")
  if (PyTuple_GET_SIZE(state) !== N + 1) return PyErr_SetString(PyExc_ValueError, "state vector is the wrong size")
  const words = new Int32Array(N)
  for (let i = 0; i < N; i++) {
    const item = PyTuple_GET_ITEM(state, i)
    const v = PyLong_AsUnsignedLong(item)
    if (v === -1 && PyErr_Occurred()) return NULL
    words[i] = longWords(item)
  }
  const index = PyLong_AsLong(PyTuple_GET_ITEM(state, N))
  if (index === -1 && PyErr_Occurred()) return NULL
  if (index < 0 || index > N) return PyErr_SetString(PyExc_ValueError, "invalid state")
  i32[(self + RandomObject.index) >> 2] = index
  i32.set(words, (self + RandomObject.state) >> 2)
  return Py_NewRef(Py_None)
}

function random_getrandbits(self: Ref, arg: Ref): Own {
  let k = _PyLong_AsInt(arg)
  if (k === -1 && PyErr_Occurred()) return NULL
  if (k < 0) return PyErr_SetString(PyExc_ValueError, "number of bits must be non-negative")
  if (k === 0) return PyLong_FromLong(0)
  if (k <= 32) return PyLong_FromLong(genrand(self) >>> (32 - k))
  const words = Math.floor((k - 1) / 32) + 1
  const array = PyMem_Malloc(words * 4)
  if (array === 0) return PyErr_NoMemory()
  for (let i = 0; i < words; i++, k -= 32) {
    let r = genrand(self)
    if (k < 32) r >>>= 32 - k
    u32[(array >> 2) + i] = r
  }
  const $r = _PyLong_FromByteArray(array, words * 4, true, false)
  PyMem_Free(array)
  return $r
}

function random_init(self: Ref, args: Ref, kwds: Ref): number {
  const type = Py_TYPE(self)
  if ((type === Random_Type || ptr(type + 296) === ptr(Random_Type + 296)) && !_PyArg_NoKeywords("Random", kwds)) return -1
  const n = PyTuple_GET_SIZE(args)
  if (n > 1) {
    PyErr_SetString(PyExc_TypeError, "Random() requires 0 or 1 argument")
    return -1
  }
  return random_seed(self, n === 1 ? ptr(args + PyTupleObject.ob_item) : NULL)
}

function random_new(type: Ref, args: Ref, kwds: Ref): Own {
  const $self = PyType_GenericNew(type, args, kwds)
  if ($self !== NULL) setssize($self + RandomObject.index, N)
  return $self
}
function random_dealloc(self: Ref): void {
  tp_free(self)
}

const Random_Type = definePrivateType({
  name: "_random.Random",
  basicsize: RandomObject.SIZE,
  flags: TPFLAGS.DEFAULT | TPFLAGS.BASETYPE,
  doc: "Random() -> create a random number generator with its own internal state.",
  dealloc: random_dealloc,
  getattro: PyObject_GenericGetAttr,
  init: random_init,
  new: random_new,
  methods: [
    ["random", random_random, METH.NOARGS, "($self, /)\n--\n\nrandom() -> x in the interval [0, 1)."],
    ["seed", random_seed_method, METH.FASTCALL, "($self, n=None, /)\n--\n\nseed([n]) -> None. Without n, the system's entropy is used."],
    ["getstate", random_getstate, METH.NOARGS, "($self, /)\n--\n\ngetstate() -> tuple containing the current state."],
    ["setstate", random_setstate, METH.O, "($self, state, /)\n--\n\nsetstate(state) -> None.  Restores generator state."],
    ["getrandbits", random_getrandbits, METH.O, "($self, k, /)\n--\n\ngetrandbits(k) -> x.  Generates an int with k random bits."],
  ],
})

function random_exec(module: Ref): number {
  return PyModule_AddObjectRef(module, "Random", Random_Type)
}

defineModule({
  name: "_random",
  doc: "Module implements the Mersenne Twister random number generator.",
  exec: random_exec,
})
