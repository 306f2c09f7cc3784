import { comment, instruction } from "./content.ts"
import { conditional, declaration, parameterReference } from "./declarations.ts"
import { scanDeclaration, Tokens } from "./lexer.ts"
import type { Parse } from "./parse.ts"
import { H, Kind, Phase, X, XmlError } from "./state.ts"
import { invalid, isSpace, nameEnd, skipSpace, XmlErrorAt } from "./text.ts"

// What stands around the first element: the XML declaration, the document type with its declarations, comments and instructions.

/** Consume the document's own text from `at`; returns where it stopped, at the latest where the phase changes to content. */
export function prolog(p: Parse, at: number, final: boolean): number {
  const s = p.state
  const src = s.text
  let i = at
  if (s.phase === Phase.Start) {
    i = start(p, src, i, final)
    if (s.phase === Phase.Start) return i
  }
  while (i < src.length && s.phase !== Phase.Content) {
    p.event = i
    const next = s.phase === Phase.Subset ? subset(p, src, i, final) : outside(p, src, i, final)
    if (next < 0) return i
    i = next
  }
  return i
}

function start(p: Parse, src: string, i: number, final: boolean): number {
  const s = p.state
  if (src.length < 6 && !final && "<?xml ".startsWith(src.slice(0, 5))) return i
  const leave = (): void => {
    s.phase = s.kind === Kind.Document ? Phase.Prolog : s.kind === Kind.General ? Phase.Content : Phase.Subset
    if (s.kind === Kind.Param) s.dtd.paramEntityRead = true
  }
  if (!src.startsWith("<?xml") || nameEnd(src, 2) > 5) {
    if (src !== "" || final) leave()
    return i
  }
  const end = src.indexOf("?>")
  if (end < 0) {
    if (final) throw new XmlError(X.UNCLOSED_TOKEN)
    return i
  }
  xmlDeclaration(p, src.slice(5, end))
  if (!p.events.has(H.XmlDecl) || s.kind !== Kind.Document) p.defaultText(src.slice(0, end + 2))
  leave()
  return end + 2
}

const DECLARATION =
  /^(?:[ \t\r\n]+version[ \t\r\n]*=[ \t\r\n]*(["'])([A-Za-z0-9._:-]*)\1)?(?:[ \t\r\n]+encoding[ \t\r\n]*=[ \t\r\n]*(["'])([A-Za-z][A-Za-z0-9._-]*)\3)?(?:[ \t\r\n]+standalone[ \t\r\n]*=[ \t\r\n]*(["'])(yes|no)\5)?[ \t\r\n]*$/
