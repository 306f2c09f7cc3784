import { ptr, setptr } from "../../heap/access.ts"
import { i32 } from "../../heap/views.ts"
import { PyTypeObject } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_CLEAR, Py_DECREF, Py_NewRef, Py_TYPE, Py_XDECREF } from "../../heap/refcount.ts"
import { ID, staticAlloc, staticType } from "../../heap/statics.ts"
import { nodeSpecs, SIMPLE_SUMS, type NodeSpec } from "../../frontend/ast-schema.ts"
import { PyObject_GC_Del, PyObject_GC_UnTrack } from "../../gc/gcmodule.ts"
import { PySequence_Contains, PySequence_GetItem, PySequence_Index, PySequence_Size } from "../../objects/abstract.ts"
import { PyObject_Call } from "../../objects/call.ts"
import { defineType } from "../../objects/define.ts"
import { dictKey, dictValue, PyDict_New, PyDict_Next, PyDict_SetItem } from "../../objects/dictobject.ts"
import { PyErr_Occurred, PyErr_SetString } from "../../objects/errors.ts"
import {
  _PyObject_LookupAttr,
  PyObject_GenericGetAttr,
  PyObject_GenericGetDict,
  PyObject_GenericSetAttr,
  PyObject_GenericSetDict,
  PyObject_SetAttr,
  tp_name_js,
  typeName,
} from "../../objects/object.ts"
import { METH, TPFLAGS, type visitproc } from "../../objects/slots.ts"
import { Py_None, PyBaseObject_Type, PyExc_TypeError, PyType_Type } from "../../objects/statictypes.ts"
import { PyTuple_GET_ITEM, PyTuple_GET_SIZE, PyTuple_New, PyTuple_SET_ITEM } from "../../objects/tupleobject.ts"
import { PyType_GenericAlloc, PyType_GenericNew } from "../../objects/typeobject.ts"
import { PyUnicode_AsJS, PyUnicode_FromString, PyUnicode_InternFromString } from "../../objects/unicodeobject.ts"

// The node classes of `ast` (Python/Python-ast.c). They are made when somebody first needs one; their addresses stand in `slots`.

const enum AST_object {
  dict = 16,
  SIZE = 24,
}

export const AST_type = staticType()

/** Non-zero when the types are made; then class k of the order of `typeNames`, and singletons of the simple sums behind. */
const made = staticAlloc(8)
const MAX_TYPES = 160
const slots = staticAlloc(8 * MAX_TYPES)
const singletons = staticAlloc(8 * MAX_TYPES)

/** One class: its sum's base class comes first. */
interface ClassSpec {
  name: string
  /** Name of its base class; "AST" for sums and products. */
  base: string
  fields: readonly { name: string; quantity: string }[]
  /** "": says nothing of attributes (inherits); otherwise sets _attributes. */
  attributes: "" | "none" | "located" | "pattern"
  doc: string
  singleton: boolean
}

let classes: ClassSpec[] | null = null
let indexes: Map<string, number> | null = null

function signature(s: NodeSpec): string {
  if (s.fields.length === 0) return s.name
  return `${s.name}(${s.fields.map((f) => `${f.type}${f.quantity} ${f.name}`).join(", ")})`
}

/** All classes in the order CPython makes them (and `_ast` lists them). */
export function classSpecs(): readonly ClassSpec[] {
  if (classes !== null) return classes
  classes = []
  const specs = nodeSpecs()
  for (let i = 0; i < specs.length; ) {
    const sum = specs[i].sum
    let end = i
    while (end < specs.length && specs[end].sum === sum) end++
    const group = specs.slice(i, end)
    i = end
    const attributes = sum === "pattern" ? "pattern" : group[0].located ? "located" : "none"
    if (group.length === 1 && group[0].name === sum) {
      classes.push({ name: sum, base: "AST", fields: group[0].fields, attributes, doc: signature(group[0]), singleton: false })
      continue
    }
    const doc = `${sum} = ${group.map(signature).join(`\n${" ".repeat(sum.length + 1)}| `)}`
    classes.push({ name: sum, base: "AST", fields: [], attributes, doc, singleton: false })
    for (const s of group) classes.push({ name: s.name, base: sum, fields: s.fields, attributes: "", doc: signature(s), singleton: false })
    if (sum === "expr")
      for (const [name, members] of Object.entries(SIMPLE_SUMS)) {
        classes.push({ name, base: "AST", fields: [], attributes: "none", doc: `${name} = ${members.join(" | ")}`, singleton: false })
        for (const m of members) classes.push({ name: m, base: name, fields: [], attributes: "", doc: m, singleton: true })
      }
  }
  indexes = new Map(classes.map((c, i) => [c.name, i]))
  return classes
}

