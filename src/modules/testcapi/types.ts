import { int32, ptr, setint32, setptr } from "../../heap/access.ts"
import { fn, fnIndex } from "../../heap/fntable.ts"
import { PyBaseExceptionObject, PyListObject, PyObject, PyTypeObject } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_CLEAR, Py_DECREF, Py_NewRef, Py_TYPE } from "../../heap/refcount.ts"
import { PyBool_FromLong } from "../../objects/boolobject.ts"
import { PyVectorcall_Call } from "../../objects/call.ts"
import { PyMethod_New } from "../../objects/classobject.ts"
import { defineLateType } from "../../objects/define.ts"
import { PyErr_SetObject } from "../../objects/errors.ts"
import { PyArg_ParseTupleAndKeywords, PyArg_UnpackTuple } from "../../objects/getargs.ts"
import { PyModule_AddObjectRef } from "../../objects/moduleobject.ts"
import { _PyObject_New, PyObject_GenericGetAttr, PyObject_GenericSetAttr } from "../../objects/object.ts"
import {
  METH,
  READONLY,
  T,
  TPFLAGS,
  type allocfunc,
  type destructor,
  type freefunc,
  type newfunc,
  type vectorcallfunc,
} from "../../objects/slots.ts"
import { PyBaseObject_Type, PyExc_Exception, PyList_Type, Py_None, PyType_Type } from "../../objects/statictypes.ts"
import { PyTuple_Pack1 } from "../../objects/tupleobject.ts"
import { PyType_GenericNew, PyType_Ready } from "../../objects/typeobject.ts"
import { PyUnicode_FromString } from "../../objects/unicodeobject.ts"
import { ownTuple } from "../support.ts"
import { callingConventions } from "./calls.ts"
import { test_structmembersType } from "./structmembers.ts"

// _testcapi: static types that native code can make and Python code cannot.

const FIELD = PyObject.SIZE
const ONE_FIELD = PyObject.SIZE + 8

function freeInstance(self: Ref): void {
  fn<freefunc>(ptr(Py_TYPE(self) + PyTypeObject.tp_free))(self)
}
function newInstance(type: Ref): Own {
  return fn<allocfunc>(ptr(type + PyTypeObject.tp_alloc))(type, 0)
}
function deallocField(self: Ref): void {
  Py_CLEAR(self + FIELD)
  freeInstance(self)
}

// Operators of one operand order only.

function matmulType_matmul(a: Ref, b: Ref): Own {
  return ownTuple(PyUnicode_FromString("matmul"), Py_NewRef(a), Py_NewRef(b))
}
function matmulType_imatmul(a: Ref, b: Ref): Own {
  return ownTuple(PyUnicode_FromString("imatmul"), Py_NewRef(a), Py_NewRef(b))
}
const matmulType = defineLateType({
  name: "matmulType",
  doc: "C level type with matrix operations defined",
  basicsize: PyObject.SIZE,
  dealloc: freeInstance,
  getattro: PyObject_GenericGetAttr,
  setattro: PyObject_GenericSetAttr,
  nb_matrix_multiply: matmulType_matmul,
  nb_inplace_matrix_multiply: matmulType_imatmul,
  new: PyType_GenericNew,
})
function ipowType_ipow(_self: Ref, other: Ref, mod: Ref): Own {
  return ownTuple(Py_NewRef(other), Py_NewRef(mod))
}
const ipowType = defineLateType({ name: "ipowType", basicsize: PyObject.SIZE, nb_inplace_power: ipowType_ipow, new: PyType_GenericNew })

// An awaitable that gives what it was made with.

function awaitObject_new(type: Ref, args: Ref, _kwds: Ref): Own {
  const a = PyArg_UnpackTuple(args, "awaitObject", 1, 1)
  if (a === 0) return NULL
  const v = ptr(a)
  const $ao = newInstance(type)
  if ($ao !== NULL) setptr($ao + FIELD, Py_NewRef(v))
  return $ao
}
function awaitObject_await(self: Ref): Own {
  return Py_NewRef(ptr(self + FIELD))
}
const awaitType = defineLateType({
  name: "awaitType",
  doc: "C level type with tp_as_async",
  basicsize: ONE_FIELD,
  dealloc: deallocField,
  getattro: PyObject_GenericGetAttr,
  setattro: PyObject_GenericSetAttr,
  am_await: awaitObject_await,
  new: awaitObject_new,
})

