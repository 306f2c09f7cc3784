// Objects/genobject.c: generators (gen/generator.ts), coroutines (gen/coroutine.ts), asynchronous generators (gen/asyncgen.ts).
export * from "./gen/asyncgen.ts"
export * from "./gen/coroutine.ts"
export * from "./gen/generator.ts"
