// Objects/bytesobject.c
export * from "./bytes/core.ts"
export * from "./bytes/format.ts"
export * from "./bytes/make.ts"
export * from "./bytes/type.ts"
