import { ptr, setint32, setptr } from "../../heap/access.ts"
import { type Fn, fnIndex } from "../../heap/fntable.ts"
import { PyAsyncMethods, PyHeapTypeObject, PyMappingMethods, PyNumberMethods, PySequenceMethods, PyTypeObject } from "../../heap/layout.ts"
import type { Ref } from "../../heap/ref.ts"
import { cstr, ID, staticAlloc } from "../../heap/statics.ts"
import { attached, i32 } from "../../heap/views.ts"
import {
  slot_am_aiter,
  slot_am_anext,
  slot_am_await,
  slot_mp_ass_subscript,
  slot_mp_subscript,
  slot_nb_absolute,
  slot_nb_add,
  slot_nb_and,
  slot_nb_bool,
  slot_nb_divmod,
  slot_nb_float,
  slot_nb_floor_divide,
  slot_nb_index,
  slot_nb_inplace_add,
  slot_nb_inplace_and,
  slot_nb_inplace_floor_divide,
  slot_nb_inplace_lshift,
  slot_nb_inplace_matrix_multiply,
  slot_nb_inplace_multiply,
  slot_nb_inplace_or,
  slot_nb_inplace_power,
  slot_nb_inplace_remainder,
  slot_nb_inplace_rshift,
  slot_nb_inplace_subtract,
  slot_nb_inplace_true_divide,
  slot_nb_inplace_xor,
  slot_nb_int,
  slot_nb_invert,
  slot_nb_lshift,
  slot_nb_matrix_multiply,
  slot_nb_multiply,
  slot_nb_negative,
  slot_nb_or,
  slot_nb_positive,
  slot_nb_power,
  slot_nb_remainder,
  slot_nb_rshift,
  slot_nb_subtract,
  slot_nb_true_divide,
  slot_nb_xor,
  slot_sq_ass_item,
  slot_sq_contains,
  slot_sq_item,
  slot_sq_length,
  slot_tp_call,
  slot_tp_descr_get,
  slot_tp_descr_set,
  slot_tp_finalize,
  slot_tp_getattr_hook,
  slot_tp_hash,
  slot_tp_init,
  slot_tp_iter,
  slot_tp_iternext,
  slot_tp_new,
  slot_tp_repr,
  slot_tp_richcompare,
  slot_tp_setattro,
  slot_tp_str,
} from "./slots.ts"
import {
  richcmp_eq,
  richcmp_ge,
  richcmp_gt,
  richcmp_le,
  richcmp_lt,
  richcmp_ne,
  wrap_binaryfunc,
  wrap_binaryfunc_l,
  wrap_binaryfunc_r,
  wrap_call,
  wrap_del,
  wrap_delattr,
  wrap_delitem,
  wrap_descr_delete,
  wrap_descr_get,
  wrap_descr_set,
  wrap_hashfunc,
  wrap_indexargfunc,
  wrap_init,
  wrap_inquirypred,
  wrap_lenfunc,
  wrap_next,
  wrap_objobjargproc,
  wrap_objobjproc,
  wrap_setattr,
  wrap_sq_delitem,
  wrap_sq_item,
  wrap_sq_setitem,
  wrap_ternaryfunc,
  wrap_ternaryfunc_r,
  wrap_unaryfunc,
} from "./wrappers.ts"

// Objects/typeobject.c: which special method stands for which slot. Rows with one slot are neighbours, in the order of the offsets
// in PyHeapTypeObject; where a name has several slots (__len__, __getitem__ …) the earlier ones are tried first.

/** struct wrapperbase: a row of the table, in static memory (wrapper descriptors point at it). */
export const enum wrapperbase {
  name = 0, // const char *
  offset = 8, // int
  function = 16, // void *
  wrapper = 24, // wrapperfunc
  doc = 32, // const char *
  flags = 40, // int
  name_strobj = 48, // PyObject *
  SIZE = 56,
}
/** wrapper takes keywords. */
export const PyWrapperFlag_KEYWORDS = 1

