import { Op } from "../base/opcodes.ts"
import { fn } from "../heap/fntable.ts"
import { _PyInterpreterFrame as F, PyCodeObject, PyDictObject, PyObject } from "../heap/layout.ts"
import { Runtime, RUNTIME } from "../heap/map.ts"
import type { Ref } from "../heap/ref.ts"
import { f64, i16, i32, u16, u8 } from "../heap/views.ts"
import { _PyDictValues_AddToInsertionOrder } from "../objects/dictobject.ts"
import { _PyList_AppendTakeRef } from "../objects/listobject.ts"
import { PyRange_Type, PyRangeIter_Type } from "../objects/statictypes.ts"
import { PyUnicode_AsJS } from "../objects/unicodeobject.ts"
import { unicode_entries } from "../vm/ceval_attr.ts"
import { call_function_ex } from "../vm/ceval_calls.ts"
import {
  binary_instruction,
  compare_general,
  compare_operands,
  contains,
  hint_value,
  load_method,
  load_method_special,
  module_value,
  store_subscript,
  subscript,
  unpack_sequence,
} from "../vm/ceval_fast.ts"
import { send_instruction } from "../vm/ceval_frames.ts"
import { load_global } from "../vm/ceval_names.ts"
import { eval_frame_handle_pending } from "../vm/ceval_pending.ts"
import { rest_op } from "../vm/ceval_rest.ts"
import { jitArgs, jitEntries, type JitFn, jitFns, jitHooks, jitSize, jitStep, NEVER, threadWords } from "../vm/jithooks.ts"
import * as callee from "./callee.ts"
import { decode, type Instr } from "./cfg.ts"
import * as support from "./support.ts"
import { isGeneratorCode, Translator } from "./translate.ts"

// When and how code objects are compiled, and the switches: -X jit=…, -X jit-log, -X jit-dump=NAME.

/** Everything generated code may name. */
const scope: Readonly<Record<string, unknown>> = {
  i32,
  u8,
  u16,
  i16,
  f64,
  jitArgs,
  jitSize,
  jitFns,
  threadWords,
  ...support,
  ...callee,
  leaveGuard,
  missed,
  stress,
  _PyDictValues_AddToInsertionOrder,
  _PyList_AppendTakeRef,
  call_function_ex,
  binary_instruction,
  compare_general,
  compare_operands,
  contains,
  hint_value,
  load_method,
  load_method_special,
  module_value,
  store_subscript,
  subscript,
  unpack_sequence,
  send_instruction,
  load_global,
  eval_frame_handle_pending,
  rest_op,
}
const NAMES = Object.keys(scope)

const settings = { stress: false, log: false, dump: null as string | null }

/** Leave because an expectation failed. Compiled code that is often wrong is thrown away and made anew from what is known by then. */
function leaveGuard(fb: number, top: number, prevInstr: number): number {
  const code = i32[fb + (F.f_code >> 2)]
  const id = i16[(code + PyCodeObject.co_warmup) >> 1]
  if (id > 0 && ++wrong[id] % MAX_WRONG === 0) {
    if (settings.log) log(code as Ref, 0, "thrown away: its expectations often fail")
    jitArgs[id] = -1
    jitEntries[id] = []
    delete jitFns[id]
    if (wrong[id] > MAX_WRONG * MAX_REMAKES) i16[(code + PyCodeObject.co_warmup) >> 1] = NEVER
  }
  return support.leave(fb, top, prevInstr)
}
const wrong = new Int32Array(32768)
const MAX_WRONG = 20
const MAX_REMAKES = 5

/** The guard of an inline cache failed, and the general operation follows. When that goes on, the interpreter learns anew for a while. */
function missed(fb: number): void {
  const code = i32[fb + (F.f_code >> 2)]
  const id = i16[(code + PyCodeObject.co_warmup) >> 1]
  if (id > 0 && ++misses[id] % MAX_MISSES === 0 && misses[id] <= MAX_MISSES * MAX_REMAKES) {
    if (settings.log) log(code as Ref, 0, "thrown away: its caches often miss")
    jitArgs[id] = -1
    jitEntries[id] = []
    delete jitFns[id]
    learning[id] = LEARN
  }
}
const misses = new Int32Array(32768)
const MAX_MISSES = 1000
/** Entries that the interpreter serves before the code is compiled again. */
const learning = new Int32Array(32768)
const LEARN = 100

let random = 12345
/** In stress mode: leave here? */
function stress(): boolean {
  random = (Math.imul(random, 1103515245) + 12345) & 0x7fffffff
  return random >> 16 < 300
}

function log(code: Ref, unit: number, what: string): void {
  const name = PyUnicode_AsJS(i32[(code + PyCodeObject.co_qualname) >> 2] as Ref)
  const file = PyUnicode_AsJS(i32[(code + PyCodeObject.co_filename) >> 2] as Ref)
  process.stderr.write(`jit: ${name} (${file}:${i32[(code + PyCodeObject.co_firstlineno) >> 2]}) at ${2 * unit}: ${what}\n`)
}

