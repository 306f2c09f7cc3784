import type { Own } from "../../heap/ref.ts"
import { type MethodSpec } from "../../objects/define.ts"
import { METH } from "../../objects/slots.ts"
import { none } from "../support.ts"

// _testcapi: docstrings with and without a signature in them.

function test_with_docstring(): Own {
  return none()
}
const rows: readonly (readonly [string, string?])[] = [
  ["no_docstring"],
  ["docstring_empty", ""],
  ["docstring_no_signature", "This docstring has no signature."],
  ["docstring_with_invalid_signature", "docstring_with_invalid_signature($module, /, boo)\n\nThis docstring has an invalid signature."],
  [
    "docstring_with_invalid_signature2",
    "docstring_with_invalid_signature2($module, /, boo)\n\n--\n\nThis docstring also has an invalid signature.",
  ],
  ["docstring_with_signature", "docstring_with_signature($module, /, sig)\n--\n\nThis docstring has a valid signature."],
  ["docstring_with_signature_but_no_doc", "docstring_with_signature_but_no_doc($module, /, sig)\n--\n\n"],
  [
    "docstring_with_signature_and_extra_newlines",
    "docstring_with_signature_and_extra_newlines($module, /, parameter)\n--\n\n\nThis docstring has a valid signature and some extra newlines.",
  ],
  [
    "docstring_with_signature_with_defaults",
    "docstring_with_signature_with_defaults(module, s='avocado',\n        b=b'bytes', d=3.14, i=35, n=None, t=True, f=False,\n        local=the_number_three, sys=sys.maxsize,\n        exp=sys.maxsize - 1)\n--\n\n\n\nThis docstring has a valid signature with parameters,\nand the parameters take defaults of varying types.",
  ],
]
export const docMethods: readonly MethodSpec[] = [
  ...rows.map(([name, doc]): MethodSpec => [name, test_with_docstring, METH.NOARGS, doc]),
  ["test_with_docstring", test_with_docstring, METH.NOARGS, "This is a pretty normal docstring."],
]
