import { NB, Op } from "../base/opcodes.ts"
import { HG } from "../heap/heapglobals.ts"
import { _PyInterpreterFrame as F, PyCellObject, PyCodeObject, PyGenObject, PyListObject, PyThreadState } from "../heap/layout.ts"
import { MAIN_TSTATE, Runtime, RUNTIME } from "../heap/map.ts"
import type { Ref } from "../heap/ref.ts"
import { tstate } from "../heap/tstate.ts"
import { i32 } from "../heap/views.ts"
import { Py_None, Py_True, PyBool_Type, PyList_Type, PyListIter_Type, PyRangeIter_Type, PyTuple_Type } from "../objects/statictypes.ts"
import { binaryOp, compareOp, subscript } from "./arith.ts"
import { loadAttr, loadGlobal, loadMethod, storeAttr } from "./attributes.ts"
import { call } from "./calls.ts"
import { type Block, buildGraph, type Instr } from "./cfg.ts"
import { Emitter, type Entry, owned, State, W } from "./emitter.ts"
import { restEffect } from "./effects.ts"

// A code object's graph as nested JavaScript loops and labelled blocks (after Ramsey, "Beyond Relooper"), block by block.

const BREAKER = `i32[${(RUNTIME + Runtime.eval_breaker) >> 2}]`
const SLOW = `i32[${HG.slow >> 2}]`
const CO_GENERATORS = 0x20 | 0x80 | 0x200

export interface TranslateOptions {
  readonly stress: boolean
}

/** What a block that several edges reach finds on the stack. */
type Kind = "N" | "V" | "X"

export class Translator extends Emitter {
  readonly names: number
  readonly consts: number
  private readonly met = new Map<Block, { kinds: Kind[]; assigned: Set<number> }>()
  /** KW_NAMES waiting for its CALL, and where the call sequence starts. */
  kwnames = 0
  callStart = -1
  private readonly deletes: boolean

  constructor(
    code: Ref,
    readonly entry: number,
    private readonly entryDepth: number,
    readonly globals: Ref,
    readonly builtins: Ref,
    /** FOR_ITERs (units) that are expected to go over a range. */
    private readonly ranges: ReadonlySet<number>,
    private readonly options: TranslateOptions,
  ) {
    super(code, i32[(code + PyCodeObject.co_nlocalsplus) >> 2])
    this.names = i32[(code + PyCodeObject.co_names) >> 2] + 24
    this.consts = i32[(code + PyCodeObject.co_consts) >> 2] + 24
    this.blocks = buildGraph(code, entry)
    this.deletes = this.blocks.some((b) => b.instrs.some((i) => i.general === Op.DELETE_FAST))
  }
  private readonly blocks: Block[]

  /** The source of the function's body. */
  translate(): string {
    const stack: Entry[] = []
    for (let k = 0; k < this.entryDepth; k++) stack.push({ t: "V", n: `s${k}`, synced: k, nul: true })
    this.maxDepth = this.entryDepth
    const assigned = new Set<number>()
    const nargs = this.argcount()
    if (this.entry === 0 && !this.deletes) for (let i = 0; i < nargs; i++) assigned.add(i)
    this.st = new State(stack, assigned, new Map())
    this.block(this.blocks[0])
    const prologue = ["const fb=frame>>2;"]
    // a worker for Python threads serves one after the other
    if (tstate !== MAIN_TSTATE) prologue.push("const tw=threadWords[0];")
    for (let i = 0; i < this.nlocals; i++) {
      const fresh = this.entry === 0 && i >= nargs
      if (fresh) prologue.push(`${this.localSlot(i)}=0;`)
      if (this.usedLocals.has(i)) prologue.push(`let l${i}=${fresh ? "0" : this.localSlot(i)};`)
    }
    for (let k = 0; k < this.maxDepth; k++) prologue.push(`let s${k}=${k < this.entryDepth ? this.slot(k) : "0"};`)
    return `${prologue.join("\n")}\n${this.lines.join("\n")}\n`
  }
  argcount(): number {
    const flags = i32[(this.code + PyCodeObject.co_flags) >> 2]
    return (
      i32[(this.code + PyCodeObject.co_argcount) >> 2] +
      i32[(this.code + PyCodeObject.co_kwonlyargcount) >> 2] +
      ((flags & 4) !== 0 ? 1 : 0) +
      ((flags & 8) !== 0 ? 1 : 0)
    )
  }

