import { NULL, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_INCREF, Py_TYPE, Py_XDECREF } from "../../heap/refcount.ts"
import { byte } from "../../heap/access.ts"
import { PyBytesObject } from "../../heap/layout.ts"
import { type ConstantValue, type mod, strOfPoints } from "../../frontend/ast.ts"
import { type FieldSpec, type NodeSpec, nodeSpecs, SIMPLE_SUMS } from "../../frontend/ast-schema.ts"
import { PyObject_IsInstance, PySequence_Tuple } from "../../objects/abstract.ts"
import { PyBytes_CheckExact, PyBytes_GET_SIZE } from "../../objects/bytesobject.ts"
import { PyComplex_CheckExact, PyComplex_ImagAsDouble, PyComplex_RealAsDouble } from "../../objects/complexobject.ts"
import { Py_EnterRecursiveCall, Py_LeaveRecursiveCall, PyErr_Occurred, PyErr_SetString } from "../../objects/errors.ts"
import { PyFloat_AS_DOUBLE, PyFloat_CheckExact } from "../../objects/floatobject.ts"
import { PyList_Check, PyList_GET_ITEM, PyList_GET_SIZE } from "../../objects/listobject.ts"
import { _PyLong_AsInt, PyLong_AsBigInt, PyLong_Check, PyLong_CheckExact } from "../../objects/longobject.ts"
import { _PyObject_LookupAttr, reprJS } from "../../objects/object.ts"
import { PyFrozenSet_CheckExact } from "../../objects/setobject.ts"
import {
  Py_Ellipsis,
  Py_False,
  Py_None,
  Py_True,
  PyExc_RuntimeError,
  PyExc_TypeError,
  PyExc_ValueError,
} from "../../objects/statictypes.ts"
import { PyTuple_CheckExact, PyTuple_GET_ITEM, PyTuple_GET_SIZE } from "../../objects/tupleobject.ts"
import { PyUnicode_AsJS, PyUnicode_CheckExact, PyUnicode_GET_LENGTH, PyUnicode_READ_CHAR } from "../../objects/unicodeobject.ts"
import type { AnyNode } from "./toobject.ts"
import { fieldId, init_types, nodeType, shortName, singleton, typeOfKind } from "./types.ts"

// From Python's nodes to records the compiler takes (obj2ast_* of Python/Python-ast.c). A value no constant can have is kept as
// an empty constant and noted in `invalidConstants` for the validator, which is who refuses it.

/** A Python error is set. */
const FAILED = Symbol("failed")
type Failed = typeof FAILED

/** Name of the type of a constant that is none. */
export const invalidConstants = new Map<ConstantValue, string>()

/** An attribute's value, owned; NULL without error when absent, FAILED with. */
function lookup(op: Ref, name: string): Ref | Failed {
  const $v = _PyObject_LookupAttr(op, fieldId(name))
  return $v === NULL && PyErr_Occurred() ? FAILED : $v
}

function fail(type: Ref, msg: string): Failed {
  PyErr_SetString(type, msg)
  return FAILED
}

/** PyAST_obj2mod: mode 0 "exec", 1 "eval", 2 "single"; null with the error set. */
export function PyAST_obj2mod(op: Ref, mode: number): mod | null {
  if (!init_types()) return null
  const want = ["Module", "Expression", "Interactive"][mode]
  const is = PyObject_IsInstance(op, nodeType(want))
  if (is === -1) return null
  if (is === 0) {
    PyErr_SetString(PyExc_TypeError, `expected ${want} node, got ${shortName(op)}`)
    return null
  }
  invalidConstants.clear()
  const v = node("mod", op)
  return v === FAILED ? null : (v as unknown as mod | null)
}

const sums = new Map<string, NodeSpec[]>()

/** The classes of a sum, with their K. */
function membersOf(sum: string): NodeSpec[] {
  let m = sums.get(sum)
  if (m === undefined) {
    m = nodeSpecs().filter((s) => s.sum === sum)
    sums.set(sum, m)
  }
  return m
}

