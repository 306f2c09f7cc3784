// CRC-64 of the xz format, as two 32-bit words.

const LOW = new Int32Array(256)
const HIGH = new Int32Array(256)
for (let i = 0; i < 256; i++) {
  let lo = i
  let hi = 0
  for (let k = 0; k < 8; k++) {
    const odd = lo & 1
    lo = (lo >>> 1) | (hi << 31)
    hi >>>= 1
    if (odd) {
      lo ^= 0xd7870f42
      hi ^= 0xc96c5795
    }
  }
  LOW[i] = lo
  HIGH[i] = hi
}

export let crc64High = 0
/** Continue a CRC-64 with more bytes: the low word, the high one in crc64High. Starts from 0, 0. */
export function crc64(low: number, high: number, bytes: Uint8Array): number {
  let lo = ~low
  let hi = ~high
  for (const b of bytes) {
    const i = (lo ^ b) & 255
    lo = ((lo >>> 8) | (hi << 24)) ^ LOW[i]
    hi = (hi >>> 8) ^ HIGH[i]
  }
  crc64High = ~hi
  return ~lo
}
