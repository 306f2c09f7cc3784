// Python/getargs.c, in parts.
//
// - Keyword functions: `const parser = argParser("sorted", ["", "key", "reverse"])` at top level, then
//   `const a = _PyArg_UnpackKeywords(args, nargs, 0, kwnames, parser, minpos, maxpos, minkw)`; 0 is an error, else `ptr(a + 8 * i)` is
//   parameter i, NULL if it was not given. `_PyArg_UnpackKeywordsTuple` takes a tuple and a dict (tp_new, tp_init).
// - Positional counts: `_PyArg_CheckPositional(name, nargs, min, max)`, `PyArg_UnpackTuple`.
// - Format strings, for conversions: `PyArg_ParseTuple(args, "U|n:name")`, see `parseTuple`.
export * from "./getargs/format.ts"
export * from "./getargs/keywords.ts"