  private block(b: Block): void {
    if (b.isLoop) {
      this.settleAll()
      this.canonical(b)
      this.line(`L${b.order}:for(;;){`)
      this.enter(b)
    }
    const merges = b.children.filter((c) => c.isMerge).sort((x, y) => x.order - y.order)
    for (let k = merges.length - 1; k >= 0; k--) this.line(`B${merges[k].order}:{`)
    this.body(b)
    for (const m of merges) {
      this.line("}")
      const met = this.met.get(m)
      // every way to it may have ended in an instruction that leaves
      if (met === undefined) continue
      if (!m.isLoop) this.enter(m)
      else this.st = this.metState(m)
      this.block(m)
    }
    if (b.isLoop) this.line("}")
  }
  private metState(b: Block): State {
    const met = this.met.get(b)
    if (met === undefined) throw new Error("a block was written before its edges")
    const stack = met.kinds.map((kind, k): Entry => (kind === "N" ? { t: "N" } : { t: "V", n: `s${k}`, synced: k, nul: kind === "X" }))
    return new State(stack, new Set(met.assigned), new Map())
  }
  private enter(b: Block): void {
    this.st = this.metState(b)
  }
  /** Bring the stack into the form that all edges to `b` agree on, and note it. */
  private canonical(b: Block): void {
    const stack = this.st.stack
    this.settleAll()
    const moves: string[] = []
    stack.forEach((e, k) => {
      if (e.t === "N") moves.push(`s${k}=0;`)
      else if (e.t === "V" && e.n !== `s${k}`) {
        // another slot's variable may be overwritten before it is read
        const from = /^s\d+$/.test(e.n) ? this.temp(e.n) : e.n
        moves.push(`s${k}=${from};`)
      }
    })
    for (const m of moves) this.line(m)
    const kinds = stack.map((e): Kind => (e.t === "N" ? "N" : e.t === "V" && e.nul ? "X" : "V"))
    const met = this.met.get(b)
    if (met === undefined) {
      this.met.set(b, { kinds, assigned: this.deletes ? new Set() : new Set(this.st.assigned) })
      return
    }
    if (met.kinds.length !== kinds.length) throw new Error("stack depths differ")
    for (let k = 0; k < kinds.length; k++) if (met.kinds[k] !== kinds[k]) met.kinds[k] = "X"
    for (const a of met.assigned) if (!this.st.assigned.has(a)) met.assigned.delete(a)
  }

  /** Go to `to`. */
  private branch(from: Block, to: Block): void {
    if (to.order <= from.order) {
      const before = this.met.get(to)
      const kinds = before === undefined ? [] : [...before.kinds]
      const assigned = before === undefined ? new Set<number>() : new Set(before.assigned)
      this.canonical(to)
      const after = this.met.get(to)
      if (after === undefined || kinds.some((kind, k) => kind !== "X" && kind !== after.kinds[k]))
        throw new Error("a loop changes its stack")
      for (const a of assigned) after.assigned.add(a)
      this.line(`continue L${to.order};`)
    } else if (to.isMerge) {
      this.canonical(to)
      this.line(`break B${to.order};`)
    } else this.block(to)
  }
  /** if (cond) goto the target, else go on. */
  private fork(b: Block, cond: string): void {
    const [to, next] = b.successors
    const st = this.st.clone()
    this.line(`if(${cond}){`)
    this.branch(b, to)
    this.line("}else{")
    this.st = st
    this.branch(b, next)
    this.line("}")
  }

  private body(b: Block): void {
    for (const i of b.instrs) {
      if (this.skip === i.unit) {
        this.skip = -1
        continue
      }
      if (this.options.stress && this.callStart < 0) {
        this.line("if(stress()){")
        this.leave(i.start)
        this.line("}")
      }
      if (this.instruction(b, i)) return
    }
    this.branch(b, b.successors[0])
  }
  /** The unit of a STORE_FAST that the instruction before has done. */
  private skip = -1

  /** The instruction behind `i`, if it is in the same block. */
  private following(b: Block, i: Instr): Instr | undefined {
    return b.instrs[b.instrs.indexOf(i) + 1]
  }

