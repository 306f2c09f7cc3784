import { int32, ptr, setint32, setptr } from "../../heap/access.ts"
import { PyBytesObject, PyCodeObject } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_SIZE } from "../../heap/refcount.ts"
import { i32, u8, u16 } from "../../heap/views.ts"
import { PyMem_Malloc } from "../../heap/obmalloc.ts"
import { _PyBytes_FromSize, PyBytes_AS_STRING, PyBytes_FromJS, PyBytes_GET_SIZE } from "../bytesobject.ts"
import { PyErr_NoMemory } from "../errors.ts"

// Objects/codeobject.c, source locations: co_linetable is read entry by entry (Objects/locations.md).

/** Include/cpython/code.h: a cursor over a line table, in heap memory. `lo_next` points behind the entry described. */
export const enum PyCodeAddressRange {
  ar_start = 0, // int
  ar_end = 4, // int
  ar_line = 8, // int, -1: no line
  computed_line = 16, // int
  lo_next = 24, // const uint8_t *
  limit = 32, // const uint8_t *
  SIZE = 40,
}

const enum Info {
  ONE_LINE0 = 10,
  ONE_LINE1 = 11,
  ONE_LINE2 = 12,
  NO_COLUMNS = 13,
  LONG = 14,
  NONE = 15,
}

let varintEnd = 0

/** The number at `p`; `varintEnd` is the address behind it. */
function scan_varint(p: number): number {
  let read = u8[p++]
  let val = read & 63
  let shift = 0
  while (read & 64) {
    read = u8[p++]
    shift += 6
    val |= (read & 63) << shift
  }
  varintEnd = p
  return val
}

function scan_signed_varint(p: number): number {
  const uval = scan_varint(p)
  return uval & 1 ? -(uval >>> 1) : uval >>> 1
}

function get_line_delta(p: number): number {
  switch ((u8[p] >> 3) & 15) {
    case Info.NO_COLUMNS:
    case Info.LONG:
      return scan_signed_varint(p + 1)
    case Info.ONE_LINE1:
      return 1
    case Info.ONE_LINE2:
      return 2
    default:
      return 0
  }
}

function is_no_line_marker(b: number): boolean {
  return b >> 3 === 0x1f
}

/** The address behind the entry at `p`. */
function nextEntry(p: number, limit: number): number {
  do p++
  while (p < limit && (u8[p] & 128) === 0)
  return p
}

export function _PyLineTable_InitAddressRange(linetable: number, length: number, firstlineno: number, range: number): void {
  setptr(range + PyCodeAddressRange.lo_next, linetable)
  setptr(range + PyCodeAddressRange.limit, linetable + length)
  setint32(range + PyCodeAddressRange.ar_start, -1)
  setint32(range + PyCodeAddressRange.ar_end, 0)
  setint32(range + PyCodeAddressRange.computed_line, firstlineno)
  setint32(range + PyCodeAddressRange.ar_line, -1)
}

/** Set the cursor at `bounds` before the first entry. */
export function _PyCode_InitAddressRange(co: Ref, bounds: number): number {
  const table = ptr(co + PyCodeObject.co_linetable)
  _PyLineTable_InitAddressRange(PyBytes_AS_STRING(table), PyBytes_GET_SIZE(table), int32(co + PyCodeObject.co_firstlineno), bounds)
  return int32(bounds + PyCodeAddressRange.ar_line)
}

function advance(bounds: number): void {
  const p = ptr(bounds + PyCodeAddressRange.lo_next)
  i32[(bounds + PyCodeAddressRange.computed_line) >> 2] += get_line_delta(p)
  setint32(bounds + PyCodeAddressRange.ar_line, is_no_line_marker(u8[p]) ? -1 : int32(bounds + PyCodeAddressRange.computed_line))
  setint32(bounds + PyCodeAddressRange.ar_start, int32(bounds + PyCodeAddressRange.ar_end))
  i32[(bounds + PyCodeAddressRange.ar_end) >> 2] += ((u8[p] & 7) + 1) * 2
  setptr(bounds + PyCodeAddressRange.lo_next, nextEntry(p, ptr(bounds + PyCodeAddressRange.limit)))
}

function retreat(bounds: number): void {
  let p: number = ptr(bounds + PyCodeAddressRange.lo_next)
  do p--
  while ((u8[p] & 128) === 0)
  setptr(bounds + PyCodeAddressRange.lo_next, p)
  i32[(bounds + PyCodeAddressRange.computed_line) >> 2] -= get_line_delta(p)
  const start = int32(bounds + PyCodeAddressRange.ar_start)
  setint32(bounds + PyCodeAddressRange.ar_end, start)
  let delta = 1
  if (start !== 0) {
    let q = p - 1
    while ((u8[q] & 128) === 0) q--
    delta = ((u8[q] & 7) + 1) * 2
  }
  setint32(bounds + PyCodeAddressRange.ar_start, start - delta)
  setint32(bounds + PyCodeAddressRange.ar_line, is_no_line_marker(u8[p - 1]) ? -1 : int32(bounds + PyCodeAddressRange.computed_line))
}

