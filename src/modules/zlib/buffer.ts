import { memcpy, setint32 } from "../../heap/access.ts"
import { PyMem_Free, PyMem_Malloc } from "../../heap/obmalloc.ts"
import { NULL, type Own } from "../../heap/ref.ts"
import { PyBytes_AS_STRING, PyBytes_FromStringAndSize } from "../../objects/bytesobject.ts"
import { PyErr_NoMemory } from "../../objects/errors.ts"
import { Z } from "./zstream.ts"

// Include/internal/pycore_blocks_output_buffer.h: output of unknown size in blocks that grow.

const KB = 1024
const MB = 1024 * 1024
const SIZES = [32 * KB, 64 * KB, 256 * KB, MB, 4 * MB, 8 * MB, 16 * MB, 16 * MB, 32 * MB, 32 * MB, 32 * MB, 32 * MB, 64 * MB]

export interface OutputBuffer {
  blocks: { at: number; size: number }[]
  allocated: number
  /** Most bytes wanted, -1: no limit. */
  max: number
}

/** A buffer whose first block is the stream's output; `first` 0: of the usual size. null with MemoryError set. */
export function outputBuffer(stream: number, max: number, first: number): OutputBuffer | null {
  const b: OutputBuffer = { blocks: [], allocated: 0, max }
  const size = first || (max >= 0 && max < SIZES[0] ? max : SIZES[0])
  return addBlock(b, stream, size) ? b : null
}
function addBlock(b: OutputBuffer, stream: number, size: number): boolean {
  const at = PyMem_Malloc(size)
  if (at === 0) {
    freeBuffer(b)
    PyErr_NoMemory()
    return false
  }
  b.blocks.push({ at, size })
  b.allocated += size
  setint32(stream + Z.next_out, at)
  setint32(stream + Z.avail_out, size)
  return true
}
/** One more block, no larger than what `max` leaves. False with MemoryError set. */
export function growBuffer(b: OutputBuffer, stream: number): boolean {
  let size = SIZES[Math.min(b.blocks.length, SIZES.length - 1)]
  if (b.max >= 0) size = Math.min(size, b.max - b.allocated)
  return addBlock(b, stream, size)
}
/** The bytes written, the last `availOut` of the space being free. */
export function finishBuffer(b: OutputBuffer, availOut: number): Own {
  const n = b.allocated - availOut
  const $r = PyBytes_FromStringAndSize(0, n)
  if ($r !== NULL) {
    let to = PyBytes_AS_STRING($r)
    let left = n
    for (const { at, size } of b.blocks) {
      const k = Math.min(size, left)
      memcpy(to, at, k)
      to += k
      left -= k
    }
  }
  freeBuffer(b)
  return $r
}
export function freeBuffer(b: OutputBuffer): void {
  for (const { at } of b.blocks) PyMem_Free(at)
  b.blocks = []
}
