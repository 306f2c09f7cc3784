import { PyTypeObject } from "../../heap/layout.ts"
import type { Ref } from "../../heap/ref.ts"
import { ID } from "../../heap/statics.ts"
import { i32 } from "../../heap/views.ts"
import { PyDict_GetItemWithError } from "../../objects/dictobject.ts"
import { tp_name_js } from "../../objects/object.ts"
import { PyUnicode_AsJS, PyUnicode_Check } from "../../objects/unicodeobject.ts"

const HEAPTYPE = 1 << 9

/** A type's name as people know it: `app.Node`; no module for builtins and for what a script defines itself. */
export function qualifiedTypeName(type: Ref): string {
  const name = tp_name_js(type)
  if ((i32[(type + PyTypeObject.tp_flags) >> 2] & HEAPTYPE) === 0 || name.includes(".")) return name
  const dict = i32[(type + PyTypeObject.tp_dict) >> 2] as Ref
  const module = dict === 0 ? 0 : PyDict_GetItemWithError(dict, ID("__module__"))
  if (module === 0 || !PyUnicode_Check(module as Ref)) return name
  const text = PyUnicode_AsJS(module as Ref)
  return text === "builtins" || text === "__main__" ? name : `${text}.${name}`
}
