import { memcpy, memset } from "../../heap/access.ts"
import { PyMem_RawFree, PyMem_RawMalloc } from "../../heap/obmalloc.ts"
import { i32, u8, u16, u32 } from "../../heap/views.ts"
import { FIXED_DISTS, FIXED_LENS, fixedtables, inflate_table, Kind, tableBits, tableEnd } from "./inftrees.ts"
import { adler32, crc32, Flush, MESSAGES, R, Z } from "./zstream.ts"

// zlib's inflate.c, as one state machine.

const enum I {
  mode = Z.PRIVATE,
  last = 36,
  wrap = 40,
  havedict = 44,
  flags = 48,
  dmax = 52,
  check = 56,
  total = 60,
  wbits = 64,
  wsize = 68,
  whave = 72,
  wnext = 76,
  hold = 80,
  bits = 84,
  length = 88,
  offset = 92,
  extra = 96,
  /** Int32 indexes of the tables, relative to the state's unless fixed. */
  lencode = 100,
  distcode = 104,
  lenbits = 108,
  distbits = 112,
  ncode = 116,
  nlen = 120,
  ndist = 124,
  have = 128,
  fixed = 132,
  was = 136,
  lens = 144,
  codes = 144 + 2 * 320,
  window = 144 + 2 * 320 + 4 * 1444,
  SIZE = 144 + 2 * 320 + 4 * 1444 + 32768,
}
const enum M {
  HEAD,
  FLAGS,
  TIME,
  OS,
  EXLEN,
  EXTRA,
  NAME,
  COMMENT,
  HCRC,
  DICTID,
  DICT,
  TYPE,
  STORED,
  COPY,
  TABLE,
  LENLENS,
  CODELENS,
  LEN,
  LENEXT,
  DIST,
  DISTEXT,
  MATCH,
  LIT,
  CHECK,
  LENGTH,
  DONE,
  BAD,
}
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
const work = new Uint16Array(288)

function get(s: number, field: number): number {
  return i32[(s + field) >> 2]
}
function set(s: number, field: number, v: number): void {
  i32[(s + field) >> 2] = v
}

/** A new decompressor: its address, 0 with no memory, or -2 for a wrong windowBits. */
export function inflateInit2(windowBits: number): number {
  let wrap: number
  if (windowBits < 0) {
    if (windowBits < -15) return R.STREAM_ERROR
    wrap = 0
    windowBits = -windowBits
  } else {
    wrap = (windowBits >> 4) + 5
    if (windowBits < 48) windowBits &= 15
  }
  if (windowBits && (windowBits < 8 || windowBits > 15)) return R.STREAM_ERROR
  const s = PyMem_RawMalloc(I.SIZE)
  if (s === 0) return 0
  memset(s, 0, I.window)
  set(s, I.wrap, wrap)
  set(s, I.wbits, windowBits)
  set(s, I.dmax, 32768)
  set(s, I.mode, M.HEAD)
  set(s, I.flags, -1)
  u32[(s + Z.adler) >> 2] = wrap & 1
  return s
}
export function inflateCopy(s: number): number {
  const t = PyMem_RawMalloc(I.SIZE)
  if (t !== 0) memcpy(t, s, I.SIZE)
  return t
}
export function inflateEnd(s: number): void {
  PyMem_RawFree(s)
}
export function inflateSetDictionary(s: number, dict: number, n: number): number {
  if (get(s, I.wrap) !== 0 && get(s, I.mode) !== M.DICT) return R.STREAM_ERROR
  if (get(s, I.mode) === M.DICT && adler32(1, dict, n) !== u32[(s + I.check) >> 2]) return R.DATA_ERROR
  updatewindow(s, dict + n, n)
  set(s, I.havedict, 1)
  return R.OK
}