export function at_end(bounds: number): boolean {
  return ptr(bounds + PyCodeAddressRange.lo_next) >= ptr(bounds + PyCodeAddressRange.limit)
}
export function _PyLineTable_NextAddressRange(range: number): boolean {
  if (at_end(range)) return false
  advance(range)
  return true
}
export function _PyLineTable_PreviousAddressRange(range: number): boolean {
  if (int32(range + PyCodeAddressRange.ar_start) <= 0) return false
  retreat(range)
  return true
}

/** Move the cursor to the entry that covers byte offset `lasti`; its line, -1 without line or beyond the end. */
export function _PyCode_CheckLineNumber(lasti: number, bounds: number): number {
  while (int32(bounds + PyCodeAddressRange.ar_end) <= lasti) if (!_PyLineTable_NextAddressRange(bounds)) return -1
  while (int32(bounds + PyCodeAddressRange.ar_start) > lasti) if (!_PyLineTable_PreviousAddressRange(bounds)) return -1
  return int32(bounds + PyCodeAddressRange.ar_line)
}

/** Does the entry of the cursor begin a line? */
export function _PyLineTable_StartsLine(range: number): boolean {
  if (int32(range + PyCodeAddressRange.ar_start) <= 0) return false
  let p: number = ptr(range + PyCodeAddressRange.lo_next)
  do p--
  while ((u8[p] & 128) === 0)
  switch ((u8[p] >> 3) & 15) {
    case Info.NO_COLUMNS:
    case Info.NONE:
      return u8[p + 1] !== 0
    case Info.ONE_LINE1:
    case Info.ONE_LINE2:
      return true
    default:
      return false
  }
}

/** End line and columns of the last `advance_with_locations`, -1 for none. */
export let locEndLine = -1
export let locColumn = -1
export let locEndColumn = -1

/** Like `advance`, and the columns too. */
export function advance_with_locations(bounds: number): void {
  let p: number = ptr(bounds + PyCodeAddressRange.lo_next)
  const first = u8[p++]
  const code = (first >> 3) & 15
  setint32(bounds + PyCodeAddressRange.ar_start, int32(bounds + PyCodeAddressRange.ar_end))
  i32[(bounds + PyCodeAddressRange.ar_end) >> 2] += ((first & 7) + 1) * 2
  let line = int32(bounds + PyCodeAddressRange.computed_line)
  locColumn = -1
  locEndColumn = -1
  switch (code) {
    case Info.NONE:
      locEndLine = -1
      setint32(bounds + PyCodeAddressRange.ar_line, -1)
      setptr(bounds + PyCodeAddressRange.lo_next, p)
      return
    case Info.LONG:
      line += scan_signed_varint(p)
      locEndLine = line + scan_varint(varintEnd)
      locColumn = scan_varint(varintEnd) - 1
      locEndColumn = scan_varint(varintEnd) - 1
      p = varintEnd
      break
    case Info.NO_COLUMNS:
      line += scan_signed_varint(p)
      locEndLine = line
      p = varintEnd
      break
    case Info.ONE_LINE0:
    case Info.ONE_LINE1:
    case Info.ONE_LINE2:
      line += code - Info.ONE_LINE0
      locEndLine = line
      locColumn = u8[p++]
      locEndColumn = u8[p++]
      break
    default:
      locEndLine = line
      locColumn = (code << 3) | (u8[p] >> 4)
      locEndColumn = locColumn + (u8[p++] & 15)
  }
  setint32(bounds + PyCodeAddressRange.computed_line, line)
  setint32(bounds + PyCodeAddressRange.ar_line, line)
  setptr(bounds + PyCodeAddressRange.lo_next, p)
}

let foundEntry = 0
let foundLine = 0

/** Find the entry covering byte offset `addrq` without a cursor in the heap; false beyond the end. */
function findEntry(co: Ref, addrq: number): boolean {
  const table = ptr(co + PyCodeObject.co_linetable)
  let p = table + PyBytesObject.ob_sval
  const limit = p + Py_SIZE(table)
  let line = int32(co + PyCodeObject.co_firstlineno)
  let end = 0
  while (p < limit) {
    end += ((u8[p] & 7) + 1) * 2
    line += get_line_delta(p)
    if (end > addrq) {
      foundEntry = p
      foundLine = line
      return true
    }
    p = nextEntry(p, limit)
  }
  return false
}

/** The line of byte offset `addrq` of the code, -1 if it has none; co_firstlineno for negative offsets. */
export function PyCode_Addr2Line(co: Ref, addrq: number): number {
  if (addrq < 0) return int32(co + PyCodeObject.co_firstlineno)
  const array = ptr(co + PyCodeObject._co_linearray)
  if (array !== 0) {
    const index = addrq >> 1
    return u16[(co + PyCodeObject._co_linearray_entry_size) >> 1] === 2
      ? (u16[(array >> 1) + index] << 16) >> 16
      : i32[(array >> 2) + index]
  }
  if (!findEntry(co, addrq)) return -1
  return is_no_line_marker(u8[foundEntry]) ? -1 : foundLine
}

