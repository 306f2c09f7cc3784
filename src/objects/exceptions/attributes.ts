import { ptr } from "../../heap/access.ts"
import {
  PyAttributeErrorObject,
  PyImportErrorObject,
  PyBaseExceptionObject,
  PyNameErrorObject,
  PyStopIterationObject,
  PySystemExitObject,
} from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_CLEAR, Py_DECREF, Py_NewRef, Py_TYPE, Py_XNewRef, Py_XSETREF } from "../../heap/refcount.ts"
import { setptr } from "../../heap/access.ts"
import { ID } from "../../heap/statics.ts"
import { defineType, type TypeSpec } from "../define.ts"
import { dictKey, dictValue, PyDict_Copy, PyDict_GET_SIZE, PyDict_New, PyDict_Next, PyDict_SetItem } from "../dictobject.ts"
import { PyErr_SetString } from "../errors.ts"
import { METH, T, TPFLAGS, type visitproc } from "../slots.ts"
import {
  Py_None,
  PyExc_AttributeError,
  PyExc_BaseException,
  PyExc_Exception,
  PyExc_ImportError,
  PyExc_KeyError,
  PyExc_LookupError,
  PyExc_ModuleNotFoundError,
  PyExc_NameError,
  PyExc_StopIteration,
  PyExc_SystemExit,
  PyExc_TypeError,
  PyExc_UnboundLocalError,
} from "../statictypes.ts"
import { PyTuple_GET_ITEM, PyTuple_GET_SIZE, PyTuple_Pack2, PyTuple_Pack3 } from "../tupleobject.ts"
import { PyUnicode_AsJS, PyUnicode_Check, PyUnicode_CheckExact } from "../unicodeobject.ts"
import {
  BaseException_clear,
  BaseException_dealloc,
  BaseException_init,
  BaseException_new,
  BaseException_str,
  BaseException_traverse,
  clearExtra,
  deallocExtra,
  KeyError_str,
  traverseExtra,
} from "./base.ts"

// Objects/exceptions.c: exceptions that carry attributes beside args: StopIteration, SystemExit, ImportError, NameError, AttributeError, KeyError.

/** What every exception type shares. */
export function exceptionSpec(name: string, base: Ref, basicsize: number): TypeSpec {
  return {
    name,
    base,
    basicsize,
    flags: TPFLAGS.BASETYPE | TPFLAGS.HAVE_GC,
    dictoffset: PyBaseExceptionObject.dict,
    new: BaseException_new,
  }
}

/** Store the keyword-only arguments `names` into the pointer fields `fields` (NULL where absent); -1 with TypeError on another keyword. */
function storeKeywords(self: Ref, kwds: Ref, fname: string, names: readonly string[], fields: readonly number[]): number {
  if (kwds !== 0) {
    const given = PyDict_GET_SIZE(kwds)
    if (given > names.length) {
      const s = names.length === 1 ? "" : "s"
      PyErr_SetString(PyExc_TypeError, `${fname}() takes at most ${names.length} keyword argument${s} (${given} given)`)
      return -1
    }
    let pos = 0
    while ((pos = PyDict_Next(kwds, pos)) !== 0) {
      if (!PyUnicode_Check(dictKey)) {
        PyErr_SetString(PyExc_TypeError, "keywords must be strings")
        return -1
      }
      if (!names.includes(PyUnicode_AsJS(dictKey))) {
        PyErr_SetString(PyExc_TypeError, `'${PyUnicode_AsJS(dictKey)}' is an invalid keyword argument for ${fname}()`)
        return -1
      }
    }
  }
  for (const [i, name] of names.entries()) {
    let $value: Own = NULL
    let pos = 0
    if (kwds !== 0) {
      while ((pos = PyDict_Next(kwds, pos)) !== 0) if (PyUnicode_AsJS(dictKey) === name) $value = Py_NewRef(dictValue)
    }
    Py_XSETREF(self + fields[i], $value)
  }
  return 0
}

function StopIteration_init(self: Ref, args: Ref, kwds: Ref): number {
  if (BaseException_init(self, args, kwds) < 0) return -1
  Py_CLEAR(self + PyStopIterationObject.value)
  setptr(self + PyStopIterationObject.value, Py_NewRef(PyTuple_GET_SIZE(args) > 0 ? PyTuple_GET_ITEM(args, 0) : Py_None))
  return 0
}

function SystemExit_init(self: Ref, args: Ref, kwds: Ref): number {
  if (BaseException_init(self, args, kwds) < 0) return -1
  const n = PyTuple_GET_SIZE(args)
  if (n > 0) Py_XSETREF(self + PySystemExitObject.code, Py_NewRef(n === 1 ? PyTuple_GET_ITEM(args, 0) : args))
  return 0
}

function ImportError_init(self: Ref, args: Ref, kwds: Ref): number {
  if (BaseException_init(self, args, NULL) < 0) return -1
  const fields = [PyImportErrorObject.name, PyImportErrorObject.path]
  if (storeKeywords(self, kwds, "ImportError", ["name", "path"], fields) < 0) return -1
  Py_XSETREF(self + PyImportErrorObject.msg, PyTuple_GET_SIZE(args) === 1 ? Py_NewRef(PyTuple_GET_ITEM(args, 0)) : NULL)
  return 0
}

function ImportError_str(self: Ref): Own {
  const msg = ptr(self + PyImportErrorObject.msg)
  return msg !== 0 && PyUnicode_CheckExact(msg) ? Py_NewRef(msg) : BaseException_str(self)
}

