import { staticAlloc } from "../heap/statics.ts"

/** The main thread's native scratch stack (heap/cstack.ts), in static memory: what lies there is no object. */
export const CSTACK_SIZE = 6 << 20
export const cstack = staticAlloc(CSTACK_SIZE)
