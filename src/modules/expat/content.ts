import { scanStartTag, startTag } from "./elements.ts"
import type { Parse } from "./parse.ts"
import { H, Kind, Phase, X, XmlError } from "./state.ts"
import {
  charRef,
  firstInvalid,
  invalid,
  isSpace,
  nameEnd,
  normalizeLines,
  predefined,
  referenceEnd,
  skipSpace,
  XmlErrorAt,
} from "./text.ts"

// Elements, text, references, comments, processing instructions and CDATA sections.

/** Consume `src` from `at`; returns where it stopped: at the end, before an unfinished token, or where the phase changes. `depth`: the tags
 *  that were open when the entity `src` is began, or -1 for the document's own text. */
export function content(p: Parse, src: string, at: number, final: boolean, depth = -1): number {
  const s = p.state
  const own = depth < 0
  let i = at
  while (i < src.length) {
    if (own) p.event = i
    if (s.phase === Phase.Cdata) {
      const next = cdata(p, src, i, final || !own, own)
      if (next === i) return i
      i = next
      continue
    }
    const c = src.charCodeAt(i)
    let next: number
    if (c === 60) next = markup(p, src, i, own, depth)
    else if (c === 38) next = reference(p, src, i, own)
    else next = text(p, src, i, final || !own, own)
    if (next < 0) {
      if (!own) throw new XmlError(X.UNCLOSED_TOKEN)
      return i
    }
    i = next
    if (s.phase === Phase.Epilog) return i
  }
  return i
}

/** Report the text from `from` to `to` in the pieces that expat's scanner makes: line ends apart. */
function characters(p: Parse, src: string, from: number, to: number, own: boolean, pieces: RegExp): void {
  pieces.lastIndex = from
  for (let at = from; at < to; at = pieces.lastIndex) {
    if (own) p.event = at
    pieces.test(src)
    if (pieces.lastIndex > to) pieces.lastIndex = to
    const c = src.charCodeAt(at)
    piece(p, c === 13 || c === 10 ? "\n" : src.slice(at, pieces.lastIndex))
  }
}
const TEXT_PIECES = /\r\n?|\n|[^\r\n]+/y
/** In a CDATA section "]" begins a piece. */
const CDATA_PIECES = /\r\n?|\n|[^\r\n\]][^\r\n\]]*|\][^\r\n\]]*/y
function piece(p: Parse, data: string): void {
  if (!p.events.has(H.CharacterData)) p.defaultText(data)
  else if (p.state.encoding === "utf-8") p.events.characters(data)
  else {
    // text of other encodings goes through expat's conversion buffer of 1,024 bytes of UTF-8
    for (let from = 0; from < data.length; ) {
      let to = Math.min(data.length, from + 1024)
      while (Buffer.byteLength(data.slice(from, to)) > 1024)
        to -= Math.max(1, Math.ceil((Buffer.byteLength(data.slice(from, to)) - 1024) / 3))
      p.events.characters(data.slice(from, to))
      from = to
    }
  }
}

function text(p: Parse, src: string, i: number, final: boolean, own: boolean): number {
  let end = i
  for (; end < src.length; end++) {
    const c = src.charCodeAt(end)
    if (c === 60 || c === 38) break
    if (c === 93 && src[end + 1] === "]" && src[end + 2] === ">") invalid(end + 2)
  }
  if (end === src.length && !final) {
    // what these could still become is not known yet
    if (src[end - 1] === "\r") end--
    else if (src.endsWith("]]")) end -= 2
    else if (src[end - 1] === "]") end--
    if (end <= i) return -1
  }
  const bad = firstInvalid(src, i, end)
  if (bad === i) invalid(bad)
  characters(p, src, i, bad < 0 ? end : bad, own, TEXT_PIECES)
  if (bad >= 0) invalid(bad)
  return end
}

