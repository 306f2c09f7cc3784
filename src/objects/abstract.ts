// Objects/abstract.c, in parts.
export * from "./abstract/buffer.ts"
export * from "./abstract/isinstance.ts"
export * from "./abstract/iter.ts"
export * from "./abstract/number.ts"
export * from "./abstract/object.ts"
export * from "./abstract/sequence.ts"
export { null_error } from "./call.ts"
