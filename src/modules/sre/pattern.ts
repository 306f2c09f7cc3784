import { int32, ptr, setint32, setptr, setssize, ssize } from "../../heap/access.ts"
import { hashHi, ret64 } from "../../heap/int64.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_TYPE, Py_XDECREF } from "../../heap/refcount.ts"
import { ID } from "../../heap/statics.ts"
import { u32 } from "../../heap/views.ts"
import { PyObject_GC_Del, PyObject_GC_UnTrack } from "../../gc/gcmodule.ts"
import { PyObject_ClearWeakRefs } from "../../gc/weakref.ts"
import { _PyBytes_Join } from "../../objects/bytes/split.ts"
import { PyObject_CallMethodTwoArgs, PyObject_CallOneArg } from "../../objects/call.ts"
import { defineType } from "../../objects/define.ts"
import { PyDict_GET_SIZE, PyDict_New } from "../../objects/dictobject.ts"
import { PyDictProxy_New } from "../../objects/descrobject.ts"
import { PyErr_Clear, PyErr_Occurred, PyErr_SetString } from "../../objects/errors.ts"
import { Py_GenericAlias } from "../../objects/genericaliasobject.ts"
import { argGiven, parseTuple } from "../../objects/getargs.ts"
import { PyList_Append, PyList_GET_SIZE, PyList_New } from "../../objects/listobject.ts"
import { PyLong_FromLong } from "../../objects/longobject.ts"
import { PyCallIter_New } from "../../objects/iterobject.ts"
import { _PyObject_New, PyCallable_Check, PyObject_GetAttr, PyObject_Hash, PyObject_RichCompareBool, reprJS } from "../../objects/object.ts"
import { _Py_HashBytes } from "../../objects/pyhash.ts"
import { METH, Py, READONLY, T, TPFLAGS, type visitproc } from "../../objects/slots.ts"
import { Py_False, Py_None, Py_NotImplemented, Py_True, PyExc_ValueError } from "../../objects/statictypes.ts"
import { PyTuple_New, PyTuple_SET_ITEM } from "../../objects/tupleobject.ts"
import { PyUnicode_FromString, PyUnicode_Join } from "../../objects/unicodeobject.ts"
import { PyObject_Free } from "../../heap/obmalloc.ts"
import { upcalls } from "../../objects/upcalls.ts"
import { FLAG } from "./constants.ts"
import { lastmark, marks, matchHere, ptr as matchEnd, Result, search, start } from "./engine.ts"
import { pattern_new_match } from "./match.ts"
import { Pattern, patternType, Scanner, scannerType } from "./objects.ts"
import { clippedEnd, closeSubject, getslice, hasCharacter, openSubject, resumeSubject, state_init, subjectIsBytes } from "./subject.ts"

// Modules/_sre/sre.c: pattern objects and scanners.

const MAX = 0x7fffffff

function codeOf(self: Ref): number {
  return (self + Pattern.code) >> 2
}
function pattern_dealloc(self: Ref): void {
  PyObject_GC_UnTrack(self)
  if (ptr(self + Pattern.weakreflist) !== 0) PyObject_ClearWeakRefs(self)
  Py_XDECREF(ptr(self + Pattern.pattern))
  Py_XDECREF(ptr(self + Pattern.groupindex))
  Py_XDECREF(ptr(self + Pattern.indexgroup))
  PyObject_GC_Del(self)
}
function pattern_traverse(self: Ref, visit: visitproc, arg: number): number {
  for (const f of [Pattern.groupindex, Pattern.indexgroup, Pattern.pattern]) {
    const v = ptr(self + f)
    if (v !== 0) {
      const r = visit(v, arg)
      if (r) return r
    }
  }
  return 0
}

