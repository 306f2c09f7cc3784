import type { Parse } from "./parse.ts"
import { type AttDef, H, type State, type Tag, X, XML_NAMESPACE, XmlError, XMLNS_NAMESPACE } from "./state.ts"
import { charRef, firstInvalid, invalid, isSpace, nameEnd, predefined, referenceEnd, skipSpace, XmlErrorAt } from "./text.ts"

// Start tags: their attributes, the defaults of the document type, and namespaces.

/** The end of the start tag at `i`; -1 when it does not end yet. */
export function scanStartTag(src: string, i: number): number {
  let at = nameEnd(src, i + 1)
  if (at === i + 1) invalid(at)
  for (;;) {
    const spaced = isSpace(src.charCodeAt(at))
    at = skipSpace(src, at)
    if (at >= src.length) return -1
    if (src[at] === ">") return at + 1
    if (src[at] === "/") {
      if (at + 1 >= src.length) return -1
      if (src[at + 1] !== ">") invalid(at + 1)
      return at + 2
    }
    if (!spaced) invalid(at)
    at = scanAttribute(src, at)
    if (at < 0) return -1
  }
}
function scanAttribute(src: string, i: number): number {
  let at = nameEnd(src, i)
  if (at === i) invalid(at)
  at = skipSpace(src, at)
  if (at >= src.length) return -1
  if (src[at] !== "=") invalid(at)
  at = skipSpace(src, at + 1)
  if (at >= src.length) return -1
  const quote = src[at]
  if (quote !== '"' && quote !== "'") invalid(at)
  const end = src.indexOf(quote, at + 1)
  const to = end < 0 ? src.length : end
  const bad = firstInvalid(src, at + 1, to)
  const tag = src.indexOf("<", at + 1)
  if (tag >= 0 && tag < to && (bad < 0 || tag < bad)) invalid(tag)
  if (bad >= 0) invalid(bad)
  for (let amp = src.indexOf("&", at + 1); amp >= 0 && amp < to; amp = src.indexOf("&", amp + 1)) if (referenceEnd(src, amp) < 0) return -1
  return end < 0 ? -1 : end + 1
}

interface Attribute {
  name: string
  value: string
  at: number
}
/** The attributes of a scanned start tag, their values as written. */
function attributes(src: string, i: number): Attribute[] {
  const found: Attribute[] = []
  let at = nameEnd(src, i + 1)
  for (;;) {
    at = skipSpace(src, at)
    if (src[at] === ">" || src[at] === "/") return found
    const to = nameEnd(src, at)
    const open = skipSpace(src, skipSpace(src, to) + 1)
    const close = src.indexOf(src[open], open + 1)
    found.push({ name: src.slice(at, to), value: src.slice(open + 1, close), at })
    at = close + 1
  }
}

/** An attribute's value with references replaced and white space made spaces. `where`: the place errors name, -1 inside an entity. */
export function attributeValue(p: Parse, raw: string, cdata: boolean, where: number): string {
  let out = ""
  for (let i = 0; i < raw.length; ) {
    const c = raw[i]
    if (c === "&") {
      const end = referenceEnd(raw, i)
      if (end < 0) throw new XmlError(X.INVALID_TOKEN)
      out += attributeReference(p, raw.slice(i + 1, end), where < 0 ? -1 : where + i)
      i = end + 1
    } else if (c === "<") invalid(where < 0 ? p.event : where + i)
    else {
      if (c === "\r" && raw[i + 1] === "\n") i++
      out += isSpace(c.charCodeAt(0)) ? " " : c
      i++
    }
  }
  return cdata ? out : out.replace(/ +/g, " ").replace(/^ | $/g, "")
}
function attributeReference(p: Parse, name: string, where: number): string {
  const fail = (code: X): never => {
    throw where < 0 ? new XmlError(code) : new XmlErrorAt(code, where)
  }
  if (name[0] === "#") return charRef(name.slice(1)) ?? fail(X.BAD_CHAR_REF)
  const c = predefined(name)
  if (c !== undefined) return c
  const { dtd } = p.state
  const entity = dtd.entities[name]
  if (entity === undefined) return !dtd.hasParamEntityRefs || dtd.standalone ? fail(X.UNDEFINED_ENTITY) : ""
  if ((!dtd.hasParamEntityRefs || dtd.standalone) && !entity.internal) fail(X.ENTITY_DECLARED_IN_PE)
  if (entity.open) fail(X.RECURSIVE_ENTITY_REF)
  if (entity.notation !== null) fail(X.BINARY_ENTITY_REF)
  if (entity.text === null) return fail(X.ATTRIBUTE_EXTERNAL_ENTITY_REF)
  p.expand(entity.text)
  entity.open = true
  const value = attributeValue(p, entity.text, true, -1)
  entity.open = false
  return value
}

