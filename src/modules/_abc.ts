import { ptr, setptr } from "../heap/access.ts"
import { PyTypeObject, PyWeakReference } from "../heap/layout.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_CLEAR, Py_DECREF, Py_IS_TYPE, Py_NewRef, Py_TYPE, Py_XDECREF, PyType_HasFeature } from "../heap/refcount.ts"
import { ID, staticAlloc } from "../heap/statics.ts"
import { i32 } from "../heap/views.ts"
import { PyObject_GC_Del, PyObject_GC_UnTrack } from "../gc/gcmodule.ts"
import {
  PyIter_Next,
  PyMapping_Items,
  PyObject_GetIter,
  PyObject_IsSubclass,
  PySequence_Fast,
  PySequence_Fast_GET_ITEM,
  PySequence_Fast_GET_SIZE,
} from "../objects/abstract.ts"
import { PyObject_CallMethodNoArgs, PyObject_CallMethodOneArg } from "../objects/call.ts"
import { defineModule, definePrivateType, methodDefs } from "../objects/define.ts"
import { PyDict_DelItem, PyDict_GetItemWithError } from "../objects/dictobject.ts"
import { PyErr_Clear, PyErr_ExceptionMatches, PyErr_Occurred, PyErr_SetString } from "../objects/errors.ts"
import { _PyArg_CheckPositional } from "../objects/getargs.ts"
import { PyList_Check, PyList_GET_ITEM, PyList_GET_SIZE } from "../objects/listobject.ts"
import { PyLong_AsLong, PyLong_CheckExact, PyLong_FromLong } from "../objects/longobject.ts"
import { PyCFunction_NewEx } from "../objects/methodobject.ts"
import { _PyObject_IsAbstract, _PyObject_LookupAttr, PyObject_GetAttr, PyObject_IsTrue, PyObject_SetAttr } from "../objects/object.ts"
import {
  _PySet_NextEntry,
  PyFrozenSet_New,
  PySet_Add,
  PySet_Clear,
  PySet_Contains,
  PySet_Discard,
  PySet_GET_SIZE,
  PySet_New,
  setEntryKey,
} from "../objects/setobject.ts"
import { METH, TPFLAGS, type visitproc } from "../objects/slots.ts"
import {
  Py_False,
  Py_None,
  Py_NotImplemented,
  Py_True,
  PyExc_AssertionError,
  PyExc_RuntimeError,
  PyExc_TypeError,
} from "../objects/statictypes.ts"
import { PyTuple_Check, PyTuple_GET_ITEM, PyTuple_GET_SIZE, PyTuple_New, PyTuple_SET_ITEM } from "../objects/tupleobject.ts"
import { _PyType_GetSubclasses, PyType_GenericAlloc } from "../objects/typeobject.ts"
import { PyWeakref_NewRef } from "../objects/weakrefobject.ts"

// Modules/_abc.c: abstract base classes. Registry and caches are sets of weak references, made on first use.
//   16          24      32               40
//   ┌ registry ┬ cache ┬ negative cache ┬ its version ┐      a negative cache of an older version than COUNTER is stale

const enum Data {
  registry = 16,
  cache = 24,
  negative = 32,
  version = 40,
  SIZE = 48,
}
/** abc_invalidation_counter: how many registrations there have been. */
const COUNTER = staticAlloc(16)

function counter(): number {
  return i32[COUNTER >> 2]
}

function data_traverse(self: Ref, visit: visitproc, arg: number): number {
  for (let at = Data.registry as number; at <= Data.negative; at += 8) {
    const v = ptr(self + at)
    if (v !== 0) {
      const r = visit(v, arg)
      if (r) return r
    }
  }
  return 0
}
function data_clear(self: Ref): number {
  Py_CLEAR(self + Data.registry)
  Py_CLEAR(self + Data.cache)
  Py_CLEAR(self + Data.negative)
  return 0
}
function data_dealloc(self: Ref): void {
  PyObject_GC_UnTrack(self)
  data_clear(self)
  PyObject_GC_Del(self)
}
function data_new(type: Ref, _args: Ref, _kwds: Ref): Own {
  const $self = PyType_GenericAlloc(type, 0)
  if ($self !== NULL) setptr($self + Data.version, counter())
  return $self
}
const dataType = definePrivateType({
  name: "_abc._abc_data",
  basicsize: Data.SIZE,
  flags: TPFLAGS.HAVE_GC,
  doc: "Internal state held by ABC machinery.",
  dealloc: data_dealloc,
  traverse: data_traverse,
  clear: data_clear,
  new: data_new,
})