function node(sum: string, op: Ref): AnyNode | null | Failed {
  const members = membersOf(sum)
  if (members[0].name === sum) return product(members[0], op)
  if (op === Py_None) return null
  const at = members[0].located ? location(sum, op, sum === "pattern") : null
  if (at === FAILED) return FAILED
  // the exact class first: PyObject_IsInstance of these classes runs nobody's code
  const type = Py_TYPE(op)
  let spec = members.find((m) => typeOfKind(m.kind) === type)
  if (spec === undefined)
    for (const m of members) {
      const is = PyObject_IsInstance(op, typeOfKind(m.kind))
      if (is === -1) return FAILED
      if (is) {
        spec = m
        break
      }
    }
  if (spec === undefined) {
    const r = reprJS(op)
    return r === null ? FAILED : fail(PyExc_TypeError, `expected some sort of ${sum}, but got ${r}`)
  }
  const out = fields(spec, op)
  return out === FAILED || at === null ? out : Object.assign(out, at)
}

function product(spec: NodeSpec, op: Ref): AnyNode | Failed {
  const read = readFields(spec, op)
  if (read === FAILED) return FAILED
  const at = spec.located ? location(spec.name, op, false) : null
  if (at === FAILED) return FAILED
  const out = required(spec, read)
  return out === FAILED || at === null ? out : Object.assign(out, at)
}

function fields(spec: NodeSpec, op: Ref): AnyNode | Failed {
  const read = readFields(spec, op)
  return read === FAILED ? FAILED : required(spec, read)
}

/** What the constructors demand: fields that may not be None. */
function required(spec: NodeSpec, n: AnyNode): AnyNode | Failed {
  for (const f of spec.fields)
    if (f.quantity === "" && f.type !== "int" && n[f.prop] === null)
      return fail(PyExc_ValueError, `field '${f.name}' is required for ${spec.name}`)
  return n
}

function location(sum: string, op: Ref, endsRequired: boolean): Record<string, number> | Failed {
  const inside = ` while traversing '${sum}' node`
  const out: Record<string, number> = { lineno: 0, col_offset: 0, end_lineno: 0, end_col_offset: 0 }
  for (const a of ["lineno", "col_offset", "end_lineno", "end_col_offset"]) {
    const optional = !endsRequired && a.startsWith("end")
    const $v = lookup(op, a)
    if ($v === FAILED) return FAILED
    if ($v === NULL || (optional && $v === Py_None)) {
      Py_XDECREF($v)
      if (!optional) return fail(PyExc_TypeError, `required field "${a}" missing from ${sum}`)
      out[a] = out[a.slice(4)]
      continue
    }
    let n: number | Failed = FAILED
    if (!Py_EnterRecursiveCall(inside)) {
      n = integer($v)
      Py_LeaveRecursiveCall()
    }
    Py_DECREF($v)
    if (n === FAILED) return FAILED
    out[a] = n
  }
  return out
}

/** `value` one recursion level deeper. */
function deeperValue(where: string, f: FieldSpec, op: Ref): unknown {
  if (Py_EnterRecursiveCall(where)) return FAILED
  const v = value(f, op)
  Py_LeaveRecursiveCall()
  return v
}

function integer(op: Ref): number | Failed {
  if (!PyLong_Check(op)) {
    const r = reprJS(op)
    return r === null ? FAILED : fail(PyExc_ValueError, `invalid integer value: ${r}`)
  }
  const n = _PyLong_AsInt(op)
  return n === -1 && PyErr_Occurred() ? FAILED : n
}

function readFields(spec: NodeSpec, op: Ref): AnyNode | Failed {
  const out: AnyNode = { kind: spec.kind }
  const where = ` while traversing '${spec.name}' node`
  for (const f of spec.fields) {
    const $v = lookup(op, f.name)
    if ($v === FAILED) return FAILED
    if ($v === NULL || (f.quantity === "?" && $v === Py_None)) {
      Py_XDECREF($v)
      if (f.quantity !== "?") return fail(PyExc_TypeError, `required field "${f.name}" missing from ${spec.name}`)
      out[f.prop] = f.type === "int" ? 0 : null
      continue
    }
    const v = f.quantity === "*" ? list(spec, f, $v) : deeperValue(where, f, $v)
    Py_DECREF($v)
    if (v === FAILED) return FAILED
    out[f.prop] = v
  }
  return out
}