/** Keep the last window of the `copy` bytes before `end`. */
function updatewindow(s: number, end: number, copy: number): void {
  if (get(s, I.wsize) === 0) {
    set(s, I.wsize, 1 << (get(s, I.wbits) || 15))
    set(s, I.wnext, 0)
    set(s, I.whave, 0)
  }
  const wsize = get(s, I.wsize)
  const window = s + I.window
  if (copy >= wsize) {
    memcpy(window, end - wsize, wsize)
    set(s, I.wnext, 0)
    set(s, I.whave, wsize)
    return
  }
  let dist = wsize - get(s, I.wnext)
  if (dist > copy) dist = copy
  memcpy(window + get(s, I.wnext), end - copy, dist)
  copy -= dist
  if (copy) {
    memcpy(window, end - copy, copy)
    set(s, I.wnext, copy)
    set(s, I.whave, wsize)
  } else {
    set(s, I.wnext, get(s, I.wnext) + dist)
    if (get(s, I.wnext) === wsize) set(s, I.wnext, 0)
    if (get(s, I.whave) < wsize) set(s, I.whave, get(s, I.whave) + dist)
  }
}

// The machine's registers, loaded and stored by `inflate`. hold never has more than 32 bits: 32 are asked for at byte boundaries only.
let next = 0
let have = 0
let put = 0
let left = 0
let hold = 0
let bits = 0

/** Have at least n bits in `hold`; false: no more input. */
function NEEDBITS(n: number): boolean {
  while (bits < n) {
    if (have === 0) return false
    have--
    hold |= u8[next++] << bits
    bits += 8
  }
  return true
}
function BITS(n: number): number {
  return hold & ((1 << n) - 1)
}
function DROPBITS(n: number): void {
  hold >>>= n
  bits -= n
}
function INITBITS(): void {
  hold = 0
  bits = 0
}
function fail(s: number, message: string): void {
  set(s, Z.msg, MESSAGES.indexOf(message))
  set(s, I.mode, M.BAD)
}
/** The table entry of the next code: its bits stay; -1: no more input. Looks up the subtable's entry too, dropping the root's bits. */
function decode(table: number, tableBitCount: number): number {
  for (;;) {
    const here = i32[table + (hold & ((1 << tableBitCount) - 1))]
    if (((here >> 16) & 0xff) <= bits) {
      const op = (here >> 24) & 0xff
      if (op === 0 || (op & 0xf0) !== 0) return here
      const root = (here >> 16) & 0xff
      for (;;) {
        const sub = i32[table + (here & 0xffff) + ((hold & ((1 << (root + op)) - 1)) >>> root)]
        if (root + ((sub >> 16) & 0xff) <= bits) {
          DROPBITS(root)
          return sub
        }
        if (!NEEDBITS(bits + 1)) return -1
      }
    }
    if (!NEEDBITS(bits + 1)) return -1
  }
}

function lencode(s: number): number {
  return get(s, I.fixed) ? FIXED_LENS : (s + I.codes) >> 2
}
function distcode(s: number): number {
  return get(s, I.fixed) ? FIXED_DISTS : ((s + I.codes) >> 2) + get(s, I.distcode)
}

/** gzip's running header CRC over `n` bytes of hold. */
function headerCrc(s: number, n: number): void {
  if (!(get(s, I.flags) & 0x0200) || !(get(s, I.wrap) & 4)) return
  const at = s + I.lens
  for (let i = 0; i < n; i++) u8[at + i] = hold >>> (8 * i)
  u32[(s + I.check) >> 2] = crc32(u32[(s + I.check) >> 2], at, n)
}
function swap(v: number): number {
  return (((v >>> 24) & 0xff) | ((v >>> 8) & 0xff00) | ((v & 0xff00) << 8) | ((v & 0xff) << 24)) >>> 0
}
function update(s: number, check: number, addr: number, n: number): number {
  return get(s, I.flags) > 0 ? crc32(check, addr, n) : adler32(check, addr, n)
}

