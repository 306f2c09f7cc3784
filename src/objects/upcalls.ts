import type { Own, Ref } from "../heap/ref.ts"

// The few calls that go up from objects/ to the floors above (vm/, modules/). Filled by the upper floor when it loads; never per operation.

function unset(): never {
  throw new Error("moult bug: an upward call was made before boot")
}

export const upcalls = {
  /** vm/ceval.ts `_PyEval_Vector`: run a Python function. `locals` NULL for an optimised frame. */
  evalVector: unset as (func: Ref, locals: Ref, args: number, nargs: number, kwnames: Ref) => Own,
  /** vm/ceval.ts: resume a generator's frame; `exc` non-zero: an error is set and must be raised at the resume point. */
  evalFrame: unset as (frame: number, exc: number) => Own,
  /** vm/import.ts `PyImport_ImportModule`. */
  importModule: unset as (name: string) => Own,
  /** vm/sysmodule `PySys_GetObject`: borrowed, NULL (no error) if absent. */
  sysGetObject: unset as (name: string) => Ref,
  /** frontend + vm: compile a source string to a code object (`eval`, `compile`, doctest …). */
  compileString: unset as (source: string, filename: Ref, mode: string, flags: number) => Own,
  /** vm/traceback: print the current error to stderr as the interpreter does. */
  printError: unset as () => void,
  /** vm/frame: current Python frame object, new reference, NULL without error if there is none. */
  currentFrame: unset as () => Own,
  /** vm/traceback.ts PyTraceBack_Here for the given interpreter frame; -1 on error. */
  traceBackHere: unset as (frame: number) => number,
  /** vm/ceval.ts `_PyEval_BuiltinsFromGlobals`: owned dict of builtins for functions made with these globals. */
  builtinsFromGlobals: unset as (globals: Ref) => Own,
  /** vm/traceback.ts `PyTraceBack_Print`: write a traceback to a file object; -1 with the error set. */
  printTraceback: unset as (tb: Ref, file: Ref) => number,
  /** vm/traceback.ts: owned traceback of the current frame alone, NULL (no error) when no frame runs. */
  tracebackFromFrame: unset as () => Own,
  /** vm/traceback.ts `_Py_DisplaySourceLine`: write a source line, indented, to a file object (nothing if the file is not there); -1 with the error set. */
  displaySourceLine: unset as (file: Ref, filename: Ref, lineno: number, indent: number) => number,
  /** vm/sysmodule `PySys_WriteStderr`: text to sys.stderr. */
  writeStderr: unset as (text: string) => void,
  /** runtime/record.ts: an allocation failed and MemoryError is about to be raised. */
  noMemory: null as (() => void) | null,
  /** vm: `_PyEval_GetBuiltin`, new reference. */
  getBuiltin: unset as (name: Ref) => Own,
}