  /** @returns true when control does not go on behind it in this block. */
  private instruction(b: Block, i: Instr): boolean {
    const { oparg } = i
    switch (i.general) {
      case Op.NOP:
        return false
      case Op.PRECALL:
        if (this.callStart < 0) this.callStart = i.start
        return false
      case Op.RESUME:
        if (oparg < 2) {
          this.line(`if(${BREAKER}!==0||u8[cframe]!==0){`)
          this.leave(i.start)
          this.line("}")
        }
        return false
      case Op.LOAD_CLOSURE:
      case Op.LOAD_FAST:
        if (!this.st.assigned.has(oparg)) {
          this.line(`if(${this.local(oparg)}===0){`)
          this.leave(i.start)
          this.line("}")
          this.st.assigned.add(oparg)
        }
        this.push({ t: "L", i: oparg })
        return false
      case Op.LOAD_CONST:
        this.push({ t: "C", a: i32[(this.consts + 8 * oparg) >> 2] })
        return false
      case Op.STORE_FAST:
        this.storeFast(i)
        return false
      case Op.POP_TOP:
        this.drop(this.pop(), i)
        return false
      case Op.PUSH_NULL:
        this.push({ t: "N" })
        return false
      case Op.COPY: {
        const k = this.depth - oparg
        const e = this.boxed(this.st.stack[k])
        this.st.stack[k] = e
        if (e.t === "V") {
          this.line(`i32[${e.n}>>2]++;`)
          this.push({ t: "V", n: e.n, synced: -1, nul: false })
        } else this.push(e)
        return false
      }
      case Op.SWAP: {
        const k = this.depth - oparg
        const s = this.st.stack
        const top = s[this.depth - 1]
        s[this.depth - 1] = s[k]
        s[k] = top
        return false
      }
      case Op.BINARY_OP: {
        const next = this.following(b, i)
        const add = oparg === NB.ADD || oparg === NB.INPLACE_ADD
        if (add && next?.general === Op.STORE_FAST && next.start === next.unit) {
          if (binaryOp(this, i, next.oparg)) this.skip = next.unit
        } else binaryOp(this, i, -1)
        return false
      }
      case Op.COMPARE_OP:
        compareOp(this, i)
        return false
      case Op.IS_OP: {
        const r = this.boxed(this.pop())
        const l = this.boxed(this.pop())
        const n = this.temp(`${this.ref(l)}${oparg === 1 ? "!==" : "==="}${this.ref(r)}`)
        this.drop(l, i)
        this.drop(r, i)
        this.push({ t: "B", n })
        return false
      }
      case Op.CONTAINS_OP: {
        this.generic(i, 2, (sp) => `contains(${oparg},${sp}-8)?1:-1`, 2, 0)
        const slot = this.slot(this.depth)
        const n = this.temp(`${slot}===${Py_True}`)
        this.line(`i32[${slot}>>2]--;`)
        this.push({ t: "B", n })
        return false
      }
      case Op.BINARY_SUBSCR:
        subscript(this, i)
        return false
      case Op.STORE_SUBSCR:
        this.generic(i, 3, (sp) => `store_subscript(${sp}-24)===0?1:-1`, 3, 0)
        return false
      case Op.LIST_APPEND: {
        const v = this.own(this.pop())
        const e = this.st.stack[this.depth - oparg]
        this.line(`if(_PyList_AppendTakeRef(${this.ref(e)},${v})<0){`)
        this.mark(i)
        this.spill(0)
        this.line(`${this.fail(this.depth)};}`)
        return false
      }
      case Op.JUMP_FORWARD:
      case Op.JUMP_BACKWARD_NO_INTERRUPT:
        this.branch(b, b.successors[0])
        return true
      case Op.JUMP_BACKWARD:
        this.interrupt(i)
        this.branch(b, b.successors[0])
        return true
      case Op.POP_JUMP_FORWARD_IF_FALSE:
      case Op.POP_JUMP_FORWARD_IF_TRUE:
      case Op.POP_JUMP_BACKWARD_IF_FALSE:
      case Op.POP_JUMP_BACKWARD_IF_TRUE: {
        if (i.general === Op.POP_JUMP_BACKWARD_IF_FALSE || i.general === Op.POP_JUMP_BACKWARD_IF_TRUE) this.interrupt(i)
        const cond = this.truth(this.pop(), i)
        const on = i.general === Op.POP_JUMP_FORWARD_IF_TRUE || i.general === Op.POP_JUMP_BACKWARD_IF_TRUE
        this.fork(b, on ? cond : `!(${cond})`)
        return true
      }
      case Op.POP_JUMP_FORWARD_IF_NONE:
      case Op.POP_JUMP_FORWARD_IF_NOT_NONE:
      case Op.POP_JUMP_BACKWARD_IF_NONE:
      case Op.POP_JUMP_BACKWARD_IF_NOT_NONE: {
        const backward = i.general === Op.POP_JUMP_BACKWARD_IF_NONE || i.general === Op.POP_JUMP_BACKWARD_IF_NOT_NONE
        if (backward) this.interrupt(i)
        const e = this.boxed(this.pop())
        const on = i.general === Op.POP_JUMP_FORWARD_IF_NONE || i.general === Op.POP_JUMP_BACKWARD_IF_NONE
        const n = this.temp(`${this.ref(e)}${on ? "===" : "!=="}${Py_None}`)
        this.drop(e, i)
        this.fork(b, n)
        return true
      }
      case Op.JUMP_IF_FALSE_OR_POP:
      case Op.JUMP_IF_TRUE_OR_POP: {
        const e = this.boxed(this.pop())
        // the truth is asked with the value still on the stack
        this.push(e)
        const t = this.peekTruth(e, i)
        this.pop()
        const [to, next] = b.successors
        const st = this.st.clone()
        this.line(`if(${i.general === Op.JUMP_IF_TRUE_OR_POP ? t : `!${t}`}){`)
        this.push(e)
        this.branch(b, to)
        this.line("}else{")
        this.st = st
        this.drop(e, i)
        this.branch(b, next)
        this.line("}")
        return true
      }
      case Op.GET_ITER:
        this.generic(i, 1, (sp) => `getIter(${sp})===0?-1:1`, 0, 1)
        return false
      case Op.FOR_ITER:
        this.forIter(b, i)
        return true
      case Op.LOAD_GLOBAL:
        loadGlobal(this, i)
        return false
      case Op.LOAD_ATTR:
        loadAttr(this, i)
        return false
      case Op.STORE_ATTR:
        storeAttr(this, i)
        return false
      case Op.LOAD_METHOD:
        loadMethod(this, i)
        return false
      case Op.KW_NAMES:
        this.kwnames = i32[(this.consts + 8 * oparg) >> 2]
        if (this.callStart < 0) this.callStart = i.start
        return false
      case Op.CALL:
        call(this, i)
        this.kwnames = 0
        this.callStart = -1
        return false
      case Op.CALL_FUNCTION_EX:
        this.generic(i, 3 + (oparg & 1), (sp) => `call_function_ex(${sp},${oparg},0)`, 0, 1)
        this.afterCall(i)
        return false
      case Op.LOAD_DEREF: {
        const v = this.temp(`i32[(${this.local(oparg)}>>2)+${PyCellObject.ob_ref >> 2}]`)
        this.line(`if(${v}===0){`)
        this.leave(i.start)
        this.line(`}i32[${v}>>2]++;`)
        this.push(owned(v))
        return false
      }
      case Op.STORE_DEREF: {
        const v = this.own(this.pop())
        const w = this.temp(`(${this.local(oparg)}>>2)+${PyCellObject.ob_ref >> 2}`)
        const old = this.temp(`i32[${w}]`)
        this.line(`i32[${w}]=${v};`)
        this.decref(old, i, true)
        return false
      }
      case Op.RETURN_VALUE:
        this.returnValue(i)
        return true
      case Op.YIELD_VALUE: {
        const $v = this.temp(this.own(this.pop()))
        this.settleAll()
        this.mark(i)
        this.line(`u8[frame+${PyGenObject.gi_frame_state - PyGenObject.gi_iframe}]=255;`)
        this.line(`i32[fb+${W.stacktop}]=${this.nlocals + this.depth};`)
        this.line(`i32[${this.thread(PyThreadState.recursion_remaining)}]++;return ${$v};`)
        return true
      }
      case Op.RETURN_GENERATOR:
        this.line(`i32[fb+${W.stacktop}]=${this.nlocals + this.depth};`)
        this.mark(i)
        this.line("return returnGenerator(frame,cframe);")
        return true
      case Op.SEND: {
        this.settleAll()
        this.mark(i)
        const status = this.temp(`send_instruction(frame,${this.sp(this.depth - 1)},cframe+24)`)
        this.line(`if(${status}<0)${this.fail(this.depth - 1)};`)
        this.pop()
        this.pop()
        const k = this.depth
        const [to, next] = b.successors
        const st = this.st.clone()
        this.line(`if(${status}===0){`)
        this.reload(k)
        this.branch(b, to)
        this.line("}else{")
        this.st = st
        this.reload(k)
        this.reload(k + 1)
        this.branch(b, next)
        this.line("}")
        return true
      }
      case Op.UNPACK_SEQUENCE:
        this.unpack(i)
        return false
      case Op.RAISE_VARARGS:
      case Op.RERAISE:
        this.leave(i.start)
        return true
      case Op.MAKE_CELL:
        this.unborrow(oparg)
        this.generic(i, 0, (sp) => `rest_op(${i.general},${oparg},frame,${sp},${this.names})`, 0, 0)
        this.line(`${this.local(oparg)}=${this.localSlot(oparg)};`)
        this.st.assigned.add(oparg)
        this.st.nums.delete(oparg)
        return false
      case Op.COPY_FREE_VARS: {
        this.generic(i, 0, (sp) => `rest_op(${i.general},${oparg},frame,${sp},${this.names})`, 0, 0)
        const first = this.nlocals - oparg
        for (let k = first; k < this.nlocals; k++) {
          this.line(`${this.local(k)}=${this.localSlot(k)};`)
          this.st.assigned.add(k)
        }
        return false
      }
      case Op.DELETE_FAST:
        if (!this.st.assigned.has(oparg)) {
          this.line(`if(${this.local(oparg)}===0){`)
          this.leave(i.start)
          this.line("}")
        }
        this.unborrow(oparg)
        this.line(`{const old=${this.local(oparg)};l${oparg}=0;${this.localSlot(oparg)}=0;`)
        this.decref("old", i)
        this.line("}")
        this.st.assigned.delete(oparg)
        this.st.nums.delete(oparg)
        return false
    }
    const effect = restEffect(i.general, oparg)
    if (effect === null) {
      this.leave(i.start)
      return true
    }
    this.generic(i, effect.pops, (sp) => `rest_op(${i.general},${oparg},frame,${sp},${this.names})`, 0, effect.pushes)
    return false
  }

