// Objects/memoryobject.c
export * from "./memory/buffer.ts"
export * from "./memory/items.ts"
export * from "./memory/type.ts"
export * from "./memory/view.ts"
