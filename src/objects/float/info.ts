import { NULL, type Own } from "../../heap/ref.ts"
import { Py_DECREF } from "../../heap/refcount.ts"
import { PyErr_Occurred } from "../errors.ts"
import { PyLong_FromLong } from "../longobject.ts"
import { PyStructSequence_InitType, PyStructSequence_New, PyStructSequence_SET_ITEM, structSequenceType } from "../structseq.ts"
import { PyFloat_FromDouble } from "./core.ts"

// Objects/floatobject.c: sys.float_info.

const FloatInfoType = structSequenceType({
  name: "sys.float_info",
  doc: "sys.float_info\n\nA named tuple holding information about the float type. It contains low level\ninformation about the precision and internal representation. Please study\nyour system's :file:`float.h` for more information.",
  fields: [
    ["max", "DBL_MAX -- maximum representable finite float"],
    ["max_exp", "DBL_MAX_EXP -- maximum int e such that radix**(e-1) is representable"],
    ["max_10_exp", "DBL_MAX_10_EXP -- maximum int e such that 10**e is representable"],
    ["min", "DBL_MIN -- Minimum positive normalized float"],
    ["min_exp", "DBL_MIN_EXP -- minimum int e such that radix**(e-1) is a normalized float"],
    ["min_10_exp", "DBL_MIN_10_EXP -- minimum int e such that 10**e is a normalized float"],
    ["dig", "DBL_DIG -- maximum number of decimal digits that can be faithfully represented in a float"],
    ["mant_dig", "DBL_MANT_DIG -- mantissa digits"],
    ["epsilon", "DBL_EPSILON -- Difference between 1 and the next representable float"],
    ["radix", "FLT_RADIX -- radix of exponent"],
    ["rounds", "FLT_ROUNDS -- rounding mode used for arithmetic operations"],
  ],
  inSequence: 11,
})

const DOUBLES: ReadonlyMap<number, number> = new Map([
  [0, Number.MAX_VALUE],
  [3, 2 ** -1022],
  [8, Number.EPSILON],
])
const INTS = [0, 1024, 308, 0, -1021, -307, 15, 53, 0, 2, 1]

/** sys.float_info (the sys module's start); the type is made ready here. */
export function PyFloat_GetInfo(): Own {
  if (PyStructSequence_InitType(FloatInfoType) < 0) return NULL
  const $info = PyStructSequence_New(FloatInfoType)
  if ($info === NULL) return NULL
  INTS.forEach((n, i) => {
    const x = DOUBLES.get(i)
    PyStructSequence_SET_ITEM($info, i, x === undefined ? PyLong_FromLong(n) : PyFloat_FromDouble(x))
  })
  if (PyErr_Occurred() === 0) return $info
  Py_DECREF($info)
  return NULL
}
