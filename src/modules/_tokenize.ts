import { ptr, setptr, setssize, ssize } from "../heap/access.ts"
import { fn } from "../heap/fntable.ts"
import { PyTypeObject } from "../heap/layout.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_CLEAR, Py_DECREF, Py_NewRef, Py_XDECREF } from "../heap/refcount.ts"
import { rawTokens } from "../frontend/index.ts"
import { defineModule, definePrivateType } from "../objects/define.ts"
import { PyErr_SetString } from "../objects/errors.ts"
import { tp_free } from "../objects/freelists.ts"
import { _PyArg_BadArgument, _PyArg_UnpackKeywordsTuple, argParser } from "../objects/getargs.ts"
import { PyList_Append, PyList_GET_ITEM, PyList_GET_SIZE, PyList_New } from "../objects/listobject.ts"
import { PyLong_FromLong } from "../objects/longobject.ts"
import { PyModule_AddType } from "../objects/moduleobject.ts"
import { PyObject_SelfIter } from "../objects/object.ts"
import type { allocfunc } from "../objects/slots.ts"
import { PyExc_StopIteration, PyExc_ValueError } from "../objects/statictypes.ts"
import { PyUnicode_AsJS, PyUnicode_Check, PyUnicode_FromString } from "../objects/unicodeobject.ts"
import { setIssue } from "../vm/pythonrun_compile.ts"
import { ownTuple } from "./support.ts"

// Python/Python-tokenize.c. All tokens are made at once, as the tuples that the iterator gives; the error behind the last of them, if
// there is one, is found anew when it is due.

const enum Iter {
  tokens = 16,
  source = 24,
  next = 32,
  SIZE = 40,
}

/** The list of all token tuples (owned). */
function tokenList(source: string): Own {
  const $list = PyList_New(0)
  for (const t of rawTokens(source).tokens) {
    const $t = ownTuple(
      PyUnicode_FromString(t.text),
      PyLong_FromLong(t.type),
      PyLong_FromLong(t.lineno),
      PyLong_FromLong(t.endLineno),
      PyLong_FromLong(t.col),
      PyLong_FromLong(t.endCol),
      PyUnicode_FromString(t.line),
    )
    const r = $t === NULL || $list === NULL ? -1 : PyList_Append($list, $t)
    Py_XDECREF($t)
    if (r < 0) {
      Py_XDECREF($list)
      return NULL
    }
  }
  return $list
}

const newParser = argParser("tokenizeriter", ["source"])

function tokenizeriter_new(type: Ref, args: Ref, kwds: Ref): Own {
  const at = _PyArg_UnpackKeywordsTuple(args, kwds, newParser, 1, 1, 0)
  if (at === 0) return NULL
  const source = ptr(at)
  if (!PyUnicode_Check(source)) {
    _PyArg_BadArgument("tokenizeriter", "argument 'source'", "str", source)
    return NULL
  }
  const text = PyUnicode_AsJS(source)
  if (text.includes("\0")) return PyErr_SetString(PyExc_ValueError, "embedded null character")
  const $self = fn<allocfunc>(ptr(type + PyTypeObject.tp_alloc))(type, 0)
  if ($self === NULL) return NULL
  const $tokens = tokenList(text)
  if ($tokens === NULL) {
    Py_DECREF($self)
    return NULL
  }
  setptr($self + Iter.tokens, $tokens)
  setptr($self + Iter.source, Py_NewRef(source))
  setssize($self + Iter.next, 0)
  return $self
}

function tokenizeriter_next(self: Ref): Own {
  const tokens = ptr(self + Iter.tokens)
  const i = ssize(self + Iter.next)
  if (i < PyList_GET_SIZE(tokens)) {
    setssize(self + Iter.next, i + 1)
    return Py_NewRef(PyList_GET_ITEM(tokens, i))
  }
  const { error } = rawTokens(PyUnicode_AsJS(ptr(self + Iter.source)))
  if (error === null) return PyErr_SetString(PyExc_StopIteration, "EOF")
  const $filename = PyUnicode_FromString("<string>")
  if ($filename !== NULL) setIssue(error, $filename)
  Py_XDECREF($filename)
  return NULL
}

function tokenizeriter_dealloc(self: Ref): void {
  Py_CLEAR(self + Iter.tokens)
  Py_CLEAR(self + Iter.source)
  tp_free(self)
}

const TokenizerIter = definePrivateType({
  name: "_tokenize.TokenizerIter",
  basicsize: Iter.SIZE,
  new: tokenizeriter_new,
  dealloc: tokenizeriter_dealloc,
  iter: PyObject_SelfIter,
  iternext: tokenizeriter_next,
})

defineModule({
  name: "_tokenize",
  exec(m) {
    return PyModule_AddType(m, TokenizerIter)
  },
})
