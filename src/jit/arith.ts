import { NB } from "../base/opcodes.ts"
import { PyCodeObject, PyListObject } from "../heap/layout.ts"
import { u16 } from "../heap/views.ts"
import { PyFloat_Type, PyList_Type, PyLong_Type, PyTuple_Type } from "../objects/statictypes.ts"
import { Feedback } from "../vm/jithooks.ts"
import type { Instr } from "./cfg.ts"
import { type Entry, owned } from "./emitter.ts"
import type { Translator } from "./translate.ts"

// Arithmetic, comparison, subscription. What the interpreter noted of the operands' types (Feedback) decides which of the forms is written;
// the numbers of a chain of operations stay JavaScript numbers.

const MAX = "9007199254740991"

function feedbackOf(t: Translator, i: Instr): number {
  return u16[(t.code + PyCodeObject.co_code_adaptive + 2 * i.unit + 2) >> 1]
}

const INPLACE = NB.INPLACE_ADD
const plain = (oparg: number): number => (oparg >= INPLACE ? oparg - INPLACE : oparg)

/** What writes the int operation: the statements that set `n` from x and y or `break` to the slow way; null: not done here. */
function intOperation(op: number, n: string, x: string, y: string, slow: string): string | null {
  const both32 = `if((${x}|0)!==${x}||(${y}|0)!==${y})break ${slow};`
  switch (op) {
    case NB.ADD:
      return `${n}=${x}+${y};if(${n}>${MAX}||${n}<-${MAX})break ${slow};`
    case NB.SUBTRACT:
      return `${n}=${x}-${y};if(${n}>${MAX}||${n}<-${MAX})break ${slow};`
    case NB.MULTIPLY:
      return `${n}=${x}*${y};if(${n}>${MAX}||${n}<-${MAX})break ${slow};if(${n}===0)${n}=0;`
    case NB.AND:
      return `${both32}${n}=${x}&${y};`
    case NB.OR:
      return `${both32}${n}=${x}|${y};`
    case NB.XOR:
      return `${both32}${n}=${x}^${y};`
    case NB.RSHIFT:
      return `${both32}if(${y}<0||${y}>31)break ${slow};${n}=${x}>>${y};`
    case NB.LSHIFT:
      return `if(${y}<0||${y}>22||${x}>1073741823||${x}<-1073741823)break ${slow};${n}=${x}*(1<<${y});if(${n}===0)${n}=0;`
    case NB.FLOOR_DIVIDE:
      return `${both32}if(${y}===0)break ${slow};${n}=Math.floor(${x}/${y});if(${n}===0)${n}=0;`
    case NB.REMAINDER:
      return `if(${y}===0)break ${slow};${n}=${x}%${y};if(${n}!==0&&${n}<0!==${y}<0)${n}+=${y};if(${n}===0)${n}=0;`
  }
  return null
}

function floatOperation(op: number, n: string, x: string, y: string, slow: string): string | null {
  switch (op) {
    case NB.ADD:
      return `${n}=${x}+${y};`
    case NB.SUBTRACT:
      return `${n}=${x}-${y};`
    case NB.MULTIPLY:
      return `${n}=${x}*${y};`
    case NB.TRUE_DIVIDE:
      return `if(${y}===0)break ${slow};${n}=${x}/${y};`
  }
  return null
}

/** A number for the int operand `e`, after checks that break to `slow`. */
function intOperand(t: Translator, e: Entry, slow: string): string {
  const num = t.num(e)
  if (num !== null && num.t === "I") return num.n
  const r = t.ref(e)
  const z = t.fresh()
  const x = t.fresh()
  t.line(`if(i32[(${r}>>2)+2]!==${PyLong_Type})break ${slow};`)
  t.line(
    `const ${z}=i32[(${r}>>2)+4];const ${x}=(${z}+1>>>0)<=2?Math.imul(${z},i32[(${r}>>2)+6]):intOf(${r});if(${x}>${MAX})break ${slow};`,
  )
  return x
}
/** A number for the operand of a float operation; `ints`: it may be an int. */
function floatOperand(t: Translator, e: Entry, ints: boolean, slow: string): string {
  const num = t.num(e)
  if (num !== null) return num.n
  const r = t.ref(e)
  if (!ints) {
    t.line(`if(i32[(${r}>>2)+2]!==${PyFloat_Type})break ${slow};`)
    return `f64[(${r}>>3)+2]`
  }
  const x = t.fresh()
  t.line(`let ${x}=0.5;if(i32[(${r}>>2)+2]===${PyFloat_Type})${x}=f64[(${r}>>3)+2];else if(i32[(${r}>>2)+2]===${PyLong_Type}){`)
  t.line(`${x}=intOf(${r});if(${x}>${MAX})break ${slow};}else break ${slow};`)
  return x
}
/** Release an operand known to be an exact int or float. */
function dropNumber(t: Translator, e: Entry): void {
  if (e.t === "V") t.line(`decref(${e.n});`)
}

