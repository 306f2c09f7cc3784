import { memcpy, ptr, setptr, setssize, ssize } from "../heap/access.ts"
import { calloca, cstackMark, cstackReset } from "../heap/cstack.ts"
import { fn } from "../heap/fntable.ts"
import { PyASCIIObject, PyFloatObject, PyListObject, PyLongObject, PyTypeObject } from "../heap/layout.ts"
import { PyMem_Free, PyMem_Malloc } from "../heap/obmalloc.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_IS_TYPE, Py_NewRef, Py_SET_SIZE, Py_SIZE, Py_TYPE, Py_XDECREF } from "../heap/refcount.ts"
import { f64, i32, u8 } from "../heap/views.ts"
import { PyObject_CallOneArg } from "./call.ts"
import { PyErr_BadInternalCall, PyErr_NoMemory, PyErr_Occurred, PyErr_SetString } from "./errors.ts"
import { _PyArg_UnpackKeywords, argParser } from "./getargs.ts"
import { PyList_Check } from "./listobject.ts"
import { _PyLong_AsInt } from "./longobject.ts"
import { PyObject_IsTrue, PyObject_RichCompareBool } from "./object.ts"
import { Py, type richcmpfunc } from "./slots.ts"
import {
  Py_False,
  Py_None,
  Py_NotImplemented,
  Py_True,
  PyExc_ValueError,
  PyFloat_Type,
  PyLong_Type,
  PyTuple_Type,
  PyUnicode_Type,
} from "./statictypes.ts"
import { PyTuple_GET_ITEM } from "./tupleobject.ts"

// Objects/listobject.c: list.sort, the adaptive stable merge sort with powersort's merge order. The sequence of comparisons is
// CPython's, since every comparison may run Python code. A slice of keys may carry a parallel array of values; `valuesDelta` is the
// distance from a key's slot to its value's slot, 0 without values. Addresses of slots step by 8.

const MIN_GALLOP = 7
const MERGESTATE_TEMP_SIZE = 256

const enum Compare {
  safe,
  object,
  latin,
  long,
  float,
  tuple,
}

/** One running sort; sorts nest when a comparison sorts another list, so this is one object a sort (not an operation). */
class MergeState {
  minGallop = MIN_GALLOP
  n = 0
  /** Pending runs: address of their first key, length, power. */
  readonly base: number[] = []
  readonly len: number[] = []
  readonly power: number[] = []
  compare = Compare.safe
  tupleElemCompare = Compare.safe
  keyRichcompare = 0
  /** Temp memory for merges: keys, and values `tempDelta` behind them. */
  tempDelta = 0
  constructor(
    readonly hasValues: boolean,
    readonly listlen: number,
    readonly basekeys: number,
    /** From a key slot of the list to its value slot. */
    readonly valuesDelta: number,
    readonly temparray: number,
    public temp: number,
    public alloced: number,
  ) {}
}

export function reverse_slice(lo: number, hi: number): void {
  hi -= 8
  while (lo < hi) {
    const t = i32[lo >> 2]
    i32[lo >> 2] = i32[hi >> 2]
    i32[hi >> 2] = t
    lo += 8
    hi -= 8
  }
}

function unsafe_object_compare(ms: MergeState, v: Ref, w: Ref): number {
  if (ptr(Py_TYPE(v) + PyTypeObject.tp_richcompare) !== ms.keyRichcompare) return PyObject_RichCompareBool(v, w, Py.LT)
  const $res = fn<richcmpfunc>(ms.keyRichcompare)(v, w, Py.LT)
  if ($res === Py_NotImplemented) {
    Py_DECREF($res)
    return PyObject_RichCompareBool(v, w, Py.LT)
  }
  if ($res === NULL) return -1
  const res = $res === Py_True ? 1 : $res === Py_False ? 0 : PyObject_IsTrue($res)
  Py_DECREF($res)
  return res
}

/** Address of the characters of a compact one-byte string. */
function latinData(op: Ref): number {
  return (u8[op + PyASCIIObject.state] & 0x40) !== 0 ? op + 48 : (u8[op + PyASCIIObject.state] & 0x20) !== 0 ? op + 72 : ptr(op + 72)
}

