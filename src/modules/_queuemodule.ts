import { int32, ptr, setptr, setssize } from "../heap/access.ts"
import { fn } from "../heap/fntable.ts"
import { PyTypeObject } from "../heap/layout.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_CLEAR, Py_NewRef } from "../heap/refcount.ts"
import { staticAlloc } from "../heap/statics.ts"
import { i32 } from "../heap/views.ts"
import { PyObject_GC_UnTrack } from "../gc/gcmodule.ts"
import { defineModule, definePrivateType } from "../objects/define.ts"
import { PyErr_NewExceptionWithDoc, PyErr_Occurred, PyErr_SetNone, PyErr_SetString } from "../objects/errors.ts"
import { PyFloat_AsDouble, PyFloat_Check } from "../objects/floatobject.ts"
import { tp_free } from "../objects/freelists.ts"
import { Py_GenericAlias } from "../objects/genericaliasobject.ts"
import { _PyArg_NoKeywords, _PyArg_NoPositional, _PyArg_UnpackKeywords, argParser } from "../objects/getargs.ts"
import { PyList_Append, PyList_GET_ITEM, PyList_GET_SIZE, PyList_New, PyList_SET_ITEM, PyList_SetSlice } from "../objects/listobject.ts"
import { PyLong_AsDouble, PyLong_AsLong, PyLong_Check, PyLong_FromLong } from "../objects/longobject.ts"
import { PyModule_AddObject, PyModule_AddType } from "../objects/moduleobject.ts"
import { PyObject_IsTrue } from "../objects/object.ts"
import { type allocfunc, METH, TPFLAGS, type visitproc } from "../objects/slots.ts"
import { Py_None, PyExc_OverflowError, PyExc_ValueError } from "../objects/statictypes.ts"
import { PyObject_ClearWeakRefs } from "../objects/weakrefobject.ts"
import { eval_frame_handle_pending } from "../vm/ceval_pending.ts"
import { PyEval_RestoreThread, PyEval_SaveThread, waitOnWord } from "../vm/gil.ts"
import { none, truth, visitFields } from "./support.ts"

// Modules/_queuemodule.c: SimpleQueue. `puts` counts the puts: who finds the queue empty waits for it to change.

const enum SimpleQueue {
  puts = 16,
  lst = 32,
  lst_pos = 40,
  weakreflist = 48,
  SIZE = 56,
}
/** Empty, owned by the module too. */
const EMPTY = staticAlloc(16)
const TIMEOUT_MAX = 9223372036

