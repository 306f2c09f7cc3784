import { u8, u16, u32 } from "../../heap/views.ts"
import { eval_frame_handle_pending } from "../../vm/ceval_pending.ts"
import { category, charset, isAsciiWord, isUnicodeWord, lowerAscii, lowerUnicode } from "./chars.ts"
import { AT, INFO, MAXREPEAT, SRE } from "./constants.ts"

// The matching engine for the words that Lib/re/_compiler.py makes. CPython's sre_lib.h keeps a context for every pending sub-match;
// this one is a backtracking machine with two growing arrays:
//
//   choices  what to try when matching fails: frames of FRAME ints, the last one first
//   trail    what was changed since (marks, repeat counters …), so that a choice finds the state it was made in
//
// A sub-match that must not be re-entered once it has succeeded (look-around, atomic group, possessive repeat) starts with a barrier
// frame; its SUCCESS word drops the choices above the barrier. Nothing recurses, so no subject can overflow the stack.
// Positions are character indexes into the subject; words are indexes into u32.

const enum Kind {
  Branch,
  Greedy,
  GreedyLiteral,
  Lazy,
  UntilTail,
  UntilBody,
  Assert,
  AssertNot,
  Atomic,
  Possessive,
}
/** kind, word, position, a, b, height of the trail */
const FRAME = 6

let choices = new Int32Array(6 * 256)
let trail = new Int32Array(2 * 256)
let top = 0
let trailTop = 0

// The subject.
let kind = 1
let base = 0
let beginning = 0
/** One past the last position matching may look at. */
export let end = 0
export let start = 0
/** Where the last match ended. */
export let ptr = 0
export let mustAdvance = false
let matchAll = false

/** Marks of groups, two a group; -1 where unset. Valid up to `lastmark`. */
export let marks = new Int32Array(256)
export let lastmark = -1
export let lastindex = -1

/** Repeat contexts: word of REPEAT, count, last position, previous context. */
let repeats = new Int32Array(4 * 64)
let repeatTop = 0
let repeat = -1
let steps = 0

// Trail slots below 0 are the scalars; 0 … marks; from REPEAT_SLOTS on the repeat contexts.
const LASTMARK = -1
const LASTINDEX = -2
const REPEAT = -3
const REPEAT_SLOTS = 1 << 28

/** Set the subject: kind is bytes a character, `at` its address, all others character indexes. */
export function setSubject(charKind: number, at: number, first: number, from: number, to: number): void {
  kind = charKind
  base = charKind === 1 ? at : charKind === 2 ? at >> 1 : at >> 2
  beginning = first
  start = from
  end = to
  ptr = from
  mustAdvance = false
  resetGroups()
}
export function setStart(at: number): void {
  start = at
  ptr = at
}
export function setMustAdvance(value: boolean): void {
  mustAdvance = value
}
export function resetGroups(): void {
  lastmark = -1
  lastindex = -1
}
function at(i: number): number {
  return kind === 1 ? u8[base + i] : kind === 2 ? u16[base + i] : u32[base + i]
}

function growTrail(): void {
  const bigger = new Int32Array(trail.length * 2)
  bigger.set(trail)
  trail = bigger
}
function save(slot: number, old: number): void {
  if (trailTop + 2 > trail.length) growTrail()
  trail[trailTop++] = slot
  trail[trailTop++] = old
}
function restore(height: number): void {
  while (trailTop > height) {
    const old = trail[--trailTop]
    const slot = trail[--trailTop]
    if (slot >= REPEAT_SLOTS) repeats[slot - REPEAT_SLOTS] = old
    else if (slot >= 0) marks[slot] = old
    else if (slot === LASTMARK) lastmark = old
    else if (slot === LASTINDEX) lastindex = old
    else repeat = old
  }
}
function choose(k: Kind, pc: number, pos: number, a: number, b: number): void {
  if (top + FRAME > choices.length) {
    const bigger = new Int32Array(choices.length * 2)
    bigger.set(choices)
    choices = bigger
  }
  choices[top] = k
  choices[top + 1] = pc
  choices[top + 2] = pos
  choices[top + 3] = a
  choices[top + 4] = b
  choices[top + 5] = trailTop
  top += FRAME
}
function setMark(i: number, pos: number): void {
  if (i >= marks.length) {
    const bigger = new Int32Array(Math.max(marks.length * 2, i + 1))
    bigger.set(marks)
    marks = bigger
  }
  if (i & 1) {
    save(LASTINDEX, lastindex)
    lastindex = (i >> 1) + 1
  }
  if (i > lastmark) {
    for (let j = lastmark + 1; j < i; j++) {
      save(j, marks[j])
      marks[j] = -1
    }
    save(LASTMARK, lastmark)
    lastmark = i
  }
  save(i, marks[i])
  marks[i] = pos
}
function setRepeat(id: number): void {
  save(REPEAT, repeat)
  repeat = id
}
function setRepeatField(id: number, field: number, value: number): void {
  const slot = id * 4 + field
  save(REPEAT_SLOTS + slot, repeats[slot])
  repeats[slot] = value
}
function newRepeat(pc: number): number {
  if (repeatTop * 4 + 4 > repeats.length) {
    const bigger = new Int32Array(repeats.length * 2)
    bigger.set(repeats)
    repeats = bigger
  }
  const id = repeatTop++
  repeats[id * 4] = pc
  repeats[id * 4 + 1] = -1
  repeats[id * 4 + 2] = -1
  repeats[id * 4 + 3] = repeat
  return id
}

