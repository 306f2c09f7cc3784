import { NULL, type Ref } from "../../heap/ref.ts"
import { i32, u8, u16 } from "../../heap/views.ts"
import { PyErr_SetString } from "../errors.ts"
import { typeName } from "../object.ts"
import { PyExc_TypeError } from "../statictypes.ts"
import { memeq, PyUnicode_Check, PyUnicode_DATA, PyUnicode_GET_LENGTH, PyUnicode_KIND, PyUnicode_READ } from "./core.ts"

// Finding, counting, matching: on the bytes. Needle and haystack may be of different kinds (the needle's the smaller).

type View = Uint8Array | Uint16Array | Int32Array

export function viewOf(kind: number): View {
  return kind === 1 ? u8 : kind === 2 ? u16 : i32
}
/** Index in the view of a buffer's first character. */
export function baseOf(kind: number, data: number): number {
  return kind === 1 ? data : kind === 2 ? data >> 1 : data >> 2
}

/** 0, or -1 with TypeError when `op` is no str. */
export function ensure_unicode(op: Ref): number {
  if (PyUnicode_Check(op)) return 0
  PyErr_SetString(PyExc_TypeError, `must be str, not ${typeName(op)}`)
  return -1
}

/** Index of `ch` among `n` characters at view index `a`, or -1. */
export function findchar(kind: number, data: number, n: number, ch: number, direction: number): number {
  if (kind === 1) {
    if (ch > 0xff) return -1
    if (direction > 0) {
      for (let i = data, e = data + n; i < e; i++) if (u8[i] === ch) return i - data
    } else for (let i = data + n - 1; i >= data; i--) if (u8[i] === ch) return i - data
    return -1
  }
  const v = viewOf(kind)
  const a = baseOf(kind, data)
  if (direction > 0) {
    for (let i = 0; i < n; i++) if (v[a + i] === ch) return i
  } else for (let i = n - 1; i >= 0; i--) if (v[a + i] === ch) return i
  return -1
}

/** stringlib/fastsearch.h: first occurrence of m >= 1 characters, or their count when `maxcount` >= 0. */
function search(hv: View, h: number, n: number, nv: View, p: number, m: number, maxcount: number): number {
  const w = n - m
  if (w < 0) return maxcount < 0 ? -1 : 0
  const mlast = m - 1
  const last = nv[p + mlast]
  let gap = mlast
  let mask = 1 << (last & 31)
  for (let i = 0; i < mlast; i++) {
    const c = nv[p + i]
    mask |= 1 << (c & 31)
    if (c === last) gap = mlast - i - 1
  }
  let count = 0
  for (let i = 0; i <= w; i++) {
    if (hv[h + i + mlast] === last) {
      let j = 0
      while (j < mlast && hv[h + i + j] === nv[p + j]) j++
      if (j === mlast) {
        if (maxcount < 0) return i
        if (++count === maxcount) return count
        i += mlast
        continue
      }
      if ((mask & (1 << (hv[h + i + m] & 31))) === 0) i += m
      else i += gap
    } else if ((mask & (1 << (hv[h + i + m] & 31))) === 0) i += m
  }
  return maxcount < 0 ? -1 : count
}
function rsearch(hv: View, h: number, n: number, nv: View, p: number, m: number): number {
  const mlast = m - 1
  const first = nv[p]
  let skip = mlast
  let mask = 1 << (first & 31)
  for (let i = mlast; i > 0; i--) {
    const c = nv[p + i]
    mask |= 1 << (c & 31)
    if (c === first) skip = i - 1
  }
  for (let i = n - m; i >= 0; i--) {
    if (hv[h + i] === first) {
      let j = mlast
      while (j > 0 && hv[h + i + j] === nv[p + j]) j--
      if (j === 0) return i
      if (i > 0 && (mask & (1 << (hv[h + i - 1] & 31))) === 0) i -= m
      else i -= skip
    } else if (i > 0 && (mask & (1 << (hv[h + i - 1] & 31))) === 0) i -= m
  }
  return -1
}

/** Position of the needle in the first `n` characters at `hd`, or -1. Empty needle: 0, or n backwards. */
export function findData(hk: number, hd: number, n: number, nk: number, nd: number, m: number, direction: number): number {
  if (m > n || nk > hk) return -1
  if (m === 0) return direction > 0 ? 0 : n
  if (m === 1) return findchar(hk, hd, n, PyUnicode_READ(nk, nd, 0), direction)
  const hv = viewOf(hk)
  const nv = viewOf(nk)
  if (direction > 0) return search(hv, baseOf(hk, hd), n, nv, baseOf(nk, nd), m, -1)
  return rsearch(hv, baseOf(hk, hd), n, nv, baseOf(nk, nd), m)
}
/** Non-overlapping occurrences, at most `maxcount` (n + 1 of an empty needle). */
export function countData(hk: number, hd: number, n: number, nk: number, nd: number, m: number, maxcount: number): number {
  if (n < 0 || nk > hk) return 0
  if (m === 0) return n < maxcount ? n + 1 : maxcount
  if (m > n || maxcount === 0) return 0
  if (m === 1) {
    const ch = PyUnicode_READ(nk, nd, 0)
    const v = viewOf(hk)
    let count = 0
    for (let i = baseOf(hk, hd), e = i + n; i < e; i++) if (v[i] === ch && ++count === maxcount) break
    return count
  }
  return search(viewOf(hk), baseOf(hk, hd), n, viewOf(nk), baseOf(nk, nd), m, maxcount)
}

