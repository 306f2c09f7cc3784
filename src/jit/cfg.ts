import { Op, opcodeCaches, opcodeDeopt } from "../base/opcodes.ts"
import { PyCodeObject } from "../heap/layout.ts"
import type { Ref } from "../heap/ref.ts"
import { Py_SIZE } from "../heap/refcount.ts"
import { u8 } from "../heap/views.ts"

// The control-flow graph of a code object as reached from one entry, without the exception edges: handlers run in the interpreter.
//
// Every entry (the start, a loop head, a generator's resume point) gets a function of its own, so that each graph has one entry and is
// reducible, and becomes nested loops and labelled blocks (structure.ts).

/** One instruction with its EXTENDED_ARGs; units are indexes of code units. */
export interface Instr {
  /** Where the interpreter would take it up: the first EXTENDED_ARG. */
  readonly start: number
  readonly unit: number
  /** As it stands in the code, possibly specialised. */
  readonly opcode: number
  readonly general: number
  readonly oparg: number
  /** The unit behind it and its inline cache. */
  readonly next: number
}

export interface Block {
  readonly index: number
  readonly first: number
  readonly instrs: Instr[]
  /** Blocks that control goes to: for a conditional jump its target, then what follows. */
  successors: Block[]
  predecessors: Block[]
  /** Reverse postorder number; smaller is earlier. */
  order: number
  dominator: Block | null
  children: Block[]
  isLoop: boolean
  /** Reached by two or more forward edges. */
  isMerge: boolean
}

export function isBackward(op: number): boolean {
  return (
    op === Op.JUMP_BACKWARD ||
    op === Op.JUMP_BACKWARD_NO_INTERRUPT ||
    op === Op.POP_JUMP_BACKWARD_IF_FALSE ||
    op === Op.POP_JUMP_BACKWARD_IF_TRUE ||
    op === Op.POP_JUMP_BACKWARD_IF_NONE ||
    op === Op.POP_JUMP_BACKWARD_IF_NOT_NONE
  )
}

const CONDITIONAL: readonly number[] = [
  Op.POP_JUMP_FORWARD_IF_FALSE,
  Op.POP_JUMP_FORWARD_IF_TRUE,
  Op.POP_JUMP_FORWARD_IF_NONE,
  Op.POP_JUMP_FORWARD_IF_NOT_NONE,
  Op.POP_JUMP_BACKWARD_IF_FALSE,
  Op.POP_JUMP_BACKWARD_IF_TRUE,
  Op.POP_JUMP_BACKWARD_IF_NONE,
  Op.POP_JUMP_BACKWARD_IF_NOT_NONE,
  Op.JUMP_IF_FALSE_OR_POP,
  Op.JUMP_IF_TRUE_OR_POP,
  Op.FOR_ITER,
  Op.SEND,
]
const UNCONDITIONAL: readonly number[] = [Op.JUMP_FORWARD, Op.JUMP_BACKWARD, Op.JUMP_BACKWARD_NO_INTERRUPT]
const ENDS: readonly number[] = [Op.RETURN_VALUE, Op.RAISE_VARARGS, Op.RERAISE, Op.RETURN_GENERATOR, Op.YIELD_VALUE]

/** Every instruction of `code`, by its unit and by its first EXTENDED_ARG. */
export function decode(code: Ref): Map<number, Instr> {
  const base = code + PyCodeObject.co_code_adaptive
  const n = Py_SIZE(code)
  const instrs = new Map<number, Instr>()
  let start = -1
  let oparg = 0
  for (let unit = 0; unit < n; ) {
    const opcode = u8[base + 2 * unit]
    const general = opcodeDeopt[opcode]
    oparg = (oparg << 8) | u8[base + 2 * unit + 1]
    if (start < 0) start = unit
    if (general === Op.EXTENDED_ARG) {
      unit++
      continue
    }
    const next = unit + 1 + opcodeCaches[general]
    const instr: Instr = { start, unit, opcode, general, oparg, next }
    instrs.set(start, instr)
    instrs.set(unit, instr)
    unit = next
    start = -1
    oparg = 0
  }
  return instrs
}

