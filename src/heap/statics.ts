import { setptr, set64, setssize } from "./access.ts"
import { PyASCIIObject } from "./layout.ts"
import { STATIC_END, STATIC_START } from "./map.ts"
import type { Ref } from "./ref.ts"
import { attached, i32, u8 } from "./views.ts"

let top = STATIC_START
let frozen = false

/** Loading is over: from now on static memory may not grow, because other workers would not see the same addresses. */
export function freezeStatics(): void {
  frozen = true
}

/** Bytes of static memory (zeroed, 16-aligned), at the same address in every worker of one build. Load time only. */
export function staticAlloc(size: number): number {
  if (frozen) throw new Error("moult bug: static memory asked for after loading")
  const a = top
  top = (top + size + 15) & ~15
  if (top > STATIC_END) throw new Error("moult bug: static region is full")
  return a
}

/** Where static memory ends now. */
export function staticTop(): number {
  return top
}

const encoder = new TextEncoder()
// the length of a text is all that a worker of a living heap wants to know
const ASCII = /^[\0-\x7f]*$/

/** A static NUL-terminated UTF-8 string. */
export function cstr(s: string): number {
  if (attached && ASCII.test(s)) return staticAlloc(s.length + 1)
  const b = encoder.encode(s)
  const a = staticAlloc(b.length + 1)
  if (!attached) u8.set(b, a)
  return a
}

/** Space for a static type, GC head not included (static types are never tracked, as in CPython). */
export function staticType(): Ref {
  return staticAlloc(416) as Ref
}

/** Refcount of objects that are never freed. */
export const IMMORTAL = 999999999

const identifiers = new Map<string, Ref>()
let onIdentifier: ((op: Ref) => void) | null = null

/** From boot on, what completes an identifier that is first named by running code. */
export function setIdentifierHook(f: (op: Ref) => void): void {
  onIdentifier = f
}

/** The static interned str object of an ASCII identifier (`_Py_ID` in C): same address in every worker. `ob_type` is filled at boot. */
export function ID(s: string): Ref {
  let a = identifiers.get(s)
  if (a === undefined) {
    a = staticAlloc(PyASCIIObject.SIZE + s.length + 1) as Ref
    identifiers.set(s, a)
    if (!attached) {
      i32[a >> 2] = IMMORTAL
      setssize(a + PyASCIIObject.length, s.length)
      set64(a + PyASCIIObject.hash, -1, -1)
      // compact, ascii, ready, kind 1; boot interns it (state_interned = SSTATE_INTERNED_IMMORTAL)
      i32[(a + PyASCIIObject.state) >> 2] = (1 << 2) | (1 << 5) | (1 << 6) | (1 << 7)
      setptr(a + PyASCIIObject.wstr, 0)
      for (let i = 0; i < s.length; i++) u8[a + PyASCIIObject.SIZE + i] = s.charCodeAt(i)
      if (onIdentifier !== null) onIdentifier(a)
    }
  }
  return a
}

/** Every identifier made so far: boot gives them their type, hash and place in the interned dict. */
export function staticIdentifiers(): Iterable<[string, Ref]> {
  return identifiers
}