/** Open the element of the start tag at `i`, which has been scanned. */
export function startTag(p: Parse, src: string, i: number, own: boolean): void {
  const s = p.state
  const raw = src.slice(i + 1, nameEnd(src, i + 1))
  const defs: readonly AttDef[] = s.dtd.attlists[raw] ?? []
  const seen = new Set<string>()
  const tag: Tag = { raw, name: raw, bound: [] }
  const list: [string, string][] = []
  for (const a of attributes(src, i)) {
    if (seen.has(a.name)) throw own ? new XmlErrorAt(X.DUPLICATE_ATTRIBUTE, a.at) : new XmlError(X.DUPLICATE_ATTRIBUTE)
    seen.add(a.name)
    const cdata = defs.find((d) => d.name === a.name)?.cdata ?? true
    const open = src.indexOf(a.value, src.indexOf("=", a.at + a.name.length) + 1)
    const value = attributeValue(p, a.value, cdata, own ? open : -1)
    if (!declares(p, tag, a.name, value)) list.push([a.name, value])
  }
  const specified = list.length
  for (const d of defs)
    if (d.dflt !== null && !seen.has(d.name) && !declares(p, tag, d.name, d.dflt)) {
      seen.add(d.name)
      list.push([d.name, d.dflt])
    }
  if (s.separator !== null) expandNames(s, tag, list)
  s.tags.push(tag)
  if (p.events.has(H.StartElement)) p.events.emit(H.StartElement, tag.name, list.flat(), 2 * specified)
  else p.defaultText(src.slice(i, scanStartTag(src, i)))
}

/** Bind a prefix when the attribute is a namespace declaration. */
function declares(p: Parse, tag: Tag, name: string, uri: string): boolean {
  const s = p.state
  if (s.separator === null || (name !== "xmlns" && !name.startsWith("xmlns:"))) return false
  const prefix = name.slice(6)
  if (prefix !== "" && uri === "") throw new XmlError(X.UNDECLARING_PREFIX)
  if (prefix === "xmlns") throw new XmlError(X.RESERVED_PREFIX_XMLNS)
  if ((prefix === "xml") !== (uri === XML_NAMESPACE))
    throw new XmlError(prefix === "xml" ? X.RESERVED_PREFIX_XML : X.RESERVED_NAMESPACE_URI)
  if (uri === XMLNS_NAMESPACE) throw new XmlError(X.RESERVED_NAMESPACE_URI)
  if (s.separator !== "" && uri.includes(s.separator)) throw new XmlError(X.SYNTAX)
  tag.bound.unshift([prefix, s.bindings[prefix] ?? null])
  s.bindings[prefix] = uri
  if (p.events.has(H.StartNamespaceDecl)) p.events.emit(H.StartNamespaceDecl, prefix === "" ? null : prefix, uri === "" ? null : uri)
  return true
}
function expandNames(s: State, tag: Tag, list: [string, string][]): void {
  const seen = new Set<string>()
  for (const a of list) {
    const colon = a[0].indexOf(":")
    if (colon < 0) continue
    const uri = s.bindings[a[0].slice(0, colon)]
    if (uri === undefined) throw new XmlError(X.UNBOUND_PREFIX)
    const key = `${uri}\0${a[0].slice(colon + 1)}`
    if (seen.has(key)) throw new XmlError(X.DUPLICATE_ATTRIBUTE)
    seen.add(key)
    a[0] = qualified(s, uri, a[0].slice(colon + 1), a[0].slice(0, colon))
  }
  const colon = tag.raw.indexOf(":")
  const prefix = colon < 0 ? "" : tag.raw.slice(0, colon)
  const uri = s.bindings[prefix]
  if (uri === undefined && prefix !== "") throw new XmlError(X.UNBOUND_PREFIX)
  if (uri !== undefined && uri !== "") tag.name = qualified(s, uri, tag.raw.slice(colon + 1), prefix)
}
function qualified(s: State, uri: string, local: string, prefix: string): string {
  return uri + s.separator + local + (s.triplets && prefix !== "" ? s.separator + prefix : "")
}