type Mode = "int" | "float" | "mixed" | "general"

function modeFor(t: Translator, i: Instr, l: Entry, r: Entry): Mode {
  const fb = feedbackOf(t, i)
  const ln = t.num(l)
  const rn = t.num(r)
  if ((fb & Feedback.OTHER) !== 0) return "general"
  if (ln !== null && rn !== null) return ln.t === "I" && rn.t === "I" ? "int" : "float"
  const int = (fb & (Feedback.INT | Feedback.BIG)) !== 0
  const float = (fb & Feedback.FLOAT) !== 0
  const mixed = (fb & Feedback.MIXED) !== 0
  if (ln?.t === "F" || rn?.t === "F") return fb === 0 ? "general" : mixed ? "mixed" : "float"
  if (int && !float && !mixed) return "int"
  if (float && !int && !mixed) return "float"
  if (mixed && !int) return "mixed"
  return "general"
}

/** Put the two operands on the frame's stack, owned, as the interpreter's operation wants them. Returns what to write afterwards. */
function spillOperands(t: Translator, i: Instr, l: Entry, r: Entry): string[] {
  const base = t.depth
  t.push(l)
  t.push(r)
  t.mark(i)
  const undo = t.spill(base)
  t.pop()
  t.pop()
  return undo
}

/** BINARY_OP. `local`: s = s + t with STORE_FAST behind, which may be done along. @returns true when the STORE_FAST is done too. */
export function binaryOp(t: Translator, i: Instr, local: number): boolean {
  const r = t.pop()
  const l = t.pop()
  const op = plain(i.oparg)
  const mode = modeFor(t, i, l, r)
  const n = t.fresh()
  const base = t.depth
  const cache = t.at(i.unit) + 2
  if (mode !== "general") {
    const asInt = mode === "int"
    const probe = asInt
      ? op === NB.TRUE_DIVIDE
        ? floatOperation(op, "", "", "", "")
        : intOperation(op, "", "", "", "")
      : floatOperation(op, "", "", "", "")
    if (probe !== null) {
      const done = t.fresh()
      const slow = t.fresh()
      const float = !asInt || op === NB.TRUE_DIVIDE
      t.line(`let ${n}=${float ? "0.5" : "0"};${done}:{${slow}:{`)
      const x = asInt ? intOperand(t, l, slow) : floatOperand(t, l, mode === "mixed", slow)
      const y = asInt ? intOperand(t, r, slow) : floatOperand(t, r, mode === "mixed", slow)
      const body = float ? floatOperation(op, n, x, y, slow) : intOperation(op, n, x, y, slow)
      t.line(body as string)
      dropNumber(t, l)
      dropNumber(t, r)
      t.line(`break ${done};}`)
      const undo = spillOperands(t, i, l, r)
      t.line(`const g=binary${float ? "Float" : "Int"}(${i.oparg},${t.sp(base + 2)},${cache});`)
      t.line(`if(g===0)${t.fail(base)};`)
      t.line(`if(g===2)return leaveGuard(fb,${t.nlocals + base + 1},${t.at(i.next) - 2});`)
      t.line(`${n}=out[0];`)
      for (const u of undo) t.line(u)
      t.line("}")
      t.push({ t: float ? "F" : "I", n })
      return false
    }
  }
  if (local >= 0) t.unborrow(local)
  const undo = spillOperands(t, i, l, r)
  if (local >= 0) {
    t.line(`const ${n}=binary_instruction(${i.oparg},${t.sp(base + 2)},frame,${cache});`)
    // the interpreter's operation may append to the local in place and do the STORE_FAST
    t.line(`if(${n}<=0)${t.fail(base)};`)
    const l = t.local(local)
    t.line(`if(${n}===2){const v=${t.slot(base)},old=${l};${l}=v;${t.localSlot(local)}=v;`)
    t.decref("old", i, true)
    t.line(`}else ${l}=${t.localSlot(local)};`)
    t.st.nums.delete(local)
    t.st.assigned.add(local)
    for (const u of undo) t.line(u)
    return true
  }
  t.line(`const ${n}=binary(${i.oparg},${t.sp(base + 2)},${cache});if(${n}===0)${t.fail(base)};`)
  for (const u of undo) t.line(u)
  t.push({ t: "V", n, synced: base, nul: false })
  return false
}