function xmlDeclaration(p: Parse, inside: string): void {
  const s = p.state
  const m = DECLARATION.exec(inside)
  const textDecl = s.kind !== Kind.Document
  if (m === null || (textDecl ? m[4] === undefined || m[6] !== undefined : m[2] === undefined)) {
    const bad = /[^ \t\r\n]/.exec(
      inside.replace(/^([ \t\r\n]+[a-z]+[ \t\r\n]*=[ \t\r\n]*(["'])[A-Za-z0-9._:-]*\2)*/, (all) => " ".repeat(all.length)),
    )
    throw new XmlErrorAt(textDecl ? X.TEXT_DECL : X.XML_DECL, 5 + (bad?.index ?? inside.length))
  }
  if (!textDecl && m[6] === "yes") {
    s.dtd.standalone = true
    if (s.paramParsing === 1) s.paramParsing = 0
  }
  if (s.encoding.startsWith("utf-16") && m[4] !== undefined && s.protocol === null && !/^utf-16/i.test(m[4]))
    throw new XmlErrorAt(X.INCORRECT_ENCODING, 5 + inside.indexOf(m[4]))
  if (!textDecl && p.events.has(H.XmlDecl)) p.events.emit(H.XmlDecl, m[2], m[4] ?? null, m[6] === undefined ? -1 : m[6] === "yes" ? 1 : 0)
}

/** Before the document type, after it, and after the last element. */
function outside(p: Parse, src: string, i: number, final: boolean): number {
  const s = p.state
  const epilog = s.phase === Phase.Epilog
  const c = src.charCodeAt(i)
  if (isSpace(c)) {
    const to = skipSpace(src, i)
    p.defaultText(src.slice(i, to))
    return to
  }
  if (c !== 60) {
    const to = nameEnd(src, i)
    if (to === i ? !/[[\]>(),|+*?"'%#.0-9-]/.test(src[i]) : to < src.length && !/[[>(),|+*?%\s]/.test(src[to])) invalid(to)
    throw new XmlError(epilog ? X.JUNK_AFTER_DOC_ELEMENT : X.SYNTAX)
  }
  const next = src[i + 1]
  if (next === undefined) return -1
  if (next === "?") return instruction(p, src, i, false)
  if (next === "!" && (src[i + 2] === "-" || src[i + 2] === undefined)) return src[i + 2] === undefined ? -1 : comment(p, src, i)
  if (next === "!") {
    if (src[i + 2] === "[") throw new XmlError(epilog ? X.JUNK_AFTER_DOC_ELEMENT : X.SYNTAX)
    if (nameEnd(src, i + 2) === i + 2) invalid(i + 2)
    if (epilog) throw new XmlError(X.JUNK_AFTER_DOC_ELEMENT)
    return doctype(p, src, i, final)
  }
  if (nameEnd(src, i + 1) === i + 1) invalid(i + 1)
  if (epilog) throw new XmlError(X.JUNK_AFTER_DOC_ELEMENT)
  if (s.foreignDtd && !s.sawDoctype) externalSubset(p, null, null)
  s.phase = Phase.Content
  return i
}

function doctype(p: Parse, src: string, i: number, final: boolean): number {
  const s = p.state
  const end = scanDeclaration(src, i, true)
  const keyword = src.slice(i + 2, nameEnd(src, i + 2))
  if (keyword !== "DOCTYPE" && !(end < 0 && !final && "DOCTYPE".startsWith(keyword))) throw new XmlErrorAt(X.SYNTAX, i)
  if (end < 0) return -1
  if (s.sawDoctype) throw new XmlError(X.SYNTAX)
  const t = new Tokens(p, src, i + 9, end)
  const name = t.name()
  let publicId: string | null = null
  let systemId: string | null = null
  const kind = t.peek() === "name" ? t.name() : ""
  if (kind === "PUBLIC") publicId = t.publicId()
  if (kind === "PUBLIC" || kind === "SYSTEM") {
    systemId = t.literal()
    t.here()
  } else if (kind !== "") t.fail()
  if (systemId !== null) {
    s.dtd.hasParamEntityRefs = true
    if (!s.dtd.standalone && s.paramParsing === 0) askStandalone(p)
  }
  const open = t.is("[")
  if (!open && !t.is(">")) t.fail()
  s.sawDoctype = true
  s.doctype = { name, systemId, publicId }
  t.here()
  if (p.events.has(H.StartDoctypeDecl)) p.events.emit(H.StartDoctypeDecl, name, systemId, publicId, open ? 1 : 0)
  else p.defaultTokens(src.slice(i, end))
  if (open) s.phase = Phase.Subset
  else endDoctype(p, "")
  return end
}
function askStandalone(p: Parse): void {
  if (!p.state.dtd.standalone && p.events.has(H.NotStandalone) && !p.events.emit(H.NotStandalone)) throw new XmlError(X.NOT_STANDALONE)
}
function endDoctype(p: Parse, source: string): void {
  const s = p.state
  s.phase = Phase.Prolog
  if (s.doctype !== null && (s.doctype.systemId !== null || s.foreignDtd)) externalSubset(p, s.doctype.systemId, s.doctype.publicId)
  if (p.events.has(H.EndDoctypeDecl)) p.events.emit(H.EndDoctypeDecl)
  else p.defaultText(source)
}
/** The declarations kept elsewhere: whoever handles external entities reads them with a parser of its own. */
function externalSubset(p: Parse, systemId: string | null, publicId: string | null): void {
  const s = p.state
  const had = s.dtd.hasParamEntityRefs
  s.dtd.hasParamEntityRefs = true
  if (s.paramParsing === 0 || !p.events.has(H.ExternalEntityRef)) return
  s.dtd.paramEntityRead = false
  if (!p.events.emit(H.ExternalEntityRef, null, s.base, systemId, publicId)) throw new XmlError(X.EXTERNAL_ENTITY_HANDLING)
  if (s.dtd.paramEntityRead) askStandalone(p)
  else if (systemId === null) s.dtd.hasParamEntityRefs = had
}

/** One token of [ … ] or of an external subset; -1 when it is not there yet. */
function subset(p: Parse, src: string, i: number, final: boolean): number {
  const s = p.state
  if (src[i] === "]" && s.kind === Kind.Document) {
    const close = skipSpace(src, i + 1)
    if (close >= src.length) return -1
    if (src[close] !== ">") throw new XmlErrorAt(X.SYNTAX, close)
    p.event = close
    endDoctype(p, src.slice(i, close + 1))
    return close + 1
  }
  return declarationToken(p, src, i, s.kind === Kind.Param, final)
}
function declarationToken(p: Parse, src: string, i: number, external: boolean, final: boolean): number {
  const c = src[i]
  if (isSpace(c.charCodeAt(0))) {
    const to = skipSpace(src, i)
    p.defaultText(src.slice(i, to))
    return to
  }
  if (c === "%") return parameterReference(p, src, i, declarations, askStandalone)
  if (external && (src.startsWith("<![", i) || src.startsWith("]]>", i))) return conditional(p, src, i)
  if (c !== "<") {
    if (nameEnd(src, i) === i && !/[[\]>(),|+*?"'#.0-9-]/.test(c)) invalid(i)
    throw new XmlError(X.SYNTAX)
  }
  const next = src[i + 1]
  if (next === undefined || (next === "!" && src[i + 2] === undefined)) return -1
  if (next === "?") return instruction(p, src, i, false)
  if (next !== "!") {
    if (nameEnd(src, i + 1) === i + 1) invalid(i + 1)
    throw new XmlError(X.SYNTAX)
  }
  if (src[i + 2] === "-") return comment(p, src, i)
  return declaration(p, src, i, external, final)
}
/** All of a parameter entity's text. */
export function declarations(p: Parse, text: string, external: boolean): void {
  for (let i = 0; i < text.length; ) {
    const next = declarationToken(p, text, i, external, true)
    if (next < 0) throw new XmlError(X.INCOMPLETE_PE)
    i = next
  }
}
