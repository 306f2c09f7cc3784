import type { Ref } from "./ref.ts"
import { f64, i32, u8, u16, u32 } from "./views.ts"

// One-line accessors, small enough for V8 always to inline. Addresses are bytes; pointers and Py_ssize_t are
// 8 bytes wide: a pointer's upper half is 0, a Py_ssize_t's is its sign.

/** Read a pointer field. */
export function ptr(a: number): Ref {
  return i32[a >> 2] as Ref
}
/** Write a pointer field, both halves (right for fresh memory too). */
export function setptr(a: number, v: number): void {
  i32[a >> 2] = v
  i32[(a >> 2) + 1] = 0
}
/** Read a Py_ssize_t whose value fits 32 bits (all sizes and counts do). */
export function ssize(a: number): number {
  return i32[a >> 2]
}
/** Write a Py_ssize_t (32-bit value, sign-extended). */
export function setssize(a: number, v: number): void {
  i32[a >> 2] = v
  i32[(a >> 2) + 1] = v >> 31
}
export function int32(a: number): number {
  return i32[a >> 2]
}
export function setint32(a: number, v: number): void {
  i32[a >> 2] = v
}
export function uint32(a: number): number {
  return u32[a >> 2]
}
export function uint16(a: number): number {
  return u16[a >> 1]
}
export function setuint16(a: number, v: number): void {
  u16[a >> 1] = v
}
export function byte(a: number): number {
  return u8[a]
}
export function setbyte(a: number, v: number): void {
  u8[a] = v
}
/** Read a double at an 8-byte-aligned address. */
export function double(a: number): number {
  return f64[a >> 3]
}
export function setdouble(a: number, v: number): void {
  f64[a >> 3] = v
}
/** Write a 64-bit field as two words. */
export function set64(a: number, lo: number, hi: number): void {
  i32[a >> 2] = lo
  i32[(a >> 2) + 1] = hi
}
/** Read a signed 64-bit field as a JavaScript number (exact below 2^53). */
export function int64(a: number): number {
  return i32[(a >> 2) + 1] * 4294967296 + u32[a >> 2]
}
/** Write a signed 64-bit field from a JavaScript integer (exact below 2^53). */
export function setint64(a: number, v: number): void {
  i32[a >> 2] = v | 0
  i32[(a >> 2) + 1] = Math.floor(v / 4294967296)
}
/** memcpy / memmove: overlapping is allowed. */
export function memcpy(dst: number, src: number, n: number): void {
  u8.copyWithin(dst, src, src + n)
}
export function memset(a: number, v: number, n: number): void {
  u8.fill(v, a, a + n)
}
/** Length of a C string. */
export function strlen(a: number): number {
  let e = a
  while (u8[e] !== 0) e++
  return e - a
}
