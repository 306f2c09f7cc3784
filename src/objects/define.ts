import { setint32, setptr, setssize } from "../heap/access.ts"
import { type Fn, fnIndex } from "../heap/fntable.ts"
import {
  PyAsyncMethods,
  PyBufferProcs,
  PyGetSetDef,
  PyMappingMethods,
  PyMemberDef,
  PyMethodDef,
  PyModuleDef,
  PyNumberMethods,
  PyObject,
  PySequenceMethods,
  PyTypeObject,
} from "../heap/layout.ts"
import type { Ref } from "../heap/ref.ts"
import { cstr, IMMORTAL, staticAlloc, staticType } from "../heap/statics.ts"
import { attached } from "../heap/views.ts"
import type * as S from "./slots.ts"

/** [name, function, METH flags, doc]. A doc that starts with "(" gets the name put before it (text signature). */
export type MethodSpec = readonly [string, S.PyCFunction, number, string?]
/** [name, S.T type, byte offset, flags, doc] */
export type MemberSpec = readonly [string, number, number, number, string?]
/** [name, getter, setter or null, doc, closure] */
export type GetSetSpec = readonly [string, S.getter | null, (S.setter | null)?, string?, number?]

/** A static type's slots, flat: tp_* without the prefix where it is not ambiguous, nb_*, sq_*, mp_*, am_*, bf_* with it. */
export interface TypeSpec {
  /** tp_name: "list", "collections.deque". */
  name: string
  basicsize: number
  itemsize?: number
  flags?: number
  doc?: string
  base?: Ref
  dictoffset?: number
  weaklistoffset?: number
  vectorcall_offset?: number
  dealloc?: S.destructor
  repr?: S.reprfunc
  hash?: S.hashfunc
  call?: S.ternaryfunc
  str?: S.reprfunc
  getattro?: S.getattrofunc
  setattro?: S.setattrofunc
  traverse?: S.traverseproc
  clear?: S.inquiry
  richcompare?: S.richcmpfunc
  iter?: S.unaryfunc
  iternext?: S.iternextfunc
  descr_get?: S.descrgetfunc
  descr_set?: S.descrsetfunc
  init?: S.initproc
  alloc?: S.allocfunc
  new?: S.newfunc
  free?: S.freefunc
  is_gc?: S.inquiry
  finalize?: S.destructor
  del?: S.destructor
  vectorcall?: S.vectorcallfunc
  methods?: readonly MethodSpec[]
  members?: readonly MemberSpec[]
  getset?: readonly GetSetSpec[]
  nb_add?: S.binaryfunc
  nb_subtract?: S.binaryfunc
  nb_multiply?: S.binaryfunc
  nb_remainder?: S.binaryfunc
  nb_divmod?: S.binaryfunc
  nb_power?: S.ternaryfunc
  nb_negative?: S.unaryfunc
  nb_positive?: S.unaryfunc
  nb_absolute?: S.unaryfunc
  nb_bool?: S.inquiry
  nb_invert?: S.unaryfunc
  nb_lshift?: S.binaryfunc
  nb_rshift?: S.binaryfunc
  nb_and?: S.binaryfunc
  nb_xor?: S.binaryfunc
  nb_or?: S.binaryfunc
  nb_int?: S.unaryfunc
  nb_float?: S.unaryfunc
  nb_inplace_add?: S.binaryfunc
  nb_inplace_subtract?: S.binaryfunc
  nb_inplace_multiply?: S.binaryfunc
  nb_inplace_remainder?: S.binaryfunc
  nb_inplace_power?: S.ternaryfunc
  nb_inplace_lshift?: S.binaryfunc
  nb_inplace_rshift?: S.binaryfunc
  nb_inplace_and?: S.binaryfunc
  nb_inplace_xor?: S.binaryfunc
  nb_inplace_or?: S.binaryfunc
  nb_floor_divide?: S.binaryfunc
  nb_true_divide?: S.binaryfunc
  nb_inplace_floor_divide?: S.binaryfunc
  nb_inplace_true_divide?: S.binaryfunc
  nb_index?: S.unaryfunc
  nb_matrix_multiply?: S.binaryfunc
  nb_inplace_matrix_multiply?: S.binaryfunc
  sq_length?: S.lenfunc
  sq_concat?: S.binaryfunc
  sq_repeat?: S.ssizeargfunc
  sq_item?: S.ssizeargfunc
  sq_ass_item?: S.ssizeobjargproc
  sq_contains?: S.objobjproc
  sq_inplace_concat?: S.binaryfunc
  sq_inplace_repeat?: S.ssizeargfunc
  mp_length?: S.lenfunc
  mp_subscript?: S.binaryfunc
  mp_ass_subscript?: S.objobjargproc
  am_await?: S.unaryfunc
  am_aiter?: S.unaryfunc
  am_anext?: S.unaryfunc
  am_send?: S.sendfunc
  bf_getbuffer?: S.getbufferproc
  bf_releasebuffer?: S.releasebufferproc
}