function indexOf(name: string): number {
  classSpecs()
  return (indexes as Map<string, number>).get(name) as number
}

/** Fields and attributes by name: static identifiers. */
const identifiers = new Map<string, Ref>()
for (const s of nodeSpecs()) for (const f of s.fields) identifiers.set(f.name, ID(f.name))
for (const name of ["lineno", "col_offset", "end_lineno", "end_col_offset"]) identifiers.set(name, ID(name))

/** The identifier of a field or attribute, borrowed. */
export function fieldId(name: string): Ref {
  return identifiers.get(name) as Ref
}

let byKind: number[] = []

/** The class of nodes of kind `k`, borrowed; the types are made. */
export function typeOfKind(k: number): Ref {
  if (byKind.length === 0) byKind = nodeSpecs().map((s) => slots + 8 * indexOf(s.name))
  return ptr(byKind[k])
}

/** The class called `name`, borrowed; the types are made. */
export function nodeType(name: string): Ref {
  return name === "AST" ? AST_type : ptr(slots + 8 * indexOf(name))
}

/** The one instance of a class like Load or Add, borrowed. */
export function singleton(name: string): Ref {
  return ptr(singletons + 8 * indexOf(name))
}

export function typesMade(): boolean {
  return ptr(made) !== 0
}

function ast_dealloc(self: Ref): void {
  PyObject_GC_UnTrack(self)
  Py_CLEAR(self + AST_object.dict)
  PyObject_GC_Del(self)
}

function ast_traverse(self: Ref, visit: visitproc, arg: number): number {
  const dict = ptr(self + AST_object.dict)
  return dict ? visit(dict, arg) : 0
}

function ast_clear(self: Ref): number {
  Py_CLEAR(self + AST_object.dict)
  return 0
}

function ast_type_init(self: Ref, args: Ref, kw: Ref): number {
  const $fields = _PyObject_LookupAttr(Py_TYPE(self), ID("_fields"))
  if ($fields === NULL && PyErr_Occurred()) return -1
  try {
    const count = $fields === NULL ? 0 : PySequence_Size($fields)
    if (count === -1) return -1
    const given = PyTuple_GET_SIZE(args)
    if (count < given) {
      const s = count === 1 ? "" : "s"
      PyErr_SetString(PyExc_TypeError, `${shortName(self)} constructor takes at most ${count} positional argument${s}`)
      return -1
    }
    for (let i = 0; i < given; i++) {
      const $name = PySequence_GetItem($fields, i)
      if ($name === NULL) return -1
      const r = PyObject_SetAttr(self, $name, PyTuple_GET_ITEM(args, i))
      Py_DECREF($name)
      if (r < 0) return -1
    }
    if (kw === NULL) return 0
    for (let pos = PyDict_Next(kw, 0); pos !== 0; pos = PyDict_Next(kw, pos)) {
      const key = dictKey
      const value = dictValue
      const contains = PySequence_Contains($fields, key)
      if (contains === -1) return -1
      if (contains === 1) {
        const at = PySequence_Index($fields, key)
        if (at === -1) return -1
        if (at < given) {
          PyErr_SetString(PyExc_TypeError, `${typeName(self)} got multiple values for argument '${PyUnicode_AsJS(key)}'`)
          return -1
        }
      }
      if (PyObject_SetAttr(self, key, value) < 0) return -1
    }
    return 0
  } finally {
    Py_XDECREF($fields)
  }
}

/** _PyType_Name of an object's type: without the module. */
export function shortName(op: Ref): string {
  const s = tp_name_js(Py_TYPE(op))
  return s.slice(s.lastIndexOf(".") + 1)
}

function ast_type_reduce(self: Ref): Own {
  const $dict = _PyObject_LookupAttr(self, ID("__dict__"))
  if ($dict === NULL && PyErr_Occurred()) return NULL
  const $empty = PyTuple_New(0)
  const $result = $empty === NULL ? NULL : PyTuple_New($dict === NULL ? 2 : 3)
  if ($result === NULL) {
    Py_XDECREF($empty)
    Py_XDECREF($dict)
    return NULL
  }
  PyTuple_SET_ITEM($result, 0, Py_NewRef(Py_TYPE(self)))
  PyTuple_SET_ITEM($result, 1, $empty)
  if ($dict !== NULL) PyTuple_SET_ITEM($result, 2, $dict)
  return $result
}