  /** Native functions called directly, by their index in the function table. */
  readonly natives = new Set<number>()
  /** The name under which generated code calls a native function. */
  native(index: number): string {
    this.natives.add(index)
    return `native${index}`
  }
  /** The word of a field of the thread state. */
  thread(offset: number): string {
    return tstate === MAIN_TSTATE ? `${(MAIN_TSTATE + offset) >> 2}` : `tw+${offset >> 2}`
  }
  /** The stack slot `k`'s object, pushed as entry `k`. */
  reload(k: number): void {
    const n = this.temp(this.slot(k))
    this.push({ t: "V", n, synced: k, nul: false })
  }

  /** An operation of the interpreter on the frame's stack. `op` gives a stack pointer, negative when an error is set. With `failDrop` the
   *  stack after an error is that much lower than now; otherwise the result says how high it is. */
  generic(i: Instr, pops: number, op: (sp: string) => string, failDrop: number, pushes: number): void {
    this.settleAll()
    this.mark(i)
    const r = this.temp(op(`(${this.sp(this.depth)})`))
    if (failDrop > 0 || pushes + pops === 0) this.line(`if(${r}<0)${this.fail(this.depth - failDrop)};`)
    else this.line(`if(${r}<0)return failAt(frame,${r},${this.nlocals + this.depth - pops});`)
    for (let k = 0; k < pops; k++) this.pop()
    const base = this.depth
    for (let k = 0; k < pushes; k++) this.reload(base + k)
  }