function simplequeue_new(type: Ref, args: Ref, kwds: Ref): Own {
  if (!_PyArg_NoPositional("SimpleQueue", args) || !_PyArg_NoKeywords("SimpleQueue", kwds)) return NULL
  const $self = fn<allocfunc>(ptr(type + PyTypeObject.tp_alloc))(type, 0)
  if ($self === NULL) return NULL
  setptr($self + SimpleQueue.lst, PyList_New(0))
  return $self
}
function size(self: Ref): number {
  return PyList_GET_SIZE(ptr(self + SimpleQueue.lst)) - int32(self + SimpleQueue.lst_pos)
}
function put(self: Ref, item: Ref): Own {
  if (PyList_Append(ptr(self + SimpleQueue.lst), item) < 0) return NULL
  Atomics.add(i32, (self + SimpleQueue.puts) >> 2, 1)
  Atomics.notify(i32, (self + SimpleQueue.puts) >> 2)
  return none()
}
const putParser = argParser("put", ["item", "block", "timeout"])
function simplequeue_put(self: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const at = _PyArg_UnpackKeywords(args, nargs, 0, kwnames, putParser, 1, 3, 0)
  if (at === 0) return NULL
  const item = ptr(at)
  return ptr(at + 8) !== NULL && PyObject_IsTrue(ptr(at + 8)) < 0 ? NULL : put(self, item)
}
const putNowaitParser = argParser("put_nowait", ["item"])
function simplequeue_put_nowait(self: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const at = _PyArg_UnpackKeywords(args, nargs, 0, kwnames, putNowaitParser, 1, 1, 0)
  return at === 0 ? NULL : put(self, ptr(at))
}
// The list gives its front back when more than half of it is gone.
function simplequeue_pop_item(self: Ref): Own {
  const lst = ptr(self + SimpleQueue.lst)
  const pos = int32(self + SimpleQueue.lst_pos)
  const n = PyList_GET_SIZE(lst)
  const $item = PyList_GET_ITEM(lst, pos) as Own
  PyList_SET_ITEM(lst, pos, Py_NewRef(Py_None))
  setssize(self + SimpleQueue.lst_pos, pos + 1)
  if (pos + 1 > n - pos - 1) {
    if (PyList_SetSlice(lst, 0, pos + 1, NULL) < 0) {
      setssize(self + SimpleQueue.lst_pos, pos)
      PyList_SET_ITEM(lst, pos, $item)
      return NULL
    }
    setssize(self + SimpleQueue.lst_pos, 0)
  }
  return $item
}
/** Milliseconds of (block, timeout); NaN with the error set. */
function waitTime(block: Ref, timeout: Ref): number {
  const b = block === NULL ? 1 : PyObject_IsTrue(block)
  if (b < 0) return Number.NaN
  if (b === 0) return 0
  if (timeout === NULL || timeout === Py_None) return Infinity
  let s = -1
  if (PyFloat_Check(timeout)) s = PyFloat_AsDouble(timeout)
  else s = PyLong_Check(timeout) ? PyLong_AsDouble(timeout) : PyLong_AsLong(timeout)
  if (s === -1 && PyErr_Occurred()) return Number.NaN
  if (Number.isNaN(s)) PyErr_SetString(PyExc_ValueError, "Invalid value NaN (not a number)")
  else if (s < 0) PyErr_SetString(PyExc_ValueError, "'timeout' must be a non-negative number")
  else if (s > TIMEOUT_MAX)
    PyErr_SetString(PyExc_OverflowError, s > 9223372037 ? "timestamp too large to convert to C _PyTime_t" : "timeout value is too large")
  else return s * 1000
  return Number.NaN
}
function get(self: Ref, ms: number): Own {
  const deadline = performance.now() + ms
  while (size(self) === 0) {
    const left = ms === Infinity ? Infinity : deadline - performance.now()
    if (left <= 0) {
      PyErr_SetNone(ptr(EMPTY))
      return NULL
    }
    const puts = Atomics.load(i32, (self + SimpleQueue.puts) >> 2)
    PyEval_SaveThread()
    const woken = waitOnWord(self + SimpleQueue.puts, puts, left)
    PyEval_RestoreThread()
    if (woken === "interrupted" && eval_frame_handle_pending() < 0) return NULL
  }
  return simplequeue_pop_item(self)
}
const getParser = argParser("get", ["block", "timeout"])
function simplequeue_get(self: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const at = _PyArg_UnpackKeywords(args, nargs, 0, kwnames, getParser, 0, 2, 0)
  if (at === 0) return NULL
  const timeout = ptr(at + 8)
  const ms = waitTime(ptr(at), timeout)
  return Number.isNaN(ms) ? NULL : get(self, ms)
}
function simplequeue_get_nowait(self: Ref): Own {
  return get(self, 0)
}
function simplequeue_empty(self: Ref): Own {
  return truth(size(self) === 0)
}
function simplequeue_qsize(self: Ref): Own {
  return PyLong_FromLong(size(self))
}
function simplequeue_traverse(self: Ref, visit: visitproc, arg: number): number {
  return visitFields(self, [SimpleQueue.lst], visit, arg)
}
function simplequeue_clear(self: Ref): number {
  Py_CLEAR(self + SimpleQueue.lst)
  return 0
}
function simplequeue_dealloc(self: Ref): void {
  PyObject_GC_UnTrack(self)
  simplequeue_clear(self)
  if (ptr(self + SimpleQueue.weakreflist) !== 0) PyObject_ClearWeakRefs(self)
  tp_free(self)
}

const simpleQueueType = definePrivateType({
  name: "_queue.SimpleQueue",
  basicsize: SimpleQueue.SIZE,
  flags: TPFLAGS.HAVE_GC | TPFLAGS.BASETYPE | TPFLAGS.IMMUTABLETYPE,
  doc: "SimpleQueue()\n--\n\nSimple, unbounded, reentrant FIFO queue.",
  weaklistoffset: SimpleQueue.weakreflist,
  new: simplequeue_new,
  dealloc: simplequeue_dealloc,
  traverse: simplequeue_traverse,
  clear: simplequeue_clear,
  methods: [
    ["empty", simplequeue_empty, METH.NOARGS, "($self, /)\n--\n\nReturn True if the queue is empty, False otherwise (not reliable!)."],
    [
      "get",
      simplequeue_get,
      METH.FASTCALL | METH.KEYWORDS,
      "($self, /, block=True, timeout=None)\n--\n\nRemove and return an item from the queue, waiting for one as block and timeout say; raises Empty.",
    ],
    ["get_nowait", simplequeue_get_nowait, METH.NOARGS, "($self, /)\n--\n\nRemove and return an item from the queue without blocking."],
    [
      "put",
      simplequeue_put,
      METH.FASTCALL | METH.KEYWORDS,
      "($self, /, item, block=True, timeout=None)\n--\n\nPut the item on the queue; never blocks.",
    ],
    [
      "put_nowait",
      simplequeue_put_nowait,
      METH.FASTCALL | METH.KEYWORDS,
      "($self, /, item)\n--\n\nPut an item into the queue without blocking.",
    ],
    ["qsize", simplequeue_qsize, METH.NOARGS, "($self, /)\n--\n\nReturn the approximate size of the queue (not reliable!)."],
    ["__class_getitem__", Py_GenericAlias, METH.O | METH.CLASS, "See PEP 585"],
  ],
})

function exec(module: Ref): number {
  const $empty = PyErr_NewExceptionWithDoc("_queue.Empty", "Exception raised by Queue.get(block=0)/get_nowait().", NULL, NULL)
  if ($empty === NULL) return -1
  setptr(EMPTY, Py_NewRef($empty))
  return PyModule_AddObject(module, "Empty", $empty) < 0 ? -1 : PyModule_AddType(module, simpleQueueType)
}

defineModule({
  name: "_queue",
  doc: "C implementation of the Python queue module.\nThis module is an implementation detail, please do not use it directly.",
  exec,
})