function ImportError_getstate(self: Ref): Own {
  const dict = ptr(self + PyBaseExceptionObject.dict)
  const name = ptr(self + PyImportErrorObject.name)
  const path = ptr(self + PyImportErrorObject.path)
  if (name === 0 && path === 0) return dict === 0 ? Py_NewRef(Py_None) : Py_NewRef(dict)
  const $state = dict === 0 ? PyDict_New() : PyDict_Copy(dict)
  if ($state === NULL) return NULL
  if ((name !== 0 && PyDict_SetItem($state, ID("name"), name) < 0) || (path !== 0 && PyDict_SetItem($state, ID("path"), path) < 0)) {
    Py_DECREF($state)
    return NULL
  }
  return $state
}

function ImportError_reduce(self: Ref): Own {
  const $state = ImportError_getstate(self)
  if ($state === NULL) return NULL
  const args = ptr(self + PyBaseExceptionObject.args)
  const $r = $state === Py_None ? PyTuple_Pack2(Py_TYPE(self), args) : PyTuple_Pack3(Py_TYPE(self), args, $state)
  Py_DECREF($state)
  return $r
}

function NameError_init(self: Ref, args: Ref, kwds: Ref): number {
  if (BaseException_init(self, args, NULL) < 0) return -1
  return storeKeywords(self, kwds, "NameError", ["name"], [PyNameErrorObject.name])
}

function AttributeError_init(self: Ref, args: Ref, kwds: Ref): number {
  if (BaseException_init(self, args, NULL) < 0) return -1
  return storeKeywords(self, kwds, "AttributeError", ["name", "obj"], [PyAttributeErrorObject.name, PyAttributeErrorObject.obj])
}

function clear1(self: Ref): number {
  return clearExtra(self, 1)
}
function dealloc1(self: Ref): void {
  deallocExtra(self, 1)
}
function traverse1(self: Ref, visit: visitproc, arg: number): number {
  return traverseExtra(self, 1, visit, arg)
}
function clear2(self: Ref): number {
  return clearExtra(self, 2)
}
function dealloc2(self: Ref): void {
  deallocExtra(self, 2)
}
function traverse2(self: Ref, visit: visitproc, arg: number): number {
  return traverseExtra(self, 2, visit, arg)
}
function clear3(self: Ref): number {
  return clearExtra(self, 3)
}
function dealloc3(self: Ref): void {
  deallocExtra(self, 3)
}
function traverse3(self: Ref, visit: visitproc, arg: number): number {
  return traverseExtra(self, 3, visit, arg)
}

/** Owned value a StopIteration carries, or NULL if the exception is none. */
export function stopIterationValue(exc: Ref): Own {
  return Py_XNewRef(ptr(exc + PyStopIterationObject.value))
}

defineType(PyExc_StopIteration, {
  ...exceptionSpec("StopIteration", PyExc_Exception, PyStopIterationObject.SIZE),
  dealloc: dealloc1,
  traverse: traverse1,
  clear: clear1,
  init: StopIteration_init,
  members: [["value", T.OBJECT, PyStopIterationObject.value, 0]],
})
defineType(PyExc_SystemExit, {
  ...exceptionSpec("SystemExit", PyExc_BaseException, PySystemExitObject.SIZE),
  dealloc: dealloc1,
  traverse: traverse1,
  clear: clear1,
  init: SystemExit_init,
  members: [["code", T.OBJECT, PySystemExitObject.code, 0]],
})
defineType(PyExc_ImportError, {
  ...exceptionSpec("ImportError", PyExc_Exception, PyImportErrorObject.SIZE),
  dealloc: dealloc3,
  traverse: traverse3,
  clear: clear3,
  init: ImportError_init,
  str: ImportError_str,
  methods: [["__reduce__", ImportError_reduce, METH.NOARGS]],
  members: [
    ["msg", T.OBJECT, PyImportErrorObject.msg, 0],
    ["name", T.OBJECT, PyImportErrorObject.name, 0],
    ["path", T.OBJECT, PyImportErrorObject.path, 0],
  ],
})
defineType(PyExc_ModuleNotFoundError, {
  ...exceptionSpec("ModuleNotFoundError", PyExc_ImportError, PyImportErrorObject.SIZE),
  dealloc: dealloc3,
  traverse: traverse3,
  clear: clear3,
  init: ImportError_init,
})
defineType(PyExc_NameError, {
  ...exceptionSpec("NameError", PyExc_Exception, PyNameErrorObject.SIZE),
  dealloc: dealloc1,
  traverse: traverse1,
  clear: clear1,
  init: NameError_init,
  str: BaseException_str,
  members: [["name", T.OBJECT, PyNameErrorObject.name, 0]],
})
defineType(PyExc_UnboundLocalError, {
  ...exceptionSpec("UnboundLocalError", PyExc_NameError, PyNameErrorObject.SIZE),
  dealloc: dealloc1,
  traverse: traverse1,
  clear: clear1,
  init: NameError_init,
})
defineType(PyExc_AttributeError, {
  ...exceptionSpec("AttributeError", PyExc_Exception, PyAttributeErrorObject.SIZE),
  dealloc: dealloc2,
  traverse: traverse2,
  clear: clear2,
  init: AttributeError_init,
  str: BaseException_str,
  members: [
    ["name", T.OBJECT, PyAttributeErrorObject.name, 0],
    ["obj", T.OBJECT, PyAttributeErrorObject.obj, 0],
  ],
})
defineType(PyExc_KeyError, {
  ...exceptionSpec("KeyError", PyExc_LookupError, PyBaseExceptionObject.SIZE),
  dealloc: BaseException_dealloc,
  traverse: BaseException_traverse,
  clear: BaseException_clear,
  init: BaseException_init,
  str: KeyError_str,
})
