import type { Leak } from "./leaks.ts"

const EXCEPTION = /(Error|Exception|Warning|frame|traceback)$/

/** One sentence on what to change, from what is held and by what. */
export function adviceFor(leak: Omit<Leak, "advice">): string {
  const types = leak.parts.map((p) => p.type)
  const has = (...names: string[]): boolean => types.some((t) => names.includes(t))
  if (leak.kind === "uncollected cycles") {
    return "They hold each other, so no count reaches zero: break the cycle when done (weakref for the way back), or call gc.enable()."
  }
  if (leak.path.includes(".__defaults__") || leak.path.includes(".__kwdefaults__")) {
    return "A default argument is made once and shared by all calls: use None as the default and make a new one inside."
  }
  if (leak.path.startsWith("thread-local ")) {
    return "Thread-local data lives as long as its thread, and a pool's threads never end: clear it when the work is done."
  }
  if (types.some((t) => EXCEPTION.test(t))) {
    return "A kept exception keeps its traceback, and that every frame with its locals: keep its text, or call traceback.clear_frames()."
  }
  if (leak.path.includes("logging") || types.some((t) => t.startsWith("logging.") && t.endsWith("Handler"))) {
    return "Add a logging handler once at start, or take it away with removeHandler() and close() it."
  }
  if (has("generator", "coroutine", "async_generator")) {
    return "A suspended generator keeps its frame and locals: run it to its end, or close() it and let it go."
  }
  if (leak.type === "method") {
    return "A bound method keeps its owner alive: unsubscribe, or hold it as weakref.WeakMethod."
  }
  if (leak.type === "function" || has("cell")) {
    return "A function keeps all that its closure refers to: drop it when it is no longer needed, or pass in only what it uses."
  }
  if (/\["[A-Z]\w*"\]\.__dict__/.test(leak.path)) {
    return "A class attribute lives as long as the program: hold the instances in a weakref.WeakSet."
  }
  if (leak.holderText === "dict" || leak.holderText.endsWith("Dict") || leak.holderText.endsWith("dict")) {
    return "It never lets go: bound it (functools.lru_cache(maxsize=...)), or use weakref.WeakValueDictionary."
  }
  return "It only grows: take out what is done, or bound it (collections.deque(maxlen=...))."
}