  /** After a call: what was asked for in the meantime. */
  afterCall(i: Instr): void {
    this.line(`if(${BREAKER}!==0||u8[cframe]!==0){`)
    this.spill(0)
    this.line(`if(${BREAKER}!==0&&eval_frame_handle_pending()!==0)${this.fail(this.depth)};`)
    this.line(`return leave(fb,${this.nlocals + this.depth},${this.at(i.next) - 2});}`)
  }
  /** At a backward jump: leave when anything was asked for. */
  private interrupt(i: Instr): void {
    this.line(`if(${BREAKER}!==0||u8[cframe]!==0||${SLOW}!==0){`)
    this.leave(i.start)
    this.line("}")
  }

  private storeFast(i: Instr): void {
    const { oparg } = i
    const v = this.pop()
    this.unborrow(oparg)
    const l = this.local(oparg)
    const fresh = v.t === "I" || v.t === "F" ? this.num(v) : null
    if (fresh !== null) {
      const borrowed = this.st.stack.some((e) => e.t === "L" || e.t === "C")
      if (borrowed) this.settleAll()
      const n = this.temp(`store${fresh.t === "I" ? "Int" : "Float"}(fb,fb+${W.localsplus + 2 * oparg},${l},${fresh.n},${this.at(i.unit)})`)
      this.line(`if(${n}===0)return oom(fb,${this.nlocals});${l}=${n};`)
      this.st.nums.set(oparg, fresh)
    } else {
      const num = this.num(v)
      const n = this.own(v)
      const old = this.temp(l)
      this.line(`${l}=${n};${this.localSlot(oparg)}=${n};`)
      this.decref(old, i, !this.st.assigned.has(oparg))
      if (num !== null) this.st.nums.set(oparg, num)
      else this.st.nums.delete(oparg)
    }
    this.st.assigned.add(oparg)
  }