function cdata(p: Parse, src: string, i: number, final: boolean, own: boolean): number {
  const close = src.indexOf("]]>", i)
  let end = close
  if (close < 0) {
    end = src.length
    if (!final) end -= src.endsWith("]]") ? 2 : /[\]\r]$/.test(src) ? 1 : 0
    if (end <= i) return i
  }
  const bad = firstInvalid(src, i, end)
  if (bad >= 0) invalid(bad)
  characters(p, src, i, end, own, CDATA_PIECES)
  if (close < 0) return end
  if (own) p.event = close
  p.state.phase = Phase.Content
  if (p.events.has(H.EndCdataSection)) p.events.emit(H.EndCdataSection)
  else p.defaultText("]]>")
  return close + 3
}

function reference(p: Parse, src: string, i: number, own: boolean): number {
  const end = referenceEnd(src, i)
  if (end < 0) return -1
  const name = src.slice(i + 1, end)
  if (name[0] === "#") {
    const c = charRef(name.slice(1))
    if (c === null) throw new XmlErrorAt(X.BAD_CHAR_REF, own ? i : p.event)
    piece(p, c)
  } else entityReference(p, name)
  return end + 1
}

function entityReference(p: Parse, name: string): void {
  const s = p.state
  const { events } = p
  const c = predefined(name)
  if (c !== undefined) {
    if (events.has(H.CharacterData)) events.characters(c)
    else p.defaultText(`&${name};`)
    return
  }
  const entity = s.dtd.entities[name]
  if (!s.dtd.hasParamEntityRefs || s.dtd.standalone) {
    if (entity === undefined) throw new XmlError(X.UNDEFINED_ENTITY)
    if (!entity.internal) throw new XmlError(X.ENTITY_DECLARED_IN_PE)
  } else if (entity === undefined) {
    if (events.has(H.SkippedEntity)) events.emit(H.SkippedEntity, name, 0)
    else p.defaultText(`&${name};`)
    return
  }
  if (entity.open) throw new XmlError(X.RECURSIVE_ENTITY_REF)
  if (entity.notation !== null) throw new XmlError(X.BINARY_ENTITY_REF)
  if (entity.text !== null) {
    // DefaultHandler without Expand: entities are left as they are
    if (events.has(H.Default) && !events.has(H.DefaultExpand)) {
      if (events.has(H.SkippedEntity)) events.emit(H.SkippedEntity, name, 0)
      else p.defaultText(`&${name};`)
      return
    }
    p.expand(entity.text)
    entity.open = true
    const depth = s.tags.length
    content(p, entity.text, 0, true, depth)
    if (s.tags.length !== depth || s.phase === Phase.Cdata) throw new XmlError(X.ASYNC_ENTITY)
    entity.open = false
  } else if (events.has(H.ExternalEntityRef)) {
    entity.open = true
    const ok = events.emit(H.ExternalEntityRef, entityContext(p), entity.base, entity.systemId, entity.publicId)
    entity.open = false
    if (!ok) throw new XmlError(X.EXTERNAL_ENTITY_HANDLING)
  } else p.defaultText(`&${name};`)
}
/** What a parser for an external entity must know of this one: namespaces and open entities. */
function entityContext(p: Parse): string {
  const s = p.state
  const parts: string[] = []
  if (s.separator !== null) for (const [prefix, uri] of Object.entries(s.bindings)) if (uri !== "") parts.push(`${prefix}=${uri}`)
  for (const [name, e] of Object.entries(s.dtd.entities)) if (e.open) parts.push(name)
  return parts.join("\f")
}

function markup(p: Parse, src: string, i: number, own: boolean, depth: number): number {
  const c = src[i + 1]
  if (c === undefined) return -1
  if (c === "/") return endTag(p, src, i, own, depth)
  if (c === "?") return instruction(p, src, i, false)
  if (c === "!") {
    if (src[i + 2] === "-") return comment(p, src, i)
    const open = "<![CDATA["
    const have = src.slice(i, i + open.length)
    if (!open.startsWith(have)) {
      let at = i
      while (src[at] === open[at - i]) at++
      invalid(at)
    }
    if (have.length < open.length) return -1
    p.state.phase = Phase.Cdata
    if (p.events.has(H.StartCdataSection)) p.events.emit(H.StartCdataSection)
    else p.defaultText(open)
    return i + open.length
  }
  const end = scanStartTag(src, i)
  if (end < 0) return -1
  startTag(p, src, i, own)
  const empty = src[end - 2] === "/"
  if (empty) {
    if (own) p.event = p.events.has(H.StartElement) ? end : i
    closeElement(p, src.slice(i, end))
  }
  afterElement(p)
  return end
}
/** The document ends with its first element. */
function afterElement(p: Parse): void {
  if (p.state.tags.length === 0 && p.state.kind === Kind.Document) p.state.phase = Phase.Epilog
}

