// The elementary functions as glibc rounds them (nearly always correctly).

export function pow(x: number, y: number): number {
  return x ** y
}
