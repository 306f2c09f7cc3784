import { hasArg, Op, opcodeCaches, PY_INVALID_STACK_EFFECT, stackEffect } from "../../base/opcodes.ts"
import { CO, CO_FAST, type CodeUnit, PyCF } from "../code.ts"
import { Block } from "../symtable.ts"
import { CompileError } from "./errors.ts"
import {
  clean_basic_block,
  duplicate_exits_without_lineno,
  extend_block,
  normalize_basic_block,
  optimize_cfg,
  propagate_line_numbers,
  trim_unused_consts,
} from "./optimize.ts"
import {
  ADDOP,
  ADDOP_LOAD_CONST,
  type BasicBlock,
  type Compiler,
  type Instr,
  IS_TOP_LEVEL_AWAIT,
  is_block_push,
  is_jump,
  NONE,
  UNSET_LOC,
} from "./unit.ts"

// compile.c's assembler: from basic blocks to bytes, line table, exception table and the code unit.

class Bytes {
  data = new Uint8Array(256)
  length = 0
  push(b: number): void {
    if (this.length === this.data.length) {
      const bigger = new Uint8Array(this.length * 2)
      bigger.set(this.data)
      this.data = bigger
    }
    this.data[this.length++] = b
  }
  done(): Uint8Array {
    return this.data.slice(0, this.length)
  }
}

function instr_size(x: Instr): number {
  const oparg = hasArg(x.opcode) ? x.oparg : 0
  return (oparg > 0xffffff ? 1 : 0) + (oparg > 0xffff ? 1 : 0) + (oparg > 0xff ? 1 : 0) + 1 + opcodeCaches[x.opcode]
}

function write_instr(out: Bytes, x: Instr): void {
  const oparg = hasArg(x.opcode) ? x.oparg : 0
  for (const shift of [24, 16, 8]) {
    if (oparg >>> shift) {
      out.push(Op.EXTENDED_ARG)
      out.push((oparg >>> shift) & 0xff)
    }
  }
  out.push(x.opcode)
  out.push(oparg & 0xff)
  for (let n = opcodeCaches[x.opcode] * 2; n > 0; n--) out.push(0)
}

// ---- stack depth

function stackdepth(c: Compiler, entry: BasicBlock): number {
  let maxdepth = 0
  for (const b of c.u.blocks) b.startdepth = -0x80000000
  const stack: BasicBlock[] = []
  const push = (b: BasicBlock, depth: number): void => {
    if (b.startdepth < depth && b.startdepth < 100) {
      b.startdepth = depth
      stack.push(b)
    }
  }
  push(entry, c.u.ste.ste_generator || c.u.ste.ste_coroutine ? 1 : 0)
  for (let b = stack.pop(); b !== undefined; b = stack.pop()) {
    let depth = b.startdepth
    let next = b.next
    for (const x of b.instr) {
      const effect = stackEffect(x.opcode, x.oparg, 0)
      if (effect === PY_INVALID_STACK_EFFECT) {
        throw new CompileError("SystemError", `compiler stack_effect(opcode=${x.opcode}, arg=${x.oparg}) failed`)
      }
      const new_depth = depth + effect
      if (new_depth > maxdepth) maxdepth = new_depth
      if (is_jump(x.opcode) || is_block_push(x.opcode)) {
        const target_depth = depth + stackEffect(x.opcode, x.oparg, 1)
        if (target_depth > maxdepth) maxdepth = target_depth
        push(x.target as BasicBlock, target_depth)
      }
      depth = new_depth
      const op = x.opcode
      if (op === Op.JUMP_NO_INTERRUPT || op === Op.JUMP || op === Op.RETURN_VALUE || op === Op.RAISE_VARARGS || op === Op.RERAISE) {
        next = null
        break
      }
    }
    if (next !== null) push(next, depth)
  }
  return maxdepth
}

// ---- exception table

function label_exception_targets(entry: BasicBlock): void {
  for (let b: BasicBlock | null = entry; b !== null; b = b.next) b.visited = false
  const todo: BasicBlock[] = [entry]
  entry.visited = true
  entry.exceptstack = []
  const visit = (b: BasicBlock, handlers: BasicBlock[]): void => {
    b.exceptstack = handlers
    b.visited = true
    todo.push(b)
  }
  for (let b = todo.pop(); b !== undefined; b = todo.pop()) {
    const handlers = b.exceptstack as BasicBlock[]
    b.exceptstack = null
    let handler: BasicBlock | null = handlers.length > 0 ? handlers[handlers.length - 1] : null
    for (const x of b.instr) {
      if (is_block_push(x.opcode)) {
        const target = x.target as BasicBlock
        if (!target.visited) visit(target, handlers.slice())
        if (x.opcode !== Op.SETUP_FINALLY) target.preserve_lasti = true
        handlers.push(target)
        handler = target
      } else if (x.opcode === Op.POP_BLOCK) {
        handlers.pop()
        handler = handlers.length > 0 ? handlers[handlers.length - 1] : null
      } else {
        x.except = handler
        if (is_jump(x.opcode) && !(x.target as BasicBlock).visited) visit(x.target as BasicBlock, handlers.slice())
      }
    }
    if (!b.nofallthrough && b.next !== null && !b.next.visited) visit(b.next, handlers)
  }
}

