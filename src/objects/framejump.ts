import { Op, stackEffect } from "../base/opcodes.ts"
import { int32, ptr } from "../heap/access.ts"
import { calloca, cstackMark, cstackReset } from "../heap/cstack.ts"
import { PyBytesObject, PyCodeObject } from "../heap/layout.ts"
import type { Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_SIZE } from "../heap/refcount.ts"
import { u8 } from "../heap/views.ts"
import { _PyCode_InitAddressRange, _PyLineTable_NextAddressRange, PyCodeAddressRange as R } from "./code/linetable.ts"
import { _PyCode_GetCode } from "./codeobject.ts"

// Objects/frameobject.c: where a trace function may jump to. A stack is a number: three bits an entry, the top lowest.

export const enum Kind {
  Iterator = 1,
  Except = 2,
  Object = 3,
  Null = 4,
  Lasti = 5,
}

export const UNINITIALIZED = -2n
export const OVERFLOWED = -1n
const WILL_OVERFLOW = 1n << 60n
const BACKWARD: readonly number[] = [
  Op.POP_JUMP_BACKWARD_IF_FALSE,
  Op.POP_JUMP_BACKWARD_IF_TRUE,
  Op.POP_JUMP_BACKWARD_IF_NONE,
  Op.POP_JUMP_BACKWARD_IF_NOT_NONE,
]

function push(stack: bigint, kind: number): bigint {
  return stack < 0n || stack >= WILL_OVERFLOW ? OVERFLOWED : (stack << 3n) | BigInt(kind)
}
export function popStack(stack: bigint): bigint {
  return stack >> 3n
}
export function topOfStack(stack: bigint): number {
  return Number(stack & 7n)
}
function peek(stack: bigint, n: number): number {
  return Number((stack >> BigInt(3 * (n - 1))) & 7n)
}
function swap(stack: bigint, n: number): bigint {
  const shift = BigInt(3 * (n - 1))
  const other = BigInt(peek(stack, n))
  const low = (stack & ~(7n << shift)) | ((stack & 7n) << shift)
  return (low & ~7n) | other
}
function popToLevel(stack: bigint, level: number): bigint {
  if (level === 0) return 0n
  const max = 7n << BigInt((level - 1) * 3)
  while (stack > max) stack = popStack(stack)
  return stack
}

/** The kinds of values on the stack before each code unit. */
export function mark_stacks(code: Ref): bigint[] {
  const $co = _PyCode_GetCode(code)
  const at = $co + PyBytesObject.ob_sval
  const len = Py_SIZE($co) >> 1
  const op = (i: number): number => u8[at + i * 2]
  const arg = (i: number): number => {
    let oparg = u8[at + i * 2 + 1]
    for (let k = 1; k <= 3 && i >= k && op(i - k) === Op.EXTENDED_ARG; k++) oparg |= u8[at + (i - k) * 2 + 1] << (8 * k)
    return oparg
  }
  const stacks: bigint[] = new Array<bigint>(len + 1).fill(UNINITIALIZED)
  stacks[0] = (int32(code + PyCodeObject.co_flags) & 0x2a0) !== 0 ? push(0n, Kind.Object) : 0n
  let todo = true
  while (todo) {
    todo = false
    for (let i = 0; i < len; i++) {
      let next = stacks[i]
      if (next === UNINITIALIZED) continue
      const opcode = op(i)
      switch (opcode) {
        case Op.JUMP_IF_FALSE_OR_POP:
        case Op.JUMP_IF_TRUE_OR_POP:
        case Op.POP_JUMP_FORWARD_IF_FALSE:
        case Op.POP_JUMP_BACKWARD_IF_FALSE:
        case Op.POP_JUMP_FORWARD_IF_TRUE:
        case Op.POP_JUMP_BACKWARD_IF_TRUE:
        case Op.POP_JUMP_FORWARD_IF_NONE:
        case Op.POP_JUMP_BACKWARD_IF_NONE:
        case Op.POP_JUMP_FORWARD_IF_NOT_NONE:
        case Op.POP_JUMP_BACKWARD_IF_NOT_NONE: {
          const backward = BACKWARD.includes(opcode)
          const j = backward ? i + 1 - arg(i) : i + 1 + arg(i)
          if (stacks[j] === UNINITIALIZED && j < i) todo = true
          const keep = opcode === Op.JUMP_IF_FALSE_OR_POP || opcode === Op.JUMP_IF_TRUE_OR_POP
          stacks[j] = keep ? next : popStack(next)
          stacks[i + 1] = popStack(next)
          break
        }
        case Op.SEND:
          stacks[arg(i) + i + 1] = popStack(next)
          stacks[i + 1] = next
          break
        case Op.JUMP_FORWARD:
          stacks[arg(i) + i + 1] = next
          break
        case Op.JUMP_BACKWARD:
        case Op.JUMP_BACKWARD_NO_INTERRUPT: {
          const j = i + 1 - arg(i)
          if (stacks[j] === UNINITIALIZED && j < i) todo = true
          stacks[j] = next
          break
        }
        case Op.GET_ITER:
        case Op.GET_AITER:
          stacks[i + 1] = push(popStack(next), Kind.Iterator)
          break
        case Op.FOR_ITER:
          stacks[i + 1] = push(next, Kind.Object)
          stacks[arg(i) + i + 1] = popStack(next)
          break
        case Op.END_ASYNC_FOR:
          stacks[i + 1] = popStack(popStack(next))
          break
        case Op.PUSH_EXC_INFO:
          stacks[i + 1] = push(next, Kind.Except)
          break
        case Op.POP_EXCEPT:
          stacks[i + 1] = popStack(next)
          break
        case Op.RETURN_VALUE:
        case Op.RAISE_VARARGS:
        case Op.RERAISE:
          break
        case Op.PUSH_NULL:
          stacks[i + 1] = push(next, Kind.Null)
          break
        case Op.LOAD_GLOBAL:
          if ((u8[at + i * 2 + 1] & 1) !== 0) next = push(next, Kind.Null)
          stacks[i + 1] = push(next, Kind.Object)
          break
        case Op.LOAD_METHOD:
          stacks[i + 1] = push(push(popStack(next), Kind.Null), Kind.Object)
          break
        case Op.CALL:
          stacks[i + 1] = push(popStack(popStack(next)), Kind.Object)
          break
        case Op.SWAP:
          stacks[i + 1] = swap(next, arg(i))
          break
        case Op.COPY:
          stacks[i + 1] = push(next, peek(next, arg(i)))
          break
        default: {
          let delta = stackEffect(opcode, arg(i), -1)
          for (; delta < 0; delta++) next = popStack(next)
          for (; delta > 0; delta--) next = push(next, Kind.Object)
          stacks[i + 1] = next
        }
      }
    }
    if (markHandlers(code, stacks)) todo = true
  }
  Py_DECREF($co)
  return stacks
}

