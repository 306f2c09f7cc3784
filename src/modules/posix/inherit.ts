import { byte, setbyte } from "../../heap/access.ts"
import { staticAlloc } from "../../heap/statics.ts"

// Which descriptors a program that is started inherits (without close_fds). Node opens everything close-on-exec and passes descriptors by
// name, so the flag is kept here: one bit a descriptor, in the heap because all threads share it. The standard three start inheritable.

const MAX_FD = 4096
const STANDARD = 3
/** A set bit: not as the descriptor started. */
const CHANGED = staticAlloc(MAX_FD >> 3)

export function isInheritable(fd: number): boolean {
  const changed = fd < MAX_FD && (byte(CHANGED + (fd >> 3)) & (1 << (fd & 7))) !== 0
  return changed !== fd < STANDARD
}
/** @returns false for a descriptor beyond what can be kept. */
export function setInheritable(fd: number, on: boolean): boolean {
  if (fd >= MAX_FD) return !on
  const at = CHANGED + (fd >> 3)
  const bit = 1 << (fd & 7)
  setbyte(at, on === fd < STANDARD ? byte(at) & ~bit : byte(at) | bit)
  return true
}
/** The inheritable descriptors above the standard three, ascending. */
export function inheritableFds(): number[] {
  const fds: number[] = []
  for (let fd = STANDARD; fd < MAX_FD; fd++) if (isInheritable(fd)) fds.push(fd)
  return fds
}
