// Every built-in module: importing a file registers its module (defineModule).
import "./ast_hooks.ts"
import "./marshal.ts"
import "./_opcode.ts"
import "./_symtable.ts"
import "./_codecs.ts"
import "./_string.ts"
import "./unicodedata.ts"
