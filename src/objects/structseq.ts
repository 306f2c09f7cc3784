import { ptr, setptr } from "../heap/access.ts"
import { PyTupleObject, PyTypeObject } from "../heap/layout.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_SET_SIZE, Py_SIZE, Py_TYPE, Py_XDECREF } from "../heap/refcount.ts"
import { ID, staticType } from "../heap/statics.ts"
import { _PyObject_GC_NewVar, _PyObject_GC_TRACK, PyObject_GC_Del, PyObject_GC_UnTrack } from "../gc/gcmodule.ts"
import { PySequence_Fast } from "./abstract.ts"
import { defineType, type MemberSpec, type StructSequenceSpec, structSequences } from "./define.ts"
import {
  PyDict_Check,
  PyDict_GetItemString,
  PyDict_GetItemWithError,
  PyDict_New,
  PyDict_SetItem,
  PyDict_SetItemString,
} from "./dictobject.ts"
import { PyErr_Occurred, PyErr_SetString } from "./errors.ts"
import { argParser, _PyArg_UnpackKeywordsTuple } from "./getargs.ts"
import { PyList_Check } from "./listobject.ts"
import { PyLong_AsSsize_t, PyLong_FromLong } from "./longobject.ts"
import { cstringJS, reprJS, tp_name_js } from "./object.ts"
import { METH, READONLY, T, TPFLAGS, type visitproc } from "./slots.ts"
import { Py_None, PyExc_TypeError, PyTuple_Type } from "./statictypes.ts"
import { PyTuple_GET_ITEM, PyTuple_New, PyTuple_Pack2, PyTuple_SET_ITEM } from "./tupleobject.ts"
import { PyType_Modified, PyType_Ready } from "./typeobject.ts"
import { PyUnicode_FromString } from "./unicodeobject.ts"
import { PyList_GET_ITEM } from "./listobject.ts"

// Objects/structseq.c: tuples with named fields, some of them beyond the visible length.
//   Invariant: Py_SIZE is the number of visible fields; the object holds n_fields of them, all non-NULL once handed out.

/** Declare a static struct-sequence type (load time). PyStructSequence_InitType makes it ready at boot or in its module's exec. */
export function structSequenceType(spec: StructSequenceSpec): Ref {
  const type = staticType()
  const members: MemberSpec[] = []
  spec.fields.forEach(([name, doc], i) => {
    if (name !== null) members.push([name, T.OBJECT, PyTupleObject.ob_item + i * 8, READONLY, doc])
  })
  defineType(type, {
    name: spec.name,
    doc: spec.doc,
    base: PyTuple_Type,
    basicsize: PyTupleObject.ob_item,
    itemsize: 8,
    flags: TPFLAGS.HAVE_GC | (spec.flags ?? 0),
    dealloc: structseq_dealloc,
    traverse: structseq_traverse,
    repr: structseq_repr,
    new: structseq_new,
    members,
    methods: [["__reduce__", structseq_reduce, METH.NOARGS]],
  })
  structSequences.set(type, spec)
  return type
}

/** Ready the type and put its field counts into its dict; 0, or -1 with the error set. */
export function PyStructSequence_InitType(type: Ref): number {
  if (PyType_Ready(type) < 0) return -1
  const spec = structSequences.get(type)
  if (spec === undefined) throw new Error("moult bug: not a struct sequence type")
  const dict = ptr(type + PyTypeObject.tp_dict)
  const unnamed = spec.fields.filter(([name]) => name === null).length
  const bad =
    setCount(dict, "n_sequence_fields", spec.inSequence) ||
    setCount(dict, "n_fields", spec.fields.length) ||
    setCount(dict, "n_unnamed_fields", unnamed)
  if (bad) return -1
  const visible = spec.fields.slice(0, spec.inSequence).filter(([name]) => name !== null)
  const $names = PyTuple_New(visible.length)
  if ($names === NULL) return -1
  visible.forEach(([name], i) => PyTuple_SET_ITEM($names, i, PyUnicode_FromString(name as string)))
  const r = PyDict_SetItem(dict, ID("__match_args__"), $names)
  Py_DECREF($names)
  PyType_Modified(type)
  return r
}
function setCount(dict: Ref, name: string, n: number): number {
  const $n = PyLong_FromLong(n)
  if ($n === NULL) return -1
  const r = PyDict_SetItemString(dict, name, $n)
  Py_DECREF($n)
  return r
}

// -1 with the error set when the type lacks the attribute.
function count(type: Ref, name: Ref): number {
  const v = PyDict_GetItemWithError(ptr(type + PyTypeObject.tp_dict), name)
  if (v === 0) {
    if (!PyErr_Occurred()) PyErr_SetString(PyExc_TypeError, `Missed attribute of type ${tp_name_js(type)}`)
    return -1
  }
  return PyLong_AsSsize_t(v)
}
const ID_VISIBLE = ID("n_sequence_fields")
const ID_FIELDS = ID("n_fields")
const ID_UNNAMED = ID("n_unnamed_fields")