function head(s: number): boolean {
  const wrap = get(s, I.wrap)
  if (wrap === 0) {
    set(s, I.mode, M.TYPE)
    return true
  }
  if (!NEEDBITS(16)) return false
  if (wrap & 2 && hold === 0x8b1f) {
    if (get(s, I.wbits) === 0) set(s, I.wbits, 15)
    set(s, I.flags, 0x0200)
    u32[(s + I.check) >> 2] = 0
    headerCrc(s, 2)
    INITBITS()
    set(s, I.mode, M.FLAGS)
    return true
  }
  set(s, I.flags, 0)
  if (!(wrap & 1) || ((BITS(8) << 8) + (hold >>> 8)) % 31) fail(s, "incorrect header check")
  else if (BITS(4) !== 8) fail(s, "unknown compression method")
  else {
    DROPBITS(4)
    const len = BITS(4) + 8
    if (get(s, I.wbits) === 0) set(s, I.wbits, len)
    if (len > 15 || len > get(s, I.wbits)) fail(s, "invalid window size")
    else {
      set(s, I.dmax, 1 << len)
      set(s, I.flags, 0)
      u32[(s + I.check) >> 2] = 1
      u32[(s + Z.adler) >> 2] = 1
      set(s, I.mode, hold & 0x200 ? M.DICTID : M.TYPE)
      INITBITS()
    }
  }
  return true
}
/** gzip's header fields after the first. False: no more input. */
function gzipHeader(s: number, mode: M): boolean {
  switch (mode) {
    case M.FLAGS: {
      if (!NEEDBITS(16)) return false
      // the CRC flag decides whether what came so far counts
      set(s, I.flags, hold)
      if ((hold & 0xff) !== 8) fail(s, "unknown compression method")
      else if (hold & 0xe000) fail(s, "unknown header flags set")
      else {
        headerCrc(s, 2)
        INITBITS()
        set(s, I.mode, M.TIME)
      }
      return true
    }
    case M.TIME:
      if (!NEEDBITS(32)) return false
      headerCrc(s, 4)
      INITBITS()
      set(s, I.mode, M.OS)
      return true
    case M.OS:
      if (!NEEDBITS(16)) return false
      headerCrc(s, 2)
      INITBITS()
      set(s, I.mode, M.EXLEN)
      return true
    case M.EXLEN:
      if (get(s, I.flags) & 0x0400) {
        if (!NEEDBITS(16)) return false
        set(s, I.length, hold)
        headerCrc(s, 2)
        INITBITS()
      }
      set(s, I.mode, M.EXTRA)
      return true
    case M.EXTRA: {
      if (get(s, I.flags) & 0x0400) {
        const copy = Math.min(get(s, I.length), have)
        skip(s, copy)
        set(s, I.length, get(s, I.length) - copy)
        if (get(s, I.length)) return false
      }
      set(s, I.length, 0)
      set(s, I.mode, M.NAME)
      return true
    }
    case M.NAME:
      if (get(s, I.flags) & 0x0800 && !skipString(s)) return false
      set(s, I.mode, M.COMMENT)
      return true
    case M.COMMENT:
      if (get(s, I.flags) & 0x1000 && !skipString(s)) return false
      set(s, I.mode, M.HCRC)
      return true
    default:
      if (get(s, I.flags) & 0x0200) {
        if (!NEEDBITS(16)) return false
        if (get(s, I.wrap) & 4 && hold !== (u32[(s + I.check) >> 2] & 0xffff)) {
          fail(s, "header crc mismatch")
          return true
        }
        INITBITS()
      }
      u32[(s + I.check) >> 2] = 0
      u32[(s + Z.adler) >> 2] = 0
      set(s, I.mode, M.TYPE)
      return true
  }
}
function skip(s: number, n: number): void {
  if (get(s, I.flags) & 0x0200) u32[(s + I.check) >> 2] = crc32(u32[(s + I.check) >> 2], next, n)
  next += n
  have -= n
}
function skipString(s: number): boolean {
  let n = 0
  let c = 1
  while (n < have && c !== 0) c = u8[next + n++]
  skip(s, n)
  return c === 0
}