function isWordAt(i: number, unicode: boolean): boolean {
  if (i < beginning || i >= end) return false
  return unicode ? isUnicodeWord(at(i)) : isAsciiWord(at(i))
}
function atPosition(code: number, pos: number): boolean {
  switch (code) {
    case AT.BEGINNING:
    case AT.BEGINNING_STRING:
      return pos === beginning
    case AT.BEGINNING_LINE:
      return pos === beginning || at(pos - 1) === 10
    case AT.END:
      return (end - pos === 1 && at(pos) === 10) || pos === end
    case AT.END_LINE:
      return pos === end || at(pos) === 10
    case AT.END_STRING:
      return pos === end
    case AT.BOUNDARY:
    case AT.LOC_BOUNDARY:
      return beginning !== end && isWordAt(pos - 1, false) !== isWordAt(pos, false)
    case AT.NON_BOUNDARY:
    case AT.LOC_NON_BOUNDARY:
      return beginning !== end && isWordAt(pos - 1, false) === isWordAt(pos, false)
    case AT.UNI_BOUNDARY:
      return beginning !== end && isWordAt(pos - 1, true) !== isWordAt(pos, true)
    case AT.UNI_NON_BOUNDARY:
      return beginning !== end && isWordAt(pos - 1, true) === isWordAt(pos, true)
    default:
      return false
  }
}

/** Does the one-character item at word `pc` match character `c`? */
function one(pc: number, c: number): boolean {
  switch (u32[pc]) {
    case SRE.LITERAL:
      return c === u32[pc + 1]
    case SRE.NOT_LITERAL:
      return c !== u32[pc + 1]
    case SRE.ANY:
      return c !== 10
    case SRE.ANY_ALL:
      return true
    case SRE.IN:
      return charset(pc + 2, c)
    case SRE.CATEGORY:
      return category(u32[pc + 1], c)
    case SRE.LITERAL_IGNORE:
    case SRE.LITERAL_LOC_IGNORE:
      return lowerAscii(c) === u32[pc + 1]
    case SRE.NOT_LITERAL_IGNORE:
    case SRE.NOT_LITERAL_LOC_IGNORE:
      return lowerAscii(c) !== u32[pc + 1]
    case SRE.LITERAL_UNI_IGNORE:
      return lowerUnicode(c) === u32[pc + 1]
    case SRE.NOT_LITERAL_UNI_IGNORE:
      return lowerUnicode(c) !== u32[pc + 1]
    case SRE.IN_IGNORE:
    case SRE.IN_LOC_IGNORE:
      return charset(pc + 2, lowerAscii(c))
    case SRE.IN_UNI_IGNORE:
      return charset(pc + 2, lowerUnicode(c))
    default:
      return false
  }
}
/** How many characters from `pos` on the item at `pc` matches, at most `max`. */
function count(pc: number, pos: number, max: number): number {
  const stop = max === MAXREPEAT || max > end - pos ? end : pos + max
  let i = pos
  switch (u32[pc]) {
    case SRE.ANY_ALL:
      return stop - pos
    case SRE.ANY:
      while (i < stop && at(i) !== 10) i++
      return i - pos
    case SRE.LITERAL: {
      const c = u32[pc + 1]
      while (i < stop && at(i) === c) i++
      return i - pos
    }
    case SRE.NOT_LITERAL: {
      const c = u32[pc + 1]
      while (i < stop && at(i) !== c) i++
      return i - pos
    }
    case SRE.IN: {
      const set = pc + 2
      while (i < stop && charset(set, at(i))) i++
      return i - pos
    }
    default:
      while (i < stop && one(pc, at(i))) i++
      return i - pos
  }
}
function sameText(group: number, pos: number, fold: (c: number) => number): number {
  const g = group * 2
  if (g >= lastmark) return -1
  const from = marks[g]
  const to = marks[g + 1]
  if (from < 0 || to < from || pos + (to - from) > end) return -1
  for (let i = from; i < to; i++) if (fold(at(pos + i - from)) !== fold(at(i))) return -1
  return pos + (to - from)
}
function same(c: number): number {
  return c
}

