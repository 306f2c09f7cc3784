/** An error of the front end, as the arguments of the exception: columns count from 1 (0 and -1 as CPython gives them). */
export interface SyntaxIssue {
  type: "SyntaxError" | "IndentationError" | "TabError" | "MemoryError" | "UnicodeDecodeError"
  msg: string
  lineno: number
  offset: number
  end_lineno: number
  end_offset: number
  /** The source line, null when CPython has none. */
  text: string | null
  /** The source could not be read at all (a wrong coding cookie): with offset -1 the exception's details are
   *  (filename, 0, -1, None), without an end; with offset 0 it has no details at all (scripts read as files; MemoryError). */
  bare?: boolean
  /** UnicodeDecodeError: what is not UTF-8. */
  bytes?: Uint8Array
}

/** A warning met while parsing, in the order of meeting. `error` is the SyntaxError it becomes where the filter says so. */
export interface ParseWarning {
  category: "DeprecationWarning" | "SyntaxWarning"
  msg: string
  lineno: number
  error: SyntaxIssue
}

/** Thrown (never made anew) by the fast path: something is not as it should be, the second pass finds out what. */
export const BAIL = { bail: true }

/** Nesting beyond what CPython's parser stack holds. */
export function stackOverflow(): SyntaxIssue {
  return { type: "MemoryError", msg: "", lineno: 0, offset: 0, end_lineno: 0, end_offset: 0, text: null, bare: true }
}
