import { u8 } from "../../heap/views.ts"

// zlib's checksums over bytes of the heap, or of any Uint8Array.

const CRC = new Int32Array(256)
for (let n = 0; n < 256; n++) {
  let c = n
  for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1
  CRC[n] = c
}

/** Continue a CRC-32 (start with 0) over bytes[from … from + n). */
export function crc32(value: number, from: number, n: number, bytes: Uint8Array = u8): number {
  let c = ~value
  for (let i = from; i < from + n; i++) c = (c >>> 8) ^ CRC[(c ^ bytes[i]) & 255]
  return ~c >>> 0
}
/** Continue an Adler-32 (start with 1). */
export function adler32(value: number, from: number, n: number, bytes: Uint8Array = u8): number {
  let a = value & 0xffff
  let b = (value >>> 16) & 0xffff
  for (let i = from; i < from + n; ) {
    // sums stay below 2^31 for this many bytes
    const stop = Math.min(i + 3800, from + n)
    for (; i < stop; i++) {
      a += bytes[i]
      b += a
    }
    a %= 65521
    b %= 65521
  }
  return ((b << 16) | a) >>> 0
}
