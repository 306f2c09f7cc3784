import { writeSync } from "node:fs"
import { base_calloc, base_free, base_malloc, base_realloc, Domain, setSlow } from "./domains.ts"
import { HG, Slow } from "./heapglobals.ts"
import { i32, u8 } from "./views.ts"

// Objects/obmalloc.c, the debug hooks. A block of n bytes is wrapped in 24 more:
//   ┌ n, big-endian 8 ┬ api id 1 ┬ FD × 7 ┬ data … ┬ FD × 8 ┐     fresh data is CD, freed blocks are filled with DD.

const enum PYMEM {
  CLEANBYTE = 0xcd,
  DEADBYTE = 0xdd,
  FORBIDDENBYTE = 0xfd,
  EXTRA = 24,
  ERASED = 64,
}
const IDS = "rmo"

function write_size(p: number, n: number): void {
  u8.fill(0, p, p + 4)
  u8[p + 4] = n >>> 24
  u8[p + 5] = n >>> 16
  u8[p + 6] = n >>> 8
  u8[p + 7] = n
}
function read_size(p: number): number {
  return (u8[p + 4] << 24) | (u8[p + 5] << 16) | (u8[p + 6] << 8) | u8[p + 7]
}
function decorate(p: number, domain: Domain, n: number): void {
  write_size(p, n)
  u8[p + 8] = IDS.charCodeAt(domain)
  u8.fill(PYMEM.FORBIDDENBYTE, p + 9, p + 16)
  u8.fill(PYMEM.FORBIDDENBYTE, p + 16 + n, p + 24 + n)
}
export function debug_malloc(domain: Domain, n: number): number {
  const p = base_malloc(domain, n + PYMEM.EXTRA)
  if (p === 0) return 0
  i32[HG.serialno >> 2]++
  decorate(p, domain, n)
  u8.fill(PYMEM.CLEANBYTE, p + 16, p + 16 + n)
  return p + 16
}
export function debug_calloc(domain: Domain, n: number): number {
  const p = base_calloc(domain, n + PYMEM.EXTRA)
  if (p === 0) return 0
  i32[HG.serialno >> 2]++
  decorate(p, domain, n)
  return p + 16
}
export function debug_free(domain: Domain, data: number): void {
  if (data === 0) return
  checkAddress("_PyMem_DebugRawFree", domain, data)
  const q = data - 16
  u8.fill(PYMEM.DEADBYTE, q, q + read_size(q) + PYMEM.EXTRA)
  base_free(domain, q)
}
export function debug_realloc(domain: Domain, data: number, n: number): number {
  if (data === 0) return debug_malloc(domain, n)
  checkAddress("_PyMem_DebugRawRealloc", domain, data)
  let head = data - 16
  const original = read_size(head)
  // the ends of the old block are marked dead while the block may move, then put back
  const save = u8.slice(data, data + Math.min(original, PYMEM.ERASED))
  const tailAt = Math.max(save.length, original - PYMEM.ERASED)
  const saveTail = u8.slice(data + tailAt, data + original)
  u8.fill(PYMEM.DEADBYTE, head, head + 16 + save.length)
  u8.fill(PYMEM.DEADBYTE, data + tailAt, data + original + 8)
  const r = base_realloc(domain, head, n + PYMEM.EXTRA)
  if (r === 0) n = original
  else {
    head = r
    i32[HG.serialno >> 2]++
  }
  decorate(head, domain, n)
  const d = head + 16
  u8.set(save.subarray(0, Math.min(n, save.length)), d)
  if (n > tailAt) u8.set(saveTail.subarray(0, n - tailAt), d + tailAt)
  if (r === 0) return 0
  if (n > original) u8.fill(PYMEM.CLEANBYTE, d + original, d + n)
  return d
}

type Fatal = (func: string, msg: string) => never

function defaultFatal(func: string, msg: string): never {
  writeSync(2, `Fatal Python error: ${func}: ${msg}\nPython runtime state: initialized\n\n`)
  process.abort()
}
let fatal: Fatal = defaultFatal
let dumpTraceback: (data: number) => void = () => {}