function unsafe_latin_compare(v: Ref, w: Ref): number {
  const nv = i32[(v + PyASCIIObject.length) >> 2]
  const nw = i32[(w + PyASCIIObject.length) >> 2]
  const len = nv < nw ? nv : nw
  const a = latinData(v)
  const b = latinData(w)
  for (let i = 0; i < len; i++) {
    const d = u8[a + i] - u8[b + i]
    if (d !== 0) return d < 0 ? 1 : 0
  }
  return nv < nw ? 1 : 0
}

function smallLong(v: Ref): number {
  const n = Py_SIZE(v)
  if (n === 0) return 0
  const d = i32[(v + PyLongObject.ob_digit) >> 2]
  return n < 0 ? -d : d
}

function unsafe_tuple_compare(ms: MergeState, v: Ref, w: Ref): number {
  const vlen = Py_SIZE(v)
  const wlen = Py_SIZE(w)
  let i = 0
  for (; i < vlen && i < wlen; i++) {
    const k = PyObject_RichCompareBool(PyTuple_GET_ITEM(v, i), PyTuple_GET_ITEM(w, i), Py.EQ)
    if (k < 0) return -1
    if (k === 0) break
  }
  if (i >= vlen || i >= wlen) return vlen < wlen ? 1 : 0
  if (i === 0) return compareAs(ms, ms.tupleElemCompare, PyTuple_GET_ITEM(v, 0), PyTuple_GET_ITEM(w, 0))
  return PyObject_RichCompareBool(PyTuple_GET_ITEM(v, i), PyTuple_GET_ITEM(w, i), Py.LT)
}

function compareAs(ms: MergeState, how: Compare, v: Ref, w: Ref): number {
  switch (how) {
    case Compare.long:
      return smallLong(v) < smallLong(w) ? 1 : 0
    case Compare.latin:
      return unsafe_latin_compare(v, w)
    case Compare.float:
      return f64[(v + PyFloatObject.ob_fval) >> 3] < f64[(w + PyFloatObject.ob_fval) >> 3] ? 1 : 0
    case Compare.object:
      return unsafe_object_compare(ms, v, w)
    case Compare.tuple:
      return unsafe_tuple_compare(ms, v, w)
    default:
      return PyObject_RichCompareBool(v, w, Py.LT)
  }
}

/** v < w: 1, 0, or -1 with the error set. */
function ISLT(ms: MergeState, v: number, w: number): number {
  return compareAs(ms, ms.compare, v as Ref, w as Ref)
}

function at(a: number): number {
  return i32[a >> 2]
}

/** [lo, start) is sorted; insert the rest up to hi. */
function binarysort(ms: MergeState, lo: number, hi: number, start: number): number {
  if (lo === start) start += 8
  for (; start < hi; start += 8) {
    let l = lo
    let r = start
    const pivot = at(r)
    do {
      const p = l + (((r - l) >> 4) << 3)
      const k = ISLT(ms, pivot, at(p))
      if (k < 0) return -1
      if (k) r = p
      else l = p + 8
    } while (l < r)
    memcpy(l + 8, l, start - l)
    setptr(l, pivot)
    if (ms.hasValues) {
      const d = ms.valuesDelta
      const v = at(start + d)
      memcpy(l + d + 8, l + d, start - l)
      setptr(l + d, v)
    }
  }
  return 0
}

let descending = false

/** Length of the run that begins at lo; `descending` tells its direction. */
function count_run(ms: MergeState, lo: number, hi: number): number {
  descending = false
  lo += 8
  if (lo === hi) return 1
  let n = 2
  let k = ISLT(ms, at(lo), at(lo - 8))
  if (k < 0) return -1
  let down = false
  if (k) {
    down = true
    for (lo += 8; lo < hi; lo += 8, n++) {
      k = ISLT(ms, at(lo), at(lo - 8))
      if (k < 0) return -1
      if (!k) break
    }
  } else {
    for (lo += 8; lo < hi; lo += 8, n++) {
      k = ISLT(ms, at(lo), at(lo - 8))
      if (k < 0) return -1
      if (k) break
    }
  }
  descending = down
  return n
}

