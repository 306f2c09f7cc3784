import { Op } from "../base/opcodes.ts"
import { PyCodeObject, PyDictKeysObject, PyDictObject, PyHeapTypeObject, PyTypeObject } from "../heap/layout.ts"
import { ptr } from "../heap/access.ts"
import { i32, u16 } from "../heap/views.ts"
import { read_u32, unicode_entries } from "../vm/ceval_attr.ts"
import type { Instr } from "./cfg.ts"
import { type Entry, owned, W } from "./emitter.ts"
import type { Translator } from "./translate.ts"

// Globals, attributes and methods: the interpreter's inline caches become constants; what does not match takes the general way.

/** Address of the first cache unit. */
function cacheOf(t: Translator, i: Instr): number {
  return t.code + PyCodeObject.co_code_adaptive + 2 * i.unit + 2
}
const nameOf = (t: Translator, k: number): number => i32[(t.names + 8 * k) >> 2]

const VERSION = PyTypeObject.tp_version_tag >> 2
const KEYS_VERSION = PyDictKeysObject.dk_version >> 2

export function loadGlobal(t: Translator, i: Instr): void {
  const pc = cacheOf(t, i)
  if ((i.oparg & 1) !== 0) t.push({ t: "N" })
  const v = t.fresh()
  t.line(`let ${v}=0;`)
  const builtin = i.opcode === Op.LOAD_GLOBAL_BUILTIN
  if (cacheFits(t, i, pc)) {
    const k = t.temp(`i32[(i32[fb+${W.f_globals}]>>2)+${PyDictObject.ma_keys >> 2}]>>2`)
    // the versions are those of these very keys, so their shape is known
    if (builtin) {
      const kb = t.temp(`i32[(i32[fb+${W.f_builtins}]>>2)+${PyDictObject.ma_keys >> 2}]>>2`)
      const offset = builtinEntry(t, pc)
      t.line(
        `if(i32[${k}+${KEYS_VERSION}]===${read_u32(pc + 4)}&&i32[${kb}+${KEYS_VERSION}]===${u16[(pc + 8) >> 1]})${v}=i32[${kb}+${offset}];`,
      )
    } else t.line(`if(i32[${k}+${KEYS_VERSION}]===${read_u32(pc + 4)})${v}=i32[${k}+${moduleEntry(t, pc)}];`)
    t.line(`if(${v}!==0)i32[${v}>>2]++;else{missed(fb);`)
  } else t.line("{")
  t.mark(i)
  const undo = t.spill(t.depth)
  t.line(`${v}=load_global(frame,${nameOf(t, i.oparg >> 1)});`)
  t.line(`if(${v}===0)${t.fail(t.depth)};`)
  for (const u of undo) t.line(u)
  t.line("}")
  const keys = ptr(builtin ? t.builtins + PyDictObject.ma_keys : t.globals + PyDictObject.ma_keys)
  const known = cacheFits(t, i, pc) ? i32[(unicode_entries(keys) + (u16[(pc + 2) >> 1] << 4) + 8) >> 2] : 0
  t.push({ t: "V", n: v, synced: -1, nul: false, known })
}
/** Are the dicts that the cache speaks of those of this function? */
function cacheFits(t: Translator, i: Instr, pc: number): boolean {
  const keys = ptr(t.globals + PyDictObject.ma_keys) >> 2
  if (i.opcode === Op.LOAD_GLOBAL_MODULE) return i32[keys + KEYS_VERSION] === read_u32(pc + 4)
  const builtins = ptr(t.builtins + PyDictObject.ma_keys) >> 2
  return i.opcode === Op.LOAD_GLOBAL_BUILTIN && i32[builtins + KEYS_VERSION] === u16[(pc + 8) >> 1]
}
/** Word offset, from the keys, of the value that the cache points at. */
function entryOffset(keys: number, index: number): number {
  return (unicode_entries(keys) - keys + (index << 4) + 8) >> 2
}
function moduleEntry(t: Translator, pc: number): number {
  return entryOffset(ptr(t.globals + PyDictObject.ma_keys), u16[(pc + 2) >> 1])
}
function builtinEntry(t: Translator, pc: number): number {
  return entryOffset(ptr(t.builtins + PyDictObject.ma_keys), u16[(pc + 2) >> 1])
}

/** Write the general LOAD_ATTR of `owner`, which is not on the stack any more; its result goes to `v`. */
function generalLoad(t: Translator, i: Instr, owner: Entry, v: string): void {
  const base = t.depth
  t.push(owner)
  t.mark(i)
  const undo = t.spill(base)
  t.pop()
  t.line(`${v}=getAttr(${t.sp(base + 1)},${nameOf(t, i.oparg)});`)
  t.line(`if(${v}===0)${t.fail(base + 1)};`)
  for (const u of undo) t.line(u)
}

