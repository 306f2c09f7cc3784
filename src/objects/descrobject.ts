// Objects/descrobject.c, in parts.
export * from "./descr/descriptors.ts"
export * from "./descr/mappingproxy.ts"
export * from "./descr/methodwrapper.ts"
export * from "./descr/property.ts"