function convert_exception_handlers_to_nops(entry: BasicBlock): void {
  for (let b: BasicBlock | null = entry; b !== null; b = b.next) {
    for (const x of b.instr) if (is_block_push(x.opcode) || x.opcode === Op.POP_BLOCK) x.opcode = Op.NOP
  }
}

function emit_exception_table_item(out: Bytes, value: number, msb: number): void {
  for (const shift of [24, 18, 12, 6]) {
    if (value >= 1 << shift) {
      out.push(((value >> shift) & 0x3f) | 64 | msb)
      msb = 0
    }
  }
  out.push((value & 0x3f) | msb)
}

function assemble_exception_table(entry: BasicBlock): Uint8Array {
  const out = new Bytes()
  let offset = 0
  let handler: BasicBlock | null = null
  let start = -1
  const emit = (h: BasicBlock): void => {
    const depth = h.startdepth - (h.preserve_lasti ? 2 : 1)
    emit_exception_table_item(out, start, 128)
    emit_exception_table_item(out, offset - start, 0)
    emit_exception_table_item(out, h.offset, 0)
    emit_exception_table_item(out, (depth << 1) | (h.preserve_lasti ? 1 : 0), 0)
  }
  for (let b: BasicBlock | null = entry; b !== null; b = b.next) {
    offset = b.offset
    for (const x of b.instr) {
      if (x.except !== handler) {
        if (handler !== null) emit(handler)
        start = offset
        handler = x.except
      }
      offset += instr_size(x)
    }
  }
  if (handler !== null) emit(handler)
  return out.done()
}

// ---- line table (Objects/locations.md)

function write_varint(out: Bytes, val: number): void {
  while (val >= 64) {
    out.push(64 | (val & 63))
    val >>>= 6
  }
  out.push(val)
}
function write_signed_varint(out: Bytes, val: number): void {
  write_varint(out, val < 0 ? (-val * 2 + 1) >>> 0 : val << 1)
}

/** One entry of at most 8 code units; returns the line that is now current. */
function write_location_info_entry(out: Bytes, x: Instr, size: number, line: number): number {
  const first = (code: number): void => out.push(128 | (code << 3) | (size - 1))
  if (x.lineno < 0) {
    first(15)
    return line
  }
  const delta = x.lineno - line
  const column = x.col_offset
  const end_column = x.end_col_offset
  if (column < 0 || end_column < 0) {
    if (x.end_lineno === x.lineno || x.end_lineno === -1) {
      first(13)
      write_signed_varint(out, delta)
      return x.lineno
    }
  } else if (x.end_lineno === x.lineno) {
    if (delta === 0 && column < 80 && end_column - column < 16 && end_column >= column) {
      first(column >> 3)
      out.push(((column & 7) << 4) | (end_column - column))
      return line
    }
    if (delta >= 0 && delta < 3 && column < 128 && end_column < 128) {
      first(10 + delta)
      out.push(column)
      out.push(end_column)
      return x.lineno
    }
  }
  first(14)
  write_signed_varint(out, delta)
  write_varint(out, (x.end_lineno - x.lineno) >>> 0)
  write_varint(out, column + 1)
  write_varint(out, end_column + 1)
  return x.lineno
}

function assemble_locations(entry: BasicBlock, firstlineno: number): Uint8Array {
  const out = new Bytes()
  let line = firstlineno
  for (let b: BasicBlock | null = entry; b !== null; b = b.next) {
    for (const x of b.instr) {
      let size = instr_size(x)
      for (; size > 8; size -= 8) line = write_location_info_entry(out, x, 8, line)
      line = write_location_info_entry(out, x, size, line)
    }
  }
  return out.done()
}

// ---- jumps