const NUMBER: Record<string, number> = {
  nb_add: PyNumberMethods.nb_add,
  nb_subtract: PyNumberMethods.nb_subtract,
  nb_multiply: PyNumberMethods.nb_multiply,
  nb_remainder: PyNumberMethods.nb_remainder,
  nb_divmod: PyNumberMethods.nb_divmod,
  nb_power: PyNumberMethods.nb_power,
  nb_negative: PyNumberMethods.nb_negative,
  nb_positive: PyNumberMethods.nb_positive,
  nb_absolute: PyNumberMethods.nb_absolute,
  nb_bool: PyNumberMethods.nb_bool,
  nb_invert: PyNumberMethods.nb_invert,
  nb_lshift: PyNumberMethods.nb_lshift,
  nb_rshift: PyNumberMethods.nb_rshift,
  nb_and: PyNumberMethods.nb_and,
  nb_xor: PyNumberMethods.nb_xor,
  nb_or: PyNumberMethods.nb_or,
  nb_int: PyNumberMethods.nb_int,
  nb_float: PyNumberMethods.nb_float,
  nb_inplace_add: PyNumberMethods.nb_inplace_add,
  nb_inplace_subtract: PyNumberMethods.nb_inplace_subtract,
  nb_inplace_multiply: PyNumberMethods.nb_inplace_multiply,
  nb_inplace_remainder: PyNumberMethods.nb_inplace_remainder,
  nb_inplace_power: PyNumberMethods.nb_inplace_power,
  nb_inplace_lshift: PyNumberMethods.nb_inplace_lshift,
  nb_inplace_rshift: PyNumberMethods.nb_inplace_rshift,
  nb_inplace_and: PyNumberMethods.nb_inplace_and,
  nb_inplace_xor: PyNumberMethods.nb_inplace_xor,
  nb_inplace_or: PyNumberMethods.nb_inplace_or,
  nb_floor_divide: PyNumberMethods.nb_floor_divide,
  nb_true_divide: PyNumberMethods.nb_true_divide,
  nb_inplace_floor_divide: PyNumberMethods.nb_inplace_floor_divide,
  nb_inplace_true_divide: PyNumberMethods.nb_inplace_true_divide,
  nb_index: PyNumberMethods.nb_index,
  nb_matrix_multiply: PyNumberMethods.nb_matrix_multiply,
  nb_inplace_matrix_multiply: PyNumberMethods.nb_inplace_matrix_multiply,
}
const SEQUENCE: Record<string, number> = {
  sq_length: PySequenceMethods.sq_length,
  sq_concat: PySequenceMethods.sq_concat,
  sq_repeat: PySequenceMethods.sq_repeat,
  sq_item: PySequenceMethods.sq_item,
  sq_ass_item: PySequenceMethods.sq_ass_item,
  sq_contains: PySequenceMethods.sq_contains,
  sq_inplace_concat: PySequenceMethods.sq_inplace_concat,
  sq_inplace_repeat: PySequenceMethods.sq_inplace_repeat,
}
const MAPPING: Record<string, number> = {
  mp_length: PyMappingMethods.mp_length,
  mp_subscript: PyMappingMethods.mp_subscript,
  mp_ass_subscript: PyMappingMethods.mp_ass_subscript,
}
const ASYNC: Record<string, number> = {
  am_await: PyAsyncMethods.am_await,
  am_aiter: PyAsyncMethods.am_aiter,
  am_anext: PyAsyncMethods.am_anext,
  am_send: PyAsyncMethods.am_send,
}
const BUFFER: Record<string, number> = {
  bf_getbuffer: PyBufferProcs.bf_getbuffer,
  bf_releasebuffer: PyBufferProcs.bf_releasebuffer,
}
const DIRECT: Record<string, number> = {
  dealloc: PyTypeObject.tp_dealloc,
  repr: PyTypeObject.tp_repr,
  hash: PyTypeObject.tp_hash,
  call: PyTypeObject.tp_call,
  str: PyTypeObject.tp_str,
  getattro: PyTypeObject.tp_getattro,
  setattro: PyTypeObject.tp_setattro,
  traverse: PyTypeObject.tp_traverse,
  clear: PyTypeObject.tp_clear,
  richcompare: PyTypeObject.tp_richcompare,
  iter: PyTypeObject.tp_iter,
  iternext: PyTypeObject.tp_iternext,
  descr_get: PyTypeObject.tp_descr_get,
  descr_set: PyTypeObject.tp_descr_set,
  init: PyTypeObject.tp_init,
  alloc: PyTypeObject.tp_alloc,
  new: PyTypeObject.tp_new,
  free: PyTypeObject.tp_free,
  is_gc: PyTypeObject.tp_is_gc,
  finalize: PyTypeObject.tp_finalize,
  del: PyTypeObject.tp_del,
  vectorcall: PyTypeObject.tp_vectorcall,
}