/** A new instance with all fields NULL: fill every one (PyTuple_SET_ITEM, stealing) before it is seen. */
export function PyStructSequence_New(type: Ref): Own {
  const size = count(type, ID_FIELDS)
  const visible = size < 0 ? -1 : count(type, ID_VISIBLE)
  if (visible < 0) return NULL
  const $op = _PyObject_GC_NewVar(type, size)
  if ($op === NULL) return NULL
  Py_SET_SIZE($op, visible)
  for (let i = 0; i < size; i++) setptr($op + PyTupleObject.ob_item + i * 8, 0)
  return $op
}
/** Store owned `$v` in field `i`. */
export function PyStructSequence_SET_ITEM(op: Ref, i: number, $v: Ref): void {
  setptr(op + PyTupleObject.ob_item + i * 8, $v)
}
export function PyStructSequence_GET_ITEM(op: Ref, i: number): Ref {
  return ptr(op + PyTupleObject.ob_item + i * 8)
}

function structseq_traverse(op: Ref, visit: visitproc, arg: number): number {
  const n = count(Py_TYPE(op), ID_FIELDS)
  for (let i = 0; i < n; i++) {
    const v = PyTuple_GET_ITEM(op, i)
    if (v !== 0) {
      const r = visit(v, arg)
      if (r) return r
    }
  }
  return 0
}
function structseq_dealloc(op: Ref): void {
  PyObject_GC_UnTrack(op)
  const n = count(Py_TYPE(op), ID_FIELDS)
  for (let i = 0; i < n; i++) Py_XDECREF(PyTuple_GET_ITEM(op, i))
  PyObject_GC_Del(op)
}

const newParser = argParser("structseq", ["sequence", "dict"])

function structseq_new(type: Ref, args: Ref, kwds: Ref): Own {
  const at = _PyArg_UnpackKeywordsTuple(args, kwds, newParser, 1, 2, 0)
  if (at === 0) return NULL
  const sequence = ptr(at)
  const dict = ptr(at + 8)
  const min = count(type, ID_VISIBLE)
  const max = min < 0 ? -1 : count(type, ID_FIELDS)
  const unnamed = max < 0 ? -1 : count(type, ID_UNNAMED)
  if (unnamed < 0) return NULL
  const name = tp_name_js(type)
  const $arg = PySequence_Fast(sequence, "constructor requires a sequence")
  if ($arg === NULL) return NULL
  try {
    if (dict !== 0 && !PyDict_Check(dict)) return PyErr_SetString(PyExc_TypeError, `${name}() takes a dict as second arg, if any`)
    const len = Py_SIZE($arg)
    if (min !== max) {
      if (len < min) return PyErr_SetString(PyExc_TypeError, `${name}() takes an at least ${min}-sequence (${len}-sequence given)`)
      if (len > max) return PyErr_SetString(PyExc_TypeError, `${name}() takes an at most ${max}-sequence (${len}-sequence given)`)
    } else if (len !== min) return PyErr_SetString(PyExc_TypeError, `${name}() takes a ${min}-sequence (${len}-sequence given)`)
    const $res = PyStructSequence_New(type)
    if ($res === NULL) return NULL
    for (let i = 0; i < max; i++) {
      let v: Ref = Py_None
      if (i < len) v = PyList_Check($arg) ? PyList_GET_ITEM($arg, i) : PyTuple_GET_ITEM($arg, i)
      else if (dict !== 0) {
        v = PyDict_GetItemString(dict, memberName(type, i - unnamed))
        if (v === 0) {
          if (PyErr_Occurred()) {
            Py_DECREF($res)
            return NULL
          }
          v = Py_None
        }
      }
      PyTuple_SET_ITEM($res, i, Py_NewRef(v))
    }
    _PyObject_GC_TRACK($res)
    return $res
  } finally {
    Py_DECREF($arg)
  }
}

// Name of the i-th PyMemberDef.
function memberName(type: Ref, i: number): string {
  return cstringJS(ptr(ptr(type + PyTypeObject.tp_members) + i * 40))
}

function structseq_repr(op: Ref): Own {
  const type = Py_TYPE(op)
  const parts: string[] = []
  for (let i = 0; i < Py_SIZE(op); i++) {
    const r = reprJS(PyTuple_GET_ITEM(op, i))
    if (r === null) return NULL
    parts.push(`${memberName(type, i)}=${r}`)
  }
  return PyUnicode_FromString(`${tp_name_js(type)}(${parts.join(", ")})`)
}

function structseq_reduce(op: Ref): Own {
  const type = Py_TYPE(op)
  const n = count(type, ID_FIELDS)
  const visible = Py_SIZE(op)
  const unnamed = count(type, ID_UNNAMED)
  if (n < 0 || unnamed < 0) return NULL
  const $tup = PyTuple_New(visible)
  const $dict = PyDict_New()
  let $inner: Own = NULL
  let $r: Own = NULL
  if ($tup !== NULL && $dict !== NULL) {
    for (let i = 0; i < visible; i++) PyTuple_SET_ITEM($tup, i, Py_NewRef(PyTuple_GET_ITEM(op, i)))
    let bad = 0
    for (let i = visible; i < n && !bad; i++) bad = PyDict_SetItemString($dict, memberName(type, i - unnamed), PyTuple_GET_ITEM(op, i))
    $inner = bad ? NULL : PyTuple_Pack2($tup, $dict)
    $r = $inner === NULL ? NULL : PyTuple_Pack2(type, $inner)
  }
  Py_XDECREF($inner)
  Py_XDECREF($tup)
  Py_XDECREF($dict)
  return $r
}
