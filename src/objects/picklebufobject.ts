import { int32, ptr, setptr } from "../heap/access.ts"
import { fn } from "../heap/fntable.ts"
import { Py_buffer, PyTypeObject } from "../heap/layout.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_TYPE } from "../heap/refcount.ts"
import { PyObject_GC_UnTrack } from "../gc/gcmodule.ts"
import { PyBuffer_IsContiguous, PyBuffer_Release, PyObject_GetBuffer } from "./abstract.ts"
import { defineType } from "./define.ts"
import { PyErr_SetString } from "./errors.ts"
import { PyArg_ParseTupleAndKeywords } from "./getargs.ts"
import { makeRaw, PyMemoryView_FromObject } from "./memoryobject.ts"
import { METH, TPFLAGS, type allocfunc, type freefunc, type visitproc } from "./slots.ts"
import { Py_None, PyExc_BufferError, PyExc_ValueError, PyPickleBuffer_Type } from "./statictypes.ts"
import { PyObject_ClearWeakRefs } from "./weakrefobject.ts"

// Objects/picklebufobject.c: a buffer on its way into a pickle, or out of band beside it (protocol 5).

const enum PickleBuffer {
  view = 16, // Py_buffer: what the original object exported
  weakreflist = 16 + Py_buffer.SIZE, // PyObject *
  SIZE = 24 + Py_buffer.SIZE,
}
const PyBUF_FULL_RO = 0x11c

/** The object whose buffer it is: borrowed, NULL after release. */
const baseOf = (self: Ref): Ref => ptr(self + PickleBuffer.view + Py_buffer.obj)

function isReleased(self: Ref): boolean {
  if (baseOf(self) !== NULL) return false
  PyErr_SetString(PyExc_ValueError, "operation forbidden on released PickleBuffer object")
  return true
}
const keywords = [""]
function picklebuf_new(type: Ref, args: Ref, kwds: Ref): Own {
  const a = PyArg_ParseTupleAndKeywords(args, kwds, "O:PickleBuffer", keywords)
  if (a === 0) return NULL
  const base = ptr(a)
  const $self = fn<allocfunc>(ptr(type + PyTypeObject.tp_alloc))(type, 0)
  if ($self === NULL) return NULL
  setptr($self + PickleBuffer.view + Py_buffer.obj, 0)
  setptr($self + PickleBuffer.weakreflist, 0)
  if (PyObject_GetBuffer(base, $self + PickleBuffer.view, PyBUF_FULL_RO) < 0) {
    Py_DECREF($self)
    return NULL
  }
  return $self
}
function picklebuf_traverse(self: Ref, visit: visitproc, arg: number): number {
  return baseOf(self) === NULL ? 0 : visit(baseOf(self), arg)
}
function picklebuf_clear(self: Ref): number {
  PyBuffer_Release(self + PickleBuffer.view)
  return 0
}
function picklebuf_dealloc(self: Ref): void {
  PyObject_GC_UnTrack(self)
  if (ptr(self + PickleBuffer.weakreflist) !== NULL) PyObject_ClearWeakRefs(self)
  PyBuffer_Release(self + PickleBuffer.view)
  fn<freefunc>(ptr(Py_TYPE(self) + PyTypeObject.tp_free))(self)
}
/** Buffers come from the original object itself. */
function picklebuf_getbuf(self: Ref, view: number, flags: number): number {
  return isReleased(self) ? -1 : PyObject_GetBuffer(baseOf(self), view, flags)
}
/** Never called, for the same reason; that it exists tells getargs that releasing means something. */
function picklebuf_releasebuf(_self: Ref, _view: number): void {}

function picklebuf_raw(self: Ref): Own {
  if (isReleased(self)) return NULL
  const view = self + PickleBuffer.view
  if (int32(view + Py_buffer.suboffsets) !== 0 || !PyBuffer_IsContiguous(view, "A")) {
    return PyErr_SetString(PyExc_BufferError, "cannot extract raw buffer from non-contiguous buffer")
  }
  const $m = PyMemoryView_FromObject(self)
  if ($m !== NULL) makeRaw($m)
  return $m
}
function picklebuf_release(self: Ref): Own {
  PyBuffer_Release(self + PickleBuffer.view)
  return Py_NewRef(Py_None)
}

defineType(PyPickleBuffer_Type, {
  name: "pickle.PickleBuffer",
  doc: "Wrapper for potentially out-of-band buffers",
  basicsize: PickleBuffer.SIZE,
  flags: TPFLAGS.DEFAULT | TPFLAGS.HAVE_GC,
  new: picklebuf_new,
  dealloc: picklebuf_dealloc,
  traverse: picklebuf_traverse,
  clear: picklebuf_clear,
  weaklistoffset: PickleBuffer.weakreflist,
  bf_getbuffer: picklebuf_getbuf,
  bf_releasebuffer: picklebuf_releasebuf,
  methods: [
    [
      "raw",
      picklebuf_raw,
      METH.NOARGS,
      "($self, /)\n--\n\nReturn a memoryview of the raw memory underlying this buffer.\nWill raise BufferError is the buffer isn't contiguous.",
    ],
    ["release", picklebuf_release, METH.NOARGS, "($self, /)\n--\n\nRelease the underlying buffer exposed by the PickleBuffer object."],
  ],
})