/** The machine's answers. */
export const enum Result {
  Fail = 0,
  Match = 1,
  /** A signal handler raised; the error is set. */
  Interrupted = -1,
}

/** Match the words at `pc` from `ptr` on: sets ptr and the marks. `toplevel`: mustAdvance and matchAll count. */
function match(first: number, toplevel: boolean): Result {
  top = 0
  trailTop = 0
  repeatTop = 0
  repeat = -1
  let pc = first
  let pos = ptr
  if (u32[pc] === SRE.INFO) {
    if (u32[pc + 3] > end - pos) return Result.Fail
    pc += u32[pc + 1] + 1
  }
  for (;;) {
    if ((++steps & 0xfffff) === 0 && eval_frame_handle_pending() < 0) return Result.Interrupted
    let ok = true
    const op = u32[pc]
    switch (op) {
      case SRE.MARK:
        setMark(u32[pc + 1], pos)
        pc += 2
        break
      case SRE.LITERAL:
        ok = pos < end && at(pos) === u32[pc + 1]
        pos++
        pc += 2
        break
      case SRE.IN:
        ok = pos < end && charset(pc + 2, at(pos))
        pos++
        pc += 1 + u32[pc + 1]
        break
      case SRE.IN_IGNORE:
      case SRE.IN_UNI_IGNORE:
      case SRE.IN_LOC_IGNORE:
        ok = pos < end && one(pc, at(pos))
        pos++
        pc += 1 + u32[pc + 1]
        break
      case SRE.ANY:
      case SRE.ANY_ALL:
        ok = pos < end && one(pc, at(pos))
        pos++
        pc++
        break
      case SRE.NOT_LITERAL:
      case SRE.CATEGORY:
      case SRE.LITERAL_IGNORE:
      case SRE.LITERAL_UNI_IGNORE:
      case SRE.LITERAL_LOC_IGNORE:
      case SRE.NOT_LITERAL_IGNORE:
      case SRE.NOT_LITERAL_UNI_IGNORE:
      case SRE.NOT_LITERAL_LOC_IGNORE:
        ok = pos < end && one(pc, at(pos))
        pos++
        pc += 2
        break
      case SRE.AT:
        ok = atPosition(u32[pc + 1], pos)
        pc += 2
        break
      case SRE.JUMP:
      case SRE.INFO:
        pc += 1 + u32[pc + 1]
        break
      case SRE.SUCCESS: {
        const barrier = innermostBarrier()
        if (barrier < 0) {
          if (toplevel && ((matchAll && pos !== end) || (mustAdvance && pos === start))) {
            ok = false
            break
          }
          ptr = pos
          return Result.Match
        }
        // the sub-match succeeded: its choices are dropped with the barrier
        const k = choices[barrier]
        const after = choices[barrier + 1]
        const from = choices[barrier + 2]
        if (k === Kind.AssertNot) {
          restore(choices[barrier + 5])
          top = barrier
          ok = false
        } else if (k === Kind.Possessive) {
          const done = choices[barrier + 3] + 1
          top = barrier
          const min = u32[after + 2]
          const max = u32[after + 3]
          const more = done < min || ((done < max || max === MAXREPEAT) && pos !== from)
          if (more) {
            choose(Kind.Possessive, after, pos, done, from)
            pc = after + 4
          } else pc = after + 1 + u32[after + 1] + 1
        } else {
          top = barrier
          pc = after
          if (k === Kind.Assert) pos = from
        }
        break
      }
      case SRE.BRANCH:
        pc = branch(pc + 1, pos)
        ok = pc >= 0
        break
      case SRE.REPEAT_ONE: {
        const min = u32[pc + 2]
        if (min > end - pos) {
          ok = false
          break
        }
        const n = count(pc + 4, pos, u32[pc + 3])
        const tail = pc + 1 + u32[pc + 1]
        if (n < min) {
          ok = false
          break
        }
        if (n > min) choose(u32[tail] === SRE.LITERAL ? Kind.GreedyLiteral : Kind.Greedy, tail, pos + n - 1, pos + min, 0)
        pos += n
        pc = tail
        break
      }
      case SRE.MIN_REPEAT_ONE: {
        const min = u32[pc + 2]
        if (min > end - pos || (min > 0 && count(pc + 4, pos, min) < min)) {
          ok = false
          break
        }
        pos += min
        choose(Kind.Lazy, pc, pos, min, 0)
        pc += 1 + u32[pc + 1]
        break
      }
      case SRE.POSSESSIVE_REPEAT_ONE: {
        const min = u32[pc + 2]
        const n = min > end - pos ? -1 : count(pc + 4, pos, u32[pc + 3])
        ok = n >= min
        pos += n
        pc += 1 + u32[pc + 1]
        break
      }
      case SRE.REPEAT: {
        const id = newRepeat(pc)
        setRepeat(id)
        pc += 1 + u32[pc + 1]
        break
      }
      case SRE.MAX_UNTIL: {
        const id = repeat
        const body = repeats[id * 4]
        const done = repeats[id * 4 + 1] + 1
        const max = u32[body + 3]
        if (done < u32[body + 2]) {
          setRepeatField(id, 1, done)
          pc = body + 4
        } else if ((done < max || max === MAXREPEAT) && pos !== repeats[id * 4 + 2]) {
          choose(Kind.UntilTail, pc + 1, pos, id, 0)
          setRepeatField(id, 1, done)
          setRepeatField(id, 2, pos)
          pc = body + 4
        } else {
          setRepeat(repeats[id * 4 + 3])
          pc++
        }
        break
      }
      case SRE.MIN_UNTIL: {
        const id = repeat
        const body = repeats[id * 4]
        const done = repeats[id * 4 + 1] + 1
        if (done < u32[body + 2]) {
          setRepeatField(id, 1, done)
          pc = body + 4
        } else {
          choose(Kind.UntilBody, pc, pos, id, done)
          setRepeat(repeats[id * 4 + 3])
          pc++
        }
        break
      }
      case SRE.ATOMIC_GROUP:
        choose(Kind.Atomic, pc + 1 + u32[pc + 1], pos, 0, 0)
        pc += 2
        break
      case SRE.POSSESSIVE_REPEAT:
        if (u32[pc + 3] === 0) pc += 1 + u32[pc + 1] + 1
        else {
          choose(Kind.Possessive, pc, pos, 0, -1)
          pc += 4
        }
        break
      case SRE.ASSERT: {
        const back = u32[pc + 2]
        if (pos - beginning < back) {
          ok = false
          break
        }
        choose(Kind.Assert, pc + 1 + u32[pc + 1], pos, 0, 0)
        pos -= back
        pc += 3
        break
      }
      case SRE.ASSERT_NOT: {
        const back = u32[pc + 2]
        const after = pc + 1 + u32[pc + 1]
        if (pos - beginning < back) {
          pc = after
          break
        }
        choose(Kind.AssertNot, after, pos, 0, 0)
        pos -= back
        pc += 3
        break
      }
      case SRE.GROUPREF:
      case SRE.GROUPREF_IGNORE:
      case SRE.GROUPREF_LOC_IGNORE:
      case SRE.GROUPREF_UNI_IGNORE: {
        const to = sameText(u32[pc + 1], pos, op === SRE.GROUPREF ? same : op === SRE.GROUPREF_UNI_IGNORE ? lowerUnicode : lowerAscii)
        ok = to >= 0
        pos = to
        pc += 2
        break
      }
      case SRE.GROUPREF_EXISTS: {
        const g = u32[pc + 1] * 2
        const set = g < lastmark && marks[g] >= 0 && marks[g + 1] >= marks[g]
        pc += set ? 3 : 1 + u32[pc + 2]
        break
      }
      default:
        ok = false
    }
    if (ok) continue
    // ---- fail: take the last choice ----
    for (;;) {
      if (top === 0) return Result.Fail
      const f = top - FRAME
      const k = choices[f]
      restore(choices[f + 5])
      pc = choices[f + 1]
      pos = choices[f + 2]
      if (k === Kind.Branch) {
        top = f
        pc = branch(pc, pos)
        if (pc < 0) continue
      } else if (k === Kind.Greedy) {
        if (pos > choices[f + 3]) choices[f + 2] = pos - 1
        else top = f
      } else if (k === Kind.GreedyLiteral) {
        const c = u32[pc + 1]
        const least = choices[f + 3]
        while (pos >= least && (pos >= end || at(pos) !== c)) pos--
        if (pos < least) {
          top = f
          continue
        }
        if (pos > least) choices[f + 2] = pos - 1
        else top = f
      } else if (k === Kind.Lazy) {
        const done = choices[f + 3]
        const max = u32[pc + 3]
        if ((max !== MAXREPEAT && done >= max) || pos >= end || !one(pc + 4, at(pos))) {
          top = f
          continue
        }
        pos++
        choices[f + 2] = pos
        choices[f + 3] = done + 1
        pc += 1 + u32[pc + 1]
      } else if (k === Kind.UntilTail) {
        const id = choices[f + 3]
        top = f
        setRepeat(repeats[id * 4 + 3])
      } else if (k === Kind.UntilBody) {
        const id = choices[f + 3]
        const done = choices[f + 4]
        const body = repeats[id * 4]
        const max = u32[body + 3]
        top = f
        if ((done >= max && max !== MAXREPEAT) || pos === repeats[id * 4 + 2]) continue
        setRepeatField(id, 1, done)
        setRepeatField(id, 2, pos)
        pc = body + 4
      } else if (k === Kind.AssertNot) {
        top = f
      } else if (k === Kind.Possessive) {
        top = f
        if (choices[f + 3] < u32[pc + 2]) continue
        pc += 1 + u32[pc + 1] + 1
      } else {
        // a look-ahead or atomic group that failed
        top = f
        continue
      }
      break
    }
  }
}
/** The barrier frame of the sub-match that runs now, -1 at the outermost level. */
function innermostBarrier(): number {
  for (let f = top - FRAME; f >= 0; f -= FRAME) if (choices[f] >= Kind.Assert) return f
  return -1
}
/** The first alternative of a BRANCH (its skip word at `alt`) that can match at `pos`; the others become a choice. -1: none. */
function branch(alt: number, pos: number): number {
  for (let a = alt; u32[a] !== 0; a += u32[a]) {
    const op = u32[a + 1]
    if (op === SRE.LITERAL && (pos >= end || at(pos) !== u32[a + 2])) continue
    if (op === SRE.IN && (pos >= end || !charset(a + 3, at(pos)))) continue
    const next = a + u32[a]
    if (u32[next] !== 0) choose(Kind.Branch, next, pos, 0, 0)
    return a + 1
  }
  return -1
}

