import { Op } from "../../base/opcodes.ts"
import type { Const } from "../code.ts"
import { constIsTrue } from "../constfold.ts"
import { type BasicBlock, type Compiler, COPY_INSTR_LOC, compiler_new_block, type Instr, is_block_push, is_jump } from "./unit.ts"

// compile.c's optimizer: peephole on blocks, jump threading, unreachable and empty blocks, line numbers of exits.

/** Maximum size of an exit block that is copied instead of jumped to. */
const MAX_COPY_SIZE = 4

function const_at(consts: Const[], oparg: number): Const {
  return consts[oparg]
}

/** LOAD_CONST c1 … LOAD_CONST cn, BUILD_TUPLE n becomes LOAD_CONST (c1, …, cn). */
function fold_tuple_on_constants(c: Compiler, b: BasicBlock, at: number, n: number, consts: Const[]): void {
  for (let i = 0; i < n; i++) {
    const op = b.instr[at + i].opcode
    if (op !== Op.LOAD_CONST && op !== Op.KW_NAMES) return
  }
  const items: Const[] = []
  for (let i = 0; i < n; i++) items.push(const_at(consts, b.instr[at + i].oparg))
  const tuple: Const = {
    t: "tuple",
    v: items as (Const & { t: "tuple" })["v"],
  }
  const key = c.constCache.key(tuple)
  let index = consts.findIndex((x) => x.t === "tuple" && c.constCache.key(x) === key)
  if (index < 0) index = consts.push(tuple) - 1
  for (let i = 0; i < n; i++) b.instr[at + i].opcode = Op.NOP
  b.instr[at + n].opcode = Op.LOAD_CONST
  b.instr[at + n].oparg = index
}

const VISITED = -1

/** Replace a run of SWAPs and NOPs from `ix` on with the shortest with the same effect; returns its last index. */
function swaptimize(block: BasicBlock, ix: number): number {
  const instr = block.instr
  let depth = instr[ix].oparg
  let len = 0
  let more = false
  const limit = instr.length - ix
  while (++len < limit) {
    const opcode = instr[ix + len].opcode
    if (opcode === Op.SWAP) {
      depth = Math.max(depth, instr[ix + len].oparg)
      more = true
    } else if (opcode !== Op.NOP) break
  }
  if (!more) return ix
  const stack: number[] = []
  for (let i = 0; i < depth; i++) stack.push(i)
  for (let i = 0; i < len; i++) {
    if (instr[ix + i].opcode === Op.SWAP) {
      const oparg = instr[ix + i].oparg
      const top = stack[0]
      stack[0] = stack[oparg - 1]
      stack[oparg - 1] = top
    }
  }
  // Walk the cycles of the permutation, filling the run from its end.
  let current = len - 1
  for (let i = 0; i < depth; i++) {
    if (stack[i] === VISITED || stack[i] === i) continue
    let j = i
    for (;;) {
      if (j) {
        instr[ix + current].opcode = Op.SWAP
        instr[ix + current--].oparg = j + 1
      }
      if (stack[j] === VISITED) break
      const next = stack[j]
      stack[j] = VISITED
      j = next
    }
  }
  while (current >= 0) instr[ix + current--].opcode = Op.NOP
  return ix + len - 1
}

function swappable(opcode: number): boolean {
  return opcode === Op.STORE_FAST || opcode === Op.POP_TOP
}

function stores_to(x: Instr): number {
  return x.opcode === Op.STORE_FAST ? x.oparg : -1
}

function next_swappable_instruction(block: BasicBlock, i: number, lineno: number): number {
  while (++i < block.instr.length) {
    const x = block.instr[i]
    if (lineno >= 0 && x.lineno !== lineno) return -1
    if (x.opcode === Op.NOP) continue
    return swappable(x.opcode) ? i : -1
  }
  return -1
}

/** Swap the instructions that consume two stack items instead of the items. */
function apply_static_swaps(block: BasicBlock, i: number): void {
  const instr = block.instr
  for (; i >= 0; i--) {
    const swap = instr[i]
    if (swap.opcode !== Op.SWAP) {
      if (swap.opcode === Op.NOP || swappable(swap.opcode)) continue
      return
    }
    const j = next_swappable_instruction(block, i, -1)
    if (j < 0) return
    let k = j
    const lineno = instr[j].lineno
    for (let count = swap.oparg - 1; count > 0; count--) {
      k = next_swappable_instruction(block, k, lineno)
      if (k < 0) return
    }
    // Not when both store to one variable, or something between them stores to one of theirs.
    const store_j = stores_to(instr[j])
    const store_k = stores_to(instr[k])
    if (store_j >= 0 || store_k >= 0) {
      if (store_j === store_k) return
      for (let idx = j + 1; idx < k; idx++) {
        const store = stores_to(instr[idx])
        if (store >= 0 && (store === store_j || store === store_k)) return
      }
    }
    swap.opcode = Op.NOP
    const temp = instr[j]
    instr[j] = instr[k]
    instr[k] = temp
  }
}

