/** Any function a slot can hold. */
export type Fn = (...args: never[]) => unknown

/** Slots in the heap hold indexes into this table; 0 is NULL. Registration order is the same in every worker (same bundle). */
const fntable: Fn[] = [
  () => {
    throw new Error("moult bug: a NULL slot was called")
  },
]
const indexes = new Map<Fn, number>()

/** The index of `f`, registering it the first time. Called at load time only, so that every worker numbers alike. */
export function fnIndex(f: Fn): number {
  let i = indexes.get(f)
  if (i === undefined) {
    i = fntable.push(f) - 1
    indexes.set(f, i)
  }
  return i
}

/** The function a slot names: `fn<unaryfunc>(slot)(self)`. */
export function fn<T extends Fn>(index: number): T {
  return fntable[index] as T
}

/** The index of an already registered function, 0 if none: for comparing a slot with a known function. */
export function indexOfFn(f: Fn): number {
  return indexes.get(f) ?? 0
}
