import { ptr } from "../../heap/access.ts"
import { INTERP, Interp } from "../../heap/map.ts"
import type { Ref } from "../../heap/ref.ts"
import { PyDict_SetItemString } from "../../objects/dictobject.ts"
import { tp_name_js } from "../../objects/object.ts"
import * as S from "../../objects/statictypes.ts"

// Objects/exceptions.c: _PyBuiltins_AddExceptions.

function inOrder(): Ref[] {
  return [
    S.PyExc_BaseException,
    S.PyExc_BaseExceptionGroup,
    S.PyExc_Exception,
    S.PyExc_GeneratorExit,
    S.PyExc_KeyboardInterrupt,
    S.PyExc_SystemExit,
    S.PyExc_ArithmeticError,
    S.PyExc_AssertionError,
    S.PyExc_AttributeError,
    S.PyExc_BufferError,
    S.PyExc_EOFError,
    S.PyExc_ImportError,
    S.PyExc_LookupError,
    S.PyExc_MemoryError,
    S.PyExc_NameError,
    S.PyExc_OSError,
    S.PyExc_ReferenceError,
    S.PyExc_RuntimeError,
    S.PyExc_StopAsyncIteration,
    S.PyExc_StopIteration,
    S.PyExc_SyntaxError,
    S.PyExc_SystemError,
    S.PyExc_TypeError,
    S.PyExc_ValueError,
    S.PyExc_Warning,
    S.PyExc_FloatingPointError,
    S.PyExc_OverflowError,
    S.PyExc_ZeroDivisionError,
    S.PyExc_BytesWarning,
    S.PyExc_DeprecationWarning,
    S.PyExc_EncodingWarning,
    S.PyExc_FutureWarning,
    S.PyExc_ImportWarning,
    S.PyExc_PendingDeprecationWarning,
    S.PyExc_ResourceWarning,
    S.PyExc_RuntimeWarning,
    S.PyExc_SyntaxWarning,
    S.PyExc_UnicodeWarning,
    S.PyExc_UserWarning,
    S.PyExc_BlockingIOError,
    S.PyExc_ChildProcessError,
    S.PyExc_ConnectionError,
    S.PyExc_FileExistsError,
    S.PyExc_FileNotFoundError,
    S.PyExc_InterruptedError,
    S.PyExc_IsADirectoryError,
    S.PyExc_NotADirectoryError,
    S.PyExc_PermissionError,
    S.PyExc_ProcessLookupError,
    S.PyExc_TimeoutError,
    S.PyExc_IndentationError,
    S.PyExc_IndexError,
    S.PyExc_KeyError,
    S.PyExc_ModuleNotFoundError,
    S.PyExc_NotImplementedError,
    S.PyExc_RecursionError,
    S.PyExc_UnboundLocalError,
    S.PyExc_UnicodeError,
    S.PyExc_BrokenPipeError,
    S.PyExc_ConnectionAbortedError,
    S.PyExc_ConnectionRefusedError,
    S.PyExc_ConnectionResetError,
    S.PyExc_TabError,
    S.PyExc_UnicodeDecodeError,
    S.PyExc_UnicodeEncodeError,
    S.PyExc_UnicodeTranslateError,
  ]
}

/** Put the exceptions into the dict of builtins; 0 or -1. */
export function addExceptions(dict: Ref): number {
  for (const type of inOrder()) if (PyDict_SetItemString(dict, tp_name_js(type), type) < 0) return -1
  if (PyDict_SetItemString(dict, "ExceptionGroup", ptr(INTERP + Interp.ExceptionGroup)) < 0) return -1
  if (PyDict_SetItemString(dict, "EnvironmentError", S.PyExc_OSError) < 0) return -1
  return PyDict_SetItemString(dict, "IOError", S.PyExc_OSError)
}
