import { ptr, setptr } from "../heap/access.ts"
import { cstackMark, cstackReset } from "../heap/cstack.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_NewRef, Py_XDECREF } from "../heap/refcount.ts"
import { u8 } from "../heap/views.ts"
import { PyBuffer_Release } from "../objects/abstract.ts"
import { argBuffer, bufOf, lenOf } from "../objects/bytes_methods.ts"
import { PyModule_AddIntConstant } from "../objects/moduleobject.ts"
import { Py_False, Py_None, Py_True } from "../objects/statictypes.ts"
import { PyTuple_New, PyTuple_SET_ITEM } from "../objects/tupleobject.ts"

// Small things that many modules need.

export function none(): Own {
  return Py_NewRef(Py_None)
}
export function truth(b: boolean): Own {
  return Py_NewRef(b ? Py_True : Py_False)
}

/** A copy of the bytes of a buffer object, null with the error set. `argument`: how messages name it ("argument 1"). */
export function bytesArg(op: Ref, fname: string, argument: string): Uint8Array | null {
  const mark = cstackMark()
  const view = argBuffer(op, fname, argument)
  let r: Uint8Array | null = null
  if (view !== 0) {
    r = u8.slice(bufOf(view), bufOf(view) + lenOf(view))
    PyBuffer_Release(view)
  }
  cstackReset(mark)
  return r
}

/** A tuple of owned values, which are stolen; NULL (and all released) if one of them is NULL. */
export function ownTuple(...values: Own[]): Own {
  const $t = values.includes(NULL) ? NULL : PyTuple_New(values.length)
  values.forEach(($v, i) => {
    if ($t === NULL) Py_XDECREF($v)
    else PyTuple_SET_ITEM($t, i, $v)
  })
  return $t
}

/** Int constants of a module; 0 or -1 with the error set. */
export function addInts(module: Ref, values: Readonly<Record<string, number>>): number {
  for (const [name, v] of Object.entries(values)) if (PyModule_AddIntConstant(module, name, v) < 0) return -1
  return 0
}

/** Store a new reference to `v` in the pointer field at `slot`, which holds nothing yet. */
export function initField(slot: number, v: Ref): void {
  setptr(slot, v === NULL ? 0 : Py_NewRef(v))
}

/** Visit the owned pointer fields of `self` at these offsets: a tp_traverse. */
export function visitFields(self: number, offsets: readonly number[], visit: (op: Ref, arg: number) => number, arg: number): number {
  for (const o of offsets) {
    const v = ptr(self + o)
    if (v) {
      const r = visit(v, arg)
      if (r) return r
    }
  }
  return 0
}