/** Let `inst` jump where `target` jumps to. True when it changed (then `inst` is looked at again). */
function jump_thread(inst: Instr, target: Instr, opcode: number): boolean {
  if (inst.lineno === target.lineno && inst.target !== target.target) {
    inst.target = target.target
    inst.opcode = opcode
    return true
  }
  return false
}

function skip_empty(b: BasicBlock): BasicBlock {
  while (b.instr.length === 0) b = b.next as BasicBlock
  return b
}

function optimize_load_const(bb: BasicBlock, i: number, consts: Const[]): void {
  const inst = bb.instr[i]
  const next = i + 1 < bb.instr.length ? bb.instr[i + 1] : null
  switch (next?.opcode) {
    case Op.POP_JUMP_IF_FALSE:
    case Op.POP_JUMP_IF_TRUE: {
      const is_true = constIsTrue(const_at(consts, inst.oparg))
      inst.opcode = Op.NOP
      if (is_true === (next.opcode === Op.POP_JUMP_IF_TRUE)) {
        next.opcode = Op.JUMP
        bb.nofallthrough = true
      } else {
        next.opcode = Op.NOP
      }
      break
    }
    case Op.JUMP_IF_FALSE_OR_POP:
    case Op.JUMP_IF_TRUE_OR_POP: {
      const is_true = constIsTrue(const_at(consts, inst.oparg))
      if (is_true === (next.opcode === Op.JUMP_IF_TRUE_OR_POP)) {
        next.opcode = Op.JUMP
        bb.nofallthrough = true
      } else {
        inst.opcode = Op.NOP
        next.opcode = Op.NOP
      }
      break
    }
    case Op.IS_OP: {
      const jump = i + 2 < bb.instr.length ? bb.instr[i + 2] : null
      const jump_op = jump?.opcode
      if (
        const_at(consts, inst.oparg).t === "None" &&
        jump !== null &&
        (jump_op === Op.POP_JUMP_IF_FALSE || jump_op === Op.POP_JUMP_IF_TRUE)
      ) {
        inst.opcode = Op.NOP
        next.opcode = Op.NOP
        jump.opcode = (next.oparg & 0xff) ^ (jump_op === Op.POP_JUMP_IF_FALSE ? 1 : 0) ? Op.POP_JUMP_IF_NOT_NONE : Op.POP_JUMP_IF_NONE
      }
      break
    }
  }
}

function optimize_basic_block(c: Compiler, bb: BasicBlock, consts: Const[]): void {
  const instr = bb.instr
  for (let i = 0; i < instr.length; i++) {
    const inst = instr[i]
    const oparg = inst.oparg
    const nextop = i + 1 < instr.length ? instr[i + 1].opcode : 0
    let target: Instr | null = null
    if (is_jump(inst.opcode) || is_block_push(inst.opcode)) {
      inst.target = skip_empty(inst.target as BasicBlock)
      target = inst.target.instr[0]
    }
    switch (inst.opcode) {
      case Op.LOAD_CONST:
        optimize_load_const(bb, i, consts)
        break
      case Op.BUILD_TUPLE:
        if (nextop === Op.UNPACK_SEQUENCE && oparg === instr[i + 1].oparg) {
          if (oparg === 1) {
            inst.opcode = Op.NOP
            instr[i + 1].opcode = Op.NOP
            continue
          }
          if (oparg === 2 || oparg === 3) {
            inst.opcode = Op.NOP
            instr[i + 1].opcode = Op.SWAP
            continue
          }
        }
        if (i >= oparg) fold_tuple_on_constants(c, bb, i - oparg, oparg, consts)
        break
      case Op.JUMP_IF_FALSE_OR_POP:
      case Op.JUMP_IF_TRUE_OR_POP: {
        const t = target as Instr
        const onFalse = inst.opcode === Op.JUMP_IF_FALSE_OR_POP
        const pop = onFalse ? Op.POP_JUMP_IF_FALSE : Op.POP_JUMP_IF_TRUE
        switch (t.opcode) {
          case Op.JUMP:
            if (jump_thread(inst, t, inst.opcode)) i--
            break
          case Op.POP_JUMP_IF_FALSE:
          case Op.POP_JUMP_IF_TRUE:
            if (t.opcode === pop) {
              if (jump_thread(inst, t, pop)) i--
              break
            }
            if (inst.lineno === t.lineno) {
              inst.opcode = pop
              inst.target = (inst.target as BasicBlock).next
              i--
            }
            break
          case Op.JUMP_IF_FALSE_OR_POP:
          case Op.JUMP_IF_TRUE_OR_POP:
            if (t.opcode === inst.opcode) {
              if (jump_thread(inst, t, inst.opcode)) i--
              break
            }
            if (inst.lineno === t.lineno) {
              inst.opcode = pop
              inst.target = (inst.target as BasicBlock).next
              i--
            }
            break
        }
        break
      }
      case Op.POP_JUMP_IF_NOT_NONE:
      case Op.POP_JUMP_IF_NONE:
      case Op.POP_JUMP_IF_FALSE:
      case Op.POP_JUMP_IF_TRUE:
      case Op.JUMP:
        if ((target as Instr).opcode === Op.JUMP && jump_thread(inst, target as Instr, inst.opcode)) i--
        break
      case Op.SWAP:
        if (oparg === 1) {
          inst.opcode = Op.NOP
          break
        }
        i = swaptimize(bb, i)
        apply_static_swaps(bb, i)
        break
      case Op.PUSH_NULL:
        if (nextop === Op.LOAD_GLOBAL) {
          inst.opcode = Op.NOP
          inst.oparg = 0
          instr[i + 1].oparg |= 1
        }
        break
    }
  }
}