  /** A JavaScript condition for the truth of a popped entry, which is released. */
  private truth(e: Entry, i: Instr): string {
    if (e.t === "B") return e.n
    const num = this.num(e)
    if (num !== null) return `${num.n}!==0`
    if (e.t === "C" || e.t === "L" || e.t === "V") {
      const r = this.ref(e)
      const t = this.fresh()
      const k = this.depth
      this.line(`let ${t}=false;if(${r}===${Py_True})${t}=true;else if(i32[(${r}>>2)+2]!==${PyBool_Type}&&${r}!==${Py_None}){`)
      // owned while __bool__ runs
      this.mark(i)
      const undo = this.spill(this.depth)
      if (e.t !== "V") this.line(`i32[${r}>>2]++;`)
      this.line(`const t=truth(${r});`)
      if (e.t !== "V") this.line(`i32[${r}>>2]--;`)
      this.line(`if(t<0){`)
      if (e.t === "V") this.line(`decref(${r});`)
      this.line(`${this.fail(k)};}`)
      for (const u of undo) this.line(u)
      this.line(`${t}=t!==0;}`)
      this.drop(e, i)
      return t
    }
    throw new Error("truth of NULL")
  }
  private peekTruth(e: Entry, i: Instr): string {
    const r = this.ref(e)
    const t = this.fresh()
    this.line(`let ${t}=false;if(${r}===${Py_True})${t}=true;else if(i32[(${r}>>2)+2]!==${PyBool_Type}&&${r}!==${Py_None}){`)
    this.mark(i)
    const undo = this.spill(this.depth)
    this.line(`const t=truth(${r});if(t<0)${this.fail(this.depth)};`)
    for (const u of undo) this.line(u)
    this.line(`${t}=t!==0;}`)
    return t
  }

  private returnValue(i: Instr): void {
    const v = this.temp(this.own(this.pop()))
    while (this.depth > 0) this.drop(this.pop(), i)
    this.mark(i)
    this.line(`i32[${this.thread(PyThreadState.recursion_remaining)}]++;`)
    this.line(`if(u8[frame+${F.is_entry}]!==0){i32[fb+${W.stacktop}]=${this.nlocals};return ${v};}`)
    this.line(`i32[(cframe>>2)+2]=i32[fb+${W.previous}];`)
    this.line(`if(i32[fb+${F.frame_obj >> 2}]!==0){clearFrame(frame,${this.nlocals});return ${v};}`)
    for (let k = 0; k < this.nlocals; k++) {
      const l = this.usedLocals.has(k) || k < 64 ? this.local(k) : this.temp(this.localSlot(k))
      this.line(`if(${l}!==0&&--i32[${l}>>2]===0)deallocAtExit(${l});`)
    }
    this.line(`popFrame(frame,${this.code});return ${v};`)
  }

