import { u8 } from "../../heap/views.ts"
import { crc32Update } from "../binascii.ts"

// zlib.h: what a compressor and a decompressor share. Each is one raw block in the heap (no pointers into itself), so copying one is a memcpy.

export const enum Z {
  /** Address of the next input byte, bytes left there; the same for the output. */
  next_in = 0,
  avail_in = 4,
  next_out = 8,
  avail_out = 12,
  total_in = 16,
  total_out = 20,
  /** Running checksum of the uncompressed data, unsigned. */
  adler = 24,
  /** Index into MESSAGES, 0 for none. */
  msg = 28,
  /** Where the private fields of deflate and inflate start. */
  PRIVATE = 32,
}
export const enum Flush {
  NO = 0,
  PARTIAL = 1,
  SYNC = 2,
  FULL = 3,
  FINISH = 4,
  BLOCK = 5,
  TREES = 6,
}
export const enum R {
  OK = 0,
  STREAM_END = 1,
  NEED_DICT = 2,
  ERRNO = -1,
  STREAM_ERROR = -2,
  DATA_ERROR = -3,
  MEM_ERROR = -4,
  BUF_ERROR = -5,
  VERSION_ERROR = -6,
}
export const MESSAGES = [
  "",
  "incorrect header check",
  "unknown compression method",
  "invalid window size",
  "unknown header flags set",
  "header crc mismatch",
  "invalid block type",
  "invalid stored block lengths",
  "too many length or distance symbols",
  "invalid code lengths set",
  "invalid bit length repeat",
  "invalid code -- missing end-of-block",
  "invalid literal/lengths set",
  "invalid distances set",
  "invalid literal/length code",
  "invalid distance code",
  "invalid distance too far back",
  "incorrect data check",
  "incorrect length check",
]

export function adler32(adler: number, addr: number, n: number): number {
  let a = adler & 0xffff
  let b = adler >>> 16
  while (n > 0) {
    // 5552: the most bytes whose sums stay below 2^32
    const end = addr + Math.min(n, 5552)
    n -= end - addr
    while (addr < end) {
      a += u8[addr++]
      b += a
    }
    a %= 65521
    b %= 65521
  }
  return ((b << 16) | a) >>> 0
}
export function crc32(crc: number, addr: number, n: number): number {
  return crc32Update(crc, u8.subarray(addr, addr + n))
}
