import { MoultFileError } from "../base/moultfile.ts"

/** The heap's bytes at their addresses, out of the ranges a file holds. Reading where there is no range gives 0. */
export class HeapBytes {
  private readonly starts: Float64Array
  private readonly ends: Float64Array
  private readonly views: DataView[]
  private last = 0

  /** Contents of HEAP sections, in the order of addresses. */
  constructor(sections: readonly Uint8Array[]) {
    const starts: number[] = []
    const ends: number[] = []
    this.views = []
    for (const bytes of sections) {
      const v = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      const n = bytes.length < 8 ? 0 : v.getUint32(0, true)
      let data = 8 + 8 * n
      for (let i = 0; i < n; i++) {
        if (data > bytes.length) throw new MoultFileError("the file is damaged: section HEAP is too short")
        const start = v.getUint32(8 + 8 * i, true)
        const end = v.getUint32(12 + 8 * i, true)
        if (end < start || data + end - start > bytes.length) throw new MoultFileError("the file is damaged: section HEAP is too short")
        starts.push(start)
        ends.push(end)
        this.views.push(new DataView(bytes.buffer, bytes.byteOffset + data, end - start))
        data += end - start
      }
    }
    this.starts = Float64Array.from(starts)
    this.ends = Float64Array.from(ends)
  }

  /** The range that holds `size` bytes at `at`, -1 if none does. */
  private range(at: number, size: number): number {
    const { starts, ends } = this
    let i = this.last
    if (at >= starts[i] && at + size <= ends[i]) return i
    let lo = 0
    let hi = starts.length - 1
    while (lo < hi) {
      const mid = (lo + hi + 1) >> 1
      if (starts[mid] <= at) lo = mid
      else hi = mid - 1
    }
    i = lo
    if (!(at >= starts[i] && at + size <= ends[i])) return -1
    this.last = i
    return i
  }

  byte(at: number): number {
    const i = this.range(at, 1)
    return i < 0 ? 0 : this.views[i].getUint8(at - this.starts[i])
  }
  int16(at: number): number {
    const i = this.range(at, 2)
    return i < 0 ? 0 : this.views[i].getInt16(at - this.starts[i], true)
  }
  int32(at: number): number {
    const i = this.range(at, 4)
    return i < 0 ? 0 : this.views[i].getInt32(at - this.starts[i], true)
  }
  double(at: number): number {
    const i = this.range(at, 8)
    return i < 0 ? 0 : this.views[i].getFloat64(at - this.starts[i], true)
  }
  /** A pointer, or a size: their upper half is 0 in a moult heap. */
  pointer(at: number): number {
    const i = this.range(at, 8)
    return i < 0 ? 0 : this.views[i].getUint32(at - this.starts[i], true)
  }
  /** Bytes as they lie in the file, not copied; empty if the file does not have them all. */
  slice(at: number, size: number): Uint8Array {
    const i = this.range(at, size)
    if (i < 0) return new Uint8Array(0)
    const v = this.views[i]
    return new Uint8Array(v.buffer, v.byteOffset + at - this.starts[i], size)
  }
  /** A NUL-terminated string. */
  cstring(at: number): string {
    let end = at
    while (end - at < 4096 && this.byte(end) !== 0) end++
    return new TextDecoder().decode(this.slice(at, end - at))
  }
}
