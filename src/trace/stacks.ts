import { _PyCFrame, _PyInterpreterFrame, PyCodeObject, PyThreadState } from "../heap/layout.ts"
import type { Ref } from "../heap/ref.ts"
import { tstate } from "../heap/tstate.ts"
import { i32, u8 } from "../heap/views.ts"
import { internFrame, internNode, internString } from "./intern.ts"
import { H, Log, log, Shadow, shadow } from "./log.ts"

// Which Python code runs: the frames' instructions, as lines and stacks that are numbers.

/** What the floors above provide. */
export interface NameHooks {
  PyCode_Addr2Line: (code: Ref, addrq: number) => number
  text: (str: Ref) => string
  typeName: (type: Ref) => string
}
export let names = undefined as unknown as NameHooks
export function setNameHooks(h: NameHooks): void {
  names = h
}

/** Outer frames beyond so many are left out. */
const MAX_DEPTH = 1024
/** FRAME_OWNED_BY_GENERATOR */
const OWNED_BY_GENERATOR = 1

// This thread's frames at the last allocation, innermost first, and the nodes of that stack, outermost first: most of a stack is the
// same the next time.
const chain = new Int32Array(MAX_DEPTH)
const chainCode = new Int32Array(MAX_DEPTH)
const lastInstr = new Int32Array(MAX_DEPTH)
const lastNode = new Int32Array(MAX_DEPTH)
let lastDepth = 0

export function currentFrame(): number {
  const cframe = i32[(tstate + PyThreadState.cframe) >> 2]
  return cframe === 0 ? 0 : i32[(cframe + _PyCFrame.current_frame) >> 2]
}
/** A frame that has not reached its first traceable instruction. */
function isIncomplete(frame: number, code: number): boolean {
  if (u8[frame + _PyInterpreterFrame.owner] === OWNED_BY_GENERATOR) return false
  const first = code + PyCodeObject.co_code_adaptive + 2 * i32[(code + PyCodeObject._co_firsttraceable) >> 2]
  return i32[(frame + _PyInterpreterFrame.prev_instr) >> 2] < first
}

/** The line of an instruction. Its address is the key; the serial of the code's block tells a new code object at an old address. */
function lineRow(code: number, instr: number): number {
  const serial = shadow[(code >> 2) + Shadow.serial]
  const mask = Log.MAX_LINES - 1
  let i = (Math.imul(instr >> 1, 0x9e3779b1) >>> 12) & mask
  for (; ; i = (i + 1) & mask) {
    const w = (Log.lines >> 2) + i * 4
    const key = log[w]
    if (key === instr && log[w + 1] === serial) return log[w + 2]
    if (key === 0 || key === instr) {
      const line = names.PyCode_Addr2Line(code as Ref, instr - code - PyCodeObject.co_code_adaptive)
      const row = internFrame(
        internString(names.text(i32[(code + PyCodeObject.co_qualname) >> 2] as Ref)),
        internString(names.text(i32[(code + PyCodeObject.co_filename) >> 2] as Ref)),
        Math.max(0, line),
      )
      if (key === 0 && ++log[H.nlines] * 2 > Log.MAX_LINES) {
        // a cache: start again
        log.fill(0, Log.lines >> 2, (Log.lines >> 2) + Log.MAX_LINES * 4)
        log[H.nlines] = 0
        return row
      }
      log[w] = instr
      log[w + 1] = serial
      log[w + 2] = row
      return row
    }
  }
}

/** Row of the innermost line (frames); 0 when no Python code runs. */
export function currentLine(): number {
  for (let f = currentFrame(); f !== 0; f = i32[(f + _PyInterpreterFrame.previous) >> 2]) {
    const code = i32[(f + _PyInterpreterFrame.f_code) >> 2]
    if (!isIncomplete(f, code)) return lineRow(code, i32[(f + _PyInterpreterFrame.prev_instr) >> 2])
  }
  return 0
}

/** Row of this thread's stack (nodes); 0 when no Python code runs. */
export function currentStack(): number {
  let n = 0
  for (let f = currentFrame(); f !== 0 && n < MAX_DEPTH; f = i32[(f + _PyInterpreterFrame.previous) >> 2]) {
    const code = i32[(f + _PyInterpreterFrame.f_code) >> 2]
    if (isIncomplete(f, code)) continue
    chain[n] = i32[(f + _PyInterpreterFrame.prev_instr) >> 2]
    chainCode[n++] = code
  }
  let k = 0
  while (k < n && k < lastDepth && lastInstr[k] === chain[n - 1 - k]) k++
  let node = k === 0 ? 0 : lastNode[k - 1]
  for (; k < n; k++) {
    const instr = chain[n - 1 - k]
    node = internNode(node, lineRow(chainCode[n - 1 - k], instr))
    lastInstr[k] = instr
    lastNode[k] = node
  }
  lastDepth = n
  return node
}