// Owned state of the class.
function implOf(self: Ref): Own {
  const $impl = PyObject_GetAttr(self, ID("_abc_impl"))
  if ($impl === NULL || Py_IS_TYPE($impl, dataType)) return $impl
  Py_DECREF($impl)
  return PyErr_SetString(PyExc_TypeError, "_abc_impl is set to a wrong type")
}
// 1 in, 0 not, -1 error. `set` may be NULL.
function inWeakSet(set: Ref, obj: Ref): number {
  if (set === 0 || PySet_GET_SIZE(set) === 0) return 0
  const $ref = PyWeakref_NewRef(obj, NULL)
  if ($ref === NULL) {
    if (!PyErr_ExceptionMatches(PyExc_TypeError)) return -1
    PyErr_Clear()
    return 0
  }
  const r = PySet_Contains(set, $ref)
  Py_DECREF($ref)
  return r
}
const destroyDef = methodDefs([["_destroy", destroy, METH.O]])
function destroy(setref: Ref, objref: Ref): Own {
  const set = ptr(setref + PyWeakReference.wr_object)
  if (set === Py_None) return Py_NewRef(Py_None)
  const $set = Py_NewRef(set)
  const r = PySet_Discard($set, objref)
  Py_DECREF($set)
  return r < 0 ? NULL : Py_NewRef(Py_None)
}
// Put a weak reference to `obj` into the set at `slot` (made if NULL); 0 or -1.
function addToWeakSet(slot: number, obj: Ref): number {
  if (ptr(slot) === 0) {
    const $set = PySet_New(NULL)
    if ($set === NULL) return -1
    setptr(slot, $set)
  }
  const set = ptr(slot)
  const $wr = PyWeakref_NewRef(set, NULL)
  const $callback = $wr === NULL ? NULL : PyCFunction_NewEx(destroyDef, $wr, NULL)
  const $ref = $callback === NULL ? NULL : PyWeakref_NewRef(obj, $callback)
  Py_XDECREF($callback)
  const r = $ref === NULL ? -1 : PySet_Add(set, $ref)
  Py_XDECREF($wr)
  Py_XDECREF($ref)
  return r
}

function computeAbstractMethods(self: Ref): number {
  const $abstracts = PyFrozenSet_New(NULL)
  if ($abstracts === NULL) return -1
  const bad = addOwnAbstracts(self, $abstracts) < 0 || addInheritedAbstracts(self, $abstracts) < 0
  const r = bad ? -1 : PyObject_SetAttr(self, ID("__abstractmethods__"), $abstracts)
  Py_DECREF($abstracts)
  return r
}
function addOwnAbstracts(self: Ref, abstracts: Ref): number {
  const $ns = PyObject_GetAttr(self, ID("__dict__"))
  const $items = $ns === NULL ? NULL : PyMapping_Items($ns)
  Py_XDECREF($ns)
  if ($items === NULL) return -1
  let r = 0
  for (let i = 0; i < PyList_GET_SIZE($items) && r === 0; i++) {
    const $it = PySequence_Fast(PyList_GET_ITEM($items, i), "items() returned non-iterable")
    if ($it === NULL) r = -1
    else if (PySequence_Fast_GET_SIZE($it) !== 2) {
      PyErr_SetString(PyExc_TypeError, "items() returned item which size is not 2")
      r = -1
    } else {
      const $key = Py_NewRef(PySequence_Fast_GET_ITEM($it, 0))
      const abstract = _PyObject_IsAbstract(PySequence_Fast_GET_ITEM($it, 1))
      if (abstract < 0 || (abstract > 0 && PySet_Add(abstracts, $key) < 0)) r = -1
      Py_DECREF($key)
    }
    Py_XDECREF($it)
  }
  Py_DECREF($items)
  return r
}
function addInheritedAbstracts(self: Ref, abstracts: Ref): number {
  const $bases = PyObject_GetAttr(self, ID("__bases__"))
  if ($bases === NULL) return -1
  let r = 0
  if (!PyTuple_Check($bases)) {
    PyErr_SetString(PyExc_TypeError, "__bases__ is not tuple")
    r = -1
  }
  for (let i = 0; r === 0 && i < PyTuple_GET_SIZE($bases); i++) {
    const $names = _PyObject_LookupAttr(PyTuple_GET_ITEM($bases, i), ID("__abstractmethods__"))
    if ($names === NULL) {
      if (PyErr_Occurred()) r = -1
      continue
    }
    const $it = PyObject_GetIter($names)
    Py_DECREF($names)
    if ($it === NULL) {
      r = -1
      break
    }
    for (;;) {
      const $key = PyIter_Next($it)
      if ($key === NULL) break
      const $value = _PyObject_LookupAttr(self, $key)
      let bad = $value === NULL && PyErr_Occurred() !== 0
      if ($value !== NULL) {
        const abstract = _PyObject_IsAbstract($value)
        Py_DECREF($value)
        bad = abstract < 0 || (abstract > 0 && PySet_Add(abstracts, $key) < 0)
      }
      Py_DECREF($key)
      if (bad) {
        r = -1
        break
      }
    }
    Py_DECREF($it)
    if (PyErr_Occurred()) r = -1
  }
  Py_DECREF($bases)
  return r
}

