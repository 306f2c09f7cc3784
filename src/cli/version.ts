declare const MOULT_VERSION: string

/** moult's version; the build fills it in. */
export const MOULT = typeof MOULT_VERSION === "undefined" ? "0" : MOULT_VERSION
