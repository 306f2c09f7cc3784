import { Domain, slow_calloc, slow_free, slow_malloc, slow_realloc } from "./domains.ts"
import { HG, Kind, Pool, Tables } from "./heapglobals.ts"
import { fallback_free, fallback_malloc, py_calloc, py_realloc, pymalloc_alloc, pymalloc_free } from "./pymalloc.ts"
import { raw_calloc, raw_free, raw_malloc, raw_realloc } from "./rawmalloc.ts"
import { i32, u8 } from "./views.ts"

// The allocator's front: PyMem_Raw*, PyMem_*, PyObject_*. Addresses come back, 0 when there is no memory (no error is set).
// Everything runs under the interpreter lock, the raw domain too.

export { _Py_GetAllocatedBlocks, _PyDebugAllocatorStats, _PyObject_DebugMallocStats } from "./memstats.ts"
export { _PyMem_GetCurrentAllocatorName, _PyMem_SetupAllocators } from "./debugalloc.ts"

export function PyObject_Malloc(n: number): number {
  if (i32[HG.slow >> 2] !== 0) return slow_malloc(Domain.OBJ, n)
  if (n <= 512 && n > 0) {
    const p = pymalloc_alloc(n)
    if (p !== 0) return p
  }
  return fallback_malloc(n)
}
/** Zeroed memory for `nelem` elements. */
export function PyObject_Calloc(nelem: number, elsize: number): number {
  if (i32[HG.slow >> 2] !== 0) return slow_calloc(Domain.OBJ, nelem * elsize)
  return py_calloc(nelem * elsize)
}
/** The old block stays valid when 0 comes back. */
export function PyObject_Realloc(p: number, n: number): number {
  if (i32[HG.slow >> 2] !== 0) return slow_realloc(Domain.OBJ, p, n)
  return py_realloc(p, n)
}
export function PyObject_Free(p: number): void {
  if (i32[HG.slow >> 2] !== 0) slow_free(Domain.OBJ, p)
  else if (u8[Tables.kind + (p >> Pool.BITS)] === Kind.ARENA) pymalloc_free(p)
  else fallback_free(p)
}

export function PyMem_Malloc(n: number): number {
  if (i32[HG.slow >> 2] !== 0) return slow_malloc(Domain.MEM, n)
  if (n <= 512 && n > 0) {
    const p = pymalloc_alloc(n)
    if (p !== 0) return p
  }
  return fallback_malloc(n)
}
export function PyMem_Calloc(nelem: number, elsize: number): number {
  if (i32[HG.slow >> 2] !== 0) return slow_calloc(Domain.MEM, nelem * elsize)
  return py_calloc(nelem * elsize)
}
export function PyMem_Realloc(p: number, n: number): number {
  if (i32[HG.slow >> 2] !== 0) return slow_realloc(Domain.MEM, p, n)
  return py_realloc(p, n)
}
export function PyMem_Free(p: number): void {
  if (i32[HG.slow >> 2] !== 0) slow_free(Domain.MEM, p)
  else if (u8[Tables.kind + (p >> Pool.BITS)] === Kind.ARENA) pymalloc_free(p)
  else fallback_free(p)
}

export function PyMem_RawMalloc(n: number): number {
  if (i32[HG.slow >> 2] !== 0) return slow_malloc(Domain.RAW, n)
  return raw_malloc(n)
}
export function PyMem_RawCalloc(nelem: number, elsize: number): number {
  if (i32[HG.slow >> 2] !== 0) return slow_calloc(Domain.RAW, nelem * elsize)
  return raw_calloc(nelem * elsize)
}
export function PyMem_RawRealloc(p: number, n: number): number {
  if (i32[HG.slow >> 2] !== 0) return slow_realloc(Domain.RAW, p, n)
  return raw_realloc(p, n)
}
export function PyMem_RawFree(p: number): void {
  if (i32[HG.slow >> 2] !== 0) slow_free(Domain.RAW, p)
  else raw_free(p)
}

/** Memory for the data stacks (C: straight from the arena allocator): never traced, never made to fail. */
export function _PyObject_VirtualAlloc(n: number): number {
  return raw_malloc(n)
}
export function _PyObject_VirtualFree(p: number, _size: number): void {
  raw_free(p)
}
