// Objects/longobject.c
export * from "./long/add.ts"
export * from "./long/bits.ts"
export * from "./long/convert.ts"
export * from "./long/digits.ts"
export * from "./long/divide.ts"
export * from "./long/format.ts"
export * from "./long/info.ts"
export * from "./long/type.ts"