function target(i: Instr): number {
  return isBackward(i.general) ? i.next - i.oparg : i.next + i.oparg
}

/** Units that control goes to after `i`, jump target first; null: it just goes on. */
function exits(i: Instr): number[] | null {
  if (ENDS.includes(i.general)) return []
  if (UNCONDITIONAL.includes(i.general)) return [target(i)]
  if (CONDITIONAL.includes(i.general)) return [target(i), i.next]
  return null
}

/** The graph from `entry` on: its blocks in reverse postorder, with dominators. */
export function buildGraph(code: Ref, entry: number): Block[] {
  const instrs = decode(code)
  const leaders = new Set<number>([entry])
  const todo = [entry]
  const seen = new Set<number>()
  while (todo.length > 0) {
    let unit = todo.pop() as number
    while (!seen.has(unit)) {
      seen.add(unit)
      const i = instrs.get(unit)
      if (i === undefined) break
      const out = exits(i)
      if (out !== null) {
        for (const t of out) {
          leaders.add(t)
          todo.push(t)
        }
        break
      }
      unit = i.next
    }
  }
  const blocks = new Map<number, Block>()
  for (const first of leaders) {
    blocks.set(first, {
      index: first,
      first,
      instrs: [],
      successors: [],
      predecessors: [],
      order: -1,
      dominator: null,
      children: [],
      isLoop: false,
      isMerge: false,
    })
  }
  for (const block of blocks.values()) {
    let unit = block.first
    for (;;) {
      const i = instrs.get(unit)
      if (i === undefined) break
      block.instrs.push(i)
      const out = exits(i)
      const to = out ?? (leaders.has(i.next) ? [i.next] : null)
      if (to !== null) {
        block.successors = to.map((t) => blocks.get(t) as Block)
        break
      }
      unit = i.next
    }
  }
  return orderBlocks(blocks.get(entry) as Block)
}

function orderBlocks(entry: Block): Block[] {
  const post: Block[] = []
  const state = new Map<Block, number>()
  const stack: Block[] = [entry]
  state.set(entry, 0)
  while (stack.length > 0) {
    const b = stack[stack.length - 1]
    const at = state.get(b) as number
    if (at < b.successors.length) {
      state.set(b, at + 1)
      const s = b.successors[b.successors.length - 1 - at]
      if (!state.has(s)) {
        state.set(s, 0)
        stack.push(s)
      }
    } else {
      post.push(b)
      stack.pop()
    }
  }
  const order = post.reverse()
  for (let i = 0; i < order.length; i++) order[i].order = i
  for (const b of order) for (const s of b.successors) s.predecessors.push(b)
  findDominators(order)
  for (const b of order) {
    b.isLoop = b.predecessors.some((p) => p.order >= b.order)
    b.isMerge = b.predecessors.filter((p) => p.order < b.order).length > 1
    if (b.dominator !== null) b.dominator.children.push(b)
  }
  for (const b of order) {
    for (const p of b.predecessors) if (p.order >= b.order && !dominates(b, p)) throw new Error("irreducible")
  }
  return order
}

/** Cooper, Harvey and Kennedy's iteration. */
function findDominators(order: Block[]): void {
  let changed = true
  while (changed) {
    changed = false
    for (const b of order.slice(1)) {
      let d: Block | null = null
      for (const p of b.predecessors) {
        if (p !== order[0] && p.dominator === null) continue
        d = d === null ? p : intersect(d, p)
      }
      if (d !== b.dominator) {
        b.dominator = d
        changed = true
      }
    }
  }
}

function intersect(a: Block, b: Block): Block {
  while (a !== b) {
    while (a.order > b.order) a = a.dominator as Block
    while (b.order > a.order) b = b.dominator as Block
  }
  return a
}

function dominates(a: Block, b: Block): boolean {
  let x: Block | null = b
  while (x !== null && x !== a) x = x.dominator
  return x === a
}
