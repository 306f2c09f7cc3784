/** Python/compile.c _Py_Mangle: `__private` inside class `priv` becomes `_priv__private`. */
export function _Py_Mangle(priv: string | null, ident: string): string {
  if (priv === null || ident.charCodeAt(0) !== 95 || ident.charCodeAt(1) !== 95) return ident
  if (ident.endsWith("__") || ident.includes(".")) return ident
  let i = 0
  while (priv.charCodeAt(i) === 95) i++
  if (i === priv.length) return ident
  return "_" + priv.slice(i) + ident
}