const put = attached ? (_a: number, _v: number): void => {} : setptr
const putInt = attached ? (_a: number, _v: number): void => {} : setint32

function suite(spec: TypeSpec, offsets: Record<string, number>, size: number): number {
  let at = 0
  for (const [name, f] of Object.entries(spec)) {
    const offset = offsets[name]
    if (offset === undefined || f === undefined) continue
    at ||= staticAlloc(size)
    put(at + offset, fnIndex(f as Fn))
  }
  return at
}

function docOf(name: string, doc: string | undefined): number {
  return doc === undefined ? 0 : cstr(doc.startsWith("(") ? name + doc : doc)
}

/** A static, zero-terminated PyMethodDef array. */
export function methodDefs(methods: readonly MethodSpec[]): number {
  const at = staticAlloc((methods.length + 1) * PyMethodDef.SIZE)
  methods.forEach(([name, f, flags, doc], i) => {
    const d = at + i * PyMethodDef.SIZE
    put(d + PyMethodDef.ml_name, cstr(name))
    put(d + PyMethodDef.ml_meth, fnIndex(f))
    putInt(d + PyMethodDef.ml_flags, flags)
    put(d + PyMethodDef.ml_doc, docOf(name, doc))
  })
  return at
}

export function memberDefs(members: readonly MemberSpec[]): number {
  const at = staticAlloc((members.length + 1) * PyMemberDef.SIZE)
  members.forEach(([name, type, offset, flags, doc], i) => {
    const d = at + i * PyMemberDef.SIZE
    put(d + PyMemberDef.name, cstr(name))
    putInt(d + PyMemberDef.type, type)
    put(d + PyMemberDef.offset, offset)
    putInt(d + PyMemberDef.flags, flags)
    put(d + PyMemberDef.doc, doc === undefined ? 0 : cstr(doc))
  })
  return at
}

export function getsetDefs(getset: readonly GetSetSpec[]): number {
  const at = staticAlloc((getset.length + 1) * PyGetSetDef.SIZE)
  getset.forEach(([name, get, set, doc, closure], i) => {
    const d = at + i * PyGetSetDef.SIZE
    put(d + PyGetSetDef.name, cstr(name))
    put(d + PyGetSetDef.get, get ? fnIndex(get) : 0)
    put(d + PyGetSetDef.set, set ? fnIndex(set) : 0)
    put(d + PyGetSetDef.doc, doc === undefined ? 0 : cstr(doc))
    put(d + PyGetSetDef.closure, closure ?? 0)
  })
  return at
}

const staticTypes: Ref[] = []

/** Every static type defined so far, in load order: boot makes them ready (bases first, PyType_Ready). */
export function definedTypes(): readonly Ref[] {
  return staticTypes
}

/** Fill the static type at `type` (from statictypes.ts, or a private `staticType()`) with its slots. Load time only. `ob_type` is filled at boot. */
export function defineType(type: Ref, spec: TypeSpec): Ref {
  staticTypes.push(type)
  return fillType(type, spec)
}

/** The slots of a heap type, as a static template that `newHeapType` copies (objects/type/heaptype.ts). Load time only. */
export function defineHeapType(spec: TypeSpec): Ref {
  return fillType(staticType(), spec)
}

/** A static type that is not made ready at boot but by its module's exec. Load time only. */
export function defineLateType(spec: TypeSpec): Ref {
  return fillType(staticType(), spec)
}

