import type { Ref } from "../heap/ref.ts"
import { Py_DECREF } from "../heap/refcount.ts"
import { _PyNumber_Index } from "./abstract.ts"
import { PyLong_AsSsize_t } from "./longobject.ts"

/** Argument Clinic's Py_ssize_t converter: -1 may mean an error (check PyErr_Occurred). The result may be beyond int32. */
export function ssizeArg(op: Ref): number {
  const $i = _PyNumber_Index(op)
  if ($i === 0) return -1
  const v = PyLong_AsSsize_t($i)
  Py_DECREF($i)
  return v
}
