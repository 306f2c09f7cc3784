import { PyMappingMethods, PyObject, PyTypeObject } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { i32 } from "../../heap/views.ts"
import { PyErr_SetString } from "../errors.ts"
import { typeName } from "../object.ts"
import { PyExc_TypeError } from "../statictypes.ts"

/** The object's sequence slot: function index, 0 if absent. */
export function sequenceSlot(o: Ref, slot: number): number {
  const sq = i32[(i32[(o + PyObject.ob_type) >> 2] + PyTypeObject.tp_as_sequence) >> 2]
  return sq === 0 ? 0 : i32[(sq + slot) >> 2]
}
/** The object's mapping slot: function index, 0 if absent. */
export function mappingSlot(o: Ref, slot: PyMappingMethods): number {
  const mp = i32[(i32[(o + PyObject.ob_type) >> 2] + PyTypeObject.tp_as_mapping) >> 2]
  return mp === 0 ? 0 : i32[(mp + slot) >> 2]
}
/** TypeError with the object's type name put for "%.200s". Returns NULL. */
export function type_error(message: string, obj: Ref): Own {
  PyErr_SetString(
    PyExc_TypeError,
    message.replace("%.200s", () => typeName(obj).slice(0, 200)),
  )
  return NULL
}