function basicblock_has_lineno(bb: BasicBlock): boolean {
  return bb.instr.some((x) => x.lineno > 0)
}

/** A block that jumps to a small exit block without line number gets a copy of it instead. */
export function extend_block(bb: BasicBlock): void {
  if (bb.instr.length === 0) return
  const last = bb.instr[bb.instr.length - 1]
  if (last.opcode !== Op.JUMP) return
  const to_copy = last.target as BasicBlock
  if (to_copy.exit && to_copy.instr.length <= MAX_COPY_SIZE) {
    if (basicblock_has_lineno(to_copy)) return
    last.opcode = Op.NOP
    const n = to_copy.instr.length
    for (let i = 0; i < n; i++) bb.instr.push({ ...to_copy.instr[i] })
    bb.exit = true
  }
}

/** Drop the NOPs that no line number needs. */
export function clean_basic_block(bb: BasicBlock): void {
  const instr = bb.instr
  let dest = 0
  let prev_lineno = -1
  for (let src = 0; src < instr.length; src++) {
    const lineno = instr[src].lineno
    if (instr[src].opcode === Op.NOP) {
      if (lineno < 0 || prev_lineno === lineno) continue
      if (src < instr.length - 1) {
        const next_lineno = instr[src + 1].lineno
        if (next_lineno === lineno) continue
        if (next_lineno < 0) {
          COPY_INSTR_LOC(instr[src], instr[src + 1])
          continue
        }
      } else {
        let next = bb.next
        while (next !== null && next.instr.length === 0) next = next.next
        if (next !== null && lineno === next.instr[0].lineno) continue
      }
    }
    instr[dest++] = instr[src]
    prev_lineno = lineno
  }
  instr.length = dest
}

/** Mark blocks that leave the function or do not fall through. */
export function normalize_basic_block(bb: BasicBlock): void {
  for (const x of bb.instr) {
    switch (x.opcode) {
      case Op.RETURN_VALUE:
      case Op.RAISE_VARARGS:
      case Op.RERAISE:
        bb.exit = true
        bb.nofallthrough = true
        break
      case Op.JUMP:
      case Op.JUMP_NO_INTERRUPT:
        bb.nofallthrough = true
        x.target = skip_empty(x.target as BasicBlock)
        break
      case Op.POP_JUMP_IF_NOT_NONE:
      case Op.POP_JUMP_IF_NONE:
      case Op.POP_JUMP_IF_FALSE:
      case Op.POP_JUMP_IF_TRUE:
      case Op.JUMP_IF_FALSE_OR_POP:
      case Op.JUMP_IF_TRUE_OR_POP:
      case Op.FOR_ITER:
        x.target = skip_empty(x.target as BasicBlock)
        break
    }
  }
}

function mark_reachable(entry: BasicBlock): void {
  const stack = [entry]
  entry.predecessors = 1
  for (let b = stack.pop(); b !== undefined; b = stack.pop()) {
    if (b.next !== null && !b.nofallthrough) {
      if (b.next.predecessors === 0) stack.push(b.next)
      b.next.predecessors++
    }
    for (const x of b.instr) {
      if (is_jump(x.opcode) || is_block_push(x.opcode)) {
        const target = x.target as BasicBlock
        if (target.predecessors === 0) stack.push(target)
        target.predecessors++
      }
    }
  }
}

function eliminate_empty_basic_blocks(entry: BasicBlock): void {
  for (let b: BasicBlock | null = entry; b !== null; b = b.next) {
    let next: BasicBlock | null = b.next
    if (next !== null) {
      while (next.instr.length === 0 && next.next !== null) next = next.next
      b.next = next
    }
  }
  for (let b: BasicBlock | null = entry; b !== null; b = b.next) {
    if (b.instr.length === 0) continue
    const last = b.instr[b.instr.length - 1]
    if (is_jump(last.opcode)) last.target = skip_empty(last.target as BasicBlock)
  }
}

