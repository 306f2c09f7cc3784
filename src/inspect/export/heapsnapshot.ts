import { ObjectFlag, ROOT_KINDS } from "../../base/moultfile.ts"
import { edgeLabels, rootLabel } from "../labels.ts"
import type { ObjectGraph } from "../objectgraph.ts"
import { shortText } from "../shapes.ts"

// V8's .heapsnapshot, which Chrome's and VS Code's memory panels open. Python's objects appear as V8's kinds: a class is a constructor,
// a str a string, a function a closure. Ids come from serials, so that DevTools compares two snapshots of one run.

const NODE_TYPES = ["hidden", "array", "string", "object", "code", "closure", "regexp", "number", "native", "synthetic"]
const EDGE_TYPES = ["context", "element", "property", "internal", "hidden", "shortcut", "weak"]
const META = {
  node_fields: ["type", "name", "id", "self_size", "edge_count", "trace_node_id", "detachedness"],
  node_types: [NODE_TYPES, "string", "number", "number", "number", "number", "number"],
  edge_fields: ["type", "name_or_index", "to_node"],
  edge_types: [EDGE_TYPES, "string_or_number", "node"],
  trace_function_info_fields: ["function_id", "name", "script_name", "script_id", "line", "column"],
  trace_node_fields: ["id", "function_info_index", "count", "size", "children"],
  sample_fields: ["timestamp_us", "last_assigned_id"],
  location_fields: ["object_index", "script_id", "line", "column"],
}
const KIND_OF_TYPE: Record<string, string> = {
  str: "string",
  int: "number",
  float: "number",
  function: "closure",
  builtin_function_or_method: "closure",
  method: "closure",
  code: "code",
}

/** The file in pieces: a big heap's text does not fit one string. */
export function* toHeapSnapshot(g: ObjectGraph): Generator<string> {
  const strings = new Map<string, number>()
  const str = (s: string): number => {
    let n = strings.get(s)
    if (n === undefined) strings.set(s, (n = strings.size))
    return n
  }
  const kinds = new Map(NODE_TYPES.map((name, i) => [name, i]))
  const edgeKind = new Map(EDGE_TYPES.map((name, i) => [name, i]))
  const [element, property, shortcut] = ["element", "property", "shortcut"].map((k) => edgeKind.get(k) as number)

  // before the objects: the root V8 looks for, "(GC roots)", and one node a kind of root
  const groups = rootGroups(g)
  const extra = 2 + groups.length
  const { first, to } = g.graph
  const at = (node: number): number => (node - 1 + extra) * META.node_fields.length
  const objects = g.count - 1
  const modules = groups.find((r) => r.name === "(module)")?.nodes ?? []
  const rootEdges = 1 + modules.length
  let edges = rootEdges + groups.length
  for (const r of groups) edges += r.nodes.length
  edges += to.length - first[1]

  yield `{"snapshot":${JSON.stringify({ meta: META, node_count: objects + extra, edge_count: edges, trace_function_count: 0 })},\n"nodes":[`
  const synthetic = kinds.get("synthetic") as number
  yield `${synthetic},${str("")},1,0,${rootEdges},0,0\n,${synthetic},${str("(GC roots)")},3,0,${groups.length},0,0\n`
  yield groups.map((r, i) => `,${synthetic},${str(r.name)},${5 + 2 * i},0,${r.nodes.length},0,0\n`).join("")
  let piece = ""
  const { serial, address } = g.objects
  for (let v = 1; v < g.count; v++) {
    const type = g.typeName(v)
    const kind = KIND_OF_TYPE[type] ?? "object"
    const name = kind === "string" || kind === "number" ? textOf(g, v, type) : type
    // odd numbers above those of the nodes made here for objects with a serial, even ones for the others
    const id = serial[v - 1] > 0 ? 2 * (serial[v - 1] + extra) + 1 : address[v - 1]
    piece += `,${kinds.get(kind)},${str(name)},${id},${g.size(v)},${first[v + 1] - first[v]},0,0\n`
    if (piece.length > 1 << 16) {
      yield piece
      piece = ""
    }
  }
  yield `${piece}],\n"edges":[`

  piece = `${property},${str("(GC roots)")},${META.node_fields.length}\n`
  for (const v of modules) piece += `,${shortcut},${str(rootLabel(g, v))},${at(v)}\n`
  groups.forEach((r, i) => (piece += `,${property},${str(r.name)},${(2 + i) * META.node_fields.length}\n`))
  for (const r of groups) for (const v of r.nodes) piece += `,${property},${str(rootLabel(g, v))},${at(v)}\n`
  for (let v = 1; v < g.count; v++) {
    if (first[v + 1] === first[v]) continue
    const labels = edgeLabels(g, v)
    for (let e = first[v], i = 0; e < first[v + 1]; e++, i++) {
      const label = labels.get(g.address(to[e]))
      if (typeof label === "number") piece += `,${element},${label},${at(to[e])}\n`
      else piece += `,${property},${str(label?.replace(/^\./, "") ?? `reference ${i}`)},${at(to[e])}\n`
    }
    if (piece.length > 1 << 16) {
      yield piece
      piece = ""
    }
  }
  yield `${piece}],\n"trace_function_infos":[],\n"trace_tree":[],\n"samples":[],\n"locations":[],\n"strings":[`
  // "" was the first string asked for
  piece = ""
  for (const s of strings.keys()) {
    piece += `${s === "" ? "" : ",\n"}${JSON.stringify(s)}`
    if (piece.length > 1 << 16) {
      yield piece
      piece = ""
    }
  }
  yield `${piece}]}\n`
}

function textOf(g: ObjectGraph, node: number, type: string): string {
  const text = shortText(g.snapshot.heap, g.address(node), type, 200)
  return type === "str" && text.startsWith('"') ? text.slice(1, -1) : text
}

/** The nodes that roots hold, by kind of root; garbage is a group of its own. */
function rootGroups(g: ObjectGraph): { name: string; nodes: number[] }[] {
  const { kind } = g.snapshot.table("ROOT")
  const groups = new Map<string, number[]>()
  for (let e = g.graph.first[0]; e < g.graph.first[1]; e++) {
    const v = g.graph.to[e]
    const rows = g.roots(v)
    const isStatic = (g.objects.flags[v - 1] & ObjectFlag.STATIC) !== 0
    const name =
      rows.length === 0 ? (isStatic ? "(static)" : "(garbage)") : `(${ROOT_KINDS[Math.min(...rows.map((r) => kind[r]))] ?? "unknown"})`
    const list = groups.get(name)
    if (list === undefined) groups.set(name, [v])
    else list.push(v)
  }
  return [...groups].map(([name, nodes]) => ({ name, nodes }))
}