const COLLECTION_FLAGS = TPFLAGS.SEQUENCE | TPFLAGS.MAPPING

function isType(op: Ref): boolean {
  return PyType_HasFeature(Py_TYPE(op), TPFLAGS.TYPE_SUBCLASS)
}
function flagsOf(type: Ref): number {
  return i32[(type + PyTypeObject.tp_flags) >> 2]
}
function abc_init(_module: Ref, self: Ref): Own {
  if (computeAbstractMethods(self) < 0) return NULL
  const $data = data_new(dataType, NULL, NULL)
  if ($data === NULL) return NULL
  const bad = PyObject_SetAttr(self, ID("_abc_impl"), $data)
  Py_DECREF($data)
  if (bad < 0) return NULL
  if (isType(self)) {
    const dict = ptr(self + PyTypeObject.tp_dict)
    const flags = PyDict_GetItemWithError(dict, ID("__abc_tpflags__"))
    if (flags === 0) {
      if (PyErr_Occurred()) return NULL
    } else {
      if (PyLong_CheckExact(flags)) {
        const val = PyLong_AsLong(flags)
        if (val === -1 && PyErr_Occurred()) return NULL
        if ((val & COLLECTION_FLAGS) === COLLECTION_FLAGS) {
          return PyErr_SetString(PyExc_TypeError, "__abc_tpflags__ cannot be both Py_TPFLAGS_SEQUENCE and Py_TPFLAGS_MAPPING")
        }
        i32[(self + PyTypeObject.tp_flags) >> 2] |= val & COLLECTION_FLAGS
      }
      if (PyDict_DelItem(dict, ID("__abc_tpflags__")) < 0) return NULL
    }
  }
  return Py_NewRef(Py_None)
}
function setCollectionFlag(child: Ref, flag: number): void {
  if (PyType_HasFeature(child, TPFLAGS.IMMUTABLETYPE) || (flagsOf(child) & COLLECTION_FLAGS) === flag) return
  i32[(child + PyTypeObject.tp_flags) >> 2] = (flagsOf(child) & ~COLLECTION_FLAGS) | flag
  const $children = _PyType_GetSubclasses(child)
  if ($children === NULL) return
  for (let i = 0; i < PyList_GET_SIZE($children); i++) setCollectionFlag(PyList_GET_ITEM($children, i), flag)
  Py_DECREF($children)
}
function abc_register(_module: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("_abc_register", nargs, 2, 2)) return NULL
  const self = ptr(args)
  const subclass = ptr(args + 8)
  if (!isType(subclass)) return PyErr_SetString(PyExc_TypeError, "Can only register classes")
  const already = PyObject_IsSubclass(subclass, self)
  if (already !== 0) return already < 0 ? NULL : Py_NewRef(subclass)
  // after the test for "already a subclass": X.register(X) is allowed and does nothing
  const cycle = PyObject_IsSubclass(self, subclass)
  if (cycle !== 0) return cycle < 0 ? NULL : PyErr_SetString(PyExc_RuntimeError, "Refusing to create an inheritance cycle")
  const $impl = implOf(self)
  if ($impl === NULL) return NULL
  const bad = addToWeakSet($impl + Data.registry, subclass)
  Py_DECREF($impl)
  if (bad < 0) return NULL
  i32[COUNTER >> 2]++
  if (isType(self)) {
    const flag = flagsOf(self) & COLLECTION_FLAGS
    if (flag) setCollectionFlag(subclass, flag)
  }
  return Py_NewRef(subclass)
}