/** Slice bounds after ADJUST_INDICES. */
export let adjStart = 0
export let adjEnd = 0
export function ADJUST_INDICES(start: number, end: number, len: number): void {
  if (end > len) end = len
  else if (end < 0) {
    end += len
    if (end < 0) end = 0
  }
  if (start < 0) {
    start += len
    if (start < 0) start = 0
  }
  adjStart = start
  adjEnd = end
}

export function any_find_slice(s1: Ref, s2: Ref, start: number, end: number, direction: number): number {
  const k1 = PyUnicode_KIND(s1)
  const k2 = PyUnicode_KIND(s2)
  if (k1 < k2) return -1
  const n2 = PyUnicode_GET_LENGTH(s2)
  ADJUST_INDICES(start, end, PyUnicode_GET_LENGTH(s1))
  const from = adjStart
  const n = adjEnd - from
  if (n < n2) return -1
  const r = findData(k1, PyUnicode_DATA(s1) + k1 * from, n, k2, PyUnicode_DATA(s2), n2, direction)
  return r < 0 ? -1 : from + r
}
/** Index, -1 if absent, -2 with an error. */
export function PyUnicode_Find(s: Ref, sub: Ref, start: number, end: number, direction: number): number {
  if (ensure_unicode(s) < 0 || ensure_unicode(sub) < 0) return -2
  return any_find_slice(s, sub, start, end, direction)
}
export function PyUnicode_FindChar(s: Ref, ch: number, start: number, end: number, direction: number): number {
  ADJUST_INDICES(start, end, PyUnicode_GET_LENGTH(s))
  const from = adjStart
  if (adjEnd - from < 1) return -1
  const kind = PyUnicode_KIND(s)
  const r = findchar(kind, PyUnicode_DATA(s) + kind * from, adjEnd - from, ch, direction)
  return r < 0 ? -1 : from + r
}
export function PyUnicode_Count(s: Ref, sub: Ref, start: number, end: number): number {
  if (ensure_unicode(s) < 0 || ensure_unicode(sub) < 0) return -1
  const k1 = PyUnicode_KIND(s)
  const k2 = PyUnicode_KIND(sub)
  if (k1 < k2) return 0
  const n2 = PyUnicode_GET_LENGTH(sub)
  ADJUST_INDICES(start, end, PyUnicode_GET_LENGTH(s))
  const n = adjEnd - adjStart
  if (n < n2) return 0
  return countData(k1, PyUnicode_DATA(s) + k1 * adjStart, n, k2, PyUnicode_DATA(sub), n2, 0x7fffffff)
}
/** 1, 0, or -1 with TypeError. */
export function PyUnicode_Contains(s: Ref, sub: Ref): number {
  if (!PyUnicode_Check(sub)) {
    PyErr_SetString(PyExc_TypeError, `'in <string>' requires string as left operand, not ${typeName(sub)}`)
    return -1
  }
  if (ensure_unicode(s) < 0) return -1
  return findData(
    PyUnicode_KIND(s),
    PyUnicode_DATA(s),
    PyUnicode_GET_LENGTH(s),
    PyUnicode_KIND(sub),
    PyUnicode_DATA(sub),
    PyUnicode_GET_LENGTH(sub),
    1,
  ) >= 0
    ? 1
    : 0
}
/** Does `sub` stand at the start (direction < 0) or the end (> 0) of s[start:end]? */
export function tailmatch(s: Ref, sub: Ref, start: number, end: number, direction: number): boolean {
  const m = PyUnicode_GET_LENGTH(sub)
  ADJUST_INDICES(start, end, PyUnicode_GET_LENGTH(s))
  const last = adjEnd - m
  if (last < adjStart) return false
  if (m === 0) return true
  const ks = PyUnicode_KIND(s)
  const ds = PyUnicode_DATA(s)
  const kp = PyUnicode_KIND(sub)
  const dp = PyUnicode_DATA(sub)
  const offset = direction > 0 ? last : adjStart
  if (PyUnicode_READ(ks, ds, offset) !== PyUnicode_READ(kp, dp, 0)) return false
  if (ks === kp) return memeq(ds + offset * ks, dp, m * ks)
  for (let i = 1; i < m; i++) if (PyUnicode_READ(ks, ds, offset + i) !== PyUnicode_READ(kp, dp, i)) return false
  return true
}
export function PyUnicode_Tailmatch(s: Ref, sub: Ref, start: number, end: number, direction: number): number {
  if (ensure_unicode(s) < 0 || ensure_unicode(sub) < 0) return -1
  return tailmatch(s, sub, start, end, direction) ? 1 : 0
}
/** True when the str holds U+0000. */
export function hasNull(op: Ref): boolean {
  return op !== NULL && findchar(PyUnicode_KIND(op), PyUnicode_DATA(op), PyUnicode_GET_LENGTH(op), 0, 1) >= 0
}