/** FOR_ITERs whose iterator comes straight from a call of range, or is one in the frame at hand. */
function rangeLoops(frame: number, code: Ref, unit: number, depth: number, globals: Ref, builtins: Ref): Set<number> {
  const found = new Set<number>()
  const list: Instr[] = [...new Set(decode(code).values())]
  list.forEach((i, at) => {
    if (i.general !== Op.FOR_ITER) return
    if (i.start === unit && depth > 0) {
      const nlocals = i32[(code + PyCodeObject.co_nlocalsplus) >> 2]
      const it = i32[(frame + F.localsplus + 8 * (nlocals + depth - 1)) >> 2]
      if (it !== 0 && i32[(it + PyObject.ob_type) >> 2] === PyRangeIter_Type) found.add(i.unit)
      return
    }
    if (list[at - 1]?.general !== Op.GET_ITER || list[at - 2]?.general !== Op.CALL) return
    for (let k = at - 3; k >= 0 && k > at - 15; k--) {
      const g = list[k]
      if (g.general !== Op.LOAD_GLOBAL) continue
      if (builtinNamed(code, g, globals, builtins) === PyRange_Type) {
        found.add(i.unit)
        return
      }
    }
  })
  return found
}
/** What a specialised LOAD_GLOBAL of a builtin finds now. */
function builtinNamed(code: Ref, i: Instr, _globals: Ref, builtins: Ref): number {
  if (i.opcode !== Op.LOAD_GLOBAL_BUILTIN) return 0
  const keys = i32[(builtins + PyDictObject.ma_keys) >> 2]
  const index = u16[(code + PyCodeObject.co_code_adaptive + 2 * i.unit + 4) >> 1]
  return i32[(unicode_entries(keys) + (index << 4) + 8) >> 2]
}

const CO_SIMPLE_MASK = 13
const CO_OPTIMIZED = 1

function compileEntry(frame: number, code: Ref, unit: number, id: number): JitFn {
  const nlocals = i32[(code + PyCodeObject.co_nlocalsplus) >> 2]
  const depth = i32[(frame + F.stacktop) >> 2] - nlocals
  const globals = i32[(frame + F.f_globals) >> 2] as Ref
  const builtins = i32[(frame + F.f_builtins) >> 2] as Ref
  const ranges = rangeLoops(frame, code, unit, depth, globals, builtins)
  const t = new Translator(code, unit, depth, globals, builtins, ranges, settings)
  const body = t.translate()
  const used = NAMES.filter((n) => new RegExp(`\\b${n}\\b`).test(body))
  const jsName = `py_${PyUnicode_AsJS(i32[(code + PyCodeObject.co_name) >> 2] as Ref).replace(/\W/g, "_")}_${2 * unit}`
  const natives = [...t.natives].map((k) => `,native${k}=native(${k})`).join("")
  const source = `"use strict";const {${used.join(",")}}=scope${natives};return function ${jsName}(frame,cframe){\n${body}}`
  if (settings.dump !== null && settings.dump === PyUnicode_AsJS(i32[(code + PyCodeObject.co_qualname) >> 2] as Ref))
    process.stderr.write(`// entry ${2 * unit}\n${source}\n`)
  const made = new Function("scope", "native", source)(scope, fn) as JitFn
  if (unit === 0) {
    jitFns[id] = made
    const flags = i32[(code + PyCodeObject.co_flags) >> 2]
    const simple = (flags & CO_SIMPLE_MASK) === CO_OPTIMIZED && i32[(code + PyCodeObject.co_kwonlyargcount) >> 2] === 0
    jitSize[id] = F.localsplus + 8 * (nlocals + i32[(code + PyCodeObject.co_stacksize) >> 2])
    jitArgs[id] = simple ? i32[(code + PyCodeObject.co_argcount) >> 2] : -1
  }
  return made
}

/** Entries compiled of one code object, at most; and its longest code. */
const MAX_ENTRIES = 12
const MAX_UNITS = 6000
const MAX_ID = 32767

function compile(frame: number, code: Ref, unit: number, id: number): JitFn | null {
  if (id === 0) {
    const next = (RUNTIME + Runtime.jit_ids) >> 2
    if (i32[next] >= MAX_ID) {
      i16[(code + PyCodeObject.co_warmup) >> 1] = NEVER
      return null
    }
    id = ++i32[next]
    i16[(code + PyCodeObject.co_warmup) >> 1] = id
  }
  if (learning[id] > 0) {
    learning[id]--
    return null
  }
  const entries = (jitEntries[id] ??= [])
  let made: JitFn | null = null
  try {
    const count = entries.reduce((n) => n + 1, 0)
    if (count >= MAX_ENTRIES || i32[(code + PyObject.ob_type + 8) >> 2] > MAX_UNITS) throw new Error("too large")
    made = compileEntry(frame, code, unit, id)
    if (settings.log) log(code, unit, isGeneratorCode(code) ? "compiled (generator)" : "compiled")
  } catch (e) {
    if (settings.log) log(code, unit, `not compiled: ${e instanceof Error ? e.message : e}`)
  }
  entries[unit] = made
  return made
}

/** The value of `-X jit` or MOULT_JIT: on, off, always, stress, or how many calls make a function hot. */
export function setupJit(mode: string, jitLog: boolean, dump: string | null): void {
  jitHooks.compile = compile
  callee.findSlots()
  settings.log = jitLog
  settings.dump = dump
  settings.stress = mode === "stress"
  const calls = mode === "always" || mode === "stress" ? 1 : mode === "on" || mode === "" ? 50 : Number.parseInt(mode, 10)
  if (mode === "off" || !(calls >= 1) || !evalAllowed()) {
    jitStep[0] = 0
    jitStep[1] = 0
    return
  }
  jitStep[0] = Math.ceil(1000 / calls)
  jitStep[1] = Math.ceil(jitStep[0] / 20)
}

/** A strict page or `--disallow-code-generation-from-strings` forbids what the JIT lives on. */
function evalAllowed(): boolean {
  try {
    return new Function("return 1")() === 1
  } catch {
    return false
  }
}