function abc_instancecheck(_module: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("_abc_instancecheck", nargs, 2, 2)) return NULL
  const self = ptr(args)
  const instance = ptr(args + 8)
  const $impl = implOf(self)
  if ($impl === NULL) return NULL
  const $subclass = PyObject_GetAttr(instance, ID("__class__"))
  let $result: Own = NULL
  if ($subclass !== NULL) {
    const cached = inWeakSet(ptr($impl + Data.cache), $subclass)
    if (cached > 0) $result = Py_NewRef(Py_True)
    else if (cached === 0) $result = checkClass(self, instance, $impl, $subclass)
  }
  Py_DECREF($impl)
  Py_XDECREF($subclass)
  return $result
}
function checkClass(self: Ref, instance: Ref, impl: Ref, subclass: Ref): Own {
  const subtype = Py_TYPE(instance)
  if (subtype === subclass) {
    if (ptr(impl + Data.version) === counter()) {
      const no = inWeakSet(ptr(impl + Data.negative), subclass)
      if (no !== 0) return no < 0 ? NULL : Py_NewRef(Py_False)
    }
    return PyObject_CallMethodOneArg(self, ID("__subclasscheck__"), subclass)
  }
  const $r = PyObject_CallMethodOneArg(self, ID("__subclasscheck__"), subclass)
  if ($r === NULL) return NULL
  const truth = PyObject_IsTrue($r)
  if (truth > 0) return $r
  Py_DECREF($r)
  return truth < 0 ? NULL : PyObject_CallMethodOneArg(self, ID("__subclasscheck__"), subtype)
}

