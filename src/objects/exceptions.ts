import { initExceptionGroup } from "./exceptions/group.ts"
import { preallocate_memerrors } from "./exceptions/memoryerror.ts"
import { initErrnoMap } from "./exceptions/oserror.ts"
import "./exceptions/simple.ts"
import "./exceptions/syntaxerror.ts"

// Objects/exceptions.c, by family.

export * from "./exceptions/attributes.ts"
export * from "./exceptions/base.ts"
export * from "./exceptions/chain.ts"
export * from "./exceptions/group.ts"
export * from "./exceptions/memoryerror.ts"
export * from "./exceptions/unicodeerror.ts"

/** Boot, once the types are ready: the MemoryErrors in store, the errno map, the class ExceptionGroup; 0, or -1 with the error set. */
export function initExceptions(): number {
  return preallocate_memerrors() < 0 || initErrnoMap() < 0 || initExceptionGroup() < 0 ? -1 : 0
}
