// Every built-in module: importing a file registers its module (defineModule).
import "./ast_hooks.ts"
import "./marshal.ts"
import "./_opcode.ts"
import "./_symtable.ts"
