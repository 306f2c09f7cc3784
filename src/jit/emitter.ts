import { _PyInterpreterFrame as F, PyCodeObject, PyLongObject, PyObject } from "../heap/layout.ts"
import type { Ref } from "../heap/ref.ts"
import { f64, i32 } from "../heap/views.ts"
import { Py_False, Py_True, PyFloat_Type, PyLong_Type } from "../objects/statictypes.ts"
import type { Instr } from "./cfg.ts"

// What the translator writes with: JavaScript lines, and what is known of the value stack and the locals at the place being written.
//
// In the generated code `frame` is the frame's address, `fb` its word index, `l3` the local 3 (always the same as in the frame), `s2` the
// stack entry 2 where blocks meet. An owned entry holds a counted reference; a borrowed one is kept alive by a local or by the code object
// and gets its count before anything that could look; a number is not an object at all until something needs one.

export type Entry =
  /** The value of a local, borrowed. */
  | { readonly t: "L"; readonly i: number }
  /** A constant of the code object, borrowed. */
  | { readonly t: "C"; readonly a: number }
  /** An owned reference; `synced`: the stack slot of that index in the frame holds it too; `nul`: it may be NULL; `known`: the object that
   *  it was when this was written, and probably is. */
  | { readonly t: "V"; readonly n: string; readonly synced: number; readonly nul: boolean; readonly known?: number }
  /** An int of at most 53 bits, a float, a truth value. */
  | { readonly t: "I" | "F" | "B"; readonly n: string }
  /** NULL */
  | { readonly t: "N" }

export type Num = { readonly t: "I" | "F"; readonly n: string }

/** What is known at one place of the code. */
export class State {
  constructor(
    readonly stack: Entry[],
    /** Locals that surely have a value. */
    readonly assigned: Set<number>,
    /** Locals whose value is also in a JavaScript number. */
    readonly nums: Map<number, Num>,
  ) {}
  clone(): State {
    return new State([...this.stack], new Set(this.assigned), new Map(this.nums))
  }
}

export const owned = (n: string): Entry => ({ t: "V", n, synced: -1, nul: false })

/** Words of frame fields, from `fb`. */
export const enum W {
  f_globals = F.f_globals >> 2,
  f_builtins = F.f_builtins >> 2,
  previous = F.previous >> 2,
  prev_instr = F.prev_instr >> 2,
  stacktop = F.stacktop >> 2,
  localsplus = F.localsplus >> 2,
}

export class Emitter {
  readonly lines: string[] = []
  readonly usedLocals = new Set<number>()
  maxDepth = 0
  st: State = new State([], new Set(), new Map())
  private temps = 0
  constructor(
    readonly code: Ref,
    readonly nlocals: number,
  ) {}

  line(s: string): void {
    this.lines.push(s)
  }
  fresh(): string {
    return `t${this.temps++}`
  }
  /** A new variable with this value. */
  temp(expr: string): string {
    const n = this.fresh()
    this.line(`let ${n}=${expr};`)
    return n
  }
  local(i: number): string {
    this.usedLocals.add(i)
    return `l${i}`
  }
  localSlot(i: number): string {
    return `i32[fb+${W.localsplus + 2 * i}]`
  }
  /** The frame's word of the stack slot `k`. */
  slot(k: number): string {
    return `i32[fb+${W.localsplus + 2 * (this.nlocals + k)}]`
  }
  /** The address of the stack slot `k`. */
  sp(k: number): string {
    return `frame+${F.localsplus + 8 * (this.nlocals + k)}`
  }
  /** prev_instr for an instruction. */
  at(unit: number): number {
    return this.code + PyCodeObject.co_code_adaptive + 2 * unit
  }
  get depth(): number {
    return this.st.stack.length
  }

  push(e: Entry): void {
    this.st.stack.push(e)
    if (this.depth > this.maxDepth) this.maxDepth = this.depth
  }
  pop(): Entry {
    const e = this.st.stack.pop()
    if (e === undefined) throw new Error("value stack underflow")
    return e
  }

  /** The number an entry is known to be. */
  num(e: Entry): Num | null {
    if (e.t === "I" || e.t === "F") return { t: e.t, n: e.n }
    if (e.t === "L") return this.st.nums.get(e.i) ?? null
    if (e.t === "C") {
      const type = i32[(e.a + PyObject.ob_type) >> 2]
      if (type === PyLong_Type) {
        const size = i32[(e.a + PyLongObject.ob_size) >> 2]
        if (size >= -1 && size <= 1) return { t: "I", n: `${size === 0 ? 0 : size * i32[(e.a + PyLongObject.ob_digit) >> 2]}` }
      } else if (type === PyFloat_Type) {
        const x = f64[(e.a + 16) >> 3]
        if (Number.isFinite(x)) return { t: "F", n: Object.is(x, -0) ? "-0" : `${x}` }
      }
    }
    return null
  }