/** An instruction without line inherits it from its predecessor, a block from its only predecessor. */
export function propagate_line_numbers(entry: BasicBlock): void {
  for (let b: BasicBlock | null = entry; b !== null; b = b.next) {
    const n = b.instr.length
    if (n === 0) continue
    let prev: Instr | null = null
    for (const x of b.instr) {
      if (x.lineno >= 0) prev = x
      else if (prev !== null) COPY_INSTR_LOC(prev, x)
      else {
        x.lineno = -1
        x.col_offset = -1
        x.end_lineno = -1
        x.end_col_offset = -1
      }
    }
    const inherit = (first: Instr): void => {
      if (first.lineno >= 0) return
      if (prev !== null) COPY_INSTR_LOC(prev, first)
      else {
        first.lineno = -1
        first.col_offset = -1
        first.end_lineno = -1
        first.end_col_offset = -1
      }
    }
    if (!b.nofallthrough && b.next !== null && b.next.predecessors === 1) inherit(b.next.instr[0])
    const last = b.instr[n - 1]
    if (is_jump(last.opcode)) {
      const target = last.target as BasicBlock
      if (target.predecessors === 1) inherit(target.instr[0])
    }
  }
}

export function optimize_cfg(c: Compiler, entry: BasicBlock, consts: Const[]): void {
  for (let b: BasicBlock | null = entry; b !== null; b = b.next) {
    optimize_basic_block(c, b, consts)
    clean_basic_block(b)
  }
  const blocks = c.u.blocks
  for (let i = blocks.length - 1; i >= 0; i--) extend_block(blocks[i])
  mark_reachable(entry)
  for (let b: BasicBlock | null = entry; b !== null; b = b.next) {
    if (b.predecessors === 0) {
      b.instr.length = 0
      b.nofallthrough = false
    }
  }
  eliminate_empty_basic_blocks(entry)
  for (let b: BasicBlock | null = entry; b !== null; b = b.next) clean_basic_block(b)
  let maybe_empty_blocks = false
  for (let b: BasicBlock | null = entry; b !== null; b = b.next) {
    if (b.instr.length === 0) continue
    const last = b.instr[b.instr.length - 1]
    if ((last.opcode === Op.JUMP || last.opcode === Op.JUMP_NO_INTERRUPT) && last.target === b.next) {
      b.nofallthrough = false
      last.opcode = Op.NOP
      maybe_empty_blocks = true
    }
  }
  if (maybe_empty_blocks) eliminate_empty_basic_blocks(entry)
}

/** Remove trailing constants that nothing loads (the first may be the docstring and stays). */
export function trim_unused_consts(entry: BasicBlock, consts: Const[]): void {
  let max = 0
  for (let b: BasicBlock | null = entry; b !== null; b = b.next) {
    for (const x of b.instr) if ((x.opcode === Op.LOAD_CONST || x.opcode === Op.KW_NAMES) && x.oparg > max) max = x.oparg
  }
  if (max + 1 < consts.length) consts.length = max + 1
}

function is_exit_without_lineno(b: BasicBlock): boolean {
  return b.exit && b.instr.every((x) => x.lineno < 0)
}

/** PEP 626: every exit needs a line, so exits without one that several blocks jump to are copied for each. */
export function duplicate_exits_without_lineno(c: Compiler): void {
  const blocks = c.u.blocks
  for (let i = blocks.length - 1; i >= 0; i--) {
    const b = blocks[i]
    if (b.instr.length === 0) continue
    const last = b.instr[b.instr.length - 1]
    if (!is_jump(last.opcode)) continue
    const target = last.target as BasicBlock
    if (is_exit_without_lineno(target) && target.predecessors > 1) {
      const copy = compiler_new_block(c)
      for (const x of target.instr) copy.instr.push({ ...x })
      copy.exit = target.exit
      copy.nofallthrough = true
      COPY_INSTR_LOC(last, copy.instr[0])
      last.target = copy
      target.predecessors--
      copy.predecessors = 1
      copy.next = target.next
      target.next = copy
    }
  }
  for (let i = blocks.length - 1; i >= 0; i--) {
    const b = blocks[i]
    while (b.next !== null && b.next.instr.length === 0) b.next = b.next.next
  }
  for (let i = blocks.length - 1; i >= 0; i--) {
    const b = blocks[i]
    if (!b.nofallthrough && b.next !== null && b.instr.length > 0 && is_exit_without_lineno(b.next)) {
      COPY_INSTR_LOC(b.instr[b.instr.length - 1], b.next.instr[0])
    }
  }
}