const AS_ASYNC = PyHeapTypeObject.as_async
const AS_NUMBER = PyHeapTypeObject.as_number
const AS_MAPPING = PyHeapTypeObject.as_mapping
const AS_SEQUENCE = PyHeapTypeObject.as_sequence

type Row = readonly [name: string, offset: number, slot: Fn | null, wrapper: Fn | null, doc: string, flags: number]

const ROWS: readonly Row[] = [
  ["__getattribute__", PyTypeObject.tp_getattr, null, null, "", 0],
  ["__getattr__", PyTypeObject.tp_getattr, null, null, "", 0],
  ["__setattr__", PyTypeObject.tp_setattr, null, null, "", 0],
  ["__delattr__", PyTypeObject.tp_setattr, null, null, "", 0],
  ["__repr__", PyTypeObject.tp_repr, slot_tp_repr, wrap_unaryfunc, "__repr__($self, /)\n--\n\nReturn repr(self).", 0],
  ["__hash__", PyTypeObject.tp_hash, slot_tp_hash, wrap_hashfunc, "__hash__($self, /)\n--\n\nReturn hash(self).", 0],
  ["__call__", PyTypeObject.tp_call, slot_tp_call, wrap_call, "__call__($self, /, *args, **kwargs)\n--\n\nCall self as a function.", 1],
  ["__str__", PyTypeObject.tp_str, slot_tp_str, wrap_unaryfunc, "__str__($self, /)\n--\n\nReturn str(self).", 0],
  [
    "__getattribute__",
    PyTypeObject.tp_getattro,
    slot_tp_getattr_hook,
    wrap_binaryfunc,
    "__getattribute__($self, name, /)\n--\n\nReturn getattr(self, name).",
    0,
  ],
  ["__getattr__", PyTypeObject.tp_getattro, slot_tp_getattr_hook, null, "", 0],
  [
    "__setattr__",
    PyTypeObject.tp_setattro,
    slot_tp_setattro,
    wrap_setattr,
    "__setattr__($self, name, value, /)\n--\n\nImplement setattr(self, name, value).",
    0,
  ],
  [
    "__delattr__",
    PyTypeObject.tp_setattro,
    slot_tp_setattro,
    wrap_delattr,
    "__delattr__($self, name, /)\n--\n\nImplement delattr(self, name).",
    0,
  ],
  ["__lt__", PyTypeObject.tp_richcompare, slot_tp_richcompare, richcmp_lt, "__lt__($self, value, /)\n--\n\nReturn self<value.", 0],
  ["__le__", PyTypeObject.tp_richcompare, slot_tp_richcompare, richcmp_le, "__le__($self, value, /)\n--\n\nReturn self<=value.", 0],
  ["__eq__", PyTypeObject.tp_richcompare, slot_tp_richcompare, richcmp_eq, "__eq__($self, value, /)\n--\n\nReturn self==value.", 0],
  ["__ne__", PyTypeObject.tp_richcompare, slot_tp_richcompare, richcmp_ne, "__ne__($self, value, /)\n--\n\nReturn self!=value.", 0],
  ["__gt__", PyTypeObject.tp_richcompare, slot_tp_richcompare, richcmp_gt, "__gt__($self, value, /)\n--\n\nReturn self>value.", 0],
  ["__ge__", PyTypeObject.tp_richcompare, slot_tp_richcompare, richcmp_ge, "__ge__($self, value, /)\n--\n\nReturn self>=value.", 0],
  ["__iter__", PyTypeObject.tp_iter, slot_tp_iter, wrap_unaryfunc, "__iter__($self, /)\n--\n\nImplement iter(self).", 0],
  ["__next__", PyTypeObject.tp_iternext, slot_tp_iternext, wrap_next, "__next__($self, /)\n--\n\nImplement next(self).", 0],
  [
    "__get__",
    PyTypeObject.tp_descr_get,
    slot_tp_descr_get,
    wrap_descr_get,
    "__get__($self, instance, owner=None, /)\n--\n\nReturn an attribute of instance, which is of type owner.",
    0,
  ],
  [
    "__set__",
    PyTypeObject.tp_descr_set,
    slot_tp_descr_set,
    wrap_descr_set,
    "__set__($self, instance, value, /)\n--\n\nSet an attribute of instance to value.",
    0,
  ],
  [
    "__delete__",
    PyTypeObject.tp_descr_set,
    slot_tp_descr_set,
    wrap_descr_delete,
    "__delete__($self, instance, /)\n--\n\nDelete an attribute of instance.",
    0,
  ],
  [
    "__init__",
    PyTypeObject.tp_init,
    slot_tp_init,
    wrap_init,
    "__init__($self, /, *args, **kwargs)\n--\n\nInitialize self.  See help(type(self)) for accurate signature.",
    1,
  ],
  [
    "__new__",
    PyTypeObject.tp_new,
    slot_tp_new,
    null,
    "__new__(type, /, *args, **kwargs)\n--\n\nCreate and return new object.  See help(type) for accurate signature.",
    0,
  ],
  ["__del__", PyTypeObject.tp_finalize, slot_tp_finalize, wrap_del, "", 0],
  [
    "__await__",
    AS_ASYNC + PyAsyncMethods.am_await,
    slot_am_await,
    wrap_unaryfunc,
    "__await__($self, /)\n--\n\nReturn an iterator to be used in await expression.",
    0,
  ],
  [
    "__aiter__",
    AS_ASYNC + PyAsyncMethods.am_aiter,
    slot_am_aiter,
    wrap_unaryfunc,
    "__aiter__($self, /)\n--\n\nReturn an awaitable, that resolves in asynchronous iterator.",
    0,
  ],
  [
    "__anext__",
    AS_ASYNC + PyAsyncMethods.am_anext,
    slot_am_anext,
    wrap_unaryfunc,
    "__anext__($self, /)\n--\n\nReturn a value or raise StopAsyncIteration.",
    0,
  ],
  ["__add__", AS_NUMBER + PyNumberMethods.nb_add, slot_nb_add, wrap_binaryfunc_l, "__add__($self, value, /)\n--\n\nReturn self+value.", 0],
  [
    "__radd__",
    AS_NUMBER + PyNumberMethods.nb_add,
    slot_nb_add,
    wrap_binaryfunc_r,
    "__radd__($self, value, /)\n--\n\nReturn value+self.",
    0,
  ],
  [
    "__sub__",
    AS_NUMBER + PyNumberMethods.nb_subtract,
    slot_nb_subtract,
    wrap_binaryfunc_l,
    "__sub__($self, value, /)\n--\n\nReturn self-value.",
    0,
  ],
  [
    "__rsub__",
    AS_NUMBER + PyNumberMethods.nb_subtract,
    slot_nb_subtract,
    wrap_binaryfunc_r,
    "__rsub__($self, value, /)\n--\n\nReturn value-self.",
    0,
  ],
  [
    "__mul__",
    AS_NUMBER + PyNumberMethods.nb_multiply,
    slot_nb_multiply,
    wrap_binaryfunc_l,
    "__mul__($self, value, /)\n--\n\nReturn self*value.",
    0,
  ],
  [
    "__rmul__",
    AS_NUMBER + PyNumberMethods.nb_multiply,
    slot_nb_multiply,
    wrap_binaryfunc_r,
    "__rmul__($self, value, /)\n--\n\nReturn value*self.",
    0,
  ],
  [
    "__mod__",
    AS_NUMBER + PyNumberMethods.nb_remainder,
    slot_nb_remainder,
    wrap_binaryfunc_l,
    "__mod__($self, value, /)\n--\n\nReturn self%value.",
    0,
  ],
  [
    "__rmod__",
    AS_NUMBER + PyNumberMethods.nb_remainder,
    slot_nb_remainder,
    wrap_binaryfunc_r,
    "__rmod__($self, value, /)\n--\n\nReturn value%self.",
    0,
  ],
  [
    "__divmod__",
    AS_NUMBER + PyNumberMethods.nb_divmod,
    slot_nb_divmod,
    wrap_binaryfunc_l,
    "__divmod__($self, value, /)\n--\n\nReturn divmod(self, value).",
    0,
  ],
  [
    "__rdivmod__",
    AS_NUMBER + PyNumberMethods.nb_divmod,
    slot_nb_divmod,
    wrap_binaryfunc_r,
    "__rdivmod__($self, value, /)\n--\n\nReturn divmod(value, self).",
    0,
  ],
  [
    "__pow__",
    AS_NUMBER + PyNumberMethods.nb_power,
    slot_nb_power,
    wrap_ternaryfunc,
    "__pow__($self, value, mod=None, /)\n--\n\nReturn pow(self, value, mod).",
    0,
  ],
  [
    "__rpow__",
    AS_NUMBER + PyNumberMethods.nb_power,
    slot_nb_power,
    wrap_ternaryfunc_r,
    "__rpow__($self, value, mod=None, /)\n--\n\nReturn pow(value, self, mod).",
    0,
  ],
  ["__neg__", AS_NUMBER + PyNumberMethods.nb_negative, slot_nb_negative, wrap_unaryfunc, "__neg__($self, /)\n--\n\n-self", 0],
  ["__pos__", AS_NUMBER + PyNumberMethods.nb_positive, slot_nb_positive, wrap_unaryfunc, "__pos__($self, /)\n--\n\n+self", 0],
  ["__abs__", AS_NUMBER + PyNumberMethods.nb_absolute, slot_nb_absolute, wrap_unaryfunc, "__abs__($self, /)\n--\n\nabs(self)", 0],
  ["__bool__", AS_NUMBER + PyNumberMethods.nb_bool, slot_nb_bool, wrap_inquirypred, "__bool__($self, /)\n--\n\nTrue if self else False", 0],
  ["__invert__", AS_NUMBER + PyNumberMethods.nb_invert, slot_nb_invert, wrap_unaryfunc, "__invert__($self, /)\n--\n\n~self", 0],
  [
    "__lshift__",
    AS_NUMBER + PyNumberMethods.nb_lshift,
    slot_nb_lshift,
    wrap_binaryfunc_l,
    "__lshift__($self, value, /)\n--\n\nReturn self<<value.",
    0,
  ],
  [
    "__rlshift__",
    AS_NUMBER + PyNumberMethods.nb_lshift,
    slot_nb_lshift,
    wrap_binaryfunc_r,
    "__rlshift__($self, value, /)\n--\n\nReturn value<<self.",
    0,
  ],
  [
    "__rshift__",
    AS_NUMBER + PyNumberMethods.nb_rshift,
    slot_nb_rshift,
    wrap_binaryfunc_l,
    "__rshift__($self, value, /)\n--\n\nReturn self>>value.",
    0,
  ],
  [
    "__rrshift__",
    AS_NUMBER + PyNumberMethods.nb_rshift,
    slot_nb_rshift,
    wrap_binaryfunc_r,
    "__rrshift__($self, value, /)\n--\n\nReturn value>>self.",
    0,
  ],
  ["__and__", AS_NUMBER + PyNumberMethods.nb_and, slot_nb_and, wrap_binaryfunc_l, "__and__($self, value, /)\n--\n\nReturn self&value.", 0],
  [
    "__rand__",
    AS_NUMBER + PyNumberMethods.nb_and,
    slot_nb_and,
    wrap_binaryfunc_r,
    "__rand__($self, value, /)\n--\n\nReturn value&self.",
    0,
  ],
  ["__xor__", AS_NUMBER + PyNumberMethods.nb_xor, slot_nb_xor, wrap_binaryfunc_l, "__xor__($self, value, /)\n--\n\nReturn self^value.", 0],
  [
    "__rxor__",
    AS_NUMBER + PyNumberMethods.nb_xor,
    slot_nb_xor,
    wrap_binaryfunc_r,
    "__rxor__($self, value, /)\n--\n\nReturn value^self.",
    0,
  ],
  ["__or__", AS_NUMBER + PyNumberMethods.nb_or, slot_nb_or, wrap_binaryfunc_l, "__or__($self, value, /)\n--\n\nReturn self|value.", 0],
  ["__ror__", AS_NUMBER + PyNumberMethods.nb_or, slot_nb_or, wrap_binaryfunc_r, "__ror__($self, value, /)\n--\n\nReturn value|self.", 0],
  ["__int__", AS_NUMBER + PyNumberMethods.nb_int, slot_nb_int, wrap_unaryfunc, "__int__($self, /)\n--\n\nint(self)", 0],
  ["__float__", AS_NUMBER + PyNumberMethods.nb_float, slot_nb_float, wrap_unaryfunc, "__float__($self, /)\n--\n\nfloat(self)", 0],
  [
    "__iadd__",
    AS_NUMBER + PyNumberMethods.nb_inplace_add,
    slot_nb_inplace_add,
    wrap_binaryfunc,
    "__iadd__($self, value, /)\n--\n\nReturn self+=value.",
    0,
  ],
  [
    "__isub__",
    AS_NUMBER + PyNumberMethods.nb_inplace_subtract,
    slot_nb_inplace_subtract,
    wrap_binaryfunc,
    "__isub__($self, value, /)\n--\n\nReturn self-=value.",
    0,
  ],
  [
    "__imul__",
    AS_NUMBER + PyNumberMethods.nb_inplace_multiply,
    slot_nb_inplace_multiply,
    wrap_binaryfunc,
    "__imul__($self, value, /)\n--\n\nReturn self*=value.",
    0,
  ],
  [
    "__imod__",
    AS_NUMBER + PyNumberMethods.nb_inplace_remainder,
    slot_nb_inplace_remainder,
    wrap_binaryfunc,
    "__imod__($self, value, /)\n--\n\nReturn self%=value.",
    0,
  ],
  [
    "__ipow__",
    AS_NUMBER + PyNumberMethods.nb_inplace_power,
    slot_nb_inplace_power,
    wrap_ternaryfunc,
    "__ipow__($self, value, /)\n--\n\nReturn self**=value.",
    0,
  ],
  [
    "__ilshift__",
    AS_NUMBER + PyNumberMethods.nb_inplace_lshift,
    slot_nb_inplace_lshift,
    wrap_binaryfunc,
    "__ilshift__($self, value, /)\n--\n\nReturn self<<=value.",
    0,
  ],
  [
    "__irshift__",
    AS_NUMBER + PyNumberMethods.nb_inplace_rshift,
    slot_nb_inplace_rshift,
    wrap_binaryfunc,
    "__irshift__($self, value, /)\n--\n\nReturn self>>=value.",
    0,
  ],
  [
    "__iand__",
    AS_NUMBER + PyNumberMethods.nb_inplace_and,
    slot_nb_inplace_and,
    wrap_binaryfunc,
    "__iand__($self, value, /)\n--\n\nReturn self&=value.",
    0,
  ],
  [
    "__ixor__",
    AS_NUMBER + PyNumberMethods.nb_inplace_xor,
    slot_nb_inplace_xor,
    wrap_binaryfunc,
    "__ixor__($self, value, /)\n--\n\nReturn self^=value.",
    0,
  ],
  [
    "__ior__",
    AS_NUMBER + PyNumberMethods.nb_inplace_or,
    slot_nb_inplace_or,
    wrap_binaryfunc,
    "__ior__($self, value, /)\n--\n\nReturn self|=value.",
    0,
  ],
  [
    "__floordiv__",
    AS_NUMBER + PyNumberMethods.nb_floor_divide,
    slot_nb_floor_divide,
    wrap_binaryfunc_l,
    "__floordiv__($self, value, /)\n--\n\nReturn self//value.",
    0,
  ],
  [
    "__rfloordiv__",
    AS_NUMBER + PyNumberMethods.nb_floor_divide,
    slot_nb_floor_divide,
    wrap_binaryfunc_r,
    "__rfloordiv__($self, value, /)\n--\n\nReturn value//self.",
    0,
  ],
  [
    "__truediv__",
    AS_NUMBER + PyNumberMethods.nb_true_divide,
    slot_nb_true_divide,
    wrap_binaryfunc_l,
    "__truediv__($self, value, /)\n--\n\nReturn self/value.",
    0,
  ],
  [
    "__rtruediv__",
    AS_NUMBER + PyNumberMethods.nb_true_divide,
    slot_nb_true_divide,
    wrap_binaryfunc_r,
    "__rtruediv__($self, value, /)\n--\n\nReturn value/self.",
    0,
  ],
  [
    "__ifloordiv__",
    AS_NUMBER + PyNumberMethods.nb_inplace_floor_divide,
    slot_nb_inplace_floor_divide,
    wrap_binaryfunc,
    "__ifloordiv__($self, value, /)\n--\n\nReturn self//=value.",
    0,
  ],
  [
    "__itruediv__",
    AS_NUMBER + PyNumberMethods.nb_inplace_true_divide,
    slot_nb_inplace_true_divide,
    wrap_binaryfunc,
    "__itruediv__($self, value, /)\n--\n\nReturn self/=value.",
    0,
  ],
  [
    "__index__",
    AS_NUMBER + PyNumberMethods.nb_index,
    slot_nb_index,
    wrap_unaryfunc,
    "__index__($self, /)\n--\n\nReturn self converted to an integer, if self is suitable for use as an index into a list.",
    0,
  ],
  [
    "__matmul__",
    AS_NUMBER + PyNumberMethods.nb_matrix_multiply,
    slot_nb_matrix_multiply,
    wrap_binaryfunc_l,
    "__matmul__($self, value, /)\n--\n\nReturn self@value.",
    0,
  ],
  [
    "__rmatmul__",
    AS_NUMBER + PyNumberMethods.nb_matrix_multiply,
    slot_nb_matrix_multiply,
    wrap_binaryfunc_r,
    "__rmatmul__($self, value, /)\n--\n\nReturn value@self.",
    0,
  ],
  [
    "__imatmul__",
    AS_NUMBER + PyNumberMethods.nb_inplace_matrix_multiply,
    slot_nb_inplace_matrix_multiply,
    wrap_binaryfunc,
    "__imatmul__($self, value, /)\n--\n\nReturn self@=value.",
    0,
  ],
  ["__len__", AS_MAPPING + PyMappingMethods.mp_length, slot_sq_length, wrap_lenfunc, "__len__($self, /)\n--\n\nReturn len(self).", 0],
  [
    "__getitem__",
    AS_MAPPING + PyMappingMethods.mp_subscript,
    slot_mp_subscript,
    wrap_binaryfunc,
    "__getitem__($self, key, /)\n--\n\nReturn self[key].",
    0,
  ],
  [
    "__setitem__",
    AS_MAPPING + PyMappingMethods.mp_ass_subscript,
    slot_mp_ass_subscript,
    wrap_objobjargproc,
    "__setitem__($self, key, value, /)\n--\n\nSet self[key] to value.",
    0,
  ],
  [
    "__delitem__",
    AS_MAPPING + PyMappingMethods.mp_ass_subscript,
    slot_mp_ass_subscript,
    wrap_delitem,
    "__delitem__($self, key, /)\n--\n\nDelete self[key].",
    0,
  ],
  ["__len__", AS_SEQUENCE + PySequenceMethods.sq_length, slot_sq_length, wrap_lenfunc, "__len__($self, /)\n--\n\nReturn len(self).", 0],
  ["__add__", AS_SEQUENCE + PySequenceMethods.sq_concat, null, wrap_binaryfunc, "__add__($self, value, /)\n--\n\nReturn self+value.", 0],
  ["__mul__", AS_SEQUENCE + PySequenceMethods.sq_repeat, null, wrap_indexargfunc, "__mul__($self, value, /)\n--\n\nReturn self*value.", 0],
  [
    "__rmul__",
    AS_SEQUENCE + PySequenceMethods.sq_repeat,
    null,
    wrap_indexargfunc,
    "__rmul__($self, value, /)\n--\n\nReturn value*self.",
    0,
  ],
  [
    "__getitem__",
    AS_SEQUENCE + PySequenceMethods.sq_item,
    slot_sq_item,
    wrap_sq_item,
    "__getitem__($self, key, /)\n--\n\nReturn self[key].",
    0,
  ],
  [
    "__setitem__",
    AS_SEQUENCE + PySequenceMethods.sq_ass_item,
    slot_sq_ass_item,
    wrap_sq_setitem,
    "__setitem__($self, key, value, /)\n--\n\nSet self[key] to value.",
    0,
  ],
  [
    "__delitem__",
    AS_SEQUENCE + PySequenceMethods.sq_ass_item,
    slot_sq_ass_item,
    wrap_sq_delitem,
    "__delitem__($self, key, /)\n--\n\nDelete self[key].",
    0,
  ],
  [
    "__contains__",
    AS_SEQUENCE + PySequenceMethods.sq_contains,
    slot_sq_contains,
    wrap_objobjproc,
    "__contains__($self, key, /)\n--\n\nReturn key in self.",
    0,
  ],
  [
    "__iadd__",
    AS_SEQUENCE + PySequenceMethods.sq_inplace_concat,
    null,
    wrap_binaryfunc,
    "__iadd__($self, value, /)\n--\n\nImplement self+=value.",
    0,
  ],
  [
    "__imul__",
    AS_SEQUENCE + PySequenceMethods.sq_inplace_repeat,
    null,
    wrap_indexargfunc,
    "__imul__($self, value, /)\n--\n\nImplement self*=value.",
    0,
  ],
]

