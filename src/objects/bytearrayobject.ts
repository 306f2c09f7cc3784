// Objects/bytearrayobject.c
export * from "./bytearray/core.ts"
export * from "./bytearray/type.ts"
