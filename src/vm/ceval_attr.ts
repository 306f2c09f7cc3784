import { Op, opcodeDeopt } from "../base/opcodes.ts"
import { byte, int32, ptr } from "../heap/access.ts"
import { indexOfFn } from "../heap/fntable.ts"
import {
  _PyInterpreterFrame as F,
  PyDictKeysObject,
  PyDictObject,
  PyHeapTypeObject,
  PyMemberDef,
  PyMemberDescrObject,
  PyModuleObject,
  PyTypeObject,
} from "../heap/layout.ts"
import type { Ref } from "../heap/ref.ts"
import { Py_TYPE, PyType_HasFeature } from "../heap/refcount.ts"
import { u16, u8 } from "../heap/views.ts"
import { _PyDictKeys_GetVersionForCurrentState, _PyDictKeys_StringLookup, PyDict_CheckExact } from "../objects/dictobject.ts"
import { PyObject_GenericGetAttr, PyObject_GenericSetAttr } from "../objects/object.ts"
import { T, TPFLAGS } from "../objects/slots.ts"
import { PyMemberDescr_Type, PyModule_Type, PyType_Type } from "../objects/statictypes.ts"
import { module_getattro } from "../objects/moduleobject.ts"
import { _PyType_Lookup, PyType_IsSubtype, type_getattro } from "../objects/typeobject.ts"

// Python/specialize.c: overwrite a general instruction by a special one whose guard is cheap. `pc` is the address of the instruction's first
// cache unit; layouts of the caches are those of CPython (pycore_code.h).

/** DICT_KEYS_UNICODE */
const KEYS_UNICODE = 1

function write16(a: number, v: number): void {
  u16[a >> 1] = v
}
function write32(a: number, v: number): void {
  u16[a >> 1] = v & 0xffff
  u16[(a + 2) >> 1] = v >>> 16
}
function become(pc: number, opcode: number): void {
  u8[pc - 2] = opcode
}

/** Index of `name` in unicode keys, -1 if it is not there. */
function indexIn(keys: number, name: Ref): number {
  const i = _PyDictKeys_StringLookup(keys, name)
  return i >= 0 && i <= 0xffff ? i : -1
}

export function specialize_load_global(frame: number, name: Ref, pc: number): void {
  const globals = ptr(frame + F.f_globals)
  const builtins = ptr(frame + F.f_builtins)
  if (!PyDict_CheckExact(globals) || !PyDict_CheckExact(builtins)) return
  const keys = ptr(globals + PyDictObject.ma_keys)
  if (byte(keys + PyDictKeysObject.dk_kind) !== KEYS_UNICODE || ptr(globals + PyDictObject.ma_values) !== 0) return
  let i = _PyDictKeys_StringLookup(keys, name)
  if (i >= 0) {
    if (i > 0xffff) return
    const version = _PyDictKeys_GetVersionForCurrentState(keys)
    if (version === 0) return
    write16(pc + 2, i)
    write32(pc + 4, version)
    become(pc, Op.LOAD_GLOBAL_MODULE)
    return
  }
  if (i !== -1) return
  const bkeys = ptr(builtins + PyDictObject.ma_keys)
  if (byte(bkeys + PyDictKeysObject.dk_kind) !== KEYS_UNICODE || ptr(builtins + PyDictObject.ma_values) !== 0) return
  i = indexIn(bkeys, name)
  if (i < 0) return
  const version = _PyDictKeys_GetVersionForCurrentState(keys)
  const bversion = _PyDictKeys_GetVersionForCurrentState(bkeys)
  if (version === 0 || bversion === 0 || bversion > 0xffff) return
  write16(pc + 2, i)
  write32(pc + 4, version)
  write16(pc + 8, bversion)
  become(pc, Op.LOAD_GLOBAL_BUILTIN)
}

const enum Descr {
  OVERRIDING,
  METHOD,
  SLOT,
  OTHER,
  ABSENT,
  /** tp_getattro or tp_setattro is not the generic one. */
  OVERRIDDEN,
}

let found: Ref = 0 as Ref

