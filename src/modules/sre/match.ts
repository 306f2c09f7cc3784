import { int32, ptr, setptr, setssize, ssize } from "../../heap/access.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_SIZE, Py_TYPE, Py_XDECREF } from "../../heap/refcount.ts"
import { ID } from "../../heap/statics.ts"
import { _PyObject_GC_NewVar, _PyObject_GC_TRACK, PyObject_GC_Del, PyObject_GC_UnTrack } from "../../gc/gcmodule.ts"
import { _PyIndex_Check, PyNumber_AsSsize_t } from "../../objects/abstract.ts"
import { PyObject_CallMethodThreeArgs } from "../../objects/call.ts"
import { defineType } from "../../objects/define.ts"
import { dictKey, dictValue, PyDict_GetItemWithError, PyDict_New, PyDict_Next, PyDict_SetItem } from "../../objects/dictobject.ts"
import { PyErr_Occurred, PyErr_SetString } from "../../objects/errors.ts"
import { Py_GenericAlias } from "../../objects/genericaliasobject.ts"
import { parseTuple } from "../../objects/getargs.ts"
import { PyLong_AsSsize_t, PyLong_Check, PyLong_FromLong } from "../../objects/longobject.ts"
import { reprJS, tp_name_js } from "../../objects/object.ts"
import { METH, READONLY, T, TPFLAGS, type visitproc } from "../../objects/slots.ts"
import { Py_None, PyExc_IndexError } from "../../objects/statictypes.ts"
import { PyTuple_GET_ITEM, PyTuple_New, PyTuple_SET_ITEM } from "../../objects/tupleobject.ts"
import { PyUnicode_FromString } from "../../objects/unicodeobject.ts"
import { upcalls } from "../../objects/upcalls.ts"

import { end, lastindex, lastmark, marks, ptr as matchEnd, start } from "./engine.ts"
import { Match, matchType, Pattern } from "./objects.ts"
import { clippedStart, groupSlice } from "./subject.ts"

// Modules/_sre/sre.c: match objects.

function setMarkPair(self: Ref, group: number, from: number, to: number): void {
  setssize(self + Match.mark + group * 16, from)
  setssize(self + Match.mark + group * 16 + 8, to)
}
/** Group's start and end, -1 when it did not match. */
function startOf(self: Ref, group: number): number {
  return int32(self + Match.mark + group * 16)
}
function endOf(self: Ref, group: number): number {
  return int32(self + Match.mark + group * 16 + 8)
}

/** A match object of what the engine found. */
export function pattern_new_match(pattern: Ref, string: Ref): Own {
  const groups = ssize(pattern + Pattern.groups)
  const $m = _PyObject_GC_NewVar(matchType, 2 * (groups + 1))
  if ($m === NULL) return NULL
  setptr($m + Match.pattern, Py_NewRef(pattern))
  setptr($m + Match.string, Py_NewRef(string))
  setptr($m + Match.regs, 0)
  setssize($m + Match.groups, groups + 1)
  setMarkPair($m, 0, start, matchEnd)
  for (let i = 0; i < groups; i++) {
    const j = 2 * i
    const set = j + 1 <= lastmark && marks[j] >= 0 && marks[j + 1] >= 0
    setMarkPair($m, i + 1, set ? marks[j] : -1, set ? marks[j + 1] : -1)
  }
  setssize($m + Match.pos, clippedStart)
  setssize($m + Match.endpos, end)
  setssize($m + Match.lastindex, lastindex)
  _PyObject_GC_TRACK($m)
  return $m
}

function match_dealloc(self: Ref): void {
  PyObject_GC_UnTrack(self)
  Py_XDECREF(ptr(self + Match.regs))
  Py_XDECREF(ptr(self + Match.string))
  Py_XDECREF(ptr(self + Match.pattern))
  PyObject_GC_Del(self)
}
function match_traverse(self: Ref, visit: visitproc, arg: number): number {
  for (const f of [Match.string, Match.regs, Match.pattern]) {
    const v = ptr(self + f)
    if (v !== 0) {
      const r = visit(v, arg)
      if (r) return r
    }
  }
  return 0
}

