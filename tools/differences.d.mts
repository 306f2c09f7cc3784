export interface Difference {
  name: string
  topic: string
  what: string
  cause: string
  instead: string
  program: string
  cpython: string
  moult: string
}
export function runUnderMoult(name: string): string
export function differences(): Difference[]
export function render(entries: readonly Difference[]): string
