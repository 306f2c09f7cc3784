import { ptr } from "../heap/access.ts"
import {
  _PyInterpreterFrame as F,
  PyAttributeErrorObject,
  PyBaseExceptionObject,
  PyFrameObject,
  PyNameErrorObject,
  PyTracebackObject,
} from "../heap/layout.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_SIZE, Py_TYPE } from "../heap/refcount.ts"
import { PySequence_List } from "../objects/abstract.ts"
import { _PyCode_GetVarnames } from "../objects/codeobject.ts"
import { PyList_GET_ITEM } from "../objects/listobject.ts"
import { PyObject_Dir } from "../objects/object.ts"
import { PyExc_AttributeError, PyExc_NameError, PyTraceBack_Type } from "../objects/statictypes.ts"
import { PyUnicode_AsJS, PyUnicode_Check, PyUnicode_CheckExact } from "../objects/unicodeobject.ts"

// Python/suggestions.c: "Did you mean".

const MAX_CANDIDATE_ITEMS = 750
const MAX_STRING_SIZE = 40
const MOVE_COST = 2
const CASE_COST = 1

function lower(c: number): number {
  return c >= 65 && c <= 90 ? c + 32 : c
}

function substitutionCost(a: number, b: number): number {
  if ((a & 31) !== (b & 31)) return MOVE_COST
  if (a === b) return 0
  return lower(a) === lower(b) ? CASE_COST : MOVE_COST
}

const encoder = new TextEncoder()

/** Weighted edit distance of two UTF-8 strings; more than `maxCost` where it is known to be. */
export function levenshteinDistance(x: string, y: string, maxCost: number): number {
  let a = encoder.encode(x)
  let b = encoder.encode(y)
  let start = 0
  while (start < a.length && start < b.length && a[start] === b[start]) start++
  a = a.subarray(start)
  b = b.subarray(start)
  let aSize = a.length
  let bSize = b.length
  while (aSize && bSize && a[aSize - 1] === b[bSize - 1]) {
    aSize--
    bSize--
  }
  if (aSize === 0 || bSize === 0) return (aSize + bSize) * MOVE_COST
  if (aSize > MAX_STRING_SIZE || bSize > MAX_STRING_SIZE) return maxCost + 1
  if (bSize < aSize) {
    ;[a, b] = [b, a]
    ;[aSize, bSize] = [bSize, aSize]
  }
  if ((bSize - aSize) * MOVE_COST > maxCost) return maxCost + 1
  const buffer: number[] = []
  for (let i = 0; i < aSize; i++) buffer.push((i + 1) * MOVE_COST)
  let result = 0
  for (let j = 0; j < bSize; j++) {
    let distance = j * MOVE_COST
    result = distance
    let minimum = Infinity
    for (let i = 0; i < aSize; i++) {
      const substitute = distance + substitutionCost(b[j], a[i])
      distance = buffer[i]
      result = Math.min(Math.min(result, distance) + MOVE_COST, substitute)
      buffer[i] = result
      if (result < minimum) minimum = result
    }
    if (minimum > maxCost) return maxCost + 1
  }
  return result
}

/** Owned item of the list that is closest to `name`, or NULL without error. */
function calculateSuggestions(dir: Ref, name: Ref): Own {
  if (Py_SIZE(dir) >= MAX_CANDIDATE_ITEMS) return NULL
  const wanted = PyUnicode_AsJS(name)
  const size = encoder.encode(wanted).length
  let best = Infinity
  let found: Ref = NULL
  for (let i = 0; i < Py_SIZE(dir); i++) {
    const item = PyList_GET_ITEM(dir, i)
    if (!PyUnicode_Check(item)) return NULL
    const text = PyUnicode_AsJS(item)
    if (text === wanted) continue
    const max = Math.min(Math.floor(((size + encoder.encode(text).length + 3) * MOVE_COST) / 6), best - 1)
    const distance = levenshteinDistance(wanted, text, max)
    if (distance > max) continue
    if (found === NULL || distance < best) {
      found = item
      best = distance
    }
  }
  return found === NULL ? NULL : Py_NewRef(found)
}

function among(iterable: Ref, name: Ref): Own {
  const $dir = PySequence_List(iterable)
  if ($dir === NULL) return NULL
  const $found = calculateSuggestions($dir, name)
  Py_DECREF($dir)
  return $found
}

function forAttributeError(exc: Ref): Own {
  const name = ptr(exc + PyAttributeErrorObject.name)
  const obj = ptr(exc + PyAttributeErrorObject.obj)
  if (name === 0 || obj === 0 || !PyUnicode_CheckExact(name)) return NULL
  const $dir = PyObject_Dir(obj)
  if ($dir === NULL) return NULL
  const $found = calculateSuggestions($dir, name)
  Py_DECREF($dir)
  return $found
}

function forNameError(exc: Ref): Own {
  const name = ptr(exc + PyNameErrorObject.name)
  let tb = ptr(exc + PyBaseExceptionObject.traceback)
  if (name === 0 || !PyUnicode_CheckExact(name) || tb === 0 || Py_TYPE(tb) !== PyTraceBack_Type) return NULL
  for (let next = ptr(tb + PyTracebackObject.tb_next); next !== 0; next = ptr(tb + PyTracebackObject.tb_next)) tb = next
  const frame = ptr(ptr(tb + PyTracebackObject.tb_frame) + PyFrameObject.f_frame)
  const $varnames = _PyCode_GetVarnames(ptr(frame + F.f_code))
  if ($varnames === NULL) return NULL
  let $found = among($varnames, name)
  Py_DECREF($varnames)
  if ($found === NULL) $found = among(ptr(frame + F.f_globals), name)
  if ($found === NULL) $found = among(ptr(frame + F.f_builtins), name)
  return $found
}

/** Owned str to suggest for an AttributeError or NameError, or NULL (an error may be set: ignore it). */
export function _Py_Offer_Suggestions(exception: Ref): Own {
  if (Py_TYPE(exception) === PyExc_AttributeError) return forAttributeError(exception)
  if (Py_TYPE(exception) === PyExc_NameError) return forNameError(exception)
  return NULL
}