/** The arguments string, pos, endpos. */
let argString: Ref = NULL
let argPos = 0
let argEnd = MAX
function subjectArgs(args: Ref, kwds: Ref, fname: string): boolean {
  const at = parseTuple(args, kwds, `O|nn:${fname}`, ["string", "pos", "endpos"])
  if (at === 0) return false
  argString = ptr(at)
  argPos = argGiven(1) ? ssize(at + 8) : 0
  argEnd = argGiven(2) ? ssize(at + 16) : MAX
  return true
}
function answer(self: Ref, string: Ref, r: Result): Own {
  return r === Result.Match ? pattern_new_match(self, string) : r === Result.Fail ? Py_NewRef(Py_None) : NULL
}
function matchMethod(self: Ref, args: Ref, kwds: Ref, fname: string, find: boolean, all: boolean): Own {
  if (!subjectArgs(args, kwds, fname)) return NULL
  const string = argString
  if (!state_init(self, string, argPos, argEnd)) return NULL
  const $r = answer(self, string, find ? search(codeOf(self)) : matchHere(codeOf(self), all))
  closeSubject()
  return $r
}
function pattern_match(self: Ref, args: Ref, kwds: Ref): Own {
  return matchMethod(self, args, kwds, "match", false, false)
}
function pattern_fullmatch(self: Ref, args: Ref, kwds: Ref): Own {
  return matchMethod(self, args, kwds, "fullmatch", false, true)
}
function pattern_search(self: Ref, args: Ref, kwds: Ref): Own {
  return matchMethod(self, args, kwds, "search", true, false)
}

// Group `i` of what the engine just found: "" when it did not match.
function foundGroup(string: Ref, i: number): Own {
  if (i === 0) return getslice(string, start, matchEnd)
  const j = 2 * (i - 1)
  const set = j + 1 <= lastmark && marks[j] >= 0 && marks[j + 1] >= 0
  return set ? getslice(string, marks[j], marks[j + 1]) : getslice(string, 0, 0)
}
function pattern_findall(self: Ref, args: Ref, kwds: Ref): Own {
  if (!subjectArgs(args, kwds, "findall")) return NULL
  const string = argString
  if (!state_init(self, string, argPos, argEnd)) return NULL
  const $list = PyList_New(0)
  const groups = ssize(self + Pattern.groups)
  let at = start
  let must = false
  let ok = $list !== NULL
  while (ok && at <= clippedEnd) {
    resumeSubject(at, must)
    const r = search(codeOf(self))
    if (r === Result.Fail) break
    let $item: Own = NULL
    if (r === Result.Match) {
      if (groups < 2) $item = foundGroup(string, groups)
      else {
        $item = PyTuple_New(groups)
        for (let i = 0; i < groups && $item !== NULL; i++) PyTuple_SET_ITEM($item, i, foundGroup(string, i + 1))
      }
    }
    ok = $item !== NULL && PyList_Append($list, $item) === 0
    Py_XDECREF($item)
    must = matchEnd === start
    at = matchEnd
  }
  closeSubject()
  if (ok) return $list
  Py_XDECREF($list)
  return NULL
}
function pattern_split(self: Ref, args: Ref, kwds: Ref): Own {
  const at = parseTuple(args, kwds, "O|n:split", ["string", "maxsplit"])
  if (at === 0) return NULL
  const string = ptr(at)
  const maxsplit = argGiven(1) ? ssize(at + 8) : 0
  if (!state_init(self, string, 0, MAX)) return NULL
  const $list = PyList_New(0)
  const groups = ssize(self + Pattern.groups)
  let ok = $list !== NULL
  const push = ($item: Own): void => {
    ok = ok && $item !== NULL && PyList_Append($list, $item) === 0
    Py_XDECREF($item)
  }
  let last = 0
  let from = 0
  let must = false
  for (let n = 0; ok && (maxsplit === 0 || n < maxsplit); n++) {
    resumeSubject(from, must)
    const r = search(codeOf(self))
    if (r !== Result.Match) {
      ok = r === Result.Fail
      break
    }
    push(getslice(string, last, start))
    for (let i = 1; i <= groups && ok; i++) {
      const j = 2 * (i - 1)
      const set = j + 1 <= lastmark && marks[j] >= 0 && marks[j + 1] >= 0
      push(set ? getslice(string, marks[j], marks[j + 1]) : Py_NewRef(Py_None))
    }
    must = matchEnd === start
    last = matchEnd
    from = matchEnd
  }
  if (ok) push(getslice(string, last, clippedEnd))
  closeSubject()
  if (ok) return $list
  Py_XDECREF($list)
  return NULL
}