/** Making an instance raises the exception, which makes an instance. */
function recurse_infinitely_error_init(_self: Ref, _args: Ref, _kwds: Ref): number {
  PyErr_SetObject(RecursingInfinitelyError, NULL)
  return -1
}
const RecursingInfinitelyError = defineLateType({
  name: "RecursingInfinitelyError",
  doc: "Instantiating this exception starts infinite recursion.",
  basicsize: PyBaseExceptionObject.SIZE,
  flags: TPFLAGS.DEFAULT | TPFLAGS.BASETYPE,
  base: PyExc_Exception,
  init: recurse_infinitely_error_init,
})

// A list that knows whether it was deallocated.

const DEALLOCATED = PyListObject.SIZE
function MyList_new(type: Ref, args: Ref, kwds: Ref): Own {
  const $op = fn<newfunc>(ptr(PyList_Type + PyTypeObject.tp_new))(type, args, kwds)
  if ($op !== NULL) setint32($op + DEALLOCATED, 0)
  return $op
}
function MyList_dealloc(self: Ref): void {
  if (int32(self + DEALLOCATED) !== 0) throw new Error("Fatal Python error: MyList_dealloc: MyList instance deallocated twice")
  setint32(self + DEALLOCATED, 1)
  fn<destructor>(ptr(PyList_Type + PyTypeObject.tp_dealloc))(self)
}
const MyList = defineLateType({
  name: "MyList",
  basicsize: PyListObject.SIZE + 8,
  base: PyList_Type,
  dealloc: MyList_dealloc,
  flags: TPFLAGS.DEFAULT | TPFLAGS.BASETYPE,
  new: MyList_new,
})

// PEP 560: a base that is not a class.

function generic_alias_mro_entries(self: Ref, _bases: Ref): Own {
  return PyTuple_Pack1(ptr(self + FIELD))
}
const GenericAlias = defineLateType({
  name: "GenericAlias",
  basicsize: ONE_FIELD,
  dealloc: deallocField,
  flags: TPFLAGS.DEFAULT | TPFLAGS.BASETYPE,
  methods: [["__mro_entries__", generic_alias_mro_entries, METH.O]],
})
function generic_class_getitem(type: Ref, _item: Ref): Own {
  const $o = _PyObject_New(GenericAlias)
  if ($o !== NULL) setptr($o + FIELD, Py_NewRef(type))
  return $o
}
const Generic = defineLateType({
  name: "Generic",
  basicsize: PyObject.SIZE,
  flags: TPFLAGS.DEFAULT | TPFLAGS.BASETYPE,
  methods: [["__class_getitem__", generic_class_getitem, METH.O | METH.CLASS]],
})

// PEP 590: vectorcall functions kept in the instance.

/** True through the base's field, False through MethodDescriptor2's own. */
function MethodDescriptor_vectorcall(callable: Ref, _args: number, _nargsf: number, _kwnames: Ref): Own {
  return PyBool_FromLong(ptr(callable + FIELD) !== 0 ? 1 : 0)
}
const vectorcallIndex = fnIndex(MethodDescriptor_vectorcall as vectorcallfunc)
function MethodDescriptor_new(type: Ref, _args: Ref, _kw: Ref): Own {
  const $op = newInstance(type)
  if ($op !== NULL) setptr($op + FIELD, vectorcallIndex)
  return $op
}
function func_descr_get(func: Ref, obj: Ref, _type: Ref): Own {
  return obj === Py_None || obj === NULL ? Py_NewRef(func) : PyMethod_New(func, obj)
}
function nop_descr_get(func: Ref, _obj: Ref, _type: Ref): Own {
  return Py_NewRef(func)
}
function call_return_args(_self: Ref, args: Ref, _kwargs: Ref): Own {
  return Py_NewRef(args)
}
const MethodDescriptorBase = defineLateType({
  name: "MethodDescriptorBase",
  basicsize: ONE_FIELD,
  new: MethodDescriptor_new,
  call: PyVectorcall_Call,
  vectorcall_offset: FIELD,
  flags: TPFLAGS.DEFAULT | TPFLAGS.BASETYPE | TPFLAGS.METHOD_DESCRIPTOR | TPFLAGS.HAVE_VECTORCALL,
  descr_get: func_descr_get,
})
const MethodDescriptorDerived = defineLateType({
  name: "MethodDescriptorDerived",
  basicsize: 0,
  base: MethodDescriptorBase,
  flags: TPFLAGS.DEFAULT | TPFLAGS.BASETYPE,
})
const MethodDescriptorNopGet = defineLateType({
  name: "MethodDescriptorNopGet",
  basicsize: 0,
  base: MethodDescriptorBase,
  flags: TPFLAGS.DEFAULT | TPFLAGS.BASETYPE,
  call: call_return_args,
  descr_get: nop_descr_get,
})
function MethodDescriptor2_new(type: Ref, _args: Ref, _kw: Ref): Own {
  const $op = _PyObject_New(type)
  if ($op !== NULL) {
    setptr($op + FIELD, 0)
    setptr($op + ONE_FIELD, vectorcallIndex)
  }
  return $op
}
const MethodDescriptor2 = defineLateType({
  name: "MethodDescriptor2",
  basicsize: ONE_FIELD + 8,
  base: MethodDescriptorBase,
  new: MethodDescriptor2_new,
  call: PyVectorcall_Call,
  vectorcall_offset: ONE_FIELD,
  flags: TPFLAGS.DEFAULT | TPFLAGS.BASETYPE | TPFLAGS.HAVE_VECTORCALL,
})