function abc_subclasscheck(_module: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("_abc_subclasscheck", nargs, 2, 2)) return NULL
  const self = ptr(args)
  const subclass = ptr(args + 8)
  if (!isType(subclass)) return PyErr_SetString(PyExc_TypeError, "issubclass() arg 1 must be a class")
  const $impl = implOf(self)
  if ($impl === NULL) return NULL
  const r = isSubclassOf(self, subclass, $impl)
  Py_DECREF($impl)
  return r < 0 ? NULL : Py_NewRef(r ? Py_True : Py_False)
}
function remember(impl: Ref, field: Data, subclass: Ref, answer: number): number {
  return addToWeakSet(impl + field, subclass) < 0 ? -1 : answer
}
// 1, 0, or -1 with the error set.
function isSubclassOf(self: Ref, subclass: Ref, impl: Ref): number {
  const cached = inWeakSet(ptr(impl + Data.cache), subclass)
  if (cached !== 0) return cached
  if (ptr(impl + Data.version) < counter()) {
    const negative = ptr(impl + Data.negative)
    if (negative !== 0 && PySet_Clear(negative) < 0) return -1
    setptr(impl + Data.version, counter())
  } else {
    const no = inWeakSet(ptr(impl + Data.negative), subclass)
    if (no !== 0) return no < 0 ? -1 : 0
  }
  const $ok = PyObject_CallMethodOneArg(self, ID("__subclasshook__"), subclass)
  if ($ok === NULL) return -1
  Py_DECREF($ok)
  if ($ok === Py_True) return remember(impl, Data.cache, subclass, 1)
  if ($ok === Py_False) return remember(impl, Data.negative, subclass, 0)
  if ($ok !== Py_NotImplemented) {
    PyErr_SetString(PyExc_AssertionError, "__subclasshook__ must return either False, True, or NotImplemented")
    return -1
  }
  const mro = ptr(subclass + PyTypeObject.tp_mro)
  for (let i = 0; i < PyTuple_GET_SIZE(mro); i++) if (PyTuple_GET_ITEM(mro, i) === self) return remember(impl, Data.cache, subclass, 1)
  const registered = checkRegistry(impl, subclass)
  if (registered !== 0) return registered
  const $subclasses = PyObject_CallMethodNoArgs(self, ID("__subclasses__"))
  if ($subclasses === NULL) return -1
  let r = 0
  if (!PyList_Check($subclasses)) {
    PyErr_SetString(PyExc_TypeError, "__subclasses__() must return a list")
    r = -1
  }
  for (let i = 0; r === 0 && i < PyList_GET_SIZE($subclasses); i++) {
    const $scls = Py_NewRef(PyList_GET_ITEM($subclasses, i))
    r = PyObject_IsSubclass(subclass, $scls)
    Py_DECREF($scls)
  }
  Py_DECREF($subclasses)
  if (r < 0) return -1
  return r > 0 ? remember(impl, Data.cache, subclass, 1) : remember(impl, Data.negative, subclass, 0)
}
function checkRegistry(impl: Ref, subclass: Ref): number {
  const registry = ptr(impl + Data.registry)
  const direct = inWeakSet(registry, subclass)
  if (direct !== 0) return direct
  if (registry === 0 || PySet_GET_SIZE(registry) === 0) return 0
  // weakref callbacks may change the set while we look
  const copy: Own[] = []
  for (let pos = _PySet_NextEntry(registry, 0); pos !== 0; pos = _PySet_NextEntry(registry, pos)) copy.push(Py_NewRef(setEntryKey))
  let r = 0
  for (const $ref of copy) {
    const target = ptr($ref + PyWeakReference.wr_object)
    if (r !== 0 || target === Py_None) continue
    const $target = Py_NewRef(target)
    const sub = PyObject_IsSubclass(subclass, $target)
    Py_DECREF($target)
    if (sub < 0) r = -1
    else if (sub > 0) r = remember(impl, Data.cache, subclass, 1)
  }
  for (const $ref of copy) Py_DECREF($ref)
  return r
}

function reset_registry(_module: Ref, self: Ref): Own {
  return clearSets(self, [Data.registry])
}
function reset_caches(_module: Ref, self: Ref): Own {
  return clearSets(self, [Data.cache, Data.negative])
}
function clearSets(self: Ref, fields: readonly Data[]): Own {
  const $impl = implOf(self)
  if ($impl === NULL) return NULL
  for (const f of fields) if (ptr($impl + f) !== 0) PySet_Clear(ptr($impl + f))
  Py_DECREF($impl)
  return Py_NewRef(Py_None)
}
function get_dump(_module: Ref, self: Ref): Own {
  const $impl = implOf(self)
  if ($impl === NULL) return NULL
  const $t = PyTuple_New(4)
  if ($t !== NULL) {
    ;[Data.registry, Data.cache, Data.negative].forEach((f, i) => {
      PyTuple_SET_ITEM($t, i, PySet_New(ptr($impl + f)))
    })
    PyTuple_SET_ITEM($t, 3, PyLong_FromLong(ptr($impl + Data.version)))
  }
  Py_DECREF($impl)
  return $t
}
function get_cache_token(_module: Ref): Own {
  return PyLong_FromLong(counter())
}

defineModule({
  name: "_abc",
  doc: "Abstract base classes, the parts in native code.",
  methods: [
    ["get_cache_token", get_cache_token, METH.NOARGS, "($module, /)\n--\n\nA token that changes with every ABC registration."],
    ["_abc_init", abc_init, METH.O],
    ["_reset_registry", reset_registry, METH.O],
    ["_reset_caches", reset_caches, METH.O],
    ["_get_dump", get_dump, METH.O],
    ["_abc_register", abc_register, METH.FASTCALL],
    ["_abc_instancecheck", abc_instancecheck, METH.FASTCALL],
    ["_abc_subclasscheck", abc_subclasscheck, METH.FASTCALL],
  ],
})