/** Where key belongs in the sorted a[0:n], before equal items; the search starts at hint. */
function gallop_left(ms: MergeState, key: number, a: number, n: number, hint: number): number {
  let lastofs = 0
  let ofs = 1
  const p = a + 8 * hint
  let k = ISLT(ms, at(p), key)
  if (k < 0) return -1
  if (k) {
    const maxofs = n - hint
    while (ofs < maxofs) {
      k = ISLT(ms, at(p + 8 * ofs), key)
      if (k < 0) return -1
      if (!k) break
      lastofs = ofs
      ofs = (ofs << 1) + 1
    }
    if (ofs > maxofs) ofs = maxofs
    lastofs += hint
    ofs += hint
  } else {
    const maxofs = hint + 1
    while (ofs < maxofs) {
      k = ISLT(ms, at(p - 8 * ofs), key)
      if (k < 0) return -1
      if (k) break
      lastofs = ofs
      ofs = (ofs << 1) + 1
    }
    if (ofs > maxofs) ofs = maxofs
    const t = lastofs
    lastofs = hint - ofs
    ofs = hint - t
  }
  lastofs++
  while (lastofs < ofs) {
    const m = lastofs + ((ofs - lastofs) >> 1)
    k = ISLT(ms, at(a + 8 * m), key)
    if (k < 0) return -1
    if (k) lastofs = m + 1
    else ofs = m
  }
  return ofs
}

/** The same, after equal items. */
function gallop_right(ms: MergeState, key: number, a: number, n: number, hint: number): number {
  let lastofs = 0
  let ofs = 1
  const p = a + 8 * hint
  let k = ISLT(ms, key, at(p))
  if (k < 0) return -1
  if (k) {
    const maxofs = hint + 1
    while (ofs < maxofs) {
      k = ISLT(ms, key, at(p - 8 * ofs))
      if (k < 0) return -1
      if (!k) break
      lastofs = ofs
      ofs = (ofs << 1) + 1
    }
    if (ofs > maxofs) ofs = maxofs
    const t = lastofs
    lastofs = hint - ofs
    ofs = hint - t
  } else {
    const maxofs = n - hint
    while (ofs < maxofs) {
      k = ISLT(ms, key, at(p + 8 * ofs))
      if (k < 0) return -1
      if (k) break
      lastofs = ofs
      ofs = (ofs << 1) + 1
    }
    if (ofs > maxofs) ofs = maxofs
    lastofs += hint
    ofs += hint
  }
  lastofs++
  while (lastofs < ofs) {
    const m = lastofs + ((ofs - lastofs) >> 1)
    k = ISLT(ms, key, at(a + 8 * m))
    if (k < 0) return -1
    if (k) ofs = m
    else lastofs = m + 1
  }
  return ofs
}

function merge_freemem(ms: MergeState): void {
  if (ms.temp !== ms.temparray) {
    PyMem_Free(ms.temp)
    ms.temp = 0
  }
}

function merge_getmem(ms: MergeState, need: number): number {
  if (need <= ms.alloced) return 0
  merge_freemem(ms)
  ms.temp = PyMem_Malloc((ms.hasValues ? 2 : 1) * need * 8)
  if (ms.temp === 0) {
    // merge_freemem must not free the scratch array nor nothing: it compares with temparray
    ms.temp = ms.temparray
    PyErr_NoMemory()
    return -1
  }
  ms.alloced = need
  if (ms.hasValues) ms.tempDelta = need * 8
  return 0
}

/** Copy n keys (and values) between slices whose value slots are sd and dd behind their keys. */
function copySlice(ms: MergeState, d: number, dd: number, s: number, sd: number, n: number): void {
  memcpy(d, s, 8 * n)
  if (ms.hasValues) memcpy(d + dd, s + sd, 8 * n)
}
function copyOne(ms: MergeState, d: number, dd: number, s: number, sd: number): void {
  i32[d >> 2] = i32[s >> 2]
  i32[(d >> 2) + 1] = 0
  if (ms.hasValues) {
    i32[(d + dd) >> 2] = i32[(s + sd) >> 2]
    i32[((d + dd) >> 2) + 1] = 0
  }
}

