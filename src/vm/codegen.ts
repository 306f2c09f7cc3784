import { ptr, setptr } from "../heap/access.ts"
import { PyBytesObject } from "../heap/layout.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_INCREF, Py_NewRef, Py_SET_REFCNT, Py_XDECREF } from "../heap/refcount.ts"
import { IMMORTAL, staticAlloc } from "../heap/statics.ts"
import { u8 } from "../heap/views.ts"
import type { ConstantValue } from "../frontend/ast.ts"
import { type CodeUnit, type Const, ConstCache } from "../frontend/code.ts"
import { PySequence_Tuple } from "../objects/abstract.ts"
import { PyBytes_FromJS, PyBytes_FromStringAndSize } from "../objects/bytesobject.ts"
import { _PyCode_New } from "../objects/codeobject.ts"
import { PyComplex_FromDoubles } from "../objects/complexobject.ts"
import { PyFloat_FromDouble } from "../objects/floatobject.ts"
import { PyList_Append } from "../objects/listobject.ts"
import { PyLong_FromBigInt, PyLong_FromLong } from "../objects/longobject.ts"
import { PyFrozenSet_New } from "../objects/setobject.ts"
import { Py_Ellipsis, Py_False, Py_None, Py_True } from "../objects/statictypes.ts"
import { PyTuple_New, PyTuple_SET_ITEM } from "../objects/tupleobject.ts"
import { PyUnicode_FromPoints, PyUnicode_FromString, PyUnicode_InternFromString } from "../objects/unicodeobject.ts"

// Code units become heap code objects. Constants that CPython's compiler would merge (equal _PyCode_ConstantKey) are one object
// throughout the module, so `is` and counts agree.

/** Everything made for one module; `made` owns each object until the end, when the code objects' own references remain. */
interface Generation {
  keys: ConstCache
  made: Map<string, Own>
  filename: Ref
  /** Constants of the tree (their objects go to the list `arena`), while a caller keeps an arena. */
  tree: Set<ConstantValue> | null
  arena: Ref
}

function remember(g: Generation, key: string, $op: Own): Ref {
  if ($op !== NULL) g.made.set(key, $op)
  return $op
}

/** A tuple of borrowed items, or NULL when one of them is. */
function tupleOf(items: Ref[]): Own {
  if (items.includes(NULL)) return NULL
  const $t = PyTuple_New(items.length)
  if ($t !== NULL) items.forEach((v, i) => PyTuple_SET_ITEM($t, i, Py_NewRef(v)))
  return $t
}

function makeTuple(g: Generation, key: string, items: readonly Const[]): Ref {
  return g.made.get(key) ?? remember(g, key, tupleOf(items.map((x) => makeConst(g, x))))
}

function makeFrozenset(g: Generation, key: string, items: readonly ConstantValue[]): Ref {
  const $items = tupleOf(items.map((x) => makeConst(g, x)))
  if ($items === NULL) return NULL
  const $first = PyFrozenSet_New($items)
  Py_DECREF($items)
  if ($first === NULL || items.length === 0) return remember(g, key, $first)
  // CPython's compiler merges the items and makes the set again in its own order; the order of iteration depends on it
  const $again = PySequence_Tuple($first)
  Py_DECREF($first)
  if ($again === NULL) return NULL
  const $set = PyFrozenSet_New($again)
  Py_DECREF($again)
  return remember(g, key, $set)
}

/** Borrowed (from `made`, or immortal); NULL with the error set. */
function makeConst(g: Generation, c: Const): Ref {
  switch (c.t) {
    case "None":
      return Py_None
    case "True":
      return Py_True
    case "False":
      return Py_False
    case "Ellipsis":
      return Py_Ellipsis
  }
  const key = g.keys.key(c)
  const known = g.made.get(key)
  if (known !== undefined) return known
  const op = newConst(g, key, c)
  // a frozenset is made anew by the merging of constants: the arena keeps the first
  if (op !== NULL && g.tree !== null && c.t !== "code" && c.t !== "frozenset" && g.tree.has(c) && PyList_Append(g.arena, op) < 0)
    return NULL
  return op
}

function newConst(g: Generation, key: string, c: Exclude<Const, { t: "None" | "True" | "False" | "Ellipsis" }>): Ref {
  switch (c.t) {
    case "int":
      return remember(g, key, c.v >= -9007199254740991n && c.v <= 9007199254740991n ? PyLong_FromLong(Number(c.v)) : PyLong_FromBigInt(c.v))
    case "float":
      return remember(g, key, PyFloat_FromDouble(c.v))
    case "complex":
      return remember(g, key, PyComplex_FromDoubles(c.re, c.im))
    case "str":
      // not interned: _PyCode_New interns what looks like a name, and makes frozensets anew that held other objects
      return remember(g, key, c.points === undefined ? PyUnicode_FromString(c.v) : PyUnicode_FromPoints(c.points))
    case "bytes":
      return remember(g, key, PyBytes_FromJS(c.v))
    case "tuple":
      return makeTuple(g, key, c.v)
    case "frozenset":
      return makeFrozenset(g, key, c.v)
    case "code":
      return remember(g, key, makeCode(g, c))
  }
}