/** Match at `start`; `all`: up to the end (fullmatch). */
export function matchHere(code: number, all: boolean): Result {
  matchAll = all
  ptr = start
  const r = match(code, true)
  matchAll = false
  return r
}

/** Find the first match from `start` on; `start` is then where it begins. */
export function search(code: number): Result {
  let p = start
  if (p > end) return Result.Fail
  let pc = code
  let stop = end
  let prefix = 0
  let prefixLen = 0
  let prefixSkip = 0
  let set = 0
  let flags = 0
  if (u32[pc] === SRE.INFO) {
    flags = u32[pc + 2]
    const min = u32[pc + 3]
    if (min && end - p < min) return Result.Fail
    if (min > 1) stop = Math.max(p, end - (min - 1))
    if (flags & INFO.PREFIX) {
      prefixLen = u32[pc + 5]
      prefixSkip = u32[pc + 6]
      prefix = pc + 7
    } else if (flags & INFO.CHARSET) set = pc + 5
    pc += 1 + u32[pc + 1]
  }
  if (prefixLen > 0) {
    mustAdvance = false
    const c = u32[prefix]
    const last = end - prefixLen
    for (; p <= last; p++) {
      if (at(p) !== c) continue
      let i = 1
      while (i < prefixLen && at(p + i) === u32[prefix + i]) i++
      if (i < prefixLen) continue
      start = p
      ptr = p + prefixSkip
      if (flags & INFO.LITERAL) return Result.Match
      const r = match(pc + 2 * prefixSkip, false)
      if (r !== Result.Fail) return r
      resetGroups()
    }
    return Result.Fail
  }
  if (set) {
    mustAdvance = false
    for (; ; p++) {
      while (p < end && !charset(set, at(p))) p++
      if (p >= end) return Result.Fail
      start = p
      ptr = p
      const r = match(pc, false)
      if (r !== Result.Fail) return r
      resetGroups()
    }
  }
  start = p
  ptr = p
  let r = match(pc, true)
  mustAdvance = false
  if (r === Result.Fail && u32[pc] === SRE.AT && (u32[pc + 1] === AT.BEGINNING || u32[pc + 1] === AT.BEGINNING_STRING)) {
    start = stop
    ptr = stop
    return Result.Fail
  }
  while (r === Result.Fail && p < stop) {
    p++
    resetGroups()
    start = p
    ptr = p
    r = match(pc, false)
  }
  return r
}
