// What the pages use of packages that bring no types.

declare module "d3-flame-graph" {
  export interface FlameNode {
    name: string
    value: number
    children: FlameNode[]
  }
  export interface FlameGraph {
    (selection: unknown): void
    width(px: number): FlameGraph
    cellHeight(px: number): FlameGraph
    minFrameSize(px: number): FlameGraph
    inverted(on: boolean): FlameGraph
    selfValue(on: boolean): FlameGraph
    sort(on: boolean): FlameGraph
    transitionDuration(ms: number): FlameGraph
    title(text: string): FlameGraph
    setLabelHandler(f: (d: { data: FlameNode; value: number; x0: number; x1: number }) => string): FlameGraph
    setDetailsElement(element: Element | null): FlameGraph
    search(term: string): void
    clear(): void
    resetZoom(): void
    destroy(): void
  }
  export default function flamegraph(): FlameGraph
}
declare module "d3-selection" {
  export function select(element: Element): { datum(data: unknown): { call(f: (selection: unknown) => void): void } }
}
declare module "*.css" {
  const text: string
  export default text
}