function endTag(p: Parse, src: string, i: number, own: boolean, depth: number): number {
  if (i + 2 >= src.length) return -1
  const nameTo = nameEnd(src, i + 2)
  if (nameTo === i + 2) invalid(nameTo)
  const at = skipSpace(src, nameTo)
  if (at >= src.length) return -1
  if (src[at] !== ">") invalid(at)
  const { tags } = p.state
  const tag = tags[tags.length - 1]
  if (tags.length === Math.max(depth, 0)) throw new XmlError(X.ASYNC_ENTITY)
  if (tag.raw !== src.slice(i + 2, nameTo)) throw own ? new XmlErrorAt(X.TAG_MISMATCH, i + 2) : new XmlError(X.TAG_MISMATCH)
  closeElement(p, src.slice(i, at + 1))
  afterElement(p)
  return at + 1
}
function closeElement(p: Parse, source: string): void {
  const s = p.state
  const tag = s.tags.pop()
  if (tag === undefined) throw new Error("moult bug: an end tag without an element")
  if (p.events.has(H.EndElement)) p.events.emit(H.EndElement, tag.name)
  else p.defaultText(source.startsWith("</") ? source : "")
  for (const [prefix, hidden] of tag.bound) {
    if (p.events.has(H.EndNamespaceDecl)) p.events.emit(H.EndNamespaceDecl, prefix === "" ? null : prefix)
    if (hidden === null) delete s.bindings[prefix]
    else s.bindings[prefix] = hidden
  }
}

/** "<!--…-->" at `i`; -1 when it does not end yet. */
export function comment(p: Parse, src: string, i: number): number {
  if (i + 3 >= src.length) return -1
  if (src[i + 3] !== "-") invalid(i + 3)
  const dashes = src.indexOf("--", i + 4)
  const bad = firstInvalid(src, i + 4, dashes < 0 ? src.length : dashes)
  if (bad >= 0) invalid(bad)
  if (dashes < 0 || dashes + 2 >= src.length) return -1
  if (src[dashes + 2] !== ">") invalid(dashes + 2)
  if (p.events.has(H.Comment)) p.events.emit(H.Comment, normalizeLines(src.slice(i + 4, dashes)))
  else p.defaultText(src.slice(i, dashes + 3))
  return dashes + 3
}

/** "<?…?>" at `i`; `first`: it may be a declaration, which the caller has dealt with. */
export function instruction(p: Parse, src: string, i: number, first: boolean): number {
  if (i + 2 >= src.length) return -1
  const nameTo = nameEnd(src, i + 2)
  if (nameTo === i + 2) invalid(nameTo)
  if (nameTo >= src.length) return -1
  const target = src.slice(i + 2, nameTo)
  const end = src.indexOf("?>", nameTo)
  if (!isSpace(src.charCodeAt(nameTo)) && end !== nameTo) {
    if (src[nameTo] === "?" && nameTo + 1 >= src.length) return -1
    invalid(src[nameTo] === "?" ? nameTo + 1 : nameTo)
  }
  const bad = firstInvalid(src, nameTo, end < 0 ? src.length : end)
  if (bad >= 0) invalid(bad)
  if (end < 0) return -1
  if (target.toLowerCase() === "xml" && !first)
    throw target === "xml" ? new XmlError(X.MISPLACED_XML_PI) : new XmlErrorAt(X.INVALID_TOKEN, nameTo)
  if (p.events.has(H.ProcessingInstruction))
    p.events.emit(H.ProcessingInstruction, target, normalizeLines(src.slice(skipSpace(src, nameTo), end)))
  else p.defaultText(src.slice(i, end + 2))
  return end + 2
}
