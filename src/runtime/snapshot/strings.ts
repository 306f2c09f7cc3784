/** The file's string table while it is written: equal strings once, "" is number 0. */
export class Strings {
  readonly list: string[] = [""]
  private readonly numbers = new Map<string, number>([["", 0]])
  add(s: string): number {
    let n = this.numbers.get(s)
    if (n === undefined) {
      n = this.list.push(s) - 1
      this.numbers.set(s, n)
    }
    return n
  }
}
