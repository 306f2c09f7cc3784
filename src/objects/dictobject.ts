// Objects/dictobject.c. dict/keys.ts: the tables; core.ts: find, insert, delete, resize; merge.ts: whole dicts; instance.ts: inline
// attributes; type.ts: the type; iter.ts, views.ts: iterators and views.
export * from "./dict/keys.ts"
export * from "./dict/core.ts"
export * from "./dict/merge.ts"
export * from "./dict/instance.ts"
export * from "./dict/type.ts"
export * from "./dict/iter.ts"
export * from "./dict/views.ts"