/** Exception handlers whose protected code is reached. True: new ones were found. */
function markHandlers(code: Ref, stacks: bigint[]): boolean {
  const table = ptr(code + PyCodeObject.co_exceptiontable)
  let p = table + PyBytesObject.ob_sval
  const end = p + Py_SIZE(table)
  const varint = (): number => {
    let v = u8[p] & 63
    while ((u8[p++] & 64) !== 0) v = (v << 6) | (u8[p] & 63)
    return v
  }
  let todo = false
  while (p < end) {
    const start = varint()
    varint()
    const handler = varint()
    const depth = varint()
    if (stacks[start] === UNINITIALIZED || stacks[handler] !== UNINITIALIZED) continue
    todo = true
    let target = popToLevel(stacks[start], depth >> 1)
    if ((depth & 1) !== 0) target = push(target, Kind.Lasti)
    stacks[handler] = push(target, Kind.Except)
  }
  return todo
}

export function compatible_stack(from: bigint, to: bigint): boolean {
  if (from < 0n || to < 0n) return false
  while (from > to) from = popStack(from)
  while (from !== 0n) {
    const a = topOfStack(from)
    const b = topOfStack(to)
    const ok = b === 0 ? false : b === Kind.Object ? a !== Kind.Null : b === Kind.Null ? true : a === b
    if (!ok) return false
    from = popStack(from)
    to = popStack(to)
  }
  return to === 0n
}

export function explain_incompatible_stack(to: bigint): string {
  if (to === OVERFLOWED) return "stack is too deep to analyze"
  if (to === UNINITIALIZED) return "can't jump into an exception handler, or code may be unreachable"
  switch (topOfStack(to)) {
    case Kind.Except:
      return "can't jump into an 'except' block as there's no exception"
    case Kind.Lasti:
      return "can't jump into a re-raising block as there's no location"
    case Kind.Iterator:
      return "can't jump into the body of a for loop"
  }
  return "incompatible stacks"
}

/** The line that starts at each code unit, -1 where none does. */
export function marklines(code: Ref): number[] {
  const lines = new Array<number>(Py_SIZE(code)).fill(-1)
  const mark = cstackMark()
  const bounds = calloca(R.SIZE)
  _PyCode_InitAddressRange(code, bounds)
  let last = -1
  while (_PyLineTable_NextAddressRange(bounds)) {
    const line = int32(bounds + R.ar_line)
    if (line === last || line === -1) continue
    lines[int32(bounds + R.ar_start) >> 1] = line
    last = line
  }
  cstackReset(mark)
  return lines
}
