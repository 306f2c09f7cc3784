import { astHooks } from "../vm/compile.ts"
import { _PyAST_Validate, PyAST_Check, PyAST_mod2obj, PyAST_obj2mod } from "./_ast.ts"

// compile() lives below the modules and reaches the node classes through these.

astHooks.check = PyAST_Check
astHooks.toObject = PyAST_mod2obj
astHooks.fromObject = (op, mode) => {
  const tree = PyAST_obj2mod(op, mode)
  return tree === null || !_PyAST_Validate(tree) ? null : tree
}