// What replaces a match: a callable, or a literal str/bytes. Owned; NULL with the error set. `filterIsCall` tells which.
let filterIsCall = false
function replacement(self: Ref, template: Ref): Own {
  filterIsCall = true
  if (PyCallable_Check(template)) return Py_NewRef(template)
  let literal = false
  if (openSubject(template)) {
    literal = !hasCharacter(92)
    closeSubject()
  } else PyErr_Clear()
  if (literal) {
    filterIsCall = false
    return Py_NewRef(template)
  }
  const $re = upcalls.importModule("re")
  if ($re === NULL) return NULL
  const $f = PyObject_CallMethodTwoArgs($re, ID("_subx"), self, template)
  Py_DECREF($re)
  if ($f !== NULL) filterIsCall = PyCallable_Check($f)
  return $f
}
/** Number of replacements of the last subx. */
let replaced = 0
function pattern_subx(self: Ref, template: Ref, string: Ref, limit: number): Own {
  const $filter = replacement(self, template)
  if ($filter === NULL) return NULL
  const isCall = filterIsCall
  const $list = PyList_New(0)
  if ($list === NULL || !state_init(self, string, 0, MAX)) {
    Py_XDECREF($list)
    Py_DECREF($filter)
    return NULL
  }
  let ok = true
  let n = 0
  let copied = 0
  let from = 0
  let must = false
  const stop = clippedEnd
  const push = ($item: Own): void => {
    ok = ok && $item !== NULL && PyList_Append($list, $item) === 0
    Py_XDECREF($item)
  }
  while (ok && (limit === 0 || n < limit)) {
    resumeSubject(from, must)
    const r = search(codeOf(self))
    if (r !== Result.Match) {
      ok = r === Result.Fail
      break
    }
    const b = start
    const e = matchEnd
    if (copied < b) push(getslice(string, copied, b))
    if (isCall) {
      const $m = pattern_new_match(self, string)
      // Python code runs: the subject is opened anew behind it
      closeSubject()
      const $item = $m === NULL ? NULL : PyObject_CallOneArg($filter, $m)
      Py_XDECREF($m)
      if ($item === Py_None) Py_DECREF($item)
      else push($item)
      if (PyErr_Occurred() || !state_init(self, string, 0, MAX)) {
        Py_DECREF($list)
        Py_DECREF($filter)
        return NULL
      }
    } else push(Py_NewRef($filter))
    copied = e
    n++
    must = e === b
    from = e
  }
  if (ok && copied < stop) push(getslice(string, copied, stop))
  const bytes = subjectIsBytes
  closeSubject()
  Py_DECREF($filter)
  let $result: Own = NULL
  if (ok) {
    const $joiner = getslice(string, 0, 0)
    if ($joiner !== NULL && PyList_GET_SIZE($list) === 0) $result = Py_NewRef($joiner)
    else if ($joiner !== NULL) $result = bytes ? _PyBytes_Join($joiner, $list) : PyUnicode_Join($joiner, $list)
    Py_XDECREF($joiner)
  }
  Py_DECREF($list)
  replaced = n
  return $result
}
function subArgs(self: Ref, args: Ref, kwds: Ref, fname: string): Own {
  const at = parseTuple(args, kwds, `OO|n:${fname}`, ["repl", "string", "count"])
  if (at === 0) return NULL
  return pattern_subx(self, ptr(at), ptr(at + 8), argGiven(2) ? ssize(at + 16) : 0)
}
function pattern_sub(self: Ref, args: Ref, kwds: Ref): Own {
  return subArgs(self, args, kwds, "sub")
}
function pattern_subn(self: Ref, args: Ref, kwds: Ref): Own {
  const $text = subArgs(self, args, kwds, "subn")
  if ($text === NULL) return NULL
  const $t = PyTuple_New(2)
  if ($t === NULL) {
    Py_DECREF($text)
    return NULL
  }
  PyTuple_SET_ITEM($t, 0, $text)
  PyTuple_SET_ITEM($t, 1, PyLong_FromLong(replaced))
  return $t
}

// ---- scanners ----