export function loadAttr(t: Translator, i: Instr): void {
  const pc = cacheOf(t, i)
  const owner = t.boxed(t.pop())
  const o = t.ref(owner)
  const v = t.fresh()
  t.line(`let ${v}=0;`)
  const version = read_u32(pc + 2)
  const index = u16[(pc + 6) >> 1]
  const typed = `i32[(i32[(${o}>>2)+2]>>2)+${VERSION}]===${version}`
  switch (i.opcode) {
    case Op.LOAD_ATTR_INSTANCE_VALUE:
      t.line(`if(${typed}){const q=i32[(${o}>>2)-8];if(q!==0)${v}=i32[(q>>2)+${2 * index}];}`)
      break
    case Op.LOAD_ATTR_SLOT:
      t.line(`if(${typed})${v}=i32[(${o}>>2)+${index >> 2}];`)
      break
    case Op.LOAD_ATTR_MODULE:
      t.line(`${v}=module_value(${o},${pc});`)
      break
    case Op.LOAD_ATTR_WITH_HINT:
      t.line(`${v}=hint_value(${o},${nameOf(t, i.oparg)},${pc});`)
      break
    default:
      generalLoad(t, i, owner, v)
      t.push(owned(v))
      return
  }
  t.line(`if(${v}!==0){i32[${v}>>2]++;`)
  t.drop(owner, i)
  t.line("}else{missed(fb);")
  generalLoad(t, i, owner, v)
  t.line("}")
  t.push(owned(v))
}

export function storeAttr(t: Translator, i: Instr): void {
  const pc = cacheOf(t, i)
  const owner = t.boxed(t.pop())
  const value = t.boxed(t.pop())
  const o = t.ref(owner)
  const done = t.fresh()
  const slow = t.fresh()
  const base = t.depth
  t.line(`${done}:{`)
  if (i.opcode === Op.STORE_ATTR_INSTANCE_VALUE || i.opcode === Op.STORE_ATTR_SLOT) {
    const index = u16[(pc + 6) >> 1]
    t.line(`${slow}:{if(i32[(i32[(${o}>>2)+2]>>2)+${VERSION}]!==${read_u32(pc + 2)})break ${slow};`)
    const inline = i.opcode === Op.STORE_ATTR_INSTANCE_VALUE
    if (inline) t.line(`const q=i32[(${o}>>2)-8];if(q===0)break ${slow};const w=(q>>2)+${2 * index};`)
    else t.line(`const w=(${o}>>2)+${index >> 2};`)
    const v = t.own(value)
    t.line(`const old=i32[w];i32[w]=${v};i32[w+1]=0;`)
    if (inline) t.line(`if(old===0)_PyDictValues_AddToInsertionOrder(q,${index});else{`)
    else t.line("if(old!==0){")
    // the owner counts as used while the old value's finalizer runs
    t.push(owner)
    t.decref("old", i)
    t.pop()
    t.line("}")
    t.drop(owner, i)
    t.line(`break ${done};}missed(fb);`)
  }
  t.push(value)
  t.push(owner)
  t.mark(i)
  const undo = t.spill(base)
  t.pop()
  t.pop()
  t.line(`if(setAttr(${t.sp(base)},${nameOf(t, i.oparg)})!==0)${t.fail(base)};`)
  for (const u of undo) t.line(u)
  t.line("}")
}

export function loadMethod(t: Translator, i: Instr): void {
  const pc = cacheOf(t, i)
  const self = t.boxed(t.pop())
  const o = t.ref(self)
  const m = t.fresh()
  const s = t.fresh()
  const base = t.depth
  const version = read_u32(pc + 2)
  const method = read_u32(pc + 12)
  const typed = `i32[(i32[(${o}>>2)+2]>>2)+${VERSION}]===${version}`
  let guard: string | null = null
  switch (i.opcode) {
    case Op.LOAD_METHOD_WITH_VALUES:
      guard = `${typed}&&i32[(${o}>>2)-6]===0&&i32[(i32[(i32[(${o}>>2)+2]+${PyHeapTypeObject.ht_cached_keys})>>2]>>2)+${KEYS_VERSION}]===${read_u32(pc + 8)}`
      break
    case Op.LOAD_METHOD_NO_DICT:
      guard = typed
      break
    case Op.LOAD_METHOD_WITH_DICT:
      guard = `${typed}&&i32[(${o}>>2)-6]!==0&&i32[(i32[(i32[(${o}>>2)-6]>>2)+${PyDictObject.ma_keys >> 2}]>>2)+${KEYS_VERSION}]===${read_u32(pc + 8)}`
      break
  }
  t.line(`let ${m}=0,${s}=0;`)
  if (guard !== null) {
    t.line(`if(${guard}){${m}=${method};i32[${method >> 2}]++;`)
    t.line(`${s}=${t.own(self)};}else{missed(fb);`)
  } else t.line("{")
  t.push(self)
  t.mark(i)
  const undo = t.spill(base)
  t.pop()
  if (i.opcode === Op.LOAD_METHOD_CLASS || i.opcode === Op.LOAD_METHOD_MODULE)
    t.line(`if(!load_method_special(${i.opcode},${t.sp(base + 1)},${pc}))`)
  t.line(`if(!load_method(${nameOf(t, i.oparg)},${t.sp(base + 1)}))${t.fail(base + 1)};`)
  t.line(`${m}=${t.slot(base)};${s}=${t.slot(base + 1)};`)
  for (const u of undo) t.line(u)
  t.line("}")
  t.push({ t: "V", n: m, synced: -1, nul: true, known: i.opcode === Op.LOAD_METHOD_NO_DICT ? method : 0 })
  t.push(owned(s))
}
