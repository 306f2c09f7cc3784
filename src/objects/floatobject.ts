// Objects/floatobject.c
export * from "./float/arith.ts"
export * from "./float/core.ts"
export * from "./float/info.ts"
export * from "./float/pack.ts"
export * from "./float/type.ts"
