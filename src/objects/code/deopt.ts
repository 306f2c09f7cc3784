import { opcodeCaches, opcodeDeopt } from "../../base/opcodes.ts"
import { u8 } from "../../heap/views.ts"

/** deopt_code: general opcodes again, caches zeroed, in place. */
export function deoptCode(instructions: number, len: number): void {
  for (let i = 0; i < len; i++) {
    const at = instructions + 2 * i
    const opcode = opcodeDeopt[u8[at]]
    u8[at] = opcode
    const caches = opcodeCaches[opcode]
    u8.fill(0, at + 2, at + 2 + 2 * caches)
    i += caches
  }
}
