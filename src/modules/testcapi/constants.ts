import { NULL, type Ref } from "../../heap/ref.ts"
import { PyFloat_FromDouble } from "../../objects/floatobject.ts"
import { PyLong_FromBigInt } from "../../objects/longobject.ts"
import { PyModule_AddObject, PyModule_AddObjectRef } from "../../objects/moduleobject.ts"
import { Py_False, Py_True } from "../../objects/statictypes.ts"
import { HEXVERSION } from "../../vm/sys/version.ts"

// _testcapi: C's limits, as CPython sees them on x86-64 Linux.

const INTS: Readonly<Record<string, bigint>> = {
  CHAR_MAX: 127n,
  CHAR_MIN: -128n,
  UCHAR_MAX: 255n,
  SHRT_MAX: 0x7fffn,
  SHRT_MIN: -0x8000n,
  USHRT_MAX: 0xffffn,
  INT_MAX: 0x7fffffffn,
  INT_MIN: -0x80000000n,
  UINT_MAX: 0xffffffffn,
  LONG_MAX: 2n ** 63n - 1n,
  LONG_MIN: -(2n ** 63n),
  ULONG_MAX: 2n ** 64n - 1n,
  LLONG_MAX: 2n ** 63n - 1n,
  LLONG_MIN: -(2n ** 63n),
  ULLONG_MAX: 2n ** 64n - 1n,
  PY_SSIZE_T_MAX: 2n ** 63n - 1n,
  PY_SSIZE_T_MIN: -(2n ** 63n),
  SIZEOF_TIME_T: 8n,
  SIZEOF_WCHAR_T: 4n,
  the_number_three: 3n,
  Py_Version: BigInt(HEXVERSION),
}
const DOUBLES: Readonly<Record<string, number>> = {
  FLT_MAX: 3.4028234663852886e38,
  FLT_MIN: 1.1754943508222875e-38,
  DBL_MAX: Number.MAX_VALUE,
  DBL_MIN: 2.2250738585072014e-308,
}

/** 0, or -1 with the error set. */
export function addConstants(module: Ref): number {
  for (const [name, v] of Object.entries(INTS)) {
    const $v = PyLong_FromBigInt(v)
    if ($v === NULL || PyModule_AddObject(module, name, $v) < 0) return -1
  }
  for (const [name, v] of Object.entries(DOUBLES)) {
    const $v = PyFloat_FromDouble(v)
    if ($v === NULL || PyModule_AddObject(module, name, $v) < 0) return -1
  }
  if (PyModule_AddObjectRef(module, "Py_REF_DEBUG", Py_False) < 0) return -1
  return PyModule_AddObjectRef(module, "WITH_PYMALLOC", Py_True)
}