const COMPARE = ["<", "<=", "===", "!==", ">", ">="] as const

export function compareOp(t: Translator, i: Instr): void {
  const r = t.pop()
  const l = t.pop()
  const fb = feedbackOf(t, i)
  const base = t.depth
  const cache = t.at(i.unit) + 2
  const mode = (fb & Feedback.OTHER_RESULT) !== 0 ? "object" : modeFor(t, i, l, r)
  if (mode === "object") {
    const undo = spillOperands(t, i, l, r)
    t.line(`if(!compare_general(${i.oparg},${t.sp(base + 1)}))${t.fail(base)};`)
    for (const u of undo) t.line(u)
    t.reload(base)
    return
  }
  const n = t.fresh()
  const done = t.fresh()
  const slow = t.fresh()
  t.line(`let ${n}=false;${done}:{${slow}:{`)
  const le = t.num(l) === null ? l : null
  const re = t.num(r) === null ? r : null
  if (mode === "general") {
    const lb = t.boxed(l)
    const rb = t.boxed(r)
    const c = t.fresh()
    // int, float and str in one go
    t.line(`const ${c}=compare_operands(${i.oparg},${t.ref(lb)},${t.ref(rb)});if(${c}<0){`)
    if (lb !== l) t.line(`decref(${t.ref(lb)});`)
    if (rb !== r) t.line(`decref(${t.ref(rb)});`)
    t.line(`break ${slow};}${n}=${c}!==0;`)
    t.drop(lb, i)
    t.drop(rb, i)
  } else {
    const asInt = mode === "int"
    const x = asInt ? intOperand(t, l, slow) : floatOperand(t, l, mode === "mixed", slow)
    const y = asInt ? intOperand(t, r, slow) : floatOperand(t, r, mode === "mixed", slow)
    t.line(`${n}=${x}${COMPARE[i.oparg]}${y};`)
    if (le !== null) dropNumber(t, le)
    if (re !== null) dropNumber(t, re)
  }
  t.line(`break ${done};}`)
  const undo = spillOperands(t, i, l, r)
  t.line(`const g=compareSlow(${i.oparg},${t.sp(base + 2)},${cache});`)
  t.line(`if(g===-1)${t.fail(base)};`)
  t.line(`if(g===2)return leaveGuard(fb,${t.nlocals + base + 1},${t.at(i.next) - 2});`)
  for (const u of undo) t.line(u)
  t.line(`${n}=g===1;}`)
  t.push({ t: "B", n })
}

/** BINARY_SUBSCR: a list or tuple by a small int here, the rest in the interpreter's function. */
export function subscript(t: Translator, i: Instr): void {
  const sub = t.pop()
  const container = t.pop()
  const base = t.depth
  const num = t.num(sub)
  const couldBeInt = sub.t !== "C" || num?.t === "I"
  const v = t.fresh()
  const done = t.fresh()
  const slow = t.fresh()
  t.line(`let ${v}=0;${done}:{`)
  if (couldBeInt && num?.t !== "F" && container.t !== "C") {
    const c = t.ref(container)
    t.line(
      `${slow}:{const ty=i32[(${c}>>2)+2];const q=ty===${PyList_Type}?i32[(${c}>>2)+${PyListObject.ob_item >> 2}]>>2:ty===${PyTuple_Type}?(${c}>>2)+6:0;`,
    )
    t.line(`if(q===0)break ${slow};`)
    const x = intOperand(t, sub, slow)
    t.line(`const k=${x}<0?${x}+i32[(${c}>>2)+4]:${x};if(k<0||k>=i32[(${c}>>2)+4])break ${slow};`)
    t.line(`${v}=i32[q+2*k];i32[${v}>>2]++;`)
    if (sub.t === "V") t.line(`decref(${sub.n});`)
    t.drop(container, i)
    t.line(`break ${done};}`)
  }
  const undo = spillOperands(t, i, container, sub)
  t.line(`if(!subscript(${t.sp(base + 1)}))${t.fail(base)};`)
  for (const u of undo) t.line(u)
  t.line(`${v}=${t.slot(base)};}`)
  t.push(owned(v))
}
