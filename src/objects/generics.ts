import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_TYPE, Py_XDECREF, PyType_HasFeature } from "../heap/refcount.ts"
import { ptr } from "../heap/access.ts"
import { PyTypeObject } from "../heap/layout.ts"
import { ID } from "../heap/statics.ts"
import { PyObject_GetItem } from "./abstract.ts"
import { PyObject_CallOneArg, PyObject_CallTwoArgs } from "./call.ts"
import { PyErr_Occurred, PyErr_SetString } from "./errors.ts"
import { isStarredTuple, aliasArgs } from "./genericaliasobject.ts"
import { _PyObject_LookupAttr, PyObject_IsTrue, reprJS, strJS } from "./object.ts"
import { TPFLAGS } from "./slots.ts"
import { Py_Ellipsis, Py_None, PyExc_TypeError } from "./statictypes.ts"
import { PyTuple_Check, PyTuple_GET_ITEM, PyTuple_GET_SIZE, PyTuple_New, PyTuple_Pack1, PyTuple_SET_ITEM } from "./tupleobject.ts"
import { PyUnicode_AsJS, PyUnicode_Check } from "./unicodeobject.ts"

// Objects/genericaliasobject.c: type parameters and their substitution, shared by GenericAlias and Union; and how their items are written.

function isType(op: Ref): boolean {
  return PyType_HasFeature(Py_TYPE(op), TPFLAGS.TYPE_SUBCLASS)
}

/** A tuple of owned references, which are stolen. */
export function tupleOf(items: readonly Own[]): Own {
  const $t = PyTuple_New(items.length)
  for (let i = 0; i < items.length; i++) {
    if ($t === NULL) Py_DECREF(items[i])
    else PyTuple_SET_ITEM($t, i, items[i])
  }
  return $t
}

function indexIn(tuple: Ref, item: Ref): number {
  for (let i = 0; i < PyTuple_GET_SIZE(tuple); i++) if (PyTuple_GET_ITEM(tuple, i) === item) return i
  return -1
}

// The attribute, owned; NULL with or without an error.
function lookup(op: Ref, name: Ref): Own {
  return _PyObject_LookupAttr(op, name)
}

/** The type variables in `args`, each once, in order: a new tuple. */
export function _Py_make_parameters(args: Ref): Own {
  const found: Ref[] = []
  for (let i = 0; i < PyTuple_GET_SIZE(args); i++) {
    const t = PyTuple_GET_ITEM(args, i)
    if (isType(t)) continue
    const $subst = lookup(t, ID("__typing_subst__"))
    if ($subst === NULL && PyErr_Occurred()) return NULL
    if ($subst !== NULL) {
      if (!found.includes(t)) found.push(t)
      Py_DECREF($subst)
      continue
    }
    const $params = lookup(t, ID("__parameters__"))
    if ($params === NULL && PyErr_Occurred()) return NULL
    if ($params !== NULL && PyTuple_Check($params)) {
      for (let j = 0; j < PyTuple_GET_SIZE($params); j++) {
        const p = PyTuple_GET_ITEM($params, j)
        if (!found.includes(p)) found.push(p)
      }
    }
    Py_XDECREF($params)
  }
  return tupleOf(found.map((p) => Py_NewRef(p)))
}

// `obj` with its own type variables replaced: obj[…] of the right arguments, or obj itself.
function subs_tvars(obj: Ref, params: Ref, items: Ref): Own {
  const $subparams = lookup(obj, ID("__parameters__"))
  if ($subparams === NULL && PyErr_Occurred()) return NULL
  let $r: Own
  if ($subparams !== NULL && PyTuple_Check($subparams) && PyTuple_GET_SIZE($subparams) > 0) {
    const subargs: Own[] = []
    for (let i = 0; i < PyTuple_GET_SIZE($subparams); i++) {
      let arg = PyTuple_GET_ITEM($subparams, i)
      const at = indexIn(params, arg)
      if (at >= 0) {
        const param = PyTuple_GET_ITEM(params, at)
        arg = PyTuple_GET_ITEM(items, at)
        if (ptr(Py_TYPE(param) + PyTypeObject.tp_iter) !== 0 && PyTuple_Check(arg)) {
          for (let k = 0; k < PyTuple_GET_SIZE(arg); k++) subargs.push(Py_NewRef(PyTuple_GET_ITEM(arg, k)))
          continue
        }
      }
      subargs.push(Py_NewRef(arg))
    }
    const $args = tupleOf(subargs)
    $r = $args === NULL ? NULL : PyObject_GetItem(obj, $args)
    Py_XDECREF($args)
  } else $r = Py_NewRef(obj)
  Py_XDECREF($subparams)
  return $r
}

// -1 error, 0 no, 1 yes.
function isUnpackedTypeVarTuple(arg: Ref): number {
  const $v = lookup(arg, ID("__typing_is_unpacked_typevartuple__"))
  if ($v === NULL) return PyErr_Occurred() ? -1 : 0
  const r = PyObject_IsTrue($v)
  Py_DECREF($v)
  return r
}

// The arguments of an unpacked tuple (*tuple[…]), owned; NULL (error or not) for anything else.
function unpackedTupleArgs(arg: Ref): Own {
  if (isStarredTuple(arg)) return Py_NewRef(aliasArgs(arg))
  const $r = lookup(arg, ID("__typing_unpacked_tuple_args__"))
  if ($r === Py_None) {
    Py_DECREF($r)
    return NULL
  }
  return $r
}