/** Merge two adjacent runs with na <= nb through a copy of the first. */
function merge_lo(ms: MergeState, ssa: number, na: number, ssb: number, nb: number): number {
  if (merge_getmem(ms, na) < 0) return -1
  const D = ms.valuesDelta
  const T = ms.tempDelta
  copySlice(ms, ms.temp, T, ssa, D, na)
  let dest = ssa
  ssa = ms.temp
  copyOne(ms, dest, D, ssb, D)
  dest += 8
  ssb += 8
  nb--
  let result = -1
  let minGallop = ms.minGallop
  merging: {
    copyB: {
      if (nb === 0) {
        result = 0
        break merging
      }
      if (na === 1) break copyB
      for (;;) {
        let acount = 0
        let bcount = 0
        // straightforward merge until one run wins consistently
        for (;;) {
          const k = ISLT(ms, at(ssb), at(ssa))
          if (k) {
            if (k < 0) break merging
            copyOne(ms, dest, D, ssb, D)
            dest += 8
            ssb += 8
            bcount++
            acount = 0
            if (--nb === 0) {
              result = 0
              break merging
            }
            if (bcount >= minGallop) break
          } else {
            copyOne(ms, dest, D, ssa, T)
            dest += 8
            ssa += 8
            acount++
            bcount = 0
            if (--na === 1) break copyB
            if (acount >= minGallop) break
          }
        }
        minGallop++
        do {
          if (minGallop > 1) minGallop--
          ms.minGallop = minGallop
          let k = gallop_right(ms, at(ssb), ssa, na, 0)
          acount = k
          if (k) {
            if (k < 0) break merging
            copySlice(ms, dest, D, ssa, T, k)
            dest += 8 * k
            ssa += 8 * k
            na -= k
            if (na === 1) break copyB
            // only with an inconsistent comparison
            if (na === 0) {
              result = 0
              break merging
            }
          }
          copyOne(ms, dest, D, ssb, D)
          dest += 8
          ssb += 8
          if (--nb === 0) {
            result = 0
            break merging
          }
          k = gallop_left(ms, at(ssa), ssb, nb, 0)
          bcount = k
          if (k) {
            if (k < 0) break merging
            copySlice(ms, dest, D, ssb, D, k)
            dest += 8 * k
            ssb += 8 * k
            nb -= k
            if (nb === 0) {
              result = 0
              break merging
            }
          }
          copyOne(ms, dest, D, ssa, T)
          dest += 8
          ssa += 8
          if (--na === 1) break copyB
        } while (acount >= MIN_GALLOP || bcount >= MIN_GALLOP)
        minGallop++
        ms.minGallop = minGallop
      }
    }
    // CopyB: the last of a belongs at the end
    copySlice(ms, dest, D, ssb, D, nb)
    copyOne(ms, dest + 8 * nb, D, ssa, T)
    return 0
  }
  if (na) copySlice(ms, dest, D, ssa, T, na)
  return result
}

