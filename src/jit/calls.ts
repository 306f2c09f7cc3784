import {
  _PyInterpreterFrame as F,
  PyCFunctionObject,
  PyCodeObject,
  PyFunctionObject,
  PyMethodDef,
  PyMethodDescrObject,
  PyObject,
  PyThreadState,
} from "../heap/layout.ts"
import { i32 } from "../heap/views.ts"
import { METH } from "../objects/slots.ts"
import { PyCFunction_Type, PyFunction_Type, PyMethodDescr_Type } from "../objects/statictypes.ts"
import type { Instr } from "./cfg.ts"
import { type Entry, owned, W } from "./emitter.ts"
import { MAX_DEPTH } from "./callee.ts"
import type { Translator } from "./translate.ts"

// CALL. A Python function that is compiled in this worker is called as a JavaScript function, with its frame on the data stack as ever; what
// it does not finish itself the interpreter finishes. Everything else goes through support.ts.

/** A builtin that was there when this was written is called directly. */
function nativeCall(t: Translator, i: Instr, below: Entry, self: Entry, args: readonly Entry[], res: string, done: string): void {
  const callable = below.t === "N" ? self : below
  if (callable.t !== "V" || !callable.known || t.kwnames !== 0) return
  const known = callable.known
  const type = i32[(known + PyObject.ob_type) >> 2]
  const isFunction = type === PyCFunction_Type && below.t === "N"
  if (!isFunction && !(type === PyMethodDescr_Type && below.t !== "N")) return
  const defOffset = isFunction ? PyCFunctionObject.m_ml : PyMethodDescrObject.d_method
  const ml = i32[(known + defOffset) >> 2]
  const flags = i32[(ml + PyMethodDef.ml_flags) >> 2]
  const f = t.native(i32[(ml + PyMethodDef.ml_meth) >> 2])
  const n = args.length
  const fast = flags === METH.FASTCALL
  if (!fast && !(flags === METH.O && n === 1) && !(flags === METH.NOARGS && n === 0)) return
  const slow = t.fresh()
  const base = t.depth
  const c = t.ref(callable)
  t.line(`${slow}:{if(${c}===0||i32[(${c}>>2)+2]!==${type}||i32[(${c}>>2)+${defOffset >> 2}]!==${ml}`)
  if (!isFunction) t.line(`||i32[(${t.ref(self)}>>2)+2]!==${i32[(known + PyMethodDescrObject.d_type) >> 2]}`)
  t.line(`||i32[${t.thread(PyThreadState.recursion_remaining)}]<=0)break ${slow};`)
  // all of the call's entries count while it runs, as on the interpreter's stack
  const entries = [below, self, ...args]
  for (const e of entries) t.push(e)
  const refs = entries.map((e) => t.ref(e))
  for (const e of entries) if (e.t === "L" || e.t === "C") t.line(`i32[${t.ref(e)}>>2]++;`)
  if (fast) refs.forEach((r, k) => k >= 2 && t.line(`${t.slot(base + k)}=${r};`))
  for (let k = 0; k < entries.length; k++) t.pop()
  const undo = t.spill(base)
  t.mark(i)
  const me = isFunction ? `i32[(${c}>>2)+${PyCFunctionObject.m_self >> 2}]` : refs[1]
  if (fast) t.line(`${res}=${f}(${me},${t.sp(base + 2)},${n});`)
  else {
    t.line(`i32[${t.thread(PyThreadState.recursion_remaining)}]--;`)
    t.line(`${res}=${f}(${me},${n === 1 ? refs[2] : "0"});`)
    t.line(`i32[${t.thread(PyThreadState.recursion_remaining)}]++;`)
  }
  // the callable goes first, as there
  t.line(`decref(${c});`)
  for (const k of refs.keys()) if (entries[k] !== callable && entries[k].t !== "N") t.line(`decref(${refs[k]});`)
  t.line(`if(${res}===0)${t.fail(base)};`)
  for (const u of undo) t.line(u)
  t.line(`break ${done};}`)
}

