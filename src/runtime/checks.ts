import { auditHeap } from "../gc/audit.ts"
import { int32 } from "../heap/access.ts"
import { setFailAlloc } from "../heap/domains.ts"
import { RUNTIME, Runtime } from "../heap/map.ts"
import { _PyObject_DebugMallocStats } from "../heap/memstats.ts"
import { writeStderr } from "../vm/sys/stdfd.ts"
import { cstack, CSTACK_SIZE } from "./scratch.ts"
import { account, checkAccount } from "./snapshot/account.ts"
import { mapHeap } from "./snapshot/heapmap.ts"
import type { Options } from "./options.ts"

// What the command can be asked to check about the heap: --audit, --heap-stats, and MOULT_FAIL_ALLOC for tools/fail-alloc.mjs.

/** Larger than any program's number of allocations: counts them, fails none. */
const COUNT_ONLY = 2 ** 31 - 1

/** After boot: MOULT_FAIL_ALLOC=n makes the program's n-th allocation fail once; 0 only counts them. */
export function armFailAlloc(): void {
  const text = process.env["MOULT_FAIL_ALLOC"] ?? ""
  if (!/^\d+$/.test(text)) return
  setFailAlloc(Number(text) || COUNT_ONLY)
}

/** After the program, before teardown: print what was asked for. @returns false when the audit found a difference. */
export function checkHeap(options: Options): boolean {
  if (process.env["MOULT_FAIL_ALLOC"] !== undefined && int32(RUNTIME + Runtime.fail_alloc) !== 0) {
    const n = int32(RUNTIME + Runtime.alloc_count)
    setFailAlloc(0)
    writeStderr(`moult: ${n} allocations\n`)
  }
  if (options.heapStats) writeStderr(_PyObject_DebugMallocStats())
  if (!options.audit) return true
  const findings = auditHeap()
  const sum = checkAccount(account(mapHeap({ start: cstack, end: cstack + CSTACK_SIZE })))
  if (sum !== "") findings.push(sum)
  for (const text of findings) writeStderr(`moult audit: ${text}\n`)
  return findings.length === 0
}