/** Merge two adjacent runs with na > nb through a copy of the second, from the right. */
function merge_hi(ms: MergeState, ssa: number, na: number, ssb: number, nb: number): number {
  if (merge_getmem(ms, nb) < 0) return -1
  const D = ms.valuesDelta
  const T = ms.tempDelta
  let dest = ssb + 8 * (nb - 1)
  copySlice(ms, ms.temp, T, ssb, D, nb)
  const basea = ssa
  const baseb = ms.temp
  ssb = ms.temp + 8 * (nb - 1)
  ssa += 8 * (na - 1)
  copyOne(ms, dest, D, ssa, D)
  dest -= 8
  ssa -= 8
  na--
  let result = -1
  let minGallop = ms.minGallop
  merging: {
    copyA: {
      if (na === 0) {
        result = 0
        break merging
      }
      if (nb === 1) break copyA
      for (;;) {
        let acount = 0
        let bcount = 0
        for (;;) {
          const k = ISLT(ms, at(ssb), at(ssa))
          if (k) {
            if (k < 0) break merging
            copyOne(ms, dest, D, ssa, D)
            dest -= 8
            ssa -= 8
            acount++
            bcount = 0
            if (--na === 0) {
              result = 0
              break merging
            }
            if (acount >= minGallop) break
          } else {
            copyOne(ms, dest, D, ssb, T)
            dest -= 8
            ssb -= 8
            bcount++
            acount = 0
            if (--nb === 1) break copyA
            if (bcount >= minGallop) break
          }
        }
        minGallop++
        do {
          if (minGallop > 1) minGallop--
          ms.minGallop = minGallop
          let k = gallop_right(ms, at(ssb), basea, na, na - 1)
          if (k < 0) break merging
          k = na - k
          acount = k
          if (k) {
            dest -= 8 * k
            ssa -= 8 * k
            copySlice(ms, dest + 8, D, ssa + 8, D, k)
            na -= k
            if (na === 0) {
              result = 0
              break merging
            }
          }
          copyOne(ms, dest, D, ssb, T)
          dest -= 8
          ssb -= 8
          if (--nb === 1) break copyA
          k = gallop_left(ms, at(ssa), baseb, nb, nb - 1)
          if (k < 0) break merging
          k = nb - k
          bcount = k
          if (k) {
            dest -= 8 * k
            ssb -= 8 * k
            copySlice(ms, dest + 8, D, ssb + 8, T, k)
            nb -= k
            if (nb === 1) break copyA
            // only with an inconsistent comparison
            if (nb === 0) {
              result = 0
              break merging
            }
          }
          copyOne(ms, dest, D, ssa, D)
          dest -= 8
          ssa -= 8
          if (--na === 0) {
            result = 0
            break merging
          }
        } while (acount >= MIN_GALLOP || bcount >= MIN_GALLOP)
        minGallop++
        ms.minGallop = minGallop
      }
    }
    // CopyA: the first of b belongs at the front
    dest -= 8 * na
    ssa -= 8 * na
    copySlice(ms, dest + 8, D, ssa + 8, D, na)
    copyOne(ms, dest, D, ssb, T)
    return 0
  }
  if (nb) copySlice(ms, dest - 8 * (nb - 1), D, baseb, T, nb)
  return result
}

/** Merge pending runs i and i + 1. */
function merge_at(ms: MergeState, i: number): number {
  let ssa = ms.base[i]
  let na = ms.len[i]
  const ssb = ms.base[i + 1]
  let nb = ms.len[i + 1]
  ms.len[i] = na + nb
  if (i === ms.n - 3) {
    ms.base[i + 1] = ms.base[i + 2]
    ms.len[i + 1] = ms.len[i + 2]
    ms.power[i + 1] = ms.power[i + 2]
  }
  ms.n--
  const k = gallop_right(ms, at(ssb), ssa, na, 0)
  if (k < 0) return -1
  ssa += 8 * k
  na -= k
  if (na === 0) return 0
  nb = gallop_left(ms, at(ssa + 8 * (na - 1)), ssb, nb, nb - 1)
  if (nb <= 0) return nb
  return na <= nb ? merge_lo(ms, ssa, na, ssb, nb) : merge_hi(ms, ssa, na, ssb, nb)
}

/** Depth in the ideal merge tree of the boundary between runs [s1, s1 + n1) and the n2 items after it, of n. */
function powerloop(s1: number, n1: number, n2: number, n: number): number {
  let result = 0
  let a = 2 * s1 + n1
  let b = a + n1 + n2
  for (;;) {
    result++
    if (a >= n) {
      a -= n
      b -= n
    } else if (b >= n) break
    a *= 2
    b *= 2
  }
  return result
}