// Methods of every calling convention, bound three ways.

const MethInstance = defineLateType({
  name: "MethInstance",
  doc: "Class with normal (instance) methods to test calling conventions",
  basicsize: PyObject.SIZE,
  new: PyType_GenericNew,
  methods: callingConventions(0),
})
const MethClass = defineLateType({
  name: "MethClass",
  doc: "Class with class methods to test calling conventions",
  basicsize: PyObject.SIZE,
  new: PyType_GenericNew,
  methods: callingConventions(METH.CLASS),
})
const MethStatic = defineLateType({
  name: "MethStatic",
  doc: "Class with static methods to test calling conventions",
  basicsize: PyObject.SIZE,
  new: PyType_GenericNew,
  methods: callingConventions(METH.STATIC),
})

// A container that the collector does not know.

const containerKeywords = ["value"]
function ContainerNoGC_new(type: Ref, args: Ref, kwargs: Ref): Own {
  const a = PyArg_ParseTupleAndKeywords(args, kwargs, "O", containerKeywords)
  if (a === 0) return NULL
  const value = ptr(a)
  const $self = newInstance(type)
  if ($self !== NULL) setptr($self + FIELD, Py_NewRef(value))
  return $self
}
function ContainerNoGC_dealloc(self: Ref): void {
  Py_DECREF(ptr(self + FIELD))
  freeInstance(self)
}
const ContainerNoGC = defineLateType({
  name: "_testcapi.ContainerNoGC",
  basicsize: ONE_FIELD,
  dealloc: ContainerNoGC_dealloc,
  flags: TPFLAGS.DEFAULT | TPFLAGS.BASETYPE,
  members: [["value", T.OBJECT, FIELD, READONLY, "a container value for test purposes"]],
  new: ContainerNoGC_new,
})

const TYPES: readonly (readonly [string, Ref])[] = [
  ["matmulType", matmulType],
  ["ipowType", ipowType],
  ["awaitType", awaitType],
  ["RecursingInfinitelyError", RecursingInfinitelyError],
  ["MyList", MyList],
  ["GenericAlias", GenericAlias],
  ["Generic", Generic],
  ["MethodDescriptorBase", MethodDescriptorBase],
  ["MethodDescriptorDerived", MethodDescriptorDerived],
  ["MethodDescriptorNopGet", MethodDescriptorNopGet],
  ["MethodDescriptor2", MethodDescriptor2],
  ["MethInstance", MethInstance],
  ["MethClass", MethClass],
  ["MethStatic", MethStatic],
  ["ContainerNoGC", ContainerNoGC],
  ["_test_structmembersType", test_structmembersType],
]

/** Make a late static type ready and add it to a module. 0 or -1. */
export function addLateType(module: Ref, name: string, type: Ref): number {
  if (ptr(type + PyObject.ob_type) === 0) setptr(type + PyObject.ob_type, PyType_Type)
  if (ptr(type + PyTypeObject.tp_base) === 0) setptr(type + PyTypeObject.tp_base, PyBaseObject_Type)
  return PyType_Ready(type) < 0 ? -1 : PyModule_AddObjectRef(module, name, type)
}
export function addTypes(module: Ref): number {
  for (const [name, type] of TYPES) if (addLateType(module, name, type) < 0) return -1
  return 0
}