/** vm/ registers Py_FatalError, trace/ _PyMem_DumpTraceback, once at load. */
export function setFatalErrorHook(f: Fatal): void {
  fatal = f
}
export function setDumpTracebackHook(f: (data: number) => void): void {
  dumpTraceback = f
}

function hex2(b: number): string {
  return b.toString(16).padStart(2, "0")
}
/** _PyObject_DebugDumpAddress: what is known about the block, for the fatal report. */
export function _PyObject_DebugDumpAddress(p: number): string {
  let out = `Debug memory block at address p=0x${p.toString(16)}:`
  if (p === 0) return `${out}\n`
  out += ` API '${String.fromCharCode(u8[p - 8])}'\n`
  const n = read_size(p - 16)
  out += `    ${n} bytes originally requested\n    The 7 pad bytes at p-7 are `
  out += padReport(p - 7, 7, (i) => `p-${7 - i}`)
  if (!allForbidden(p - 7, 7)) {
    out += "    Because memory is corrupted at the start, the count of bytes requested\n"
    out += "       may be bogus, and checking the trailing pad bytes may segfault.\n"
  }
  const tail = p + n
  out += `    The 8 pad bytes at tail=0x${tail.toString(16)} are `
  out += padReport(tail, 8, (i) => `tail+${i}`)
  if (n > 0) {
    out += "    Data at p:"
    let q = p
    for (let i = 0; q < tail && i < 8; i++) out += ` ${hex2(u8[q++])}`
    if (q < tail) {
      if (tail - q > 8) {
        out += " ..."
        q = tail - 8
      }
      while (q < tail) out += ` ${hex2(u8[q++])}`
    }
    out += "\n"
  }
  return `${out}\n`
}
function allForbidden(a: number, n: number): boolean {
  for (let i = 0; i < n; i++) if (u8[a + i] !== PYMEM.FORBIDDENBYTE) return false
  return true
}
function padReport(a: number, n: number, name: (i: number) => string): string {
  if (allForbidden(a, n)) return "FORBIDDENBYTE, as expected.\n"
  let out = "not all FORBIDDENBYTE (0xfd):\n"
  for (let i = 0; i < n; i++) {
    const b = u8[a + i]
    out += `        at ${name(i)}: 0x${hex2(b)}${b === PYMEM.FORBIDDENBYTE ? "" : " *** OUCH"}\n`
  }
  return out
}
function die(func: string, data: number, msg: string): never {
  writeSync(2, _PyObject_DebugDumpAddress(data))
  dumpTraceback(data)
  fatal(func, msg)
}
function checkAddress(func: string, domain: Domain, p: number): void {
  const id = u8[p - 8]
  const api = IDS.charCodeAt(domain)
  if (id !== api) {
    const ids = [id, api].map((c) => String.fromCharCode(c))
    die(func, p, `bad ID: Allocated using API '${ids[0]}', verified using API '${ids[1]}'`)
  }
  if (!allForbidden(p - 7, 7)) die(func, p, "bad leading pad byte")
  if (!allForbidden(p + read_size(p - 16), 8)) die(func, p, "bad trailing pad byte")
}

const NAMES = ["pymalloc", "pymalloc_debug", "malloc", "malloc_debug"]

/** PYTHONMALLOC: before anything is allocated. @returns 0, or -1 for an unknown name. */
export function _PyMem_SetupAllocators(name: string): number {
  const full = name === "default" ? "pymalloc" : name === "debug" ? "pymalloc_debug" : name
  const mode = NAMES.indexOf(full)
  if (mode < 0) return -1
  i32[HG.malloc_mode >> 2] = mode
  setSlow(Slow.DEBUG, (mode & 1) !== 0)
  setSlow(Slow.MALLOC, (mode & 2) !== 0)
  return 0
}
export function _PyMem_GetCurrentAllocatorName(): string {
  return NAMES[i32[HG.malloc_mode >> 2]]
}
export function _PyMem_PymallocEnabled(): boolean {
  return (i32[HG.malloc_mode >> 2] & 2) === 0
}
