import { PyCode_Addr2Line } from "../objects/codeobject.ts"
import { PyUnicode_AsJS } from "../objects/unicodeobject.ts"
import { setNameHooks } from "../trace/stacks.ts"
import { qualifiedTypeName } from "./snapshot/typenames.ts"
import { upcalls } from "../objects/upcalls.ts"
import {
  _PyEval_EvalFrame,
  _PyEval_GetBuiltin,
  _PyEval_Vector,
  builtinsFromGlobals,
  currentFrameObject,
  PyEval_GetFrame,
} from "../vm/ceval.ts"
import { PyImport_ImportModule } from "../vm/import.ts"
import { PyErr_Print } from "../vm/pythonrun.ts"
import { PySys_GetObject, PySys_WriteStderr } from "../vm/sysmodule.ts"
import { _Py_DisplaySourceLine, PyTraceBack_Here, PyTraceBack_Print, tracebackFromFrame } from "../vm/traceback.ts"

/** Give the floors below what they call up here. In every worker, before it does anything. */
export function connect(): void {
  setNameHooks({ PyCode_Addr2Line, text: PyUnicode_AsJS, typeName: qualifiedTypeName })
  upcalls.evalVector = _PyEval_Vector
  upcalls.evalFrame = _PyEval_EvalFrame
  upcalls.importModule = PyImport_ImportModule
  upcalls.sysGetObject = PySys_GetObject
  upcalls.writeStderr = PySys_WriteStderr
  upcalls.printError = PyErr_Print
  upcalls.currentFrame = currentFrameObject
  upcalls.traceBackHere = (_frame) => {
    const f = PyEval_GetFrame()
    return f === 0 ? 0 : PyTraceBack_Here(f)
  }
  upcalls.builtinsFromGlobals = builtinsFromGlobals
  upcalls.printTraceback = PyTraceBack_Print
  upcalls.tracebackFromFrame = tracebackFromFrame
  upcalls.displaySourceLine = _Py_DisplaySourceLine
  upcalls.getBuiltin = _PyEval_GetBuiltin
}
