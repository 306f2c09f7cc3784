import { NULL, type Own } from "../../heap/ref.ts"
import { PyStructSequence_InitType, PyStructSequence_New, PyStructSequence_SET_ITEM, structSequenceType } from "../structseq.ts"
import { PyLong_FromLong } from "./digits.ts"

// Objects/longobject.c: sys.int_info.

const Int_InfoType = structSequenceType({
  name: "sys.int_info",
  doc: "sys.int_info\n\nA named tuple that holds information about Python's\ninternal representation of integers.  The attributes are read only.",
  fields: [
    ["bits_per_digit", "size of a digit in bits"],
    ["sizeof_digit", "size in bytes of the C type used to represent a digit"],
    ["default_max_str_digits", "maximum string conversion digits limitation"],
    ["str_digits_check_threshold", "minimum positive value for int_max_str_digits"],
  ],
  inSequence: 4,
})

/** sys.int_info (the sys module's start); the type is made ready here. */
export function PyLong_GetInfo(): Own {
  if (PyStructSequence_InitType(Int_InfoType) < 0) return NULL
  const $info = PyStructSequence_New(Int_InfoType)
  if ($info === NULL) return NULL
  const values = [30, 4, 4300, 640]
  values.forEach((v, i) => PyStructSequence_SET_ITEM($info, i, PyLong_FromLong(v)))
  return $info
}