function found_new_run(ms: MergeState, n2: number): number {
  if (ms.n > 0) {
    const s1 = (ms.base[ms.n - 1] - ms.basekeys) / 8
    const power = powerloop(s1, ms.len[ms.n - 1], n2, ms.listlen)
    while (ms.n > 1 && ms.power[ms.n - 2] > power) {
      if (merge_at(ms, ms.n - 2) < 0) return -1
    }
    ms.power[ms.n - 1] = power
  }
  return 0
}

function merge_force_collapse(ms: MergeState): number {
  while (ms.n > 1) {
    let n = ms.n - 2
    if (n > 0 && ms.len[n - 1] < ms.len[n + 1]) n--
    if (merge_at(ms, n) < 0) return -1
  }
  return 0
}

function merge_compute_minrun(n: number): number {
  let r = 0
  while (n >= 64) {
    r |= n & 1
    n >>= 1
  }
  return n + r
}

/** Look at all keys once: may the comparisons skip their type checks? */
function chooseCompare(ms: MergeState, keys: number, n: number): void {
  const first = ptr(keys)
  let inTuples = Py_IS_TYPE(first, PyTuple_Type) && Py_SIZE(first) > 0
  const keyType = Py_TYPE(inTuples ? PyTuple_GET_ITEM(first, 0) : first)
  let sameType = true
  let latin = true
  let bounded = true
  for (let i = 0; i < n; i++) {
    const item = ptr(keys + 8 * i)
    if (inTuples && !(Py_IS_TYPE(item, PyTuple_Type) && Py_SIZE(item) !== 0)) {
      inTuples = false
      sameType = false
      break
    }
    const key = inTuples ? PyTuple_GET_ITEM(item, 0) : item
    if (!Py_IS_TYPE(key, keyType)) {
      sameType = false
      if (!inTuples) break
    }
    if (sameType) {
      if (keyType === PyLong_Type && bounded && Math.abs(Py_SIZE(key)) > 1) bounded = false
      else if (keyType === PyUnicode_Type && latin && ((u8[key + PyASCIIObject.state] >> 2) & 7) !== 1) latin = false
    }
  }
  let compare = Compare.safe
  if (sameType) {
    if (keyType === PyUnicode_Type && latin) compare = Compare.latin
    else if (keyType === PyLong_Type && bounded) compare = Compare.long
    else if (keyType === PyFloat_Type) compare = Compare.float
    else if ((ms.keyRichcompare = ptr(keyType + PyTypeObject.tp_richcompare)) !== 0) compare = Compare.object
  }
  if (inTuples) {
    ms.tupleElemCompare = keyType === PyTuple_Type ? Compare.safe : compare
    compare = Compare.tuple
  }
  ms.compare = compare
}

function reverseKeysAndValues(ms: MergeState, lo: number, n: number): void {
  reverse_slice(lo, lo + 8 * n)
  if (ms.hasValues) reverse_slice(lo + ms.valuesDelta, lo + ms.valuesDelta + 8 * n)
}

/** Sort n >= 2 keys at lo. 0 or -1. */
function mergeSort(ms: MergeState, lo: number, n: number): number {
  let remaining = n
  const minrun = merge_compute_minrun(n)
  do {
    let run = count_run(ms, lo, lo + 8 * remaining)
    if (run < 0) return -1
    if (descending) reverseKeysAndValues(ms, lo, run)
    if (run < minrun) {
      const force = remaining <= minrun ? remaining : minrun
      if (binarysort(ms, lo, lo + 8 * force, lo + 8 * run) < 0) return -1
      run = force
    }
    if (found_new_run(ms, run) < 0) return -1
    ms.base[ms.n] = lo
    ms.len[ms.n] = run
    ms.power[ms.n] = 0
    ms.n++
    lo += 8 * run
    remaining -= run
  } while (remaining)
  return merge_force_collapse(ms)
}

