import { ObjectFlag, ROOT_KINDS, type Table } from "../base/moultfile.ts"
import { unreachedHeads } from "./graph/components.ts"
import { type Dominators, dominators, type Progress, retainedSizes } from "./graph/dominators.ts"
import { type Graph, reverse } from "./graph/graph.ts"
import { type Nearest, nearest } from "./graph/paths.ts"
import type { Snapshot } from "./snapshot.ts"

const INTERNED = ROOT_KINDS.indexOf("interned")

function joined(a: Uint32Array, b: Uint32Array): Uint32Array {
  const both = new Uint32Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}

/**
 * The objects of a snapshot as a graph: node 0 is what holds objects from outside (the rows of ROOT), node i + 1 is row i of OBJS.
 * What the root does not reach is garbage that no collection has found yet, or static; one object of each such island is held by
 * node 0 too, so that every object has a dominator. What costs time is computed when first asked for, and kept.
 */
export class ObjectGraph {
  readonly snapshot: Snapshot
  readonly objects: Table<"OBJS">
  readonly graph: Graph
  /** The heads of garbage; static objects that nothing holds are not among them. */
  readonly garbage: Uint32Array
  /** Row of TYPE of each node; node 0 and unknown types: the number of rows. */
  readonly typeOf: Uint32Array
  private readonly rootRows = new Map<number, number[]>()
  private backward: Graph | undefined
  private shortest: Nearest | undefined
  private tree: Dominators | undefined
  private retainedBytes: Float64Array | undefined

  constructor(snapshot: Snapshot) {
    this.snapshot = snapshot
    this.objects = snapshot.table("OBJS")
    const rooted = this.readRoots()
    const plain = this.edges(rooted)
    const heads = unreachedHeads(plain)
    this.graph = heads.length === 0 ? plain : this.edges(joined(rooted, heads))
    this.garbage = heads.filter((v) => (this.objects.flags[v - 1] & ObjectFlag.STATIC) === 0)
    this.typeOf = this.readTypes()
  }

  get count(): number {
    return this.graph.count
  }

  /** The nodes that ROOT holds; interned strings are not kept alive by being interned. */
  private readRoots(): Uint32Array {
    const { rows, object, kind } = this.snapshot.table("ROOT")
    const rooted = new Set<number>()
    for (let r = 0; r < rows; r++) {
      const node = object[r] + 1
      const list = this.rootRows.get(node)
      if (list === undefined) this.rootRows.set(node, [r])
      else list.push(r)
      if (kind[r] !== INTERNED) rooted.add(node)
    }
    return Uint32Array.from(rooted).sort()
  }

  private edges(rooted: Uint32Array): Graph {
    const n = this.objects.rows
    const { first: rows } = this.snapshot.table("REFF")
    const { to: refs } = this.snapshot.table("REFT")
    const extra = rooted.length
    const first = new Uint32Array(n + 2)
    for (let i = 0; i <= n; i++) first[i + 1] = (rows[i] ?? refs.length) + extra
    const to = new Uint32Array(extra + refs.length)
    to.set(rooted)
    for (let e = 0; e < refs.length; e++) to[extra + e] = refs[e] + 1
    return { count: n + 1, first, to }
  }

  private readTypes(): Uint32Array {
    const { rows, address } = this.snapshot.table("TYPE")
    const row = new Map<number, number>()
    for (let t = 0; t < rows; t++) row.set(address[t], t)
    const n = this.objects.rows
    const typeOf = new Uint32Array(n + 1)
    typeOf[0] = rows
    for (let i = 0; i < n; i++) typeOf[i + 1] = row.get(this.objects.type[i]) ?? rows
    return typeOf
  }

  /** The node of the object at an address, 0 if there is none. OBJS is in the order of addresses. */
  nodeAt(address: number): number {
    const a = this.objects.address
    let lo = 0
    let hi = a.length
    while (lo < hi) {
      const mid = (lo + hi) >> 1
      if (a[mid] < address) lo = mid + 1
      else hi = mid
    }
    return a[lo] === address ? lo + 1 : 0
  }
  address(node: number): number {
    return node === 0 ? 0 : this.objects.address[node - 1]
  }
  size(node: number): number {
    return node === 0 ? 0 : this.objects.size[node - 1]
  }
  typeName(node: number): string {
    const { rows, name } = this.snapshot.table("TYPE")
    if (node === 0) return "<roots>"
    return this.typeOf[node] === rows ? "?" : this.snapshot.strings[name[this.typeOf[node]]]
  }
  /** Rows of ROOT that name the node. */
  roots(node: number): readonly number[] {
    return this.rootRows.get(node) ?? []
  }

  /** Who holds each node. */
  get holders(): Graph {
    this.backward ??= reverse(this.graph)
    return this.backward
  }
  get nearest(): Nearest {
    this.shortest ??= nearest(this.graph)
    return this.shortest
  }
  /** `progress` is called only by the call that computes. */
  dominators(progress?: Progress): Dominators {
    this.tree ??= dominators(this.graph, progress)
    return this.tree
  }
  /** Bytes that would be freed with each node. */
  retained(progress?: Progress): Float64Array {
    if (this.retainedBytes === undefined) {
      const sizes = new Float64Array(this.count)
      sizes.set(this.objects.size, 1)
      this.retainedBytes = retainedSizes(this.dominators(progress), sizes)
    }
    return this.retainedBytes
  }
}