function scanner_dealloc(self: Ref): void {
  Py_XDECREF(ptr(self + Scanner.pattern))
  Py_XDECREF(ptr(self + Scanner.string))
  PyObject_Free(self)
}
function pattern_scanner(self: Ref, args: Ref, kwds: Ref): Own {
  return newScanner(self, args, kwds, "scanner")
}
function newScanner(self: Ref, args: Ref, kwds: Ref, fname: string): Own {
  if (!subjectArgs(args, kwds, fname)) return NULL
  const string = argString
  if (!state_init(self, string, argPos, argEnd)) return NULL
  const from = start
  const to = clippedEnd
  closeSubject()
  const $s = _PyObject_New(scannerType)
  if ($s === NULL) return NULL
  setptr($s + Scanner.pattern, Py_NewRef(self))
  setptr($s + Scanner.string, Py_NewRef(string))
  setssize($s + Scanner.start, from)
  setssize($s + Scanner.endpos, to)
  setint32($s + Scanner.mustAdvance, 0)
  setint32($s + Scanner.executing, 0)
  setssize($s + Scanner.done, 0)
  return $s
}
function scan(self: Ref, find: boolean): Own {
  if (int32(self + Scanner.executing)) return PyErr_SetString(PyExc_ValueError, "regular expression scanner already executing")
  if (ssize(self + Scanner.done)) return Py_NewRef(Py_None)
  const pattern = ptr(self + Scanner.pattern)
  const string = ptr(self + Scanner.string)
  if (!state_init(pattern, string, ssize(self + Scanner.start), ssize(self + Scanner.endpos))) return NULL
  resumeSubject(ssize(self + Scanner.start), int32(self + Scanner.mustAdvance) !== 0)
  setint32(self + Scanner.executing, 1)
  const r = find ? search(codeOf(pattern)) : matchHere(codeOf(pattern), false)
  const $m = answer(pattern, string, r)
  if (r === Result.Match) {
    setint32(self + Scanner.mustAdvance, matchEnd === start ? 1 : 0)
    setssize(self + Scanner.start, matchEnd)
  } else setssize(self + Scanner.done, 1)
  setint32(self + Scanner.executing, 0)
  closeSubject()
  return $m
}
function scanner_match(self: Ref): Own {
  return scan(self, false)
}
function scanner_search(self: Ref): Own {
  return scan(self, true)
}
/** finditer: a call-iterator over a scanner's search. */
function pattern_finditer(self: Ref, args: Ref, kwds: Ref): Own {
  const $scanner = newScanner(self, args, kwds, "finditer")
  if ($scanner === NULL) return NULL
  const $search = PyObject_GetAttr($scanner, ID("search"))
  Py_DECREF($scanner)
  if ($search === NULL) return NULL
  const $it = PyCallIter_New($search, Py_None)
  Py_DECREF($search)
  return $it
}

// ---- the rest ----

const FLAG_NAMES: readonly (readonly [string, number])[] = [
  ["re.TEMPLATE", FLAG.TEMPLATE],
  ["re.IGNORECASE", FLAG.IGNORECASE],
  ["re.LOCALE", FLAG.LOCALE],
  ["re.MULTILINE", FLAG.MULTILINE],
  ["re.DOTALL", FLAG.DOTALL],
  ["re.UNICODE", FLAG.UNICODE],
  ["re.VERBOSE", FLAG.VERBOSE],
  ["re.DEBUG", FLAG.DEBUG],
  ["re.ASCII", FLAG.ASCII],
]
function pattern_repr(self: Ref): Own {
  let flags = int32(self + Pattern.flags)
  // UNICODE is implied by a str pattern
  if (int32(self + Pattern.isbytes) === 0 && (flags & (FLAG.LOCALE | FLAG.UNICODE | FLAG.ASCII)) === FLAG.UNICODE) flags &= ~FLAG.UNICODE
  const names: string[] = []
  for (const [name, bit] of FLAG_NAMES) {
    if (flags & bit) names.push(name)
    flags &= ~bit
  }
  if (flags) names.push(`0x${flags.toString(16)}`)
  const r = reprJS(ptr(self + Pattern.pattern))
  if (r === null) return NULL
  const text = r.slice(0, 200)
  return PyUnicode_FromString(names.length > 0 ? `re.compile(${text}, ${names.join("|")})` : `re.compile(${text})`)
}
function pattern_hash(self: Ref): number {
  const lo = PyObject_Hash(ptr(self + Pattern.pattern))
  const hi = hashHi
  if (lo === -1 && hi === -1) return ret64(-1, -1)
  const lo2 = _Py_HashBytes(self + Pattern.code, ssize(self + Pattern.codesize) * 4)
  const hi2 = hashHi
  const a = lo ^ lo2 ^ int32(self + Pattern.flags) ^ int32(self + Pattern.isbytes) ^ ssize(self + Pattern.codesize)
  const b = hi ^ hi2
  return a === -1 && b === -1 ? ret64(-2, -1) : ret64(a, b)
}
function pattern_richcompare(a: Ref, b: Ref, op: number): Own {
  if ((op !== Py.EQ && op !== Py.NE) || Py_TYPE(b) !== patternType) return Py_NewRef(Py_NotImplemented)
  let same = a === b ? 1 : 0
  if (!same) {
    const n = ssize(a + Pattern.codesize)
    same =
      int32(a + Pattern.flags) === int32(b + Pattern.flags) &&
      int32(a + Pattern.isbytes) === int32(b + Pattern.isbytes) &&
      n === ssize(b + Pattern.codesize)
        ? 1
        : 0
    for (let i = 0; same && i < n; i++) if (u32[codeOf(a) + i] !== u32[codeOf(b) + i]) same = 0
    if (same) same = PyObject_RichCompareBool(ptr(a + Pattern.pattern), ptr(b + Pattern.pattern), Py.EQ)
    if (same < 0) return NULL
  }
  return Py_NewRef((op === Py.EQ) === (same === 1) ? Py_True : Py_False)
}
function get_groupindex(self: Ref): Own {
  const dict = ptr(self + Pattern.groupindex)
  if (dict !== 0 && PyDict_GET_SIZE(dict) > 0) return PyDictProxy_New(dict)
  const $d = PyDict_New()
  if ($d === NULL) return NULL
  const $proxy = PyDictProxy_New($d)
  Py_DECREF($d)
  return $proxy
}
function pattern_copy(self: Ref): Own {
  return Py_NewRef(self)
}
function pattern_deepcopy(self: Ref, _memo: Ref): Own {
  return Py_NewRef(self)
}

