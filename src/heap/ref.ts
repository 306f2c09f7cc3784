declare const ref: unique symbol
declare const own: unique symbol

/** A borrowed reference: the address of an object somebody else keeps alive. */
export type Ref = number & { readonly [ref]: 1 }

/** An owned reference: give it back exactly once (decref it, return it, or store it). Its variable's name starts with `$`. */
export type Own = Ref & { readonly [own]: 1 }

/** The null pointer; a function that returns it has set the thread state's error unless it says otherwise. */
export const NULL = 0 as Own