function groupIndex(self: Ref, op: Ref): number {
  if (op === 0) return 0
  let i = -1
  if (_PyIndex_Check(op)) i = PyNumber_AsSsize_t(op, NULL)
  else {
    const dict = ptr(ptr(self + Match.pattern) + Pattern.groupindex)
    const found = dict === 0 ? NULL : PyDict_GetItemWithError(dict, op)
    if (found !== 0 && PyLong_Check(found)) i = PyLong_AsSsize_t(found)
  }
  if (i >= 0 && i < ssize(self + Match.groups)) return i
  if (!PyErr_Occurred()) PyErr_SetString(PyExc_IndexError, "no such group")
  return -1
}
function slice(self: Ref, group: number, other: Ref): Own {
  return groupSlice(ptr(self + Match.string), startOf(self, group), endOf(self, group), other)
}
function getGroup(self: Ref, index: Ref): Own {
  const i = groupIndex(self, index)
  return i < 0 ? NULL : slice(self, i, Py_None)
}
function match_group(self: Ref, args: Ref): Own {
  const n = Py_SIZE(args)
  if (n === 0) return slice(self, 0, Py_None)
  if (n === 1) return getGroup(self, PyTuple_GET_ITEM(args, 0))
  const $t = PyTuple_New(n)
  if ($t === NULL) return NULL
  for (let i = 0; i < n; i++) {
    const $g = getGroup(self, PyTuple_GET_ITEM(args, i))
    if ($g === NULL) {
      Py_DECREF($t)
      return NULL
    }
    PyTuple_SET_ITEM($t, i, $g)
  }
  return $t
}
function match_getitem(self: Ref, index: Ref): Own {
  return getGroup(self, index)
}
function match_groups(self: Ref, args: Ref, kwds: Ref): Own {
  const at = parseTuple(args, kwds, "|O:groups", ["default"])
  if (at === 0) return NULL
  const other = ptr(at) || Py_None
  const n = ssize(self + Match.groups)
  const $t = PyTuple_New(n - 1)
  if ($t === NULL) return NULL
  for (let i = 1; i < n; i++) {
    const $g = slice(self, i, other)
    if ($g === NULL) {
      Py_DECREF($t)
      return NULL
    }
    PyTuple_SET_ITEM($t, i - 1, $g)
  }
  return $t
}
function match_groupdict(self: Ref, args: Ref, kwds: Ref): Own {
  const at = parseTuple(args, kwds, "|O:groupdict", ["default"])
  if (at === 0) return NULL
  const other = ptr(at) || Py_None
  const $d = PyDict_New()
  const index = ptr(ptr(self + Match.pattern) + Pattern.groupindex)
  if ($d === NULL || index === 0) return $d
  for (let pos = PyDict_Next(index, 0); pos !== 0; pos = PyDict_Next(index, pos)) {
    const key = dictKey
    const i = groupIndex(self, dictValue)
    const $v = i < 0 ? NULL : slice(self, i, other)
    const bad = $v === NULL ? -1 : PyDict_SetItem($d, key, $v)
    Py_XDECREF($v)
    if (bad < 0) {
      Py_DECREF($d)
      return NULL
    }
  }
  return $d
}
function oneIndex(self: Ref, args: Ref, fname: string): number {
  const at = parseTuple(args, NULL, `|O:${fname}`, null)
  return at === 0 ? -1 : groupIndex(self, ptr(at))
}
function match_start(self: Ref, args: Ref): Own {
  const i = oneIndex(self, args, "start")
  return i < 0 ? NULL : PyLong_FromLong(startOf(self, i))
}
function match_end(self: Ref, args: Ref): Own {
  const i = oneIndex(self, args, "end")
  return i < 0 ? NULL : PyLong_FromLong(endOf(self, i))
}
function pair(a: number, b: number): Own {
  const $t = PyTuple_New(2)
  if ($t === NULL) return NULL
  PyTuple_SET_ITEM($t, 0, PyLong_FromLong(a))
  PyTuple_SET_ITEM($t, 1, PyLong_FromLong(b))
  return $t
}
function match_span(self: Ref, args: Ref): Own {
  const i = oneIndex(self, args, "span")
  return i < 0 ? NULL : pair(startOf(self, i), endOf(self, i))
}
function match_regs(self: Ref): Own {
  if (ptr(self + Match.regs) === 0) {
    const n = ssize(self + Match.groups)
    const $t = PyTuple_New(n)
    if ($t === NULL) return NULL
    for (let i = 0; i < n; i++) PyTuple_SET_ITEM($t, i, pair(startOf(self, i), endOf(self, i)))
    setptr(self + Match.regs, $t)
  }
  return Py_NewRef(ptr(self + Match.regs))
}
function match_expand(self: Ref, args: Ref, kwds: Ref): Own {
  const at = parseTuple(args, kwds, "O:expand", ["template"])
  if (at === 0) return NULL
  const template = ptr(at)
  const $re = upcalls.importModule("re")
  if ($re === NULL) return NULL
  const $r = PyObject_CallMethodThreeArgs($re, ID("_expand"), ptr(self + Match.pattern), self, template)
  Py_DECREF($re)
  return $r
}
function match_copy(self: Ref): Own {
  return Py_NewRef(self)
}
function match_deepcopy(self: Ref, _memo: Ref): Own {
  return Py_NewRef(self)
}
function match_repr(self: Ref): Own {
  const $g = slice(self, 0, Py_None)
  if ($g === NULL) return NULL
  const r = reprJS($g)
  Py_DECREF($g)
  return r === null
    ? NULL
    : PyUnicode_FromString(`<${tp_name_js(Py_TYPE(self))} object; span=(${startOf(self, 0)}, ${endOf(self, 0)}), match=${r}>`)
}
function get_lastindex(self: Ref): Own {
  const i = ssize(self + Match.lastindex)
  return i >= 0 ? PyLong_FromLong(i) : Py_NewRef(Py_None)
}
function get_lastgroup(self: Ref): Own {
  const names = ptr(ptr(self + Match.pattern) + Pattern.indexgroup)
  const i = ssize(self + Match.lastindex)
  return names !== 0 && i >= 0 && i < Py_SIZE(names) ? Py_NewRef(PyTuple_GET_ITEM(names, i)) : Py_NewRef(Py_None)
}