function makeNames(g: Generation, names: readonly string[]): Ref {
  const key = g.keys.tuple(names.map((v) => ({ t: "str", v })))
  const known = g.made.get(key)
  if (known !== undefined) return known
  const $t = PyTuple_New(names.length)
  if ($t === NULL) return NULL
  for (let i = 0; i < names.length; i++) {
    const $name = PyUnicode_InternFromString(names[i])
    if ($name === NULL) {
      Py_DECREF($t)
      return NULL
    }
    PyTuple_SET_ITEM($t, i, $name)
  }
  return remember(g, key, $t)
}

function makeBytes(g: Generation, v: Uint8Array): Ref {
  return makeConst(g, { t: "bytes", v })
}

/** Bytes of its own, never a shared one-byte object. */
function freshBytes(v: Uint8Array): Own {
  const $b = PyBytes_FromStringAndSize(0, v.length)
  if ($b !== NULL && v.length > 0) u8.set(v, $b + PyBytesObject.ob_sval)
  return $b
}

/** Names the compiler itself gives: immortal and not interned, as CPython's static strings. Their objects stand in `anonymous`. */
const ANONYMOUS = ["<module>", "<lambda>", "<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>"]
const anonymous = staticAlloc(ANONYMOUS.length * 8)

function codeName(name: string): Own {
  const i = name.startsWith("<") ? ANONYMOUS.indexOf(name) : -1
  if (i < 0) return PyUnicode_InternFromString(name)
  let op = ptr(anonymous + 8 * i)
  if (op === NULL) {
    op = PyUnicode_FromString(name)
    if (op === NULL) return NULL
    Py_SET_REFCNT(op, IMMORTAL)
    setptr(anonymous + 8 * i, op)
  }
  return Py_NewRef(op)
}

function makeCode(g: Generation, u: CodeUnit): Own {
  const $name = codeName(u.name)
  const $qualname = u.qualname === u.name ? Py_NewRef($name) : PyUnicode_FromString(u.qualname)
  // A class loads its qualified name: the constant is the very object.
  const first = u.consts.length > 0 ? u.consts[0] : null
  if (first?.t === "str" && first.v === u.qualname && (u.flags & 3) === 0 && $qualname !== NULL) {
    const key = g.keys.key(first)
    if (!g.made.has(key)) g.made.set(key, Py_NewRef($qualname))
  }
  const $code = freshBytes(u.code)
  const $kinds = freshBytes(u.localspluskinds)
  const consts = makeTuple(g, g.keys.tuple(u.consts), u.consts)
  const names = makeNames(g, u.names)
  const localsplusnames = makeNames(g, u.localsplusnames)
  const linetable = makeBytes(g, u.linetable)
  const exceptiontable = makeBytes(g, u.exceptiontable)
  let $co: Own = NULL
  if ($name && $qualname && $code && $kinds && consts && names && localsplusnames && linetable && exceptiontable) {
    $co = _PyCode_New({
      filename: g.filename,
      name: $name,
      qualname: $qualname,
      flags: u.flags,
      code: $code,
      firstlineno: u.firstlineno,
      linetable,
      consts,
      names,
      localsplusnames,
      localspluskinds: $kinds,
      argcount: u.argcount,
      posonlyargcount: u.posonlyargcount,
      kwonlyargcount: u.kwonlyargcount,
      stacksize: u.stacksize,
      exceptiontable,
    })
  }
  Py_XDECREF($name)
  Py_XDECREF($qualname)
  Py_XDECREF($code)
  Py_XDECREF($kinds)
  return $co
}

/** Intern the identifiers of a unit and those nested in it, as the parser does before any code object is made. */
function internIdentifiers(u: CodeUnit, $held: Own[], seen: Set<string>): void {
  for (const names of [u.names, u.localsplusnames]) {
    for (const name of names) {
      if (seen.has(name)) continue
      seen.add(name)
      $held.push(PyUnicode_InternFromString(name))
    }
  }
  for (const c of u.consts) if (c.t === "code") internIdentifiers(c, $held, seen)
}

/** The code object of a unit, its constants and nested code included; NULL with the error set. `arena`: a list that gets the
 *  objects of the tree's constants, as CPython's arena holds them while a script or an exec()ed string runs. */
export function codegen(unit: CodeUnit, filename: Ref, arena: Ref = NULL): Own {
  const tree = arena !== NULL && unit.arena !== undefined ? unit.arena : null
  const g: Generation = { keys: new ConstCache(), made: new Map(), filename, tree, arena }
  const $identifiers: Own[] = []
  internIdentifiers(unit, $identifiers, new Set())
  const co = $identifiers.includes(NULL) ? NULL : makeConst(g, unit)
  if (co !== NULL) Py_INCREF(co)
  for (const $op of $identifiers) Py_XDECREF($op)
  for (const $op of g.made.values()) Py_DECREF($op)
  return co as Own
}

/** A constant alone (for ast.Constant and its kin). */
export function constantObject(c: ConstantValue): Own {
  const g: Generation = {
    keys: new ConstCache(),
    made: new Map(),
    filename: NULL,
    tree: null,
    arena: NULL,
  }
  const op = makeConst(g, c)
  if (op !== NULL) Py_INCREF(op)
  for (const $op of g.made.values()) Py_DECREF($op)
  return op as Own
}
