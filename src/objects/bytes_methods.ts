// Objects/bytes_methods.c, stringlib: what bytes and bytearray share.
export * from "./bytes/access.ts"
export * from "./bytes/find.ts"
export * from "./bytes/search.ts"
export * from "./bytes/split.ts"
export * from "./bytes/transform.ts"
