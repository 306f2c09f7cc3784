import { workerData } from "node:worker_threads"

/** What a worker is given at its start: the heap, and whether it already lives (a thread's worker) or is to be booted. */
export interface HeapShare {
  moultHeap: SharedArrayBuffer
  moultAttached: boolean
}

const share = workerData as HeapShare | null
const shared = share?.moultHeap

/** 1 GiB is reserved once; untouched pages cost nothing. Addresses stay below 2^30 (small integers in V8). */
export const HEAP_SIZE = shared ? shared.byteLength : 2 ** 30

/** True in a worker that joins a living heap: static data is then already there and must not be written again. */
export const attached = share?.moultAttached === true

/** The heap: every Python object lives in these bytes. The views below are the one exception to "top-level code declares". */
export const heap: SharedArrayBuffer = shared ?? new SharedArrayBuffer(HEAP_SIZE)
export const u8 = new Uint8Array(heap)
export const i8 = new Int8Array(heap)
export const u16 = new Uint16Array(heap)
export const i16 = new Int16Array(heap)
export const i32 = new Int32Array(heap)
export const u32 = new Uint32Array(heap)
export const f64 = new Float64Array(heap)
/** For unaligned or byte-swapped fields only (struct, marshal, memoryview). */
export const dv = new DataView(heap)
