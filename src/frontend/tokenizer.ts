import { normalizeIdentifier, scanIdentifier } from "./identifiers.ts"
import { hashOf, internName, internRange, names, resetNames } from "./names.ts"
import { isDigit, resetNumberWarnings, scanNumber } from "./numbers.ts"
import { KEYWORDS, MAXINDENT, MAXLEVEL, T } from "./tokens.ts"

// The fast tokenizer: a whole source into flat arrays, one entry a token. It knows no messages: on anything irregular it returns
// false and the second pass (diagnose.ts) says what is wrong. Positions are CPython's: columns are UTF-8 bytes.

export let tokKind = new Uint8Array(4096)
/** Where the token's text lies in the source (UTF-16 units). */
export let tokStart = new Int32Array(4096)
export let tokEnd = new Int32Array(4096)
export let tokLine = new Int32Array(4096)
export let tokCol = new Int32Array(4096)
export let tokEndLine = new Int32Array(4096)
export let tokEndCol = new Int32Array(4096)
/** NAME: index into `names`; STRING: STR flags. */
export let tokValue = new Int32Array(4096)
export let tokCount = 0

/** What a STRING token is. */
export const enum STR {
  BYTES = 1,
  RAW = 2,
  FORMAT = 4,
  TRIPLE = 8,
  BACKSLASH = 16,
  NONASCII = 32,
  /** Prefix `u` in lower case (Constant.kind). */
  U = 64,
  PREFIX_SHIFT = 8,
}

/** "# type: ignore" comments met: line and text after "ignore". */
export let typeIgnores: { lineno: number; tag: string }[] = []

export interface ScanOptions {
  typeComments: boolean
  asyncHacks: boolean
  /** Mode "single": the end of the source ends the statement, and dedents unless told otherwise. */
  single: boolean
  implyDedent: boolean
}

const FIRST_KEYWORD = T.FALSE

function grow(): void {
  const n = tokKind.length * 2
  const kind = new Uint8Array(n)
  kind.set(tokKind)
  tokKind = kind
  tokStart = grown(tokStart, n)
  tokEnd = grown(tokEnd, n)
  tokLine = grown(tokLine, n)
  tokCol = grown(tokCol, n)
  tokEndLine = grown(tokEndLine, n)
  tokEndCol = grown(tokEndCol, n)
  tokValue = grown(tokValue, n)
}

function grown(a: Int32Array<ArrayBuffer>, n: number): Int32Array<ArrayBuffer> {
  const b = new Int32Array(n)
  b.set(a)
  return b
}

/** Forget all tokens but the first `n` (a nested f-string expression puts its own behind the file's). */
export function truncateTokens(n: number): void {
  tokCount = n
}

/** Before a new source. */
export function resetTokens(): void {
  tokCount = 0
  typeIgnores = []
  resetNumberWarnings()
  resetNames()
}

// Classes of ASCII characters.
const enum C {
  OTHER,
  NAME,
  DIGIT,
  SPACE,
  NEWLINE,
  QUOTE,
}
const CLASS = new Uint8Array(128)
for (let c = 0; c < 128; c++) {
  const s = String.fromCharCode(c)
  if (/[A-Za-z_]/.test(s)) CLASS[c] = C.NAME
  else if (/[0-9]/.test(s)) CLASS[c] = C.DIGIT
}
CLASS[32] = CLASS[9] = CLASS[12] = C.SPACE
CLASS[10] = C.NEWLINE
CLASS[34] = CLASS[39] = C.QUOTE

const indents = new Int32Array(MAXINDENT)
const altIndents = new Int32Array(MAXINDENT)
const parens = new Uint8Array(MAXLEVEL)

/**
 * Tokenize `src` from `i` to `end` behind the tokens that are there. A nested scan (an f-string's expression, from its `{` at
 * `i`) reads that brace as "(" and the character at `end` as ")": `nestedLine` and `nestedCol` say where the brace is.
 */