function analyze(type: Ref, name: Ref, store: boolean): Descr {
  const generic = store ? indexOfFn(PyObject_GenericSetAttr) : indexOfFn(PyObject_GenericGetAttr)
  if (ptr(type + (store ? PyTypeObject.tp_setattro : PyTypeObject.tp_getattro)) !== generic) return Descr.OVERRIDDEN
  const descr = _PyType_Lookup(type, name)
  found = descr
  if (descr === 0) return Descr.ABSENT
  const cls = Py_TYPE(descr)
  if (!PyType_HasFeature(cls, TPFLAGS.IMMUTABLETYPE)) return Descr.OTHER
  if (ptr(cls + PyTypeObject.tp_descr_set) !== 0) return cls === PyMemberDescr_Type ? Descr.SLOT : Descr.OVERRIDING
  return PyType_HasFeature(cls, TPFLAGS.METHOD_DESCRIPTOR) ? Descr.METHOD : Descr.OTHER
}

/** The type's version tag if it is valid, else 0. */
function versionOf(type: Ref): number {
  return PyType_HasFeature(type, TPFLAGS.VALID_VERSION_TAG) ? int32(type + PyTypeObject.tp_version_tag) : 0
}

/** Byte offset of a __slots__ member, -1 if the member is not one that may be read directly. */
function slotOffset(type: Ref, store: boolean): number {
  const member = ptr(found + PyMemberDescrObject.d_member)
  if (int32(member + PyMemberDef.type) !== T.OBJECT_EX || !PyType_IsSubtype(type, ptr(found + PyMemberDescrObject.d_type))) return -1
  if (int32(member + PyMemberDef.flags) !== 0 && (store || (int32(member + PyMemberDef.flags) & 2) !== 0)) return -1
  const offset = int32(member + PyMemberDef.offset)
  return offset <= 0xffff ? offset : -1
}

function specialize_module(owner: Ref, name: Ref, pc: number, opcode: number): void {
  if (ptr(Py_TYPE(owner) + PyTypeObject.tp_getattro) !== indexOfFn(module_getattro)) return
  const dict = ptr(owner + PyModuleObject.md_dict)
  const keys = ptr(dict + PyDictObject.ma_keys)
  if (byte(keys + PyDictKeysObject.dk_kind) !== KEYS_UNICODE || ptr(dict + PyDictObject.ma_values) !== 0) return
  const i = indexIn(keys, name)
  if (i < 0) return
  const version = _PyDictKeys_GetVersionForCurrentState(keys)
  if (version === 0) return
  write32(pc + 2, version)
  write16(pc + 6, i)
  become(pc, opcode)
}

/** Instance attributes: in the inline values, or in a dict at a fixed place. `hint` 0: that form is not wanted. */
function specialize_instance(owner: Ref, name: Ref, pc: number, version: number, value: number, hint: number): void {
  const type = Py_TYPE(owner)
  if (!PyType_HasFeature(type, TPFLAGS.MANAGED_DICT)) return
  const dict = ptr(owner - 24)
  if (dict === 0) {
    if (ptr(owner - 32) === 0) return
    const i = indexIn(ptr(type + PyHeapTypeObject.ht_cached_keys), name)
    if (i < 0) return
    write32(pc + 2, version)
    write16(pc + 6, i)
    become(pc, value)
    return
  }
  if (hint === 0 || !PyDict_CheckExact(dict)) return
  const keys = ptr(dict + PyDictObject.ma_keys)
  if (byte(keys + PyDictKeysObject.dk_kind) !== KEYS_UNICODE || ptr(dict + PyDictObject.ma_values) !== 0) return
  const i = indexIn(keys, name)
  if (i < 0) return
  write32(pc + 2, version)
  write16(pc + 6, i)
  become(pc, hint)
}

export function specialize_load_attr(owner: Ref, name: Ref, pc: number): void {
  const type = Py_TYPE(owner)
  if (type === PyModule_Type) return specialize_module(owner, name, pc, Op.LOAD_ATTR_MODULE)
  if (PyType_HasFeature(type, TPFLAGS.TYPE_SUBCLASS)) return
  const kind = analyze(type, name, false)
  const version = versionOf(type)
  if (version === 0) return
  if (kind === Descr.SLOT) {
    const offset = slotOffset(type, false)
    if (offset < 0) return
    write32(pc + 2, version)
    write16(pc + 6, offset)
    become(pc, Op.LOAD_ATTR_SLOT)
  } else if (kind === Descr.ABSENT) specialize_instance(owner, name, pc, version, Op.LOAD_ATTR_INSTANCE_VALUE, Op.LOAD_ATTR_WITH_HINT)
}