function table(s: number): boolean {
  if (!NEEDBITS(14)) return false
  set(s, I.nlen, BITS(5) + 257)
  DROPBITS(5)
  set(s, I.ndist, BITS(5) + 1)
  DROPBITS(5)
  set(s, I.ncode, BITS(4) + 4)
  DROPBITS(4)
  if (get(s, I.nlen) > 286 || get(s, I.ndist) > 30) fail(s, "too many length or distance symbols")
  else {
    set(s, I.have, 0)
    set(s, I.mode, M.LENLENS)
  }
  return true
}
function lenlens(s: number): boolean {
  const lens = (s + I.lens) >> 1
  while (get(s, I.have) < get(s, I.ncode)) {
    if (!NEEDBITS(3)) return false
    u16[lens + ORDER[get(s, I.have)]] = BITS(3)
    DROPBITS(3)
    set(s, I.have, get(s, I.have) + 1)
  }
  while (get(s, I.have) < 19) {
    u16[lens + ORDER[get(s, I.have)]] = 0
    set(s, I.have, get(s, I.have) + 1)
  }
  if (inflate_table(Kind.CODES, lens, 19, (s + I.codes) >> 2, 7, work) !== 0) {
    fail(s, "invalid code lengths set")
    return true
  }
  set(s, I.lenbits, tableBits)
  set(s, I.have, 0)
  set(s, I.mode, M.CODELENS)
  return true
}
function codelens(s: number): boolean {
  const lens = (s + I.lens) >> 1
  const total = get(s, I.nlen) + get(s, I.ndist)
  while (get(s, I.have) < total) {
    const here = decode((s + I.codes) >> 2, get(s, I.lenbits))
    if (here === -1) return false
    const n = (here >> 16) & 0xff
    const val = here & 0xffff
    const at = get(s, I.have)
    if (val < 16) {
      DROPBITS(n)
      u16[lens + at] = val
      set(s, I.have, at + 1)
      continue
    }
    const extra = val === 16 ? 2 : val === 17 ? 3 : 7
    if (!NEEDBITS(n + extra)) return false
    DROPBITS(n)
    if (val === 16 && at === 0) {
      fail(s, "invalid bit length repeat")
      return true
    }
    const len = val === 16 ? u16[lens + at - 1] : 0
    const copy = (val === 18 ? 11 : 3) + BITS(extra)
    DROPBITS(extra)
    if (at + copy > total) {
      fail(s, "invalid bit length repeat")
      return true
    }
    for (let i = 0; i < copy; i++) u16[lens + at + i] = len
    set(s, I.have, at + copy)
  }
  if (u16[lens + 256] === 0) fail(s, "invalid code -- missing end-of-block")
  else if (inflate_table(Kind.LENS, lens, get(s, I.nlen), (s + I.codes) >> 2, 9, work) !== 0) fail(s, "invalid literal/lengths set")
  else {
    set(s, I.lenbits, tableBits)
    set(s, I.distcode, tableEnd - ((s + I.codes) >> 2))
    if (inflate_table(Kind.DISTS, lens + get(s, I.nlen), get(s, I.ndist), tableEnd, 6, work) !== 0) fail(s, "invalid distances set")
    else {
      set(s, I.distbits, tableBits)
      set(s, I.fixed, 0)
      set(s, I.mode, M.LEN)
    }
  }
  return true
}
function type(s: number, flush: number): boolean {
  if (flush === Flush.BLOCK || flush === Flush.TREES) return false
  if (get(s, I.last)) {
    DROPBITS(bits & 7)
    set(s, I.mode, M.CHECK)
    return true
  }
  if (!NEEDBITS(3)) return false
  set(s, I.last, BITS(1))
  DROPBITS(1)
  switch (BITS(2)) {
    case 0:
      set(s, I.mode, M.STORED)
      break
    case 1:
      fixedtables()
      set(s, I.fixed, 1)
      set(s, I.lenbits, 9)
      set(s, I.distbits, 5)
      set(s, I.mode, M.LEN)
      break
    case 2:
      set(s, I.mode, M.TABLE)
      break
    default:
      fail(s, "invalid block type")
  }
  DROPBITS(2)
  return true
}