function directed(op: number, forward: boolean): number {
  switch (op) {
    case Op.JUMP:
      return forward ? Op.JUMP_FORWARD : Op.JUMP_BACKWARD
    case Op.JUMP_NO_INTERRUPT:
      return forward ? Op.JUMP_FORWARD : Op.JUMP_BACKWARD_NO_INTERRUPT
    case Op.POP_JUMP_IF_NOT_NONE:
      return forward ? Op.POP_JUMP_FORWARD_IF_NOT_NONE : Op.POP_JUMP_BACKWARD_IF_NOT_NONE
    case Op.POP_JUMP_IF_NONE:
      return forward ? Op.POP_JUMP_FORWARD_IF_NONE : Op.POP_JUMP_BACKWARD_IF_NONE
    case Op.POP_JUMP_IF_FALSE:
      return forward ? Op.POP_JUMP_FORWARD_IF_FALSE : Op.POP_JUMP_BACKWARD_IF_FALSE
    case Op.POP_JUMP_IF_TRUE:
      return forward ? Op.POP_JUMP_FORWARD_IF_TRUE : Op.POP_JUMP_BACKWARD_IF_TRUE
    default:
      return op
  }
}

function normalize_jumps(entry: BasicBlock): void {
  for (let b: BasicBlock | null = entry; b !== null; b = b.next) b.visited = false
  for (let b: BasicBlock | null = entry; b !== null; b = b.next) {
    b.visited = true
    if (b.instr.length === 0) continue
    const last = b.instr[b.instr.length - 1]
    if (is_jump(last.opcode)) last.opcode = directed(last.opcode, !(last.target as BasicBlock).visited)
  }
}

/** Offsets of blocks and arguments of jumps; repeated until no jump grows. */
function assemble_jump_offsets(c: Compiler, entry: BasicBlock): void {
  for (let again = true; again; ) {
    let total = 0
    for (let b: BasicBlock | null = entry; b !== null; b = b.next) {
      b.offset = total
      for (const x of b.instr) total += instr_size(x)
    }
    again = false
    const blocks = c.u.blocks
    for (let i = blocks.length - 1; i >= 0; i--) {
      let at = blocks[i].offset
      for (const x of blocks[i].instr) {
        const size = instr_size(x)
        at += size
        if (is_jump(x.opcode)) {
          const to = (x.target as BasicBlock).offset
          x.oparg = to < at ? at - to : to - at
          if (instr_size(x) !== size) again = true
        }
      }
    }
  }
}

// ---- cells

function build_cellfixedoffsets(c: Compiler): number[] {
  const { varnames, cellvars, freevars } = c.u
  const fixed: number[] = []
  for (let i = 0; i < cellvars.size + freevars.size; i++) fixed.push(varnames.size + i)
  for (const [name, index] of cellvars) {
    const arg = varnames.get(name)
    if (arg !== undefined) fixed[index] = arg
  }
  return fixed
}

function prefix(opcode: number, oparg: number, lineno: number): Instr {
  return {
    opcode,
    oparg,
    target: null,
    except: null,
    lineno,
    end_lineno: lineno,
    col_offset: -1,
    end_col_offset: -1,
  }
}

function insert_prefix_instructions(c: Compiler, entry: BasicBlock, fixed: number[]): void {
  const u = c.u
  if (compute_code_flags(c) & (CO.GENERATOR | CO.COROUTINE | CO.ASYNC_GENERATOR)) {
    entry.instr.unshift(prefix(Op.RETURN_GENERATOR, 0, u.firstlineno), prefix(Op.POP_TOP, 0, -1))
  }
  const ncellvars = u.cellvars.size
  if (ncellvars) {
    const sorted: number[] = []
    for (let i = 0; i < ncellvars; i++) sorted[fixed[i]] = i + 1
    const cells: Instr[] = []
    for (const old of sorted) if (old !== undefined) cells.push(prefix(Op.MAKE_CELL, old - 1, -1))
    entry.instr.unshift(...cells)
  }
  if (u.freevars.size) entry.instr.unshift(prefix(Op.COPY_FREE_VARS, u.freevars.size, -1))
}

/** Turn cell numbers into indexes of localsplus; returns how many cells are arguments. */
function fix_cell_offsets(c: Compiler, entry: BasicBlock, fixedmap: number[]): number {
  const nlocals = c.u.varnames.size
  let numdropped = 0
  for (let i = 0; i < fixedmap.length; i++) {
    if (fixedmap[i] === i + nlocals) fixedmap[i] -= numdropped
    else numdropped++
  }
  for (let b: BasicBlock | null = entry; b !== null; b = b.next) {
    for (const x of b.instr) {
      switch (x.opcode) {
        case Op.MAKE_CELL:
        case Op.LOAD_CLOSURE:
        case Op.LOAD_DEREF:
        case Op.STORE_DEREF:
        case Op.DELETE_DEREF:
        case Op.LOAD_CLASSDEREF:
          x.oparg = fixedmap[x.oparg]
      }
    }
  }
  return numdropped
}