function fillType(type: Ref, spec: TypeSpec): Ref {
  put(type + PyTypeObject.tp_name, cstr(spec.name))
  if (!attached) {
    setssize(type + PyObject.ob_refcnt, 1)
    setssize(type + PyTypeObject.tp_basicsize, spec.basicsize)
    setssize(type + PyTypeObject.tp_itemsize, spec.itemsize ?? 0)
    setssize(type + PyTypeObject.tp_dictoffset, spec.dictoffset ?? 0)
    setssize(type + PyTypeObject.tp_weaklistoffset, spec.weaklistoffset ?? 0)
    setssize(type + PyTypeObject.tp_vectorcall_offset, spec.vectorcall_offset ?? 0)
  }
  putInt(type + PyTypeObject.tp_flags, spec.flags ?? 0)
  put(type + PyTypeObject.tp_doc, docOf(spec.name.slice(spec.name.lastIndexOf(".") + 1), spec.doc))
  put(type + PyTypeObject.tp_base, spec.base ?? 0)
  for (const [name, f] of Object.entries(spec)) {
    const offset = DIRECT[name]
    if (offset !== undefined && f !== undefined) put(type + offset, fnIndex(f as Fn))
  }
  put(type + PyTypeObject.tp_as_number, suite(spec, NUMBER, PyNumberMethods.SIZE))
  put(type + PyTypeObject.tp_as_sequence, suite(spec, SEQUENCE, PySequenceMethods.SIZE))
  put(type + PyTypeObject.tp_as_mapping, suite(spec, MAPPING, PyMappingMethods.SIZE))
  put(type + PyTypeObject.tp_as_async, suite(spec, ASYNC, PyAsyncMethods.SIZE))
  put(type + PyTypeObject.tp_as_buffer, suite(spec, BUFFER, PyBufferProcs.SIZE))
  put(type + PyTypeObject.tp_methods, spec.methods ? methodDefs(spec.methods) : 0)
  put(type + PyTypeObject.tp_members, spec.members ? memberDefs(spec.members) : 0)
  put(type + PyTypeObject.tp_getset, spec.getset ? getsetDefs(spec.getset) : 0)
  return type
}

/** A private static type of one file: its address and its slots in one step. */
export function definePrivateType(spec: TypeSpec): Ref {
  return defineType(staticType(), spec)
}

/** Offset in PyModuleDef.m_slots' block of the exec function's index. */
export interface ModuleSpec {
  name: string
  doc?: string
  /** Bytes of zeroed module state (md_state), freed with the module; -1 or absent: none. */
  size?: number
  methods?: readonly MethodSpec[]
  /** Py_mod_exec: fill the module; 0, or -1 with the error set. */
  exec?: (module: Ref) => number
  traverse?: S.traverseproc
  clear?: S.inquiry
  free?: S.freefunc
}

const inittab = new Map<string, number>()

/** Register a built-in module; its PyModuleDef is static. m_slots holds the index of `exec` itself. Load time only. @returns the def's address. */
export function defineModule(spec: ModuleSpec): number {
  const def = staticAlloc(PyModuleDef.SIZE)
  putInt(def, IMMORTAL)
  put(def + PyModuleDef.m_name, cstr(spec.name))
  put(def + PyModuleDef.m_doc, spec.doc === undefined ? 0 : cstr(spec.doc))
  if (!attached) setssize(def + PyModuleDef.m_size, spec.size ?? 0)
  put(def + PyModuleDef.m_methods, spec.methods ? methodDefs(spec.methods) : 0)
  put(def + PyModuleDef.m_slots, spec.exec ? fnIndex(spec.exec) : 0)
  put(def + PyModuleDef.m_traverse, spec.traverse ? fnIndex(spec.traverse) : 0)
  put(def + PyModuleDef.m_clear, spec.clear ? fnIndex(spec.clear) : 0)
  put(def + PyModuleDef.m_free, spec.free ? fnIndex(spec.free) : 0)
  inittab.set(spec.name, def)
  return def
}

/** The PyModuleDef of a built-in module, 0 if there is none. */
export function builtinModuleDef(name: string): number {
  return inittab.get(name) ?? 0
}

/** Names of all built-in modules (sys.builtin_module_names, unsorted). */
export function builtinModuleNames(): string[] {
  return [...inittab.keys()]
}

/** [name, doc]; a null name makes an index-only field. */
export type FieldSpec = readonly [string | null, string?]
export interface StructSequenceSpec {
  name: string
  doc?: string
  fields: readonly FieldSpec[]
  inSequence: number
  /** Beyond HAVE_GC. */
  flags?: number
}

/** The declarations of struct-sequence types by address (structseq.ts): the heap has no field for them; the same in every worker. */
export const structSequences = new Map<Ref, StructSequenceSpec>()
