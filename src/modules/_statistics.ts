import { log } from "../base/libm.ts"
import { ptr } from "../heap/access.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { defineModule } from "../objects/define.ts"
import { PyErr_SetString } from "../objects/errors.ts"
import { PyFloat_FromDouble } from "../objects/floatobject.ts"
import { _PyArg_CheckPositional } from "../objects/getargs.ts"
import { METH } from "../objects/slots.ts"
import { PyExc_ValueError } from "../objects/statictypes.ts"
import { doubleOk, toDouble } from "./math/functions.ts"

// Modules/_statisticsmodule.c: Wichura's algorithm AS241 (1988) for the quantiles of the normal distribution.

function poly(c: readonly number[], r: number): number {
  let v = c[0]
  for (let i = 1; i < c.length; i++) v = v * r + c[i]
  return v
}

const CENTER_NUM = [
  2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946, 1971.5909503065513, 133.14166789178438,
  3.3871328727963665,
]
const CENTER_DEN = [
  5226.495278852854, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751, 687.1870074920579, 42.31333070160091,
  1.0,
]
const MIDDLE_NUM = [
  0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684, 3.6478483247632045, 5.769497221460691,
  4.630337846156546, 1.4234371107496835,
]
const MIDDLE_DEN = [
  1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008, 0.6897673349851, 1.6763848301838038,
  2.053191626637759, 1.0,
]
const TAIL_NUM = [
  2.0103343992922881e-7, 2.7115555687434876e-5, 0.0012426609473880784, 0.026532189526576124, 0.29656057182850487, 1.7848265399172913,
  5.463784911164114, 6.657904643501103,
]
const TAIL_DEN = [
  2.0442631033899397e-15, 1.421511758316446e-7, 1.8463183175100548e-5, 0.0007868691311456133, 0.014875361290850615, 0.1369298809227358,
  0.599832206555888, 1.0,
]

function undefined_(): Own {
  return PyErr_SetString(PyExc_ValueError, "inv_cdf undefined for these parameters")
}

function normal_dist_inv_cdf(_m: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("_normal_dist_inv_cdf", nargs, 3, 3)) return NULL
  const p = toDouble(ptr(args))
  if (!doubleOk) return NULL
  const mu = toDouble(ptr(args + 8))
  if (!doubleOk) return NULL
  const sigma = toDouble(ptr(args + 16))
  if (!doubleOk) return NULL
  if (p <= 0 || p >= 1 || sigma <= 0) return undefined_()
  const q = p - 0.5
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q
    const den = poly(CENTER_DEN, r)
    if (den === 0) return undefined_()
    return PyFloat_FromDouble(mu + ((poly(CENTER_NUM, r) * q) / den) * sigma)
  }
  let r = q <= 0 ? p : 1 - p
  if (r <= 0 || r >= 1) return undefined_()
  r = Math.sqrt(-log(r))
  const middle = r <= 5
  r -= middle ? 1.6 : 5
  const den = poly(middle ? MIDDLE_DEN : TAIL_DEN, r)
  if (den === 0) return undefined_()
  let x = poly(middle ? MIDDLE_NUM : TAIL_NUM, r) / den
  if (q < 0) x = -x
  return PyFloat_FromDouble(mu + x * sigma)
}

defineModule({
  name: "_statistics",
  doc: "Accelerators for the statistics module.\n",
  methods: [["_normal_dist_inv_cdf", normal_dist_inv_cdf, METH.FASTCALL, "($module, p, mu, sigma, /)\n--\n\n"]],
})
