import { ptr } from "../../heap/access.ts"
import { PyObject_Free } from "../../heap/obmalloc.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF } from "../../heap/refcount.ts"
import { definePrivateType } from "../../objects/define.ts"
import { PyErr_Occurred, PyErr_SetString } from "../../objects/errors.ts"
import { parseTuple } from "../../objects/getargs.ts"
import { PyLong_AsLong } from "../../objects/longobject.ts"
import { METH, TPFLAGS } from "../../objects/slots.ts"
import { PyExc_ValueError } from "../../objects/statictypes.ts"
import {
  digestBytes,
  get_block_size,
  get_digest_size,
  get_name,
  Hash,
  hash_copy,
  hash_digest,
  hash_hexdigest,
  hash_update,
  hexOf,
  type Kind,
  newHash,
  updateObject,
} from "./object.ts"

// The types of hash objects.

function dealloc(self: Ref): void {
  PyObject_Free(self)
}
/** A hash type of the given Python name. */
export function hashType(name: string): Ref {
  return definePrivateType({
    name,
    basicsize: Hash.SIZE,
    flags: TPFLAGS.DISALLOW_INSTANTIATION | TPFLAGS.IMMUTABLETYPE,
    dealloc,
    methods: [
      ["update", hash_update, METH.O, "($self, obj, /)\n--\n\nHash more bytes."],
      ["digest", hash_digest, METH.NOARGS, "($self, /)\n--\n\nThe digest as bytes."],
      ["hexdigest", hash_hexdigest, METH.NOARGS, "($self, /)\n--\n\nThe digest in hexadecimal."],
      ["copy", hash_copy, METH.NOARGS, "($self, /)\n--\n\nAnother object with this state."],
    ],
    getset: [
      ["name", get_name],
      ["block_size", get_block_size],
      ["digest_size", get_digest_size],
    ],
  })
}
function lengthOf(op: Ref): number {
  const n = PyLong_AsLong(op)
  if (n === -1 && PyErr_Occurred()) return Number.NaN
  if (n >= 0) return n
  PyErr_SetString(PyExc_ValueError, "value must be positive")
  return Number.NaN
}
function shake_digest(self: Ref, op: Ref): Own {
  const n = lengthOf(op)
  return Number.isNaN(n) ? NULL : digestBytes(self, n)
}
function shake_hexdigest(self: Ref, op: Ref): Own {
  const n = lengthOf(op)
  return Number.isNaN(n) ? NULL : hexOf(digestBytes(self, n))
}
/** SHAKE: digests of any length. */
export function shakeType(name: string): Ref {
  return definePrivateType({
    name,
    basicsize: Hash.SIZE,
    flags: TPFLAGS.DISALLOW_INSTANTIATION | TPFLAGS.IMMUTABLETYPE,
    dealloc,
    methods: [
      ["update", hash_update, METH.O],
      ["digest", shake_digest, METH.O],
      ["hexdigest", shake_hexdigest, METH.O],
      ["copy", hash_copy, METH.NOARGS],
    ],
    getset: [
      ["name", get_name],
      ["block_size", get_block_size],
      ["digest_size", get_digest_size],
    ],
  })
}
/** Constructor functions: (string=b'', *, usedforsecurity=True). */
export function construct(type: Ref, kind: Kind, args: Ref, kwds: Ref, fname: string): Own {
  const at = parseTuple(args, kwds, `|O$p:${fname}`, ["string", "usedforsecurity"])
  if (at === 0) return NULL
  const data = ptr(at)
  const $h = newHash(type, kind)
  if ($h !== NULL && data !== 0 && updateObject($h, data) < 0) {
    Py_DECREF($h)
    return NULL
  }
  return $h
}
