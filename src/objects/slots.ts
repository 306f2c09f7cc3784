import type { Own, Ref } from "../heap/ref.ts"

// Include/object.h and cpython/object.h: the signatures of slots. `number` results: -1 is an error (set), otherwise as in C.

export type destructor = (self: Ref) => void
export type unaryfunc = (self: Ref) => Own
export type binaryfunc = (a: Ref, b: Ref) => Own
export type ternaryfunc = (a: Ref, b: Ref, c: Ref) => Own
export type inquiry = (self: Ref) => number
export type lenfunc = (self: Ref) => number
export type ssizeargfunc = (self: Ref, i: number) => Own
export type ssizeobjargproc = (self: Ref, i: number, v: Ref) => number
export type objobjproc = (self: Ref, v: Ref) => number
export type objobjargproc = (self: Ref, k: Ref, v: Ref) => number
export type visitproc = (op: Ref, arg: number) => number
export type traverseproc = (self: Ref, visit: visitproc, arg: number) => number
export type reprfunc = (self: Ref) => Own
/** Low word of the hash; the upper word is in `hashHi` (heap/int64.ts). Error: -1 with hashHi -1. */
export type hashfunc = (self: Ref) => number
export type richcmpfunc = (a: Ref, b: Ref, op: number) => Own
/** Exhausted: NULL with no error set. */
export type iternextfunc = (self: Ref) => Own
export type getattrofunc = (self: Ref, name: Ref) => Own
export type setattrofunc = (self: Ref, name: Ref, value: Ref) => number
export type descrgetfunc = (descr: Ref, obj: Ref, type: Ref) => Own
/** value NULL: delete. */
export type descrsetfunc = (descr: Ref, obj: Ref, value: Ref) => number
export type initproc = (self: Ref, args: Ref, kwds: Ref) => number
export type newfunc = (type: Ref, args: Ref, kwds: Ref) => Own
export type allocfunc = (type: Ref, nitems: number) => Own
export type freefunc = (p: number) => void
/** Py_buffer at `view`; 0 or -1. */
export type getbufferproc = (self: Ref, view: number, flags: number) => number
export type releasebufferproc = (self: Ref, view: number) => void
/** Result object stored at address `presult`; returns PYGEN_RETURN 0, PYGEN_ERROR -1, PYGEN_NEXT 1. */
export type sendfunc = (self: Ref, arg: Ref, presult: number) => number
/** `args`: address of an array of object pointers; `nargsf` may carry PY_VECTORCALL_ARGUMENTS_OFFSET; `kwnames` NULL or a tuple. */
export type vectorcallfunc = (callable: Ref, args: number, nargsf: number, kwnames: Ref) => Own
export type getter = (self: Ref, closure: number) => Own
export type setter = (self: Ref, value: Ref, closure: number) => number

/** What ml_flags may say: METH_NOARGS (self), METH_O (self, arg), METH_VARARGS (self, args), | KEYWORDS (self, args, kwds),
 *  METH_FASTCALL (self, argsAddr, nargs), | KEYWORDS (…, kwnames), METH_METHOD (self, cls, argsAddr, nargs, kwnames). */
export type PyCFunction = (...args: never[]) => Own

export const enum METH {
  VARARGS = 1,
  KEYWORDS = 2,
  NOARGS = 4,
  O = 8,
  CLASS = 0x10,
  STATIC = 0x20,
  COEXIST = 0x40,
  FASTCALL = 0x80,
  METHOD = 0x200,
}

/** structmember.h */
export const enum T {
  SHORT = 0,
  INT = 1,
  LONG = 2,
  FLOAT = 3,
  DOUBLE = 4,
  STRING = 5,
  OBJECT = 6,
  CHAR = 7,
  BYTE = 8,
  UBYTE = 9,
  USHORT = 10,
  UINT = 11,
  ULONG = 12,
  STRING_INPLACE = 13,
  BOOL = 14,
  OBJECT_EX = 16,
  LONGLONG = 17,
  ULONGLONG = 18,
  PYSSIZET = 19,
  NONE = 20,
}
export const READONLY = 1

export const enum TPFLAGS {
  SEQUENCE = 1 << 5,
  MAPPING = 1 << 6,
  DISALLOW_INSTANTIATION = 1 << 7,
  IMMUTABLETYPE = 1 << 8,
  HEAPTYPE = 1 << 9,
  BASETYPE = 1 << 10,
  HAVE_VECTORCALL = 1 << 11,
  READY = 1 << 12,
  READYING = 1 << 13,
  HAVE_GC = 1 << 14,
  METHOD_DESCRIPTOR = 1 << 17,
  VALID_VERSION_TAG = 1 << 19,
  IS_ABSTRACT = 1 << 20,
  MATCH_SELF = 1 << 22,
  MANAGED_DICT = 1 << 4,
  LONG_SUBCLASS = 1 << 24,
  LIST_SUBCLASS = 1 << 25,
  TUPLE_SUBCLASS = 1 << 26,
  BYTES_SUBCLASS = 1 << 27,
  UNICODE_SUBCLASS = 1 << 28,
  DICT_SUBCLASS = 1 << 29,
  BASE_EXC_SUBCLASS = 1 << 30,
  TYPE_SUBCLASS = 1 << 31,
  /** tp_flags every static type starts from (Py_TPFLAGS_DEFAULT is 0 here; HAVE_FINALIZE is bit 0). */
  DEFAULT = 0,
}

export const enum Py {
  LT = 0,
  LE = 1,
  EQ = 2,
  NE = 3,
  GT = 4,
  GE = 5,
}

/** Set in nargsf when args[-1] may be overwritten during the call. (C uses bit 63.) */
export const PY_VECTORCALL_ARGUMENTS_OFFSET = 1 << 29
