import { int32, ptr, setint32 } from "../heap/access.ts"
import { fn } from "../heap/fntable.ts"
import { PyDictObject, PyListObject, PyTypeObject } from "../heap/layout.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_NewRef } from "../heap/refcount.ts"
import { defineModule, definePrivateType, type MethodSpec } from "../objects/define.ts"
import { PyFloat_FromDouble } from "../objects/floatobject.ts"
import { PyArg_ParseTuple, argGiven } from "../objects/getargs.ts"
import { PyLong_FromLong } from "../objects/longobject.ts"
import { PyModule_AddType } from "../objects/moduleobject.ts"
import { PyObject_GetAttr } from "../objects/object.ts"
import { METH, READONLY, T, TPFLAGS, type initproc } from "../objects/slots.ts"
import { PyDict_Type, PyList_Type, Py_None } from "../objects/statictypes.ts"
import { PyTuple_Pack3 } from "../objects/tupleobject.ts"

// Modules/xxsubtype.c: native subtypes of list and dict with one more field, an example that CPython builds in.

const LIST_STATE = PyListObject.SIZE
const DICT_STATE = PyDictObject.SIZE

function getstate(self: Ref, args: Ref, state: number): Own {
  return PyArg_ParseTuple(args, ":getstate") === 0 ? NULL : PyLong_FromLong(int32(self + state))
}
function setstate(self: Ref, args: Ref, state: number): Own {
  const parsed = PyArg_ParseTuple(args, "i:setstate")
  if (parsed === 0) return NULL
  setint32(self + state, int32(parsed))
  return Py_NewRef(Py_None)
}
/** The base's tp_init, then state 0. */
function initWith(base: Ref, self: Ref, args: Ref, kwds: Ref, state: number): number {
  if (fn<initproc>(ptr(base + PyTypeObject.tp_init))(self, args, kwds) < 0) return -1
  setint32(self + state, 0)
  return 0
}

function spamlist_getstate(self: Ref, args: Ref): Own {
  return getstate(self, args, LIST_STATE)
}
function spamlist_setstate(self: Ref, args: Ref): Own {
  return setstate(self, args, LIST_STATE)
}
/** Shows what a method of its kind is called with. */
function spamlist_specialmeth(self: Ref, args: Ref, kw: Ref): Own {
  return PyTuple_Pack3(self === NULL ? Py_None : self, args, kw === NULL ? Py_None : kw)
}
function spamlist_init(self: Ref, args: Ref, kwds: Ref): number {
  return initWith(PyList_Type, self, args, kwds, LIST_STATE)
}
function spamlist_state_get(self: Ref, _closure: number): Own {
  return PyLong_FromLong(int32(self + LIST_STATE))
}
function spamdict_getstate(self: Ref, args: Ref): Own {
  return getstate(self, args, DICT_STATE)
}
function spamdict_setstate(self: Ref, args: Ref): Own {
  return setstate(self, args, DICT_STATE)
}
function spamdict_init(self: Ref, args: Ref, kwds: Ref): number {
  return initWith(PyDict_Type, self, args, kwds, DICT_STATE)
}
/** Seconds that n attribute look-ups take. */
function spam_bench(_self: Ref, args: Ref): Own {
  const parsed = PyArg_ParseTuple(args, "OU|i")
  if (parsed === 0) return NULL
  const obj = ptr(parsed)
  const name = ptr(parsed + 8)
  const start = performance.now()
  for (let n = argGiven(2) ? int32(parsed + 16) : 1000; n > 0; n--) {
    const $res = PyObject_GetAttr(obj, name)
    if ($res === NULL) return NULL
    Py_DECREF($res)
  }
  return PyFloat_FromDouble((performance.now() - start) / 1000)
}

const stateMethods = (get: MethodSpec[1], set: MethodSpec[1]): MethodSpec[] => [
  ["getstate", get, METH.VARARGS, "getstate() -> state"],
  ["setstate", set, METH.VARARGS, "setstate(state)"],
]
const spamlist_type = definePrivateType({
  name: "xxsubtype.spamlist",
  basicsize: LIST_STATE + 8,
  flags: TPFLAGS.BASETYPE,
  base: PyList_Type,
  init: spamlist_init,
  methods: [
    ...stateMethods(spamlist_getstate, spamlist_setstate),
    ["classmeth", spamlist_specialmeth, METH.VARARGS | METH.KEYWORDS | METH.CLASS, "classmeth(*args, **kw)"],
    ["staticmeth", spamlist_specialmeth, METH.VARARGS | METH.KEYWORDS | METH.STATIC, "staticmeth(*args, **kw)"],
  ],
  getset: [["state", spamlist_state_get, null, "an int variable for demonstration purposes"]],
})
const spamdict_type = definePrivateType({
  name: "xxsubtype.spamdict",
  basicsize: DICT_STATE + 8,
  flags: TPFLAGS.BASETYPE,
  base: PyDict_Type,
  init: spamdict_init,
  methods: stateMethods(spamdict_getstate, spamdict_setstate),
  members: [["state", T.INT, DICT_STATE, READONLY, "an int variable for demonstration purposes"]],
})

defineModule({
  name: "xxsubtype",
  doc: "xxsubtype is an example module showing how to subtype builtin types natively.",
  methods: [["bench", spam_bench, METH.VARARGS]],
  exec(m) {
    return PyModule_AddType(m, spamlist_type) < 0 || PyModule_AddType(m, spamdict_type) < 0 ? -1 : 0
  },
})
