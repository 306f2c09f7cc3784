import { int32, ptr, setint32, setptr } from "../../heap/access.ts"
import { PyTypeObject } from "../../heap/layout.ts"
import { fn } from "../../heap/fntable.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_INCREF, Py_NewRef, Py_TYPE } from "../../heap/refcount.ts"
import { definePrivateType } from "../define.ts"
import { PyLong_FromLong } from "../longobject.ts"
import { PyObject_SelfIter } from "../object.ts"
import { type freefunc, TPFLAGS } from "../slots.ts"
import { Py_None } from "../statictypes.ts"
import { PyTuple_New, PyTuple_SET_ITEM } from "../tupleobject.ts"
import { PyType_GenericAlloc } from "../typeobject.ts"
import {
  _PyCode_InitAddressRange,
  _PyLineTable_NextAddressRange,
  advance_with_locations,
  at_end,
  locColumn,
  locEndColumn,
  locEndLine,
  PyCodeAddressRange as R,
} from "./linetable.ts"

// Objects/codeobject.c: what co_lines() and co_positions() return.

const enum lineiterator {
  li_code = 16, // PyCodeObject *
  li_line = 24, // PyCodeAddressRange
  SIZE = 64,
}

const enum positionsiterator {
  pi_code = 16, // PyCodeObject *
  pi_range = 24, // PyCodeAddressRange
  pi_offset = 64, // int
  pi_endline = 68, // int
  pi_column = 72, // int
  pi_endcolumn = 76, // int
  SIZE = 80,
}

function iter_dealloc(self: Ref): void {
  Py_DECREF(ptr(self + lineiterator.li_code))
  fn<freefunc>(int32(Py_TYPE(self) + PyTypeObject.tp_free))(self)
}

function orNone(n: number): Own {
  return n === -1 ? Py_NewRef(Py_None) : PyLong_FromLong(n)
}

function pack(values: Own[]): Own {
  const $t = PyTuple_New(values.length)
  if ($t === NULL || values.includes(NULL)) {
    for (const $v of values) if ($v !== NULL) Py_DECREF($v)
    if ($t !== NULL) Py_DECREF($t)
    return NULL
  }
  values.forEach(($v, i) => PyTuple_SET_ITEM($t, i, $v))
  return $t
}

function lineiter_next(self: Ref): Own {
  const bounds = self + lineiterator.li_line
  if (!_PyLineTable_NextAddressRange(bounds)) return NULL
  const line = int32(bounds + R.ar_line)
  return pack([PyLong_FromLong(int32(bounds + R.ar_start)), PyLong_FromLong(int32(bounds + R.ar_end)), orNone(line < 0 ? -1 : line)])
}

function positionsiter_next(self: Ref): Own {
  const range = self + positionsiterator.pi_range
  if (int32(self + positionsiterator.pi_offset) >= int32(range + R.ar_end)) {
    if (at_end(range)) return NULL
    advance_with_locations(range)
    setint32(self + positionsiterator.pi_endline, locEndLine)
    setint32(self + positionsiterator.pi_column, locColumn)
    setint32(self + positionsiterator.pi_endcolumn, locEndColumn)
  }
  setint32(self + positionsiterator.pi_offset, int32(self + positionsiterator.pi_offset) + 2)
  return pack([
    orNone(int32(range + R.ar_line)),
    orNone(int32(self + positionsiterator.pi_endline)),
    orNone(int32(self + positionsiterator.pi_column)),
    orNone(int32(self + positionsiterator.pi_endcolumn)),
  ])
}

/** code.co_lines() */
export function code_linesiterator(code: Ref): Own {
  const $li = PyType_GenericAlloc(LineIterator, 0)
  if ($li === NULL) return NULL
  Py_INCREF(code)
  setptr($li + lineiterator.li_code, code)
  _PyCode_InitAddressRange(code, $li + lineiterator.li_line)
  return $li
}

/** code.co_positions() */
export function code_positionsiterator(code: Ref): Own {
  const $pi = PyType_GenericAlloc(PositionsIterator, 0)
  if ($pi === NULL) return NULL
  Py_INCREF(code)
  setptr($pi + positionsiterator.pi_code, code)
  _PyCode_InitAddressRange(code, $pi + positionsiterator.pi_range)
  setint32($pi + positionsiterator.pi_offset, int32($pi + positionsiterator.pi_range + R.ar_end))
  return $pi
}

export const LineIterator = definePrivateType({
  name: "line_iterator",
  basicsize: lineiterator.SIZE,
  flags: TPFLAGS.DEFAULT | TPFLAGS.BASETYPE,
  dealloc: iter_dealloc,
  iter: PyObject_SelfIter,
  iternext: lineiter_next,
})

export const PositionsIterator = definePrivateType({
  name: "positions_iterator",
  basicsize: positionsiterator.SIZE,
  flags: TPFLAGS.DEFAULT | TPFLAGS.BASETYPE,
  dealloc: iter_dealloc,
  iter: PyObject_SelfIter,
  iternext: positionsiter_next,
})