  private forIter(b: Block, i: Instr): void {
    const k = this.depth - 1
    this.settle(k)
    const e = this.st.stack[k]
    const it = this.ref(e)
    const [end, next] = b.successors
    const range = this.expectsRange(b)
    const type = this.temp(`i32[(${it}>>2)+2]`)
    const item = this.fresh()
    const more = this.fresh()
    this.line(`let ${item}=0,${more}=true;`)
    if (range) {
      this.line(`if(${type}!==${PyRangeIter_Type}){`)
      this.leave(i.start, "leaveGuard")
      this.line("}{")
      this.line(`const w=${it}>>2,i=i32[w+4],n=i32[w+10],a=i32[w+6],d=i32[w+8];`)
      this.line(`if(i<0||n<0||i32[w+5]!==0||i32[w+11]!==0||i32[w+7]!==a>>31||i32[w+9]!==d>>31){`)
      this.leave(i.start, "leaveGuard")
      this.line(`}if(i<n){${item}=a+i*d;i32[w+4]=i+1;}else ${more}=false;}`)
    } else {
      this.line(`if(${type}===${PyListIter_Type}){`)
      this.line(`const q=i32[(${it}>>2)+6];if(q!==0){const i=i32[(${it}>>2)+4];if(i<i32[(q>>2)+4]){`)
      this.line(`i32[(${it}>>2)+4]=i+1;${item}=i32[(i32[(q>>2)+${PyListObject.ob_item >> 2}]>>2)+2*i];i32[${item}>>2]++;}}}`)
      this.line(`if(${item}===0){`)
      this.mark(i)
      const undo = this.spill(this.depth)
      this.line(`${item}=iterNext(${it});`)
      this.line(`if(${item}===0){if(!ended(frame))${this.fail(this.depth)};${more}=false;}`)
      for (const u of undo) this.line(u)
      this.line("}")
    }
    const st = this.st.clone()
    this.line(`if(${more}){`)
    this.push(range ? { t: "I", n: item } : owned(item))
    this.branch(b, next)
    this.line("}else{")
    this.st = st
    this.drop(this.pop(), i)
    this.branch(b, end)
    this.line("}")
  }
  private expectsRange(b: Block): boolean {
    return this.ranges.has(b.instrs[b.instrs.length - 1].unit)
  }

  private unpack(i: Instr): void {
    const { oparg } = i
    const e = this.boxed(this.pop())
    const seq = this.ref(e)
    const names: string[] = []
    for (let k = 0; k < oparg; k++) names.push(this.fresh())
    if (oparg > 0) this.line(`let ${names.map((n) => `${n}=0`).join(",")};`)
    const items = this.fresh()
    this.line(
      `const ${items}=i32[(${seq}>>2)+4]!==${oparg}?0:i32[(${seq}>>2)+2]===${PyTuple_Type}?(${seq}>>2)+6:i32[(${seq}>>2)+2]===${PyList_Type}?i32[(${seq}>>2)+6]>>2:0;`,
    )
    this.line(`if(${items}!==0){`)
    names.forEach((n, k) => this.line(`${n}=i32[${items}+${2 * (oparg - 1 - k)}];i32[${n}>>2]++;`))
    this.drop(e, i)
    this.line("}else{")
    this.mark(i)
    const undo = this.spill(this.depth)
    const base = this.depth
    const own = this.own(e)
    this.line(`${this.slot(base)}=${own};`)
    this.line(`if(!unpack_sequence(${oparg},${this.sp(base)}))${this.fail(base)};`)
    names.forEach((n, k) => this.line(`${n}=${this.slot(base + k)};`))
    for (const u of undo) this.line(u)
    this.line("}")
    for (const n of names) this.push(owned(n))
  }
}

export function isGeneratorCode(code: Ref): boolean {
  return (i32[(code + PyCodeObject.co_flags) >> 2] & CO_GENERATORS) !== 0
}