function namesTuple(names: readonly string[]): Own {
  const $t = PyTuple_New(names.length)
  if ($t === NULL) return NULL
  for (let i = 0; i < names.length; i++) {
    const $s = PyUnicode_InternFromString(names[i])
    if ($s === NULL) {
      Py_DECREF($t)
      return NULL
    }
    PyTuple_SET_ITEM($t, i, $s)
  }
  return $t
}

/** `type(name, (base,), {_fields, __match_args__, __module__, __doc__})` */
function make_type(c: ClassSpec): Own {
  const $fields = namesTuple(c.fields.map((f) => f.name))
  const $dict = PyDict_New()
  const $doc = PyUnicode_FromString(c.doc)
  const $name = PyUnicode_FromString(c.name)
  const $bases = PyTuple_New(1)
  let $args = NULL
  let $type = NULL
  if ($fields !== NULL && $dict !== NULL && $doc !== NULL && $name !== NULL && $bases !== NULL) {
    PyTuple_SET_ITEM($bases, 0, Py_NewRef(nodeType(c.base)))
    const ok =
      PyDict_SetItem($dict, ID("_fields"), $fields) === 0 &&
      PyDict_SetItem($dict, ID("__match_args__"), $fields) === 0 &&
      PyDict_SetItem($dict, ID("__module__"), ID("ast")) === 0 &&
      PyDict_SetItem($dict, ID("__doc__"), $doc) === 0
    $args = ok ? PyTuple_New(3) : NULL
    if ($args !== NULL) {
      PyTuple_SET_ITEM($args, 0, Py_NewRef($name))
      PyTuple_SET_ITEM($args, 1, Py_NewRef($bases))
      PyTuple_SET_ITEM($args, 2, Py_NewRef($dict))
      $type = PyObject_Call(PyType_Type, $args, NULL)
    }
  }
  Py_XDECREF($args)
  Py_XDECREF($bases)
  Py_XDECREF($name)
  Py_XDECREF($doc)
  Py_XDECREF($dict)
  Py_XDECREF($fields)
  return $type
}

function setTuple(type: Ref, name: Ref, values: readonly string[]): boolean {
  const $t = namesTuple(values)
  if ($t === NULL) return false
  const ok = PyObject_SetAttr(type, name, $t) >= 0
  Py_DECREF($t)
  return ok
}

const LOCATED = ["lineno", "col_offset", "end_lineno", "end_col_offset"]

function setNone(type: Ref, name: string): boolean {
  return PyObject_SetAttr(type, fieldId(name), Py_None) === 0
}

/** Make the classes unless they are there; false with the error set. */
export function init_types(): boolean {
  if (typesMade()) return true
  // a heap type in CPython: its attributes may be set
  i32[(AST_type + PyTypeObject.tp_flags) >> 2] &= ~TPFLAGS.IMMUTABLETYPE
  if (!setTuple(AST_type, ID("_fields"), []) || !setTuple(AST_type, ID("__match_args__"), []) || !setTuple(AST_type, ID("_attributes"), []))
    return false
  const specs = classSpecs()
  for (let i = 0; i < specs.length; i++) {
    const c = specs[i]
    const $type = make_type(c)
    if ($type === NULL) return false
    setptr(slots + 8 * i, $type)
    if (c.attributes !== "" && !setTuple($type, ID("_attributes"), c.attributes === "none" ? [] : LOCATED)) return false
    for (const f of c.fields) if (f.quantity === "?" && !setNone($type, f.name)) return false
    if (c.attributes === "located" && !(setNone($type, "end_lineno") && setNone($type, "end_col_offset"))) return false
    if (c.singleton) {
      const $one = PyType_GenericNew($type, NULL, NULL)
      if ($one === NULL) return false
      setptr(singletons + 8 * i, $one)
    }
  }
  setptr(made, 1)
  return true
}

defineType(AST_type, {
  name: "ast.AST",
  basicsize: AST_object.SIZE,
  flags: TPFLAGS.BASETYPE | TPFLAGS.HAVE_GC,
  base: PyBaseObject_Type,
  dictoffset: AST_object.dict,
  dealloc: ast_dealloc,
  getattro: PyObject_GenericGetAttr,
  setattro: PyObject_GenericSetAttr,
  traverse: ast_traverse,
  clear: ast_clear,
  init: ast_type_init,
  alloc: PyType_GenericAlloc,
  new: PyType_GenericNew,
  free: PyObject_GC_Del,
  methods: [["__reduce__", ast_type_reduce, METH.NOARGS]],
  getset: [["__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict]],
})
