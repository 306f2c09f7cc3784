import { HG } from "../heap/heapglobals.ts"
import { _PyInterpreterFrame as F, PyCodeObject } from "../heap/layout.ts"
import type { Ref } from "../heap/ref.ts"
import { tstate } from "../heap/tstate.ts"
import { i16, i32, u8 } from "../heap/views.ts"

// What the interpreter and jit/ (the floor above) know of each other: warm-up counts, and this worker's table of compiled functions.
//
// A code object's co_warmup counts up to 0 while it is interpreted; a hot one gets a positive number, never given out again, under which
// every worker finds what it has compiled. So nothing compiled can be taken for that of another code object, and all of it can be remade.

/** What the interpreter has seen of an instruction's operands: bits in its first cache unit (BINARY_OP and COMPARE_OP). */
export const enum Feedback {
  /** Two ints below 2^30. */
  INT = 1,
  /** Two floats. */
  FLOAT = 2,
  /** Anything else, or a result of another type. */
  OTHER = 4,
  /** A float and an int. */
  MIXED = 8,
  /** Two ints, one of them larger. */
  BIG = 16,
  /** A comparison's result that was no bool. */
  OTHER_RESULT = 32,
}

/** A compiled function: runs `frame` from its entry. @returns the value (the frame is then left: popped unless is_entry), 0 with an error
 *  set and prev_instr and stacktop stored, or -1 to go on in the interpreter at prev_instr. */
export type JitFn = (frame: number, cframe: number) => number

/** co_warmup of code that is not worth another attempt. */
export const NEVER = -32768
const MAX_ID = 32767

/** By number: the function that starts at the code's first instruction. */
export const jitFns: JitFn[] = []
/** By number: arguments it takes when they bind one to one, else -1. */
export const jitArgs = new Int32Array(MAX_ID + 1).fill(-1)
/** By number: bytes of its frame. */
export const jitSize = new Int32Array(MAX_ID + 1)
/** By number, by entry's code unit: what is compiled; null: could not be. */
export const jitEntries: (JitFn | null)[][] = []

/** [0]: word index of the running thread's state. */
export const threadWords = new Int32Array(1)

export const jitHooks = {
  /** Compile `code` from the entry where `frame` stands. */
  compile: (_frame: number, _code: Ref, _unit: number, _id: number): JitFn | null => null,
}

/** [0]: what a call adds to co_warmup; [1]: what a backward jump adds; both 0: no JIT. */
export const jitStep = new Int32Array(2)

/** Count; is `code` hot? */
export function jit_warm(code: Ref, backward: number): boolean {
  const at = (code + PyCodeObject.co_warmup) >> 1
  const w = i16[at]
  if (w > 0) return true
  const step = jitStep[backward]
  if (step === 0 || w === NEVER) return false
  if (w + step < 0) {
    i16[at] = w + step
    return false
  }
  i16[at] = 0
  return true
}

/** Run `frame` compiled, if it is hot and can be: as a JitFn; -1 also when nothing was done. */
export function jit_enter(frame: number, cframe: number): number {
  const code = i32[(frame + F.f_code) >> 2] as Ref
  const id = i16[(code + PyCodeObject.co_warmup) >> 1]
  if (id < 0 || u8[cframe] !== 0 || i32[HG.slow >> 2] !== 0 || jitStep[0] === 0) return -1
  const unit = (i32[(frame + F.prev_instr) >> 2] + 2 - code - PyCodeObject.co_code_adaptive) >> 1
  const entries = jitEntries[id]
  let f = entries === undefined || id === 0 ? undefined : entries[unit]
  if (f === undefined) f = jitHooks.compile(frame, code, unit, id)
  if (f === null) return -1
  threadWords[0] = tstate >> 2
  // a collection must not take what the stack held for what it holds
  i32[(frame + F.stacktop) >> 2] = -1
  return f(frame, cframe)
}
