import { PbfWriter } from "pbf"
import type { Snapshot } from "../snapshot.ts"
import { type Measure, Stacks } from "../stacks.ts"

// The profile.proto of github.com/google/pprof, in the order Go's heap profiles have: `go tool pprof`, Grafana, Speedscope, Parca read it.

/** Field numbers of profile.proto. */
const enum Profile {
  sample_type = 1,
  sample = 2,
  location = 4,
  function = 5,
  string_table = 6,
  time_nanos = 9,
  duration_nanos = 10,
  period_type = 11,
  period = 12,
  comment = 13,
  default_sample_type = 14,
}

const TYPES: readonly [name: string, unit: string, measure: Measure, what: "counts" | "bytes"][] = [
  ["alloc_objects", "count", "total", "counts"],
  ["alloc_space", "bytes", "total", "bytes"],
  ["inuse_objects", "count", "live", "counts"],
  ["inuse_space", "bytes", "live", "bytes"],
]

/** Numbers given in the order of first use, from `start`. */
class Numbering<K> {
  readonly keys: K[] = []
  private readonly known = new Map<string, number>()
  private readonly start: number
  constructor(start: number) {
    this.start = start
  }
  of(id: string, key: K): number {
    let n = this.known.get(id)
    if (n === undefined) {
      n = this.keys.push(key) - 1 + this.start
      this.known.set(id, n)
    }
    return n
  }
}

/** A heap profile, gzipped by `gzip` as the format wants it. */
export function toPprof(snapshot: Snapshot, gzip: (bytes: Uint8Array) => Uint8Array): Uint8Array {
  const stacks = new Stacks(snapshot)
  const strings = new Numbering<string>(0)
  const str = (s: string): number => strings.of(s, s)
  str("")
  // a location is a line of a function; a function is a name in a file
  const functions = new Numbering<[name: number, file: number]>(1)
  const locations = new Numbering<[fn: number, line: number]>(1)
  const location = (frame: number): number => {
    const name = str(stacks.name(frame))
    const file = str(stacks.file(frame))
    const fn = functions.of(`${name} ${file}`, [name, file])
    return locations.of(`${fn} ${stacks.line(frame)}`, [fn, stacks.line(frame)])
  }

  const pbf = new PbfWriter()
  const valueType =
    (type: number, unit: number) =>
    (_: null, p: PbfWriter): void => {
      p.writeVarintField(1, type)
      p.writeVarintField(2, unit)
    }
  for (const [name, unit] of TYPES) pbf.writeMessage(Profile.sample_type, valueType(str(name), str(unit)), null)
  const columns = TYPES.map(([, , measure, what]) => stacks[what](measure))
  for (const s of stacks.used("live", "total")) {
    const where = stacks.frames(s).map(location)
    const values = columns.map((c) => c[s])
    pbf.writeMessage(
      Profile.sample,
      (_: null, p) => {
        p.writePackedVarint(1, where)
        p.writePackedVarint(2, values)
      },
      null,
    )
  }
  locations.keys.forEach(([fn, line], i) => {
    pbf.writeMessage(
      Profile.location,
      (_: null, p) => {
        p.writeVarintField(1, i + 1)
        p.writeMessage(
          4,
          (_: null, q) => {
            q.writeVarintField(1, fn)
            q.writeVarintField(2, line)
          },
          null,
        )
      },
      null,
    )
  })
  functions.keys.forEach(([name, file], i) => {
    pbf.writeMessage(
      Profile.function,
      (_: null, p) => {
        p.writeVarintField(1, i + 1)
        p.writeVarintField(2, name)
        p.writeVarintField(3, name)
        p.writeVarintField(4, file)
      },
      null,
    )
  })
  const { created, seconds, argv } = snapshot.meta
  const time = created === undefined ? Number.NaN : Date.parse(created)
  if (!Number.isNaN(time)) pbf.writeVarintField(Profile.time_nanos, time * 1e6)
  if (seconds !== undefined) pbf.writeVarintField(Profile.duration_nanos, Math.round(seconds * 1e9))
  pbf.writeMessage(Profile.period_type, valueType(str("space"), str("bytes")), null)
  pbf.writeVarintField(Profile.period, 1)
  pbf.writeVarintField(Profile.comment, str(`moult ${(argv ?? []).join(" ")}`.trim()))
  pbf.writeVarintField(Profile.default_sample_type, str("inuse_space"))
  for (const s of strings.keys) pbf.writeStringField(Profile.string_table, s)
  return gzip(pbf.finish())
}