defineType(matchType, {
  name: "re.Match",
  basicsize: Match.SIZE,
  itemsize: 8,
  flags: TPFLAGS.HAVE_GC | TPFLAGS.IMMUTABLETYPE | TPFLAGS.DISALLOW_INSTANTIATION,
  doc: "The result of a successful match.",
  dealloc: match_dealloc,
  traverse: match_traverse,
  repr: match_repr,
  mp_subscript: match_getitem,
  methods: [
    ["group", match_group, METH.VARARGS, "group([group1, ...]) -> str or tuple."],
    ["start", match_start, METH.VARARGS, "($self, group=0, /)\n--\n\nWhere the group begins."],
    ["end", match_end, METH.VARARGS, "($self, group=0, /)\n--\n\nWhere the group ends."],
    ["span", match_span, METH.VARARGS, "($self, group=0, /)\n--\n\nBoth ends of the group."],
    ["groups", match_groups, METH.VARARGS | METH.KEYWORDS, "($self, /, default=None)\n--\n\nAll groups."],
    ["groupdict", match_groupdict, METH.VARARGS | METH.KEYWORDS, "($self, /, default=None)\n--\n\nThe named groups."],
    ["expand", match_expand, METH.VARARGS | METH.KEYWORDS, "($self, /, template)\n--\n\nThe template with the groups put in."],
    ["__copy__", match_copy, METH.NOARGS],
    ["__deepcopy__", match_deepcopy, METH.O],
    ["__class_getitem__", Py_GenericAlias, METH.O | METH.CLASS, "See PEP 585"],
  ],
  members: [
    ["string", T.OBJECT, Match.string, READONLY],
    ["re", T.OBJECT, Match.pattern, READONLY],
    ["pos", T.PYSSIZET, Match.pos, READONLY],
    ["endpos", T.PYSSIZET, Match.endpos, READONLY],
  ],
  getset: [
    ["lastindex", get_lastindex],
    ["lastgroup", get_lastgroup],
    ["regs", match_regs],
  ],
})