function guarantee_lineno_for_exits(entry: BasicBlock, firstlineno: number): void {
  let lineno = firstlineno
  for (let b: BasicBlock | null = entry; b !== null; b = b.next) {
    if (b.instr.length === 0) continue
    const last = b.instr[b.instr.length - 1]
    if (last.lineno >= 0) lineno = last.lineno
    else if (last.opcode === Op.RETURN_VALUE) for (const x of b.instr) x.lineno = lineno
  }
}

function compute_code_flags(c: Compiler): number {
  const ste = c.u.ste
  let flags = 0
  if (ste.ste_type === Block.Function) {
    flags |= CO.NEWLOCALS | CO.OPTIMIZED
    if (ste.ste_nested) flags |= CO.NESTED
    if (ste.ste_generator) flags |= ste.ste_coroutine ? CO.ASYNC_GENERATOR : CO.GENERATOR
    else if (ste.ste_coroutine) flags |= CO.COROUTINE
    if (ste.ste_varargs) flags |= CO.VARARGS
    if (ste.ste_varkeywords) flags |= CO.VARKEYWORDS
  }
  flags |= c.flags & PyCF.MASK
  if (IS_TOP_LEVEL_AWAIT(c) && ste.ste_coroutine && !ste.ste_generator) flags |= CO.COROUTINE
  return flags
}

function makecode(c: Compiler, entry: BasicBlock, stacksize: number, nlocalsplus: number): CodeUnit {
  const u = c.u
  const localsplusnames: string[] = new Array<string>(nlocalsplus)
  const localspluskinds = new Uint8Array(nlocalsplus)
  for (const [name, i] of u.varnames) {
    localsplusnames[i] = name
    localspluskinds[i] = CO_FAST.LOCAL | (u.cellvars.has(name) ? CO_FAST.CELL : 0)
  }
  let numdropped = 0
  for (const [name, i] of u.cellvars) {
    if (u.varnames.has(name)) {
      numdropped++
      continue
    }
    localsplusnames[i + u.varnames.size - numdropped] = name
    localspluskinds[i + u.varnames.size - numdropped] = CO_FAST.CELL
  }
  for (const [name, i] of u.freevars) {
    localsplusnames[i + u.varnames.size - numdropped] = name
    localspluskinds[i + u.varnames.size - numdropped] = CO_FAST.FREE
  }
  const code = new Bytes()
  for (let b: BasicBlock | null = entry; b !== null; b = b.next) for (const x of b.instr) write_instr(code, x)
  const unit: CodeUnit = {
    t: "code",
    name: u.name,
    qualname: u.qualname,
    flags: compute_code_flags(c),
    firstlineno: u.firstlineno,
    argcount: u.posonlyargcount + u.argcount,
    posonlyargcount: u.posonlyargcount,
    kwonlyargcount: u.kwonlyargcount,
    stacksize,
    names: [...u.names.keys()],
    consts: u.consts,
    localsplusnames,
    localspluskinds,
    code: code.done(),
    linetable: assemble_locations(entry, u.firstlineno),
    exceptiontable: assemble_exception_table(entry),
    key: "",
  }
  unit.key = c.constCache.keyOfUnit(unit)
  return unit
}

/** Finish the current unit. `addNone`: return None when the code falls off its end. */
export function assemble(c: Compiler, addNone: boolean): CodeUnit {
  const u = c.u
  if (!u.curblock.returns) {
    UNSET_LOC(c)
    if (addNone) ADDOP_LOAD_CONST(c, NONE)
    ADDOP(c, Op.RETURN_VALUE)
  }
  const blocks = u.blocks
  for (let i = blocks.length - 1; i >= 0; i--) normalize_basic_block(blocks[i])
  for (let i = blocks.length - 1; i >= 0; i--) extend_block(blocks[i])
  const entry = blocks[0]
  const fixed = build_cellfixedoffsets(c)
  if (!u.firstlineno) u.firstlineno = entry.instr.length > 0 && entry.instr[0].lineno ? entry.instr[0].lineno : 1
  insert_prefix_instructions(c, entry, fixed)
  const numdropped = fix_cell_offsets(c, entry, fixed)
  const nlocalsplus = u.varnames.size + u.cellvars.size + u.freevars.size - numdropped
  optimize_cfg(c, entry, u.consts)
  duplicate_exits_without_lineno(c)
  trim_unused_consts(entry, u.consts)
  propagate_line_numbers(entry)
  guarantee_lineno_for_exits(entry, u.firstlineno)
  const stacksize = stackdepth(c, entry)
  label_exception_targets(entry)
  convert_exception_handlers_to_nops(entry)
  for (let b: BasicBlock | null = entry; b !== null; b = b.next) clean_basic_block(b)
  normalize_jumps(entry)
  assemble_jump_offsets(c, entry)
  return makecode(c, entry, stacksize, nlocalsplus)
}