// The subscript as a tuple, with unpacked tuples of known length spread.
function unpackArgs(item: Ref): Own {
  const out: Own[] = []
  const fail = (): Own => {
    for (const $o of out) Py_DECREF($o)
    return NULL
  }
  const isTuple = PyTuple_Check(item)
  const n = isTuple ? PyTuple_GET_SIZE(item) : 1
  for (let i = 0; i < n; i++) {
    const arg = isTuple ? PyTuple_GET_ITEM(item, i) : item
    const $sub = isType(arg) ? NULL : unpackedTupleArgs(arg)
    if ($sub === NULL && PyErr_Occurred()) return fail()
    const len = $sub !== NULL && PyTuple_Check($sub) ? PyTuple_GET_SIZE($sub) : -1
    if (len >= 0 && !(len > 0 && PyTuple_GET_ITEM($sub, len - 1) === Py_Ellipsis)) {
      for (let k = 0; k < len; k++) out.push(Py_NewRef(PyTuple_GET_ITEM($sub, k)))
    } else out.push(Py_NewRef(arg))
    Py_XDECREF($sub)
  }
  return tupleOf(out)
}

/** `args` with the type variables `parameters` replaced by `item` (one argument, or a tuple): a new tuple. */
export function _Py_subs_parameters(self: Ref, args: Ref, parameters: Ref, item: Ref): Own {
  const nparams = PyTuple_GET_SIZE(parameters)
  if (nparams === 0) {
    const r = reprJS(self)
    return r === null ? NULL : PyErr_SetString(PyExc_TypeError, `${r} is not a generic class`)
  }
  let $item = unpackArgs(item)
  const done: Own[] = []
  const fail = (): Own => {
    for (const $o of done) Py_DECREF($o)
    Py_XDECREF($item)
    return NULL
  }
  if ($item === NULL) return NULL
  for (let i = 0; i < nparams; i++) {
    const $prepare = lookup(PyTuple_GET_ITEM(parameters, i), ID("__typing_prepare_subst__"))
    if ($prepare === NULL && PyErr_Occurred()) return fail()
    if ($prepare !== NULL && $prepare !== Py_None) {
      const $arg = PyTuple_Check($item) ? Py_NewRef($item) : PyTuple_Pack1($item)
      const $new = $arg === NULL ? NULL : PyObject_CallTwoArgs($prepare, self, $arg)
      Py_XDECREF($arg)
      Py_DECREF($item)
      $item = $new
    }
    Py_XDECREF($prepare)
    if ($item === NULL) return fail()
  }
  if (!PyTuple_Check($item)) {
    const $one = PyTuple_Pack1($item)
    Py_DECREF($item)
    $item = $one
    if ($item === NULL) return NULL
  }
  const nitems = PyTuple_GET_SIZE($item)
  if (nitems !== nparams) {
    const r = reprJS(self)
    if (r !== null) {
      PyErr_SetString(PyExc_TypeError, `Too ${nitems > nparams ? "many" : "few"} arguments for ${r}; actual ${nitems}, expected ${nparams}`)
    }
    return fail()
  }
  for (let i = 0; i < PyTuple_GET_SIZE(args); i++) {
    const arg = PyTuple_GET_ITEM(args, i)
    if (isType(arg)) {
      done.push(Py_NewRef(arg))
      continue
    }
    const unpack = isUnpackedTypeVarTuple(arg)
    if (unpack < 0) return fail()
    const $subst = lookup(arg, ID("__typing_subst__"))
    if ($subst === NULL && PyErr_Occurred()) return fail()
    const $new =
      $subst !== NULL ? PyObject_CallOneArg($subst, PyTuple_GET_ITEM($item, indexIn(parameters, arg))) : subs_tvars(arg, parameters, $item)
    Py_XDECREF($subst)
    if ($new === NULL) return fail()
    if (unpack > 0) {
      for (let k = 0; k < PyTuple_GET_SIZE($new); k++) done.push(Py_NewRef(PyTuple_GET_ITEM($new, k)))
      Py_DECREF($new)
    } else done.push($new)
  }
  Py_DECREF($item)
  return tupleOf(done)
}

/** How an argument of a generic or union is written: classes by qualified name, others by repr. null with the error set. */
export function genericItemRepr(p: Ref): string | null {
  if (p === Py_Ellipsis) return "..."
  const $origin = lookup(p, ID("__origin__"))
  if ($origin === NULL && PyErr_Occurred()) return null
  if ($origin !== NULL) {
    Py_DECREF($origin)
    const $args = lookup(p, ID("__args__"))
    if ($args === NULL && PyErr_Occurred()) return null
    if ($args !== NULL) {
      Py_DECREF($args)
      return reprJS(p)
    }
  }
  const $qualname = lookup(p, ID("__qualname__"))
  if ($qualname === NULL) return PyErr_Occurred() ? null : reprJS(p)
  const $module = lookup(p, ID("__module__"))
  let r: string | null
  if ($module === NULL || $module === Py_None) r = $module === NULL && PyErr_Occurred() ? null : reprJS(p)
  else if (PyUnicode_Check($module) && PyUnicode_AsJS($module) === "builtins") r = strJS($qualname)
  else {
    const m = strJS($module)
    const q = m === null ? null : strJS($qualname)
    r = q === null ? null : `${m}.${q}`
  }
  Py_XDECREF($module)
  Py_DECREF($qualname)
  return r
}