function list(spec: NodeSpec, f: FieldSpec, op: Ref): unknown[] | Failed {
  if (!PyList_Check(op)) return fail(PyExc_TypeError, `${spec.name} field "${f.name}" must be a list, not a ${shortName(op)}`)
  const n = PyList_GET_SIZE(op)
  const where = ` while traversing '${spec.name}' node`
  const out: unknown[] = []
  for (let i = 0; i < n; i++) {
    const item = PyList_GET_ITEM(op, i)
    Py_INCREF(item)
    const v = deeperValue(where, f, item)
    Py_DECREF(item)
    if (v === FAILED) return FAILED
    if (n !== PyList_GET_SIZE(op)) return fail(PyExc_RuntimeError, `${spec.name} field "${f.name}" changed size during iteration`)
    out.push(v)
  }
  return out
}

function value(f: FieldSpec, op: Ref): unknown {
  switch (f.type) {
    case "identifier":
      if (op === Py_None) return null
      return PyUnicode_CheckExact(op) ? PyUnicode_AsJS(op) : fail(PyExc_TypeError, "AST identifier must be of type str")
    case "string":
      if (PyUnicode_CheckExact(op)) return PyUnicode_AsJS(op)
      return PyBytes_CheckExact(op) ? "" : fail(PyExc_TypeError, "AST string must be of type str")
    case "int":
      return integer(op)
    case "constant":
      return constant(op)
  }
  const members = SIMPLE_SUMS[f.type]
  if (members === undefined) return node(f.type, op)
  // one of the singletons, nearly always
  for (let i = 0; i < members.length; i++) if (op === singleton(members[i])) return i
  for (let i = 0; i < members.length; i++) {
    const is = PyObject_IsInstance(op, nodeType(members[i]))
    if (is === -1) return FAILED
    if (is) return i
  }
  const r = reprJS(op)
  return r === null ? FAILED : fail(PyExc_TypeError, `expected some sort of ${f.type}, but got ${r}`)
}

function constant(op: Ref): ConstantValue | Failed {
  if (op === Py_None) return { t: "None" }
  if (op === Py_True) return { t: "True" }
  if (op === Py_False) return { t: "False" }
  if (op === Py_Ellipsis) return { t: "Ellipsis" }
  if (PyLong_CheckExact(op)) return { t: "int", v: PyLong_AsBigInt(op) }
  if (PyFloat_CheckExact(op)) return { t: "float", v: PyFloat_AS_DOUBLE(op) }
  if (PyComplex_CheckExact(op)) return { t: "complex", re: PyComplex_RealAsDouble(op), im: PyComplex_ImagAsDouble(op) }
  if (PyUnicode_CheckExact(op)) return text(op)
  if (PyBytes_CheckExact(op)) {
    const v = new Uint8Array(PyBytes_GET_SIZE(op))
    for (let i = 0; i < v.length; i++) v[i] = byte(op + PyBytesObject.ob_sval + i)
    return { t: "bytes", v }
  }
  if (PyTuple_CheckExact(op)) return items(op, "tuple")
  if (PyFrozenSet_CheckExact(op)) {
    const $t = PySequence_Tuple(op)
    if ($t === NULL) return FAILED
    const v = items($t, "frozenset")
    Py_DECREF($t)
    return v
  }
  const c: ConstantValue = { t: "None" }
  invalidConstants.set(c, shortName(op))
  return c
}

function text(op: Ref): ConstantValue {
  const v = PyUnicode_AsJS(op)
  if (!/[\ud800-\udfff]/.test(v)) return { t: "str", v }
  const points: number[] = []
  for (let i = 0; i < PyUnicode_GET_LENGTH(op); i++) points.push(PyUnicode_READ_CHAR(op, i))
  return strOfPoints(points)
}

function items(tuple: Ref, t: "tuple" | "frozenset"): ConstantValue | Failed {
  if (Py_EnterRecursiveCall(" during compilation")) return FAILED
  const v: ConstantValue[] = []
  for (let i = 0; i < PyTuple_GET_SIZE(tuple); i++) {
    const c = constant(PyTuple_GET_ITEM(tuple, i))
    if (c === FAILED) {
      Py_LeaveRecursiveCall()
      return FAILED
    }
    v.push(c)
  }
  Py_LeaveRecursiveCall()
  return { t, v }
}
