import { int32 } from "../../heap/access.ts"
import { INTERP, Interp } from "../../heap/map.ts"
import { PyThreadState } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_NewRef } from "../../heap/refcount.ts"
import { tstate } from "../../heap/tstate.ts"
import type { ConstantValue, mod } from "../../frontend/ast.ts"
import { type FieldSpec, nodeSpecs, SIMPLE_SUMS } from "../../frontend/ast-schema.ts"
import { PyBytes_FromJS } from "../../objects/bytesobject.ts"
import { PyComplex_FromDoubles } from "../../objects/complexobject.ts"
import { PyErr_SetString } from "../../objects/errors.ts"
import { PyFloat_FromDouble } from "../../objects/floatobject.ts"
import { PyList_New, PyList_SET_ITEM } from "../../objects/listobject.ts"
import { PyLong_FromBigInt, PyLong_FromLong } from "../../objects/longobject.ts"
import { PyObject_SetAttr } from "../../objects/object.ts"
import { Py_Ellipsis, Py_False, Py_None, Py_True, PyExc_RecursionError } from "../../objects/statictypes.ts"
import { PyTuple_New, PyTuple_SET_ITEM } from "../../objects/tupleobject.ts"
import { PyType_GenericNew } from "../../objects/typeobject.ts"
import { PyFrozenSet_New } from "../../objects/setobject.ts"
import { PyUnicode_FromPoints, PyUnicode_FromString, PyUnicode_InternFromString } from "../../objects/unicodeobject.ts"
import { fieldId, init_types, singleton, typeOfKind } from "./types.ts"

// From the parser's records to Python's nodes.

/** Any node: what its class's spec says it has. */
export type AnyNode = { kind: number } & Record<string, unknown>

const ATTRIBUTES = ["lineno", "col_offset", "end_lineno", "end_col_offset"]

/** Levels of nodes used and allowed: three a Python level (COMPILER_STACK_FRAME_SCALE). */
let depth = 0
let limit = 0

export function recursionLimit(): number {
  return int32(INTERP + Interp.recursion_limit) * 3
}
export function recursionDepth(): number {
  return (int32(tstate + PyThreadState.recursion_limit) - int32(tstate + PyThreadState.recursion_remaining)) * 3
}

/** The ast object of a tree, or NULL with the error set. */
export function PyAST_mod2obj(tree: mod): Own {
  if (!init_types()) return NULL
  depth = recursionDepth()
  limit = recursionLimit()
  return fromNode(tree as unknown as AnyNode)
}

function fromNode(node: AnyNode | null): Own {
  if (node === null) return Py_NewRef(Py_None)
  if (++depth > limit) {
    PyErr_SetString(PyExc_RecursionError, "maximum recursion depth exceeded during ast construction")
    return NULL
  }
  const spec = nodeSpecs()[node.kind]
  const $result = PyType_GenericNew(typeOfKind(node.kind), NULL, NULL)
  if ($result === NULL) return NULL
  for (const f of spec.fields) {
    if (!setField($result, f.name, fieldValue(f, node[f.prop]))) {
      Py_DECREF($result)
      return NULL
    }
  }
  if (spec.located)
    for (const a of ATTRIBUTES) {
      if (!setField($result, a, PyLong_FromLong(node[a] as number))) {
        Py_DECREF($result)
        return NULL
      }
    }
  depth--
  return $result
}

function setField(op: Ref, name: string, $value: Own): boolean {
  if ($value === NULL) return false
  const ok = PyObject_SetAttr(op, fieldId(name), $value) === 0
  Py_DECREF($value)
  return ok
}

function fieldValue(f: FieldSpec, v: unknown): Own {
  if (f.quantity !== "*") return one(f, v)
  const list = v as readonly unknown[]
  const $list = PyList_New(list.length)
  if ($list === NULL) return NULL
  for (let i = 0; i < list.length; i++) {
    const $item = one(f, list[i])
    if ($item === NULL) {
      Py_DECREF($list)
      return NULL
    }
    PyList_SET_ITEM($list, i, $item)
  }
  return $list
}

function one(f: FieldSpec, v: unknown): Own {
  switch (f.type) {
    case "identifier":
      return v === null ? Py_NewRef(Py_None) : PyUnicode_InternFromString(v as string)
    case "string":
      return v === null ? Py_NewRef(Py_None) : PyUnicode_FromString(v as string)
    case "int":
      return PyLong_FromLong((v as number | null) ?? 0)
    case "constant":
      return constant(v as ConstantValue)
  }
  const members = SIMPLE_SUMS[f.type]
  return members === undefined ? fromNode(v as AnyNode | null) : Py_NewRef(singleton(members[v as number]))
}

/** The object of a constant, as the parser makes it. */
function constant(c: ConstantValue): Own {
  switch (c.t) {
    case "None":
      return Py_NewRef(Py_None)
    case "True":
      return Py_NewRef(Py_True)
    case "False":
      return Py_NewRef(Py_False)
    case "Ellipsis":
      return Py_NewRef(Py_Ellipsis)
    case "int":
      return PyLong_FromBigInt(c.v)
    case "float":
      return PyFloat_FromDouble(c.v)
    case "complex":
      return PyComplex_FromDoubles(c.re, c.im)
    case "str":
      return c.points === undefined ? PyUnicode_FromString(c.v) : PyUnicode_FromPoints(c.points)
    case "bytes":
      return PyBytes_FromJS(c.v)
    case "tuple":
    case "frozenset": {
      const $t = PyTuple_New(c.v.length)
      if ($t === NULL) return NULL
      for (let i = 0; i < c.v.length; i++) {
        const $item = constant(c.v[i])
        if ($item === NULL) {
          Py_DECREF($t)
          return NULL
        }
        PyTuple_SET_ITEM($t, i, $item)
      }
      if (c.t === "tuple") return $t
      const $s = PyFrozenSet_New($t)
      Py_DECREF($t)
      return $s
    }
  }
}