  /** An expression for the entry as an object; numbers must have been boxed. */
  ref(e: Entry): string {
    switch (e.t) {
      case "L":
        return this.local(e.i)
      case "C":
        return `${e.a}`
      case "V":
        return e.n
      case "N":
        return "0"
      default:
        throw new Error("a number has no reference")
    }
  }
  /** Write what makes an owned reference of the entry; an expression for it. */
  own(e: Entry): string {
    switch (e.t) {
      case "L":
      case "C": {
        const n = this.ref(e)
        this.line(`i32[${n}>>2]++;`)
        return n
      }
      case "I":
      case "F": {
        const n = this.temp(`${e.t === "I" ? "boxInt" : "boxFloat"}(${e.n})`)
        this.line(`if(${n}===0)return oom(fb,${this.nlocals});`)
        return n
      }
      case "B": {
        const n = this.temp(`${e.n}?${Py_True}:${Py_False}`)
        this.line(`i32[${n}>>2]++;`)
        return n
      }
      default:
        return this.ref(e)
    }
  }
  /** The entry as an object that is not a number: boxed when it was one (then it is owned). */
  boxed(e: Entry): Entry {
    return e.t === "I" || e.t === "F" || e.t === "B" ? owned(this.own(e)) : e
  }
  /** Make stack entry `k` an owned object in a variable of its own, and store it in the frame. */
  settle(k: number): void {
    const e = this.st.stack[k]
    if (e.t === "V" && e.synced === k) return
    if (e.t === "N") {
      this.line(`${this.slot(k)}=0;`)
      return
    }
    let n = this.own(e)
    if (e.t === "L" || e.t === "C") n = this.temp(n)
    this.line(`${this.slot(k)}=${n};`)
    this.st.stack[k] = { t: "V", n, synced: k, nul: e.t === "V" && e.nul }
  }
  settleAll(): void {
    for (let k = 0; k < this.depth; k++) this.settle(k)
  }
  /** Own the entries that borrow from local `i`, which is about to change. */
  unborrow(i: number): void {
    for (let k = 0; k < this.depth; k++) {
      const e = this.st.stack[k]
      if (e.t === "L" && e.i === i) this.st.stack[k] = owned(this.temp(this.own(e)))
    }
  }

  /** Store the whole stack in the frame for a way out or a call that may look; what is known stays as it is. Returns the lines that take the
   *  counts of entries below `keep` back afterwards. */
  spill(keep: number): string[] {
    const undo: string[] = []
    for (let k = 0; k < this.depth; k++) {
      const e = this.st.stack[k]
      if (e.t === "V" && e.synced === k) continue
      const n = this.own(e)
      this.line(`${this.slot(k)}=${n};`)
      if (k >= keep) continue
      if (e.t === "L" || e.t === "C") undo.push(`i32[${n}>>2]--;`)
      else if (e.t !== "V" && e.t !== "N") undo.push(`decref(${n});`)
    }
    return undo
  }
  /** Store the place for whoever looks: tracebacks, finalizers, allocation traces. */
  mark(i: Instr): void {
    this.line(`i32[fb+${W.prev_instr}]=${this.at(i.unit)};`)
  }
  /** Leave to the interpreter, which takes up at unit `start` with the stack as it is. */
  leave(start: number, how = "leave"): void {
    this.spill(0)
    this.line(`return ${how}(fb,${this.nlocals + this.depth},${this.at(start) - 2});`)
  }
  /** An error is set; the frame's stack has `depth` entries. */
  fail(depth: number): string {
    return `return fail(fb,${this.nlocals + depth})`
  }

  /** Release a reference; finalizers see this instruction and right counts. */
  decref(n: string, i: Instr, nul = false): void {
    this.line(`if(${nul ? `${n}!==0&&` : ""}--i32[${n}>>2]===0){`)
    this.mark(i)
    const undo: string[] = []
    for (const e of this.st.stack) {
      if (e.t !== "L" && e.t !== "C") continue
      const r = this.ref(e)
      this.line(`i32[${r}>>2]++;`)
      undo.push(`i32[${r}>>2]--;`)
    }
    this.line(`dealloc(${n});`)
    for (const u of undo) this.line(u)
    this.line("}")
  }
  /** Release a popped entry, if it owns anything. */
  drop(e: Entry, i: Instr): void {
    if (e.t === "V") this.decref(e.n, i, e.nul)
  }
}