/** Owned None, or NULL with the error set. `keyfunc` NULL or None: the items are their own keys. */
export function list_sort_impl(self: Ref, keyfunc: Ref, reverse: boolean): Own {
  if (keyfunc === Py_None) keyfunc = NULL
  // The list is made empty while it is sorted, so that comparisons cannot touch the slots that move.
  const n = Py_SIZE(self)
  const items = ptr(self + PyListObject.ob_item)
  const allocated = ssize(self + PyListObject.allocated)
  Py_SET_SIZE(self, 0)
  setptr(self + PyListObject.ob_item, 0)
  setssize(self + PyListObject.allocated, -1)

  const mark = cstackMark()
  const temparray = calloca(MERGESTATE_TEMP_SIZE * 8)
  const result = sortItems(self, keyfunc, reverse, n, items, temparray)
  cstackReset(mark)

  const finalItems = ptr(self + PyListObject.ob_item)
  let i = Py_SIZE(self)
  Py_SET_SIZE(self, n)
  setptr(self + PyListObject.ob_item, items)
  setssize(self + PyListObject.allocated, allocated)
  if (finalItems !== 0) {
    while (--i >= 0) Py_XDECREF(ptr(finalItems + 8 * i))
    PyMem_Free(finalItems)
  }
  return result === 0 ? Py_NewRef(Py_None) : NULL
}

/** 0 or -1: sort the `n` saved items of `self`, which looks empty meanwhile. */
function sortItems(self: Ref, keyfunc: Ref, reverse: boolean, n: number, items: number, temparray: number): number {
  let keys = 0
  // few keys live behind the merge memory in the scratch array
  const onStack = n < MERGESTATE_TEMP_SIZE / 2
  if (keyfunc !== NULL) {
    if (onStack) keys = temparray + 8 * (n + 1)
    else {
      keys = PyMem_Malloc(8 * n)
      if (keys === 0) {
        PyErr_NoMemory()
        return -1
      }
    }
    for (let i = 0; i < n; i++) {
      const $key = PyObject_CallOneArg(keyfunc, ptr(items + 8 * i))
      if ($key === NULL) {
        for (i--; i >= 0; i--) Py_DECREF(ptr(keys + 8 * i))
        if (!onStack) PyMem_Free(keys)
        return -1
      }
      setptr(keys + 8 * i, $key)
    }
  }
  const hasValues = keys !== 0
  let alloced = MERGESTATE_TEMP_SIZE
  if (hasValues) alloced = Math.min((n + 1) >> 1, MERGESTATE_TEMP_SIZE / 2)
  const lo = hasValues ? keys : items
  const ms = new MergeState(hasValues, n, lo, hasValues ? items - keys : 0, temparray, temparray, alloced)
  ms.tempDelta = hasValues ? alloced * 8 : 0
  let result = 0
  if (n > 1) {
    chooseCompare(ms, lo, n)
    // reversing before and after keeps equal items in order
    if (reverse) {
      if (hasValues) reverse_slice(keys, keys + 8 * n)
      reverse_slice(items, items + 8 * n)
    }
    result = mergeSort(ms, lo, n)
  }
  if (hasValues) {
    for (let i = 0; i < n; i++) Py_DECREF(ptr(keys + 8 * i))
    if (!onStack) PyMem_Free(keys)
  }
  if (ssize(self + PyListObject.allocated) !== -1 && result === 0) {
    PyErr_SetString(PyExc_ValueError, "list modified during sort")
    result = -1
  }
  if (reverse && n > 1) reverse_slice(items, items + 8 * n)
  merge_freemem(ms)
  return result
}

export function PyList_Sort(v: Ref): number {
  if (v === NULL || !PyList_Check(v)) {
    PyErr_BadInternalCall()
    return -1
  }
  const $none = list_sort_impl(v, NULL, false)
  if ($none === NULL) return -1
  Py_DECREF($none)
  return 0
}

const sortParser = argParser("sort", ["key", "reverse"])

/** list.sort(*, key=None, reverse=False) */
export function list_sort(self: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const a = _PyArg_UnpackKeywords(args, nargs, 0, kwnames, sortParser, 0, 0, 0)
  if (a === 0) return NULL
  const key = ptr(a)
  const rev = ptr(a + 8)
  let reverse = 0
  if (rev !== 0) {
    reverse = _PyLong_AsInt(rev)
    if (reverse === -1 && PyErr_Occurred()) return NULL
  }
  return list_sort_impl(self, key, reverse !== 0)
}