const KW = METH.VARARGS | METH.KEYWORDS

defineType(patternType, {
  name: "re.Pattern",
  basicsize: Pattern.SIZE,
  itemsize: 4,
  flags: TPFLAGS.HAVE_GC | TPFLAGS.IMMUTABLETYPE | TPFLAGS.DISALLOW_INSTANTIATION,
  doc: "Compiled regular expression object.",
  weaklistoffset: Pattern.weakreflist,
  dealloc: pattern_dealloc,
  traverse: pattern_traverse,
  repr: pattern_repr,
  hash: pattern_hash,
  richcompare: pattern_richcompare,
  methods: [
    ["match", pattern_match, KW, "($self, /, string, pos=0, endpos=sys.maxsize)\n--\n\nMatch at the start."],
    ["fullmatch", pattern_fullmatch, KW, "($self, /, string, pos=0, endpos=sys.maxsize)\n--\n\nMatch all of the string."],
    ["search", pattern_search, KW, "($self, /, string, pos=0, endpos=sys.maxsize)\n--\n\nFind the first match."],
    ["sub", pattern_sub, KW, "($self, /, repl, string, count=0)\n--\n\nReplace matches."],
    ["subn", pattern_subn, KW, "($self, /, repl, string, count=0)\n--\n\nReplace matches and count them."],
    ["findall", pattern_findall, KW, "($self, /, string, pos=0, endpos=sys.maxsize)\n--\n\nAll matches."],
    ["split", pattern_split, KW, "($self, /, string, maxsplit=0)\n--\n\nSplit at matches."],
    ["finditer", pattern_finditer, KW, "($self, /, string, pos=0, endpos=sys.maxsize)\n--\n\nIterate over matches."],
    ["scanner", pattern_scanner, KW],
    ["__copy__", pattern_copy, METH.NOARGS],
    ["__deepcopy__", pattern_deepcopy, METH.O],
    ["__class_getitem__", Py_GenericAlias, METH.O | METH.CLASS, "See PEP 585"],
  ],
  members: [
    ["pattern", T.OBJECT, Pattern.pattern, READONLY],
    ["flags", T.INT, Pattern.flags, READONLY],
    ["groups", T.PYSSIZET, Pattern.groups, READONLY],
  ],
  getset: [["groupindex", get_groupindex]],
})
defineType(scannerType, {
  name: "_sre.SRE_Scanner",
  basicsize: Scanner.SIZE,
  flags: TPFLAGS.IMMUTABLETYPE | TPFLAGS.DISALLOW_INSTANTIATION,
  dealloc: scanner_dealloc,
  members: [["pattern", T.OBJECT, Scanner.pattern, READONLY]],
  methods: [
    ["match", scanner_match, METH.NOARGS],
    ["search", scanner_search, METH.NOARGS],
  ],
})