export function call(t: Translator, i: Instr): void {
  const n = i.oparg
  const args: Entry[] = []
  for (let k = 0; k < n; k++) args.unshift(t.pop())
  for (let k = 0; k < n; k++) args[k] = t.boxed(args[k])
  const self = t.boxed(t.pop())
  const below = t.pop()
  const base = t.depth
  const res = t.fresh()
  const done = t.fresh()
  const slow = t.fresh()
  t.line(`let ${res}=0;${done}:{`)
  nativeCall(t, i, below, self, args, res, done)
  if (t.kwnames === 0) {
    const method = below.t !== "N"
    const func = method ? below : self
    const passed = method ? [self, ...args] : args
    const f = t.ref(func)
    t.line(`${slow}:{`)
    if (below.t === "V" && below.nul) t.line(`if(${f}===0)break ${slow};`)
    t.line(`if(i32[(${f}>>2)+2]!==${PyFunction_Type})break ${slow};`)
    t.line(`const code=i32[(${f}>>2)+${PyFunctionObject.func_code >> 2}],id=i16[(code>>1)+${PyCodeObject.co_warmup >> 1}];`)
    t.line(
      `if(id<=0||jitArgs[id]!==${passed.length}||depth[0]>=${MAX_DEPTH}||i32[${t.thread(PyThreadState.recursion_remaining)}]<=1)break ${slow};`,
    )
    t.line(`const nf=i32[${t.thread(PyThreadState.datastack_top)}],sz=jitSize[id];`)
    t.line(`if(nf===0||sz>=i32[${t.thread(PyThreadState.datastack_limit)}]-nf)break ${slow};`)
    t.line(`i32[${t.thread(PyThreadState.datastack_top)}]=nf+sz;const w=nf>>2;i32[code>>2]++;`)
    t.line(`i32[w]=${t.own(func)};`)
    t.line(`i32[w+${W.f_globals}]=i32[(${f}>>2)+${PyFunctionObject.func_globals >> 2}];`)
    t.line(`i32[w+${W.f_builtins}]=i32[(${f}>>2)+${PyFunctionObject.func_builtins >> 2}];`)
    t.line(`i32[w+${F.f_locals >> 2}]=0;i32[w+${F.f_code >> 2}]=code;i32[w+${F.frame_obj >> 2}]=0;i32[w+${W.previous}]=frame;`)
    t.line(`i32[w+${W.prev_instr}]=code+${PyCodeObject.co_code_adaptive - 2};i32[w+${W.stacktop}]=-1;i32[w+${F.is_entry >> 2}]=0;`)
    passed.forEach((a, k) => t.line(`i32[w+${W.localsplus + 2 * k}]=${t.own(a)};`))
    const undo = t.spill(base)
    t.line(`i32[fb+${W.prev_instr}]=${t.at(i.next) - 2};`)
    t.line(`i32[${t.thread(PyThreadState.recursion_remaining)}]--;i32[(cframe>>2)+2]=nf;depth[0]++;`)
    t.line(`${res}=jitFns[id](nf,cframe);depth[0]--;`)
    t.line(`if(${res}<=0){${res}=finish(nf,${res},cframe);if(${res}===0)${t.fail(base)};}`)
    for (const u of undo) t.line(u)
    t.line(`break ${done};}`)
  }
  t.push(below)
  t.push(self)
  for (const a of args) t.push(a)
  t.mark(i)
  const undo = t.spill(base)
  const full = t.depth
  t.line(`${res}=callSlow(${t.sp(full)},${n},${t.kwnames},cframe,frame);`)
  t.line(`if(${res}<=0){if(${res}===0)${t.fail(base)};return leave(fb,${t.nlocals + full},${t.at(t.callStart) - 2});}`)
  for (const u of undo) t.line(u)
  t.line("}")
  for (let k = 0; k < n + 2; k++) t.pop()
  t.push(owned(res))
  t.afterCall(i)
}