export function scan(src: string, i: number, end: number, opts: ScanOptions, nestedLine: number, nestedCol: number): boolean {
  const nested = nestedLine !== 0
  let line = nested ? nestedLine : 1
  // i - lineStart is the UTF-8 column: each character beyond ASCII moves lineStart back by its extra bytes
  let lineStart = nested ? i - nestedCol : i
  let indent = 0
  let level = 0
  let atLineStart = !nested
  let asyncDef = false
  let asyncDefIndent = 0
  let asyncDefNewline = false
  let sawCode = false
  let _continued = false
  indents[0] = 0
  altIndents[0] = 0

  if (nested) {
    if (tokCount >= tokKind.length) grow()
    const n = tokCount++
    tokKind[n] = T.LPAR
    tokStart[n] = i
    tokEnd[n] = i + 1
    tokLine[n] = line
    tokCol[n] = nestedCol
    tokEndLine[n] = line
    tokEndCol[n] = nestedCol + 1
    parens[level++] = 40
    i++
  }

  for (;;) {
    if (tokCount + MAXINDENT + 4 >= tokKind.length) grow()
    let blank = false
    if (atLineStart) {
      atLineStart = false
      let col = 0
      let alt = 0
      let cont = 0
      let c = 0
      for (;;) {
        c = i < end ? src.charCodeAt(i) : -1
        if (c === 32) {
          col++
          alt++
        } else if (c === 9) {
          col = ((col >> 3) + 1) << 3
          alt++
        } else if (c === 12) {
          col = alt = 0
        } else if (c === 92) {
          cont = cont || col
          if (src.charCodeAt(i + 1) !== 10 || i + 2 >= end) return false
          i++
          line++
          lineStart = i + 1
        } else break
        i++
      }
      if (c === 35 || c === 10) blank = true
      if (!blank && level === 0) {
        if (cont) col = alt = cont
        if (col === indents[indent]) {
          if (alt !== altIndents[indent]) return false
        } else if (col > indents[indent]) {
          if (indent + 1 >= MAXINDENT || alt <= altIndents[indent]) return false
          indents[++indent] = col
          altIndents[indent] = alt
          put(T.INDENT, i, i, line, i - lineStart)
          sawCode = true
        } else {
          while (indent > 0 && col < indents[indent]) {
            indent--
            put(T.DEDENT, i, i, line, i - lineStart)
            sawCode = true
          }
          if (col !== indents[indent] || alt !== altIndents[indent]) return false
        }
      }
    }

    // One iteration per token of this line.
    let lineDone = false
    while (!lineDone) {
      if (tokCount + MAXINDENT + 4 >= tokKind.length) grow()
      let c = 0
      for (;;) {
        if (i >= end) {
          c = -1
          break
        }
        c = src.charCodeAt(i)
        if (c !== 32 && c !== 9 && c !== 12) break
        i++
      }
      if (asyncDef && !blank && c !== 10 && level === 0 && asyncDefNewline && asyncDefIndent >= indent) {
        asyncDef = asyncDefNewline = false
        asyncDefIndent = 0
      }
      const start = i
      const cls = c < 0 ? C.OTHER : c < 128 ? CLASS[c] : C.NAME

      if (cls === C.NAME) {
        let q = i
        let flags = 0
        // string prefixes
        if (c < 128) {
          let d = c
          for (;;) {
            if (!(flags & (STR.BYTES | STR.U | STR.FORMAT)) && (d === 98 || d === 66)) flags |= STR.BYTES
            else if (!(flags & (STR.BYTES | STR.U | STR.RAW | STR.FORMAT)) && (d === 117 || d === 85)) flags |= STR.U
            else if (!(flags & (STR.RAW | STR.U)) && (d === 114 || d === 82)) flags |= STR.RAW
            else if (!(flags & (STR.FORMAT | STR.BYTES | STR.U)) && (d === 102 || d === 70)) flags |= STR.FORMAT
            else break
            q++
            d = q < end ? src.charCodeAt(q) : -1
            if (d === 34 || d === 39) break
          }
          if (q > i && q < end && (d === 34 || d === 39)) {
            if (flags & STR.U && c === 85) flags &= ~STR.U
            const from = i
            i = q
            if (!string(flags | ((q - from) << STR.PREFIX_SHIFT), from)) return false
            sawCode = true
            continue
          }
        }
        // `q` stands on a prefix letter's end, the name goes on from `i`
        let h = 0
        let ascii = true
        q = i
        for (; q < end; q++) {
          const d = src.charCodeAt(q)
          if (d < 128) {
            const k = CLASS[d]
            if (k !== C.NAME && k !== C.DIGIT) break
            h = (Math.imul(h, 31) + d) | 0
          } else {
            ascii = false
            lineStart -= d < 0x800 || (d >= 0xd800 && d < 0xe000) ? 1 : 2
          }
        }
        let id: number
        if (ascii) id = internRange(src, i, q, h)
        else {
          const text = src.slice(i, q)
          if (scanIdentifier(text) !== text.length) return false
          const normal = normalizeIdentifier(text)
          id = internName(normal, hashOf(normal))
        }
        const n = tokCount++
        let kind: number = ascii && id < KEYWORDS.length ? FIRST_KEYWORD + id : T.NAME
        if (kind === T.NAME && q - i === 5 && c === 97 && ascii) {
          const text = names[id]
          if (text === "async") {
            if (!opts.asyncHacks || asyncDef) kind = T.ASYNC
            else if (/^[ \t\f]*def(?![A-Za-z0-9_\u0080-\uffff])/.test(src.slice(q, q + 200))) {
              asyncDef = true
              asyncDefIndent = indent
              kind = T.ASYNC
            }
          } else if (text === "await" && (!opts.asyncHacks || asyncDef)) kind = T.AWAIT
        }
        // the column counts bytes before the token only, so take it from the end backwards
        tokKind[n] = kind
        tokValue[n] = id
        tokStart[n] = i
        tokEnd[n] = q
        tokLine[n] = tokEndLine[n] = line
        tokEndCol[n] = q - lineStart
        tokCol[n] = ascii ? i - lineStart : q - lineStart - utf8Length(src, i, q)
        i = q
        sawCode = true
        continue
      }

      if (c === 35) {
        let q = i + 1
        let wide = 0
        for (; q < end; q++) {
          const d = src.charCodeAt(q)
          if (d === 10) break
          if (d >= 128) wide += d < 0x800 || (d >= 0xd800 && d < 0xe000) ? 1 : 2
        }
        if (nested) return false
        if (opts.typeComments) {
          const at = typeCommentStart(src, i, q)
          if (at >= 0) {
            const rest = src.slice(at, q)
            const ignore = rest.startsWith("ignore") && !/[A-Za-z0-9\u0080-\uffff]/.test(rest.charAt(6))
            if (ignore) {
              typeIgnores.push({ lineno: line, tag: rest.slice(6) })
              i = q
              lineStart -= wide
              if (blank) {
                i++
                line++
                lineStart = i
                atLineStart = true
                lineDone = true
                if (i > end) i = end
              }
              continue
            }
            blank = false
            const n = tokCount++
            tokKind[n] = T.TYPE_COMMENT
            tokStart[n] = at
            tokEnd[n] = q
            tokLine[n] = tokEndLine[n] = line
            tokCol[n] = at - lineStart
            lineStart -= wide
            tokEndCol[n] = q - lineStart
            i = q
            sawCode = true
            continue
          }
        }
        lineStart -= wide
        i = q
        c = i < end ? 10 : -1
      }

      if (c === 10) {
        i++
        if (blank || level > 0) {
          line++
          lineStart = i
          if (blank || level > 0) {
            // within brackets indentation means nothing: go on with the next line as if it were this one
            if (level > 0 && !blank) continue
            blank = false
            atLineStart = true
            lineDone = true
          }
          continue
        }
        put(T.NEWLINE, start, i - 1, line, start - lineStart)
        sawCode = true
        _continued = false
        if (asyncDef) asyncDefNewline = true
        line++
        lineStart = i
        atLineStart = true
        lineDone = true
        continue
      }

      if (c < 0) {
        if (nested) {
          // the closing character
          if (level !== 1 || parens[0] !== 40) return false
          put(T.RPAR, end, end + 1, line, end - lineStart)
          return true
        }
        if (level > 0) return false
        // what the tokenizer does at the end: dedents, then ENDMARKER; in mode "single" a NEWLINE first where there was code since
        if (atEnd()) return true
        return false
      }

      if (cls === C.QUOTE) {
        if (!string(0, i)) return false
        sawCode = true
        continue
      }

      if (cls === C.DIGIT || (c === 46 && i + 1 < end && isDigit(src.charCodeAt(i + 1)))) {
        const q = scanNumber(src, i, end, line, lineStart, tokCount)
        if (q < 0) return false
        put(T.NUMBER, i, q, line, i - lineStart)
        tokEndCol[tokCount - 1] = q - lineStart
        i = q
        sawCode = true
        continue
      }

      if (c === 92) {
        if (src.charCodeAt(i + 1) !== 10 || i + 2 >= end) return false
        i += 2
        line++
        lineStart = i
        _continued = true
        continue
      }

      const n = tokCount++
      const d = i + 1 < end ? src.charCodeAt(i + 1) : -1
      let kind: number = T.ERRORTOKEN
      let length = 1
      switch (c) {
        case 40: // (
        case 91:
        case 123:
          if (level >= MAXLEVEL) return false
          parens[level++] = c
          kind = c === 40 ? T.LPAR : c === 91 ? T.LSQB : T.LBRACE
          break
        case 41: // )
          if (level === 0 || parens[--level] !== 40) return false
          kind = T.RPAR
          break
        case 93:
          if (level === 0 || parens[--level] !== 91) return false
          kind = T.RSQB
          break
        case 125:
          if (level === 0 || parens[--level] !== 123) return false
          kind = T.RBRACE
          break
        case 44:
          kind = T.COMMA
          break
        case 46: // .
          if (d === 46 && src.charCodeAt(i + 2) === 46 && i + 2 < end) {
            kind = T.ELLIPSIS
            length = 3
          } else kind = T.DOT
          break
        case 58: // :
          if (d === 61) {
            kind = T.COLONEQUAL
            length = 2
          } else kind = T.COLON
          break
        case 59:
          kind = T.SEMI
          break
        case 61: // =
          if (d === 61) {
            kind = T.EQEQUAL
            length = 2
          } else kind = T.EQUAL
          break
        case 33: // !
          if (d !== 61) return false
          kind = T.NOTEQUAL
          length = 2
          break
        case 60: // <
          if (d === 61) {
            kind = T.LESSEQUAL
            length = 2
          } else if (d === 62) {
            kind = T.NOTEQUAL
            length = 2
          } else if (d === 60) {
            const eq = i + 2 < end && src.charCodeAt(i + 2) === 61
            kind = eq ? T.LEFTSHIFTEQUAL : T.LEFTSHIFT
            length = eq ? 3 : 2
          } else kind = T.LESS
          break
        case 62: // >
          if (d === 61) {
            kind = T.GREATEREQUAL
            length = 2
          } else if (d === 62) {
            const eq = i + 2 < end && src.charCodeAt(i + 2) === 61
            kind = eq ? T.RIGHTSHIFTEQUAL : T.RIGHTSHIFT
            length = eq ? 3 : 2
          } else kind = T.GREATER
          break
        case 42: // *
          if (d === 42) {
            const eq = i + 2 < end && src.charCodeAt(i + 2) === 61
            kind = eq ? T.DOUBLESTAREQUAL : T.DOUBLESTAR
            length = eq ? 3 : 2
          } else if (d === 61) {
            kind = T.STAREQUAL
            length = 2
          } else kind = T.STAR
          break
        case 47: // /
          if (d === 47) {
            const eq = i + 2 < end && src.charCodeAt(i + 2) === 61
            kind = eq ? T.DOUBLESLASHEQUAL : T.DOUBLESLASH
            length = eq ? 3 : 2
          } else if (d === 61) {
            kind = T.SLASHEQUAL
            length = 2
          } else kind = T.SLASH
          break
        case 45: // -
          if (d === 62) {
            kind = T.RARROW
            length = 2
          } else if (d === 61) {
            kind = T.MINEQUAL
            length = 2
          } else kind = T.MINUS
          break
        case 43:
          kind = d === 61 ? T.PLUSEQUAL : T.PLUS
          length = d === 61 ? 2 : 1
          break
        case 37:
          kind = d === 61 ? T.PERCENTEQUAL : T.PERCENT
          length = d === 61 ? 2 : 1
          break
        case 38:
          kind = d === 61 ? T.AMPEREQUAL : T.AMPER
          length = d === 61 ? 2 : 1
          break
        case 124:
          kind = d === 61 ? T.VBAREQUAL : T.VBAR
          length = d === 61 ? 2 : 1
          break
        case 94:
          kind = d === 61 ? T.CIRCUMFLEXEQUAL : T.CIRCUMFLEX
          length = d === 61 ? 2 : 1
          break
        case 64:
          kind = d === 61 ? T.ATEQUAL : T.AT
          length = d === 61 ? 2 : 1
          break
        case 126:
          kind = T.TILDE
          break
        default:
          return false
      }
      tokKind[n] = kind
      tokStart[n] = i
      tokLine[n] = tokEndLine[n] = line
      tokCol[n] = i - lineStart
      i += length
      tokEnd[n] = i
      tokEndCol[n] = i - lineStart
      sawCode = true
    }
  }

  function put(kind: T, from: number, to: number, at: number, col: number): void {
    const n = tokCount++
    tokKind[n] = kind
    tokStart[n] = from
    tokEnd[n] = to
    tokLine[n] = tokEndLine[n] = at
    tokCol[n] = col
    tokEndCol[n] = col + (to - from)
  }

  function atEnd(): boolean {
    if (opts.single && sawCode) {
      put(T.NEWLINE, end, end, line, end - lineStart)
      sawCode = false
      if (indent > 0 && opts.implyDedent) {
        while (indent > 0) {
          indent--
          put(T.DEDENT, end, end, line, end - lineStart)
          sawCode = true
        }
        if (sawCode) {
          put(T.NEWLINE, end, end, line, end - lineStart)
          sawCode = false
        }
      }
    }
    while (!opts.single && indent > 0) {
      // only reachable when the source does not end in a newline (mode "eval"): the tokenizer gives no dedents then
      indent--
    }
    put(T.ENDMARKER, end, end, line, end - lineStart)
    return true
  }

  /** A string literal whose quote is at `i` and whose token starts at `from`. */
  function string(flags: number, from: number): boolean {
    const quote = src.charCodeAt(i)
    const startLine = line
    let col = from - lineStart
    let q = i + 1
    if (src.charCodeAt(q) === quote && q < end) {
      if (src.charCodeAt(q + 1) === quote && q + 1 < end) {
        flags |= STR.TRIPLE
        q += 2
      } else {
        // empty
        i = q + 1
        emit()
        return true
      }
    }
    if (flags & STR.TRIPLE) {
      for (;;) {
        if (q >= end) return false
        const d = src.charCodeAt(q)
        if (d === quote) {
          if (q + 2 < end && src.charCodeAt(q + 1) === quote && src.charCodeAt(q + 2) === quote) break
          q++
        } else if (d === 92) {
          flags |= STR.BACKSLASH
          q++
          if (q >= end) return false
          const f = src.charCodeAt(q)
          if (f === 10) {
            line++
            lineStart = q + 1
          } else if (f >= 128) wide(f)
          q++
        } else {
          q++
          if (d === 10) {
            line++
            lineStart = q
          } else if (d >= 128) wide(d)
        }
      }
      i = q + 3
    } else {
      for (;;) {
        if (q >= end) return false
        const d = src.charCodeAt(q)
        if (d === quote) break
        if (d === 10) return false
        q++
        if (d === 92) {
          flags |= STR.BACKSLASH
          if (q >= end) return false
          const f = src.charCodeAt(q)
          if (f === 10) {
            line++
            lineStart = q + 1
          } else if (f >= 128) wide(f)
          q++
        } else if (d >= 128) wide(d)
      }
      i = q + 1
    }
    emit()
    return true

    function wide(d: number): void {
      flags |= STR.NONASCII
      lineStart -= d < 0x800 || (d >= 0xd800 && d < 0xe000) ? 1 : 2
    }
    function emit(): void {
      if (nested && startLine === nestedLine && line !== nestedLine) col -= nestedCol
      const n = tokCount++
      tokKind[n] = T.STRING
      tokValue[n] = flags
      tokStart[n] = from
      tokEnd[n] = i
      tokLine[n] = startLine
      tokCol[n] = col
      tokEndLine[n] = line
      tokEndCol[n] = i - lineStart
    }
  }
}

export { names } from "./names.ts"
export { numberWarnings } from "./numbers.ts"

/** UTF-8 bytes of src[from..to). */
export function utf8Length(src: string, from: number, to: number): number {
  let n = 0
  for (let i = from; i < to; i++) {
    const c = src.charCodeAt(i)
    n += c < 0x80 ? 1 : c < 0x800 || (c >= 0xd800 && c < 0xe000) ? 2 : 3
  }
  return n
}

/** After "# type: " (spaces free), where the comment's text starts, or -1. */
function typeCommentStart(src: string, i: number, end: number): number {
  let p = i
  for (const ch of "# type: ") {
    if (ch === " ") while (p < end && (src.charCodeAt(p) === 32 || src.charCodeAt(p) === 9)) p++
    else if (p < end && src[p] === ch) p++
    else return -1
  }
  return p
}
