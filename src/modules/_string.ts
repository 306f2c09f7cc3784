import { defineModule } from "../objects/define.ts"
import { METH } from "../objects/slots.ts"
import { formatter_field_name_split, formatter_parser } from "../objects/unicodeobject.ts"

// The helpers of string.Formatter (Objects/unicodeobject.c).

defineModule({
  name: "_string",
  doc: "string helper module",
  methods: [
    ["formatter_field_name_split", formatter_field_name_split, METH.O, "split the argument as a field name"],
    ["formatter_parser", formatter_parser, METH.O, "parse the argument as a format string"],
  ],
})