export function specialize_store_attr(owner: Ref, name: Ref, pc: number): void {
  const type = Py_TYPE(owner)
  if (type === PyModule_Type || PyType_HasFeature(type, TPFLAGS.TYPE_SUBCLASS)) return
  const kind = analyze(type, name, true)
  const version = versionOf(type)
  if (version === 0) return
  if (kind === Descr.SLOT) {
    const offset = slotOffset(type, true)
    if (offset < 0) return
    write32(pc + 2, version)
    write16(pc + 6, offset)
    become(pc, Op.STORE_ATTR_SLOT)
  } else if (kind === Descr.ABSENT) specialize_instance(owner, name, pc, version, Op.STORE_ATTR_INSTANCE_VALUE, 0)
}

export function specialize_load_method(owner: Ref, name: Ref, pc: number): void {
  const type = Py_TYPE(owner)
  if (type === PyModule_Type) return specialize_module(owner, name, pc, Op.LOAD_METHOD_MODULE)
  if (PyType_HasFeature(type, TPFLAGS.TYPE_SUBCLASS)) return specialize_class_method(owner, name, pc)
  const kind = analyze(type, name, false)
  const version = versionOf(type)
  if (version === 0 || kind !== Descr.METHOD) return
  const method = found
  let keys = 0
  let opcode: number = Op.LOAD_METHOD_NO_DICT
  if (PyType_HasFeature(type, TPFLAGS.MANAGED_DICT)) {
    const dict = ptr(owner - 24)
    if (dict === 0) {
      keys = ptr(type + PyHeapTypeObject.ht_cached_keys)
      opcode = Op.LOAD_METHOD_WITH_VALUES
    } else {
      if (!PyDict_CheckExact(dict)) return
      keys = ptr(dict + PyDictObject.ma_keys)
      opcode = Op.LOAD_METHOD_WITH_DICT
    }
    if (byte(keys + PyDictKeysObject.dk_kind) === 0 || _PyDictKeys_StringLookup(keys, name) !== -1) return
  } else if (int32(type + PyTypeObject.tp_dictoffset) !== 0) return
  if (keys !== 0) {
    const kversion = _PyDictKeys_GetVersionForCurrentState(keys)
    if (kversion === 0) return
    write32(pc + 8, kversion)
  }
  write32(pc + 2, version)
  write32(pc + 12, method)
  become(pc, opcode)
}

function specialize_class_method(cls: Ref, name: Ref, pc: number): void {
  if (ptr(Py_TYPE(cls) + PyTypeObject.tp_getattro) !== indexOfFn(type_getattro) || Py_TYPE(cls) !== PyType_Type) return
  if (_PyType_Lookup(PyType_Type, name) !== 0) return
  const descr = _PyType_Lookup(cls, name)
  const version = versionOf(cls)
  if (descr === 0 || version === 0) return
  const dcls = Py_TYPE(descr)
  // a function (or builtin method) found on the class is returned as it is; anything with its own __get__ is not
  if (!PyType_HasFeature(dcls, TPFLAGS.IMMUTABLETYPE) || !PyType_HasFeature(dcls, TPFLAGS.METHOD_DESCRIPTOR)) return
  write32(pc + 2, version)
  write32(pc + 12, descr)
  become(pc, Op.LOAD_METHOD_CLASS)
}

/** Executions of an instruction before it tries to specialise. */
const WARMUP = 6
/** Executions between two attempts. */
const BACKOFF = 60

/** A dict's unicode entries: address of the first. */
export function unicode_entries(keys: number): number {
  return keys + PyDictKeysObject.dk_indices + (1 << u8[keys + PyDictKeysObject.dk_log2_index_bytes])
}

export function read_u32(a: number): number {
  return u16[a >> 1] | (u16[(a + 2) >> 1] << 16)
}

/** Write the general form of a specialised instruction back (`pc`: its first cache unit). @returns the general opcode. */
export function despecialize(pc: number): number {
  const generic = opcodeDeopt[u8[pc - 2]]
  u8[pc - 2] = generic
  u16[pc >> 1] = WARMUP + 1
  return generic
}

/** Count an execution of a general instruction; true when it is time to specialise. */
export function warm(pc: number): boolean {
  const c = u16[pc >> 1]
  if (c === WARMUP) {
    u16[pc >> 1] = WARMUP + 1
    return true
  }
  u16[pc >> 1] = c > WARMUP + BACKOFF ? WARMUP : c + 1
  return false
}