/** Line, end line and columns of byte offset `addrq`: returns the line and sets locEndLine, locColumn, locEndColumn (-1: none). */
export function PyCode_Addr2Location(co: Ref, addrq: number): number {
  if (addrq < 0) {
    locEndLine = int32(co + PyCodeObject.co_firstlineno)
    locColumn = 0
    locEndColumn = 0
    return locEndLine
  }
  locEndLine = -1
  locColumn = -1
  locEndColumn = -1
  if (!findEntry(co, addrq)) return -1
  const p = foundEntry
  const code = (u8[p] >> 3) & 15
  if (code === Info.NONE) return -1
  locEndLine = foundLine
  if (code === Info.LONG) {
    scan_signed_varint(p + 1)
    locEndLine += scan_varint(varintEnd)
    locColumn = scan_varint(varintEnd) - 1
    locEndColumn = scan_varint(varintEnd) - 1
  } else if (code >= Info.ONE_LINE0 && code <= Info.ONE_LINE2) {
    locColumn = u8[p + 1]
    locEndColumn = u8[p + 2]
  } else if (code < Info.ONE_LINE0) {
    locColumn = (code << 3) | (u8[p + 1] >> 4)
    locEndColumn = locColumn + (u8[p + 1] & 15)
  }
  return foundLine
}

/** Make `_co_linearray`: the line of every code unit, for fast line tracing. -1 with the error set. */
export function _PyCode_CreateLineArray(co: Ref): number {
  const n = Py_SIZE(co)
  const table = ptr(co + PyCodeObject.co_linetable)
  const limit = table + PyBytesObject.ob_sval + Py_SIZE(table)
  const lines: number[] = []
  let line = int32(co + PyCodeObject.co_firstlineno)
  let max_line = 0
  for (let p = table + PyBytesObject.ob_sval; p < limit; p = nextEntry(p, limit)) {
    line += get_line_delta(p)
    const own = is_no_line_marker(u8[p]) ? -1 : line
    if (own > max_line) max_line = own
    for (let k = (u8[p] & 7) + 1; k > 0; k--) lines.push(own)
  }
  const size = max_line < 1 << 15 ? 2 : 4
  const array = PyMem_Malloc(n * size)
  if (array === 0) {
    PyErr_NoMemory()
    return -1
  }
  setptr(co + PyCodeObject._co_linearray, array)
  u16[(co + PyCodeObject._co_linearray_entry_size) >> 1] = size
  for (let i = 0; i < n; i++) {
    if (size === 2) u16[(array >> 1) + i] = lines[i]
    else i32[(array >> 2) + i] = lines[i]
  }
  return 0
}

/** co_lnotab: the table of Python 3.9 and before. */
export function decode_linetable(co: Ref): Own {
  const out: number[] = []
  const table = ptr(co + PyCodeObject.co_linetable)
  const limit = table + PyBytesObject.ob_sval + Py_SIZE(table)
  let line = int32(co + PyCodeObject.co_firstlineno)
  let computed = line
  let code_offset = 0
  let start = 0
  for (let p = table + PyBytesObject.ob_sval; p < limit; p = nextEntry(p, limit)) {
    computed += get_line_delta(p)
    if (computed !== line) {
      let bdelta = start - code_offset
      let ldelta = computed - line
      for (; bdelta > 255; bdelta -= 255) out.push(255, 0)
      for (; ldelta > 127; ldelta -= 127, bdelta = 0) out.push(bdelta, 127)
      for (; ldelta < -128; ldelta += 128, bdelta = 0) out.push(bdelta, 128)
      out.push(bdelta, ldelta & 255)
      code_offset = start
      line = computed
    }
    start += ((u8[p] & 7) + 1) * 2
  }
  return PyBytes_FromJS(Uint8Array.from(out))
}

/** A line table without columns (-X no_debug_ranges). */
export function remove_column_info(locations: Ref): Own {
  const out: number[] = []
  const start = PyBytes_AS_STRING(locations)
  const limit = start + PyBytes_GET_SIZE(locations)
  for (let p = start; p < limit; p = nextEntry(p, limit)) {
    if (((u8[p] >> 3) & 15) === Info.NONE) {
      out.push(u8[p])
      continue
    }
    out.push(128 | (Info.NO_COLUMNS << 3) | (u8[p] & 7))
    const delta = get_line_delta(p)
    let val = delta < 0 ? (-delta << 1) | 1 : delta << 1
    for (; val >= 64; val >>>= 6) out.push(64 | (val & 63))
    out.push(val)
  }
  const $res = _PyBytes_FromSize(out.length, false)
  if ($res === NULL) return NULL
  u8.set(out, PyBytes_AS_STRING($res))
  return $res
}
