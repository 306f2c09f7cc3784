import { copysign, frexp, frexpExp, ldexp, singleBits } from "../../base/double.ts"
import { dv, u8 } from "../../heap/views.ts"
import { PyErr_SetString } from "../errors.ts"
import { PyExc_OverflowError } from "../statictypes.ts"

// Objects/floatobject.c: PyFloat_Pack2, 4, 8 and Unpack. `le`: little-endian. Pack gives 0, or -1 with OverflowError.

export function PyFloat_Pack2(x: number, p: number, le: boolean): number {
  const sign = copysign(1, x) < 0 ? 1 : 0
  let e = 0
  let bits = 0
  if (x === Infinity || x === -Infinity) e = 0x1f
  else if (x !== x) {
    e = 0x1f
    bits = 512
  } else if (x !== 0) {
    let f = frexp(Math.abs(x)) * 2
    e = frexpExp - 1
    if (e >= 16) return tooLarge("e")
    if (e < -25) {
      f = 0
      e = 0
    } else if (e < -14) {
      f = ldexp(f, 14 + e)
      e = 0
    } else {
      e += 15
      f -= 1
    }
    f *= 1024
    bits = Math.floor(f)
    if (f - bits > 0.5 || (f - bits === 0.5 && bits % 2 === 1)) {
      bits++
      if (bits === 1024) {
        bits = 0
        e++
        if (e === 31) return tooLarge("e")
      }
    }
  }
  bits |= (e << 10) | (sign << 15)
  u8[le ? p + 1 : p] = bits >> 8
  u8[le ? p : p + 1] = bits
  return 0
}
function tooLarge(format: string): number {
  PyErr_SetString(PyExc_OverflowError, `float too large to pack with ${format} format`)
  return -1
}

export function PyFloat_Pack4(x: number, p: number, le: boolean): number {
  const y = Math.fround(x)
  if (!Number.isFinite(y) && Number.isFinite(x)) return tooLarge("f")
  dv.setInt32(p, singleBits(x), le)
  return 0
}

export function PyFloat_Pack8(x: number, p: number, le: boolean): number {
  dv.setFloat64(p, x, le)
  return 0
}

export function PyFloat_Unpack2(p: number, le: boolean): number {
  const hi = u8[le ? p + 1 : p]
  const e = (hi & 0x7c) >> 2
  const f = ((hi & 3) << 8) | u8[le ? p : p + 1]
  const negative = hi >= 0x80
  let x: number
  if (e === 0x1f) x = f === 0 ? Infinity : NaN
  else x = e === 0 ? (f / 1024) * 2 ** -14 : (f / 1024 + 1) * 2 ** (e - 15)
  return negative ? -x : x
}
export function PyFloat_Unpack4(p: number, le: boolean): number {
  return dv.getFloat32(p, le)
}
export function PyFloat_Unpack8(p: number, le: boolean): number {
  return dv.getFloat64(p, le)
}