/** Literals, lengths and distances; false: no more input or room. `out`: bytes of room when inflate was called. */
function symbols(s: number, out: number): boolean {
  for (;;) {
    switch (get(s, I.mode)) {
      case M.LEN: {
        const here = decode(lencode(s), get(s, I.lenbits))
        if (here === -1) return false
        DROPBITS((here >> 16) & 0xff)
        const op = (here >> 24) & 0xff
        set(s, I.length, here & 0xffff)
        if (op === 0) set(s, I.mode, M.LIT)
        else if (op & 32) {
          set(s, I.mode, M.TYPE)
          return true
        } else if (op & 64) {
          fail(s, "invalid literal/length code")
          return true
        } else {
          set(s, I.extra, op & 15)
          set(s, I.mode, M.LENEXT)
        }
        break
      }
      case M.LENEXT: {
        const n = get(s, I.extra)
        if (n) {
          if (!NEEDBITS(n)) return false
          set(s, I.length, get(s, I.length) + BITS(n))
          DROPBITS(n)
        }
        set(s, I.mode, M.DIST)
        break
      }
      case M.DIST: {
        const here = decode(distcode(s), get(s, I.distbits))
        if (here === -1) return false
        DROPBITS((here >> 16) & 0xff)
        const op = (here >> 24) & 0xff
        if (op & 64) {
          fail(s, "invalid distance code")
          return true
        }
        set(s, I.offset, here & 0xffff)
        set(s, I.extra, op & 15)
        set(s, I.mode, M.DISTEXT)
        break
      }
      case M.DISTEXT: {
        const n = get(s, I.extra)
        if (n) {
          if (!NEEDBITS(n)) return false
          set(s, I.offset, get(s, I.offset) + BITS(n))
          DROPBITS(n)
        }
        if (get(s, I.offset) > get(s, I.dmax) || get(s, I.offset) > get(s, I.whave) + out - left) {
          fail(s, "invalid distance too far back")
          return true
        }
        set(s, I.mode, M.MATCH)
        break
      }
      case M.MATCH:
        if (left === 0) return false
        copyMatch(s, out)
        if (get(s, I.length) === 0) set(s, I.mode, M.LEN)
        break
      case M.LIT:
        if (left === 0) return false
        u8[put++] = get(s, I.length)
        left--
        set(s, I.mode, M.LEN)
        break
      default:
        return true
    }
  }
}
function copyMatch(s: number, out: number): void {
  const done = out - left
  const offset = get(s, I.offset)
  let copy: number
  let from: number
  if (offset > done) {
    copy = offset - done
    const wnext = get(s, I.wnext)
    if (copy > wnext) {
      copy -= wnext
      from = s + I.window + get(s, I.wsize) - copy
    } else from = s + I.window + wnext - copy
    copy = Math.min(copy, get(s, I.length))
  } else {
    from = put - offset
    copy = get(s, I.length)
  }
  copy = Math.min(copy, left)
  left -= copy
  set(s, I.length, get(s, I.length) - copy)
  for (let i = 0; i < copy; i++) u8[put + i] = u8[from + i]
  put += copy
}
function check(s: number): boolean {
  if (get(s, I.wrap)) {
    if (!NEEDBITS(32)) return false
    // the bytes written since the last update belong to it
    const n = get(s, I.was) - left
    set(s, Z.total_out, get(s, Z.total_out) + n)
    set(s, I.total, get(s, I.total) + n)
    if (get(s, I.wrap) & 4 && n) {
      const sum = update(s, u32[(s + I.check) >> 2], put - n, n)
      u32[(s + I.check) >> 2] = sum
      u32[(s + Z.adler) >> 2] = sum
    }
    set(s, I.was, left)
    if (get(s, I.wrap) & 4 && (get(s, I.flags) > 0 ? hold >>> 0 : swap(hold)) !== u32[(s + I.check) >> 2]) {
      fail(s, "incorrect data check")
      return true
    }
    INITBITS()
  }
  set(s, I.mode, M.LENGTH)
  return true
}
function length(s: number): boolean {
  if (get(s, I.wrap) && get(s, I.flags) > 0) {
    if (!NEEDBITS(32)) return false
    if (get(s, I.wrap) & 4 && hold >>> 0 !== u32[(s + I.total) >> 2]) {
      fail(s, "incorrect length check")
      return true
    }
    INITBITS()
  }
  set(s, I.mode, M.DONE)
  return true
}