/** How many rows the table has. */
export const SLOTDEFS = ROWS.length
const table = staticAlloc((SLOTDEFS + 1) * wrapperbase.SIZE)
const names = new Map<Ref, number[]>()
const offsets = new Int32Array(SLOTDEFS + 1)

ROWS.forEach(([name, offset, slot, wrapper, doc, flags], i) => {
  const row = table + i * wrapperbase.SIZE
  const id = ID(name)
  const cname = cstr(name)
  const cdoc = cstr(doc)
  const f = slot === null ? 0 : fnIndex(slot)
  const w = wrapper === null ? 0 : fnIndex(wrapper)
  offsets[i] = offset
  const rows = names.get(id)
  if (rows === undefined) names.set(id, [i])
  else rows.push(i)
  if (attached) return
  setptr(row + wrapperbase.name, cname)
  setint32(row + wrapperbase.offset, offset)
  setptr(row + wrapperbase.function, f)
  setptr(row + wrapperbase.wrapper, w)
  setptr(row + wrapperbase.doc, cdoc)
  setint32(row + wrapperbase.flags, flags)
  setptr(row + wrapperbase.name_strobj, id)
})
offsets[SLOTDEFS] = -1

/** Address of row `i`. */
export function slotdef(i: number): number {
  return table + i * wrapperbase.SIZE
}
export function slotdefOffset(i: number): number {
  return offsets[i]
}
export function slotdefName(i: number): Ref {
  return i32[(table + i * wrapperbase.SIZE + wrapperbase.name_strobj) >> 2] as Ref
}
/** Rows of a special method's name (an interned str), in table order; none: undefined. */
export function slotdefsNamed(name: Ref): readonly number[] | undefined {
  return names.get(name)
}

/** Address of the slot at `offset` of PyHeapTypeObject in the type, 0 if the type lacks the suite. */
export function slotptr(type: Ref, offset: number): number {
  let suite: number
  if (offset >= AS_SEQUENCE) {
    suite = ptr(type + PyTypeObject.tp_as_sequence)
    offset -= AS_SEQUENCE
  } else if (offset >= AS_MAPPING) {
    suite = ptr(type + PyTypeObject.tp_as_mapping)
    offset -= AS_MAPPING
  } else if (offset >= AS_NUMBER) {
    suite = ptr(type + PyTypeObject.tp_as_number)
    offset -= AS_NUMBER
  } else if (offset >= AS_ASYNC) {
    suite = ptr(type + PyTypeObject.tp_as_async)
    offset -= AS_ASYNC
  } else suite = type
  return suite === 0 ? 0 : suite + offset
}
