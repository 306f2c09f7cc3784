import fs from "node:fs"
import { E, errnoOfError } from "../../base/errno.ts"
import { staticAlloc } from "../../heap/statics.ts"
import { f64, i32 } from "../../heap/views.ts"

// lseek(2), which Node lacks. A descriptor uses the kernel's offset until Python seeks it; from then on its position is kept here, in the
// heap (so every worker sees it), and reads and writes name it. The kernel's own offset can be read from /proc.
//   entry: seeked (int32), pad, position (double)

const MAX_FDS = 4096
const TABLE = staticAlloc(MAX_FDS * 16)

/** Position after the last successful seekFd. */
export let tellPosition = 0n

/** The position at which the next read or write of `fd` happens: null for the kernel's own offset. */
export function positionOf(fd: number): number | null {
  return fd >= 0 && fd < MAX_FDS && i32[(TABLE + fd * 16) >> 2] === 1 ? f64[(TABLE + fd * 16 + 8) >> 3] : null
}
/** `n` bytes were transferred at `positionOf(fd)`. */
export function advance(fd: number, n: number): void {
  if (fd >= 0 && fd < MAX_FDS && i32[(TABLE + fd * 16) >> 2] === 1) f64[(TABLE + fd * 16 + 8) >> 3] += n
}
/** The descriptor was closed or newly opened: forget its position. */
export function forgetPosition(fd: number): void {
  if (fd >= 0 && fd < MAX_FDS) i32[(TABLE + fd * 16) >> 2] = 0
}

function kernelOffset(fd: number): number {
  const m = /pos:\s+(\d+)/.exec(fs.readFileSync(`/proc/self/fdinfo/${fd}`, "latin1"))
  return m === null ? 0 : Number(m[1])
}

/** Seek `fd`: 0 and the new position in tellPosition, or an errno. */
export function seekFd(fd: number, offset: bigint, whence: number): number {
  try {
    const st = fs.fstatSync(fd)
    if (st.isFIFO() || st.isSocket() || (st.isCharacterDevice() && /^\/dev\/(tty|pts)/.test(fs.readlinkSync(`/proc/self/fd/${fd}`))))
      return E.ESPIPE
    const current = positionOf(fd)
    let base = 0
    if (whence === 1) base = current ?? kernelOffset(fd)
    else if (whence === 2) base = st.size
    else if (whence !== 0) return E.EINVAL
    const at = BigInt(base) + offset
    if (at < 0n) return E.EINVAL
    if (at > 0x7fffffffffffffffn) return E.EOVERFLOW
    tellPosition = at
    // asking for the present place changes nothing: the kernel's offset stays in use
    if (whence === 1 && offset === 0n && current === null) return 0
    if (fd < MAX_FDS) {
      i32[(TABLE + fd * 16) >> 2] = 1
      f64[(TABLE + fd * 16 + 8) >> 3] = Number(at)
    }
    return 0
  } catch (e) {
    return errnoOfError(e)
  }
}

/** True when writes to `fd` always go to the end. */
export function isAppend(fd: number): boolean {
  try {
    const m = /flags:\s+(\d+)/.exec(fs.readFileSync(`/proc/self/fdinfo/${fd}`, "latin1"))
    return m !== null && (Number.parseInt(m[1], 8) & fs.constants.O_APPEND) !== 0
  } catch {
    return false
  }
}
/** A write in append mode ended at the file's end. */
export function moveToEnd(fd: number): void {
  if (positionOf(fd) !== null) f64[(TABLE + fd * 16 + 8) >> 3] = fs.fstatSync(fd).size
}