/** One step of the machine. False: leave (input or room is used up, or it is over). */
function step(s: number, flush: number, out: number): boolean {
  const mode = get(s, I.mode)
  switch (mode) {
    case M.HEAD:
      return head(s)
    case M.DICTID:
      if (!NEEDBITS(32)) return false
      u32[(s + I.check) >> 2] = swap(hold)
      u32[(s + Z.adler) >> 2] = swap(hold)
      INITBITS()
      set(s, I.mode, M.DICT)
      return true
    case M.DICT:
      if (get(s, I.havedict) === 0) return false
      u32[(s + I.check) >> 2] = 1
      u32[(s + Z.adler) >> 2] = 1
      set(s, I.mode, M.TYPE)
      return true
    case M.TYPE:
      return type(s, flush)
    case M.STORED: {
      DROPBITS(bits & 7)
      if (!NEEDBITS(32)) return false
      const n = hold & 0xffff
      if (n !== ((hold >>> 16) ^ 0xffff)) fail(s, "invalid stored block lengths")
      else {
        set(s, I.length, n)
        INITBITS()
        set(s, I.mode, M.COPY)
      }
      return true
    }
    case M.COPY: {
      const copy = Math.min(get(s, I.length), have, left)
      if (get(s, I.length) === 0) set(s, I.mode, M.TYPE)
      else if (copy === 0) return false
      else {
        memcpy(put, next, copy)
        have -= copy
        next += copy
        left -= copy
        put += copy
        set(s, I.length, get(s, I.length) - copy)
      }
      return true
    }
    case M.TABLE:
      return table(s)
    case M.LENLENS:
      return lenlens(s)
    case M.CODELENS:
      return codelens(s)
    case M.LEN:
    case M.LENEXT:
    case M.DIST:
    case M.DISTEXT:
    case M.MATCH:
    case M.LIT:
      return symbols(s, out)
    case M.CHECK:
      return check(s)
    case M.LENGTH:
      return length(s)
    case M.DONE:
    case M.BAD:
      return false
    default:
      return gzipHeader(s, mode)
  }
}

/** Decompress what is at next_in to next_out. */
export function inflate(s: number, flush: number): number {
  next = get(s, Z.next_in)
  have = get(s, Z.avail_in)
  put = get(s, Z.next_out)
  left = get(s, Z.avail_out)
  hold = i32[(s + I.hold) >> 2]
  bits = get(s, I.bits)
  const inBefore = have
  const outBefore = left
  set(s, I.was, left)
  while (step(s, flush, outBefore)) {
    // on to the next step
  }
  const written = get(s, I.was) - left
  set(s, Z.next_in, next)
  set(s, Z.avail_in, have)
  set(s, Z.next_out, put)
  set(s, Z.avail_out, left)
  i32[(s + I.hold) >> 2] = hold
  set(s, I.bits, bits)
  const mode = get(s, I.mode)
  if (get(s, I.wsize) || (outBefore !== left && mode < M.BAD && (mode < M.CHECK || flush !== Flush.FINISH)))
    updatewindow(s, put, outBefore - left)
  set(s, Z.total_in, get(s, Z.total_in) + inBefore - have)
  set(s, Z.total_out, get(s, Z.total_out) + written)
  set(s, I.total, get(s, I.total) + written)
  if (get(s, I.wrap) & 4 && written) {
    const sum = update(s, u32[(s + I.check) >> 2], put - written, written)
    u32[(s + I.check) >> 2] = sum
    u32[(s + Z.adler) >> 2] = sum
  }
  if (mode === M.DONE) return R.STREAM_END
  if (mode === M.BAD) return R.DATA_ERROR
  if (mode === M.DICT) return R.NEED_DICT
  return (inBefore === have && outBefore === left) || flush === Flush.FINISH ? R.BUF_ERROR : R.OK
}
