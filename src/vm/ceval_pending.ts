import { int32, ptr, setint32, setptr } from "../heap/access.ts"
import { PyThreadState } from "../heap/layout.ts"
import { MAIN_TSTATE, Runtime, RUNTIME } from "../heap/map.ts"
import { NULL } from "../heap/ref.ts"
import { Py_DECREF } from "../heap/refcount.ts"
import { tstate } from "../heap/tstate.ts"
import { PyErr_SetNone } from "../objects/errors.ts"

// Python/ceval.c eval_frame_handle_pending: what the interpreter does between two instructions when Runtime.eval_breaker is set.

/** Filled by the floors above and by threads: */
export const pendingHooks = {
  /** modules/signalmodule.ts `_PyErr_CheckSignalsTstate`: run Python signal handlers; -1 with the error set. */
  checkSignals: (): number => 0,
  /** Pending calls of Py_AddPendingCall; -1 with the error set. */
  makePendingCalls: (): number => 0,
  /** vm/gil.ts: let go of the interpreter lock and take it again, when another thread asked for it. */
  yieldGil: (): void => {},
}

/** Work out again whether anything is pending. */
export function COMPUTE_EVAL_BREAKER(): void {
  const any =
    int32(RUNTIME + Runtime.gil_drop_request) |
    (int32(RUNTIME + Runtime.signals_pending) && tstate === MAIN_TSTATE ? 1 : 0) |
    ptr(tstate + PyThreadState.async_exc)
  setint32(RUNTIME + Runtime.eval_breaker, any !== 0 ? 1 : 0)
}

/** 0, or -1 with an error set. */
export function eval_frame_handle_pending(): number {
  if (int32(RUNTIME + Runtime.signals_pending) !== 0 && tstate === MAIN_TSTATE) {
    setint32(RUNTIME + Runtime.signals_pending, 0)
    COMPUTE_EVAL_BREAKER()
    if (pendingHooks.checkSignals() < 0) {
      setint32(RUNTIME + Runtime.signals_pending, 1)
      COMPUTE_EVAL_BREAKER()
      return -1
    }
  }
  if (pendingHooks.makePendingCalls() < 0) return -1
  if (int32(RUNTIME + Runtime.gil_drop_request) !== 0) pendingHooks.yieldGil()
  const $exc = ptr(tstate + PyThreadState.async_exc)
  if ($exc !== NULL) {
    setptr(tstate + PyThreadState.async_exc, 0)
    COMPUTE_EVAL_BREAKER()
    PyErr_SetNone($exc)
    Py_DECREF($exc)
    return -1
  }
  COMPUTE_EVAL_BREAKER()
  return 0
}
