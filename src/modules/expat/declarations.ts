import { attributeValue } from "./elements.ts"
import { scanDeclaration, Tokens } from "./lexer.ts"
import type { Parse } from "./parse.ts"
import { type Entity, H, Kind, type Model, X, XmlError } from "./state.ts"
import { charRef, isSpace, nameEnd, normalizeLines, predefined, referenceEnd, skipSpace, XmlErrorAt } from "./text.ts"

// The declarations of a document type: elements, attribute lists, entities, notations.

/** The declaration at `i`; -1 when it does not end yet. */
export function declaration(p: Parse, source: string, i: number, external: boolean, final: boolean): number {
  const keyword = source.slice(i + 2, nameEnd(source, i + 2))
  const end = scanDeclaration(source, i, false)
  if (end < 0 && !final && nameEnd(source, i + 2) >= source.length) return -1
  const handler = HANDLERS[keyword]
  if (handler === undefined || !Object.hasOwn(HANDLERS, keyword)) throw new XmlErrorAt(X.SYNTAX, i)
  if (end < 0) return -1
  if (!isSpace(source.charCodeAt(i + 2 + keyword.length))) throw new XmlErrorAt(X.SYNTAX, i + 2 + keyword.length)
  let text = source
  let from = i
  let to = end
  if (external) {
    text = withParameters(p, source.slice(i, end))
    from = 0
    to = text.length
  }
  if (!handler(p, new Tokens(p, text, from + 2 + keyword.length, to), external)) p.defaultTokens(source.slice(i, end))
  return end
}
// In an external subset, parameter entities may stand between the parts of a declaration.
function withParameters(p: Parse, text: string): string {
  return text.replace(/"[^"]*"|'[^']*'|%([^\s;%"'>]+);/g, (all: string, name?: string) => {
    if (name === undefined) return all
    const entity = p.state.dtd.params[name]
    if (entity === undefined) throw new XmlError(X.UNDEFINED_ENTITY)
    if (entity.open) throw new XmlError(X.RECURSIVE_ENTITY_REF)
    if (entity.text === null) return " "
    p.expand(entity.text)
    entity.open = true
    const expanded = withParameters(p, entity.text)
    entity.open = false
    return ` ${expanded} `
  })
}

// @returns whether a handler has been told
type Declare = (p: Parse, t: Tokens, external: boolean) => boolean
const HANDLERS: Readonly<Record<string, Declare>> = { ELEMENT: element, ATTLIST: attlist, ENTITY: entity, NOTATION: notation }

const enum CType {
  EMPTY = 1,
  ANY,
  MIXED,
  NAME,
  CHOICE,
  SEQ,
}
function model(type: CType, name: string | null = null): Model {
  return { type, quant: 0, name, children: [] }
}
function element(p: Parse, t: Tokens): boolean {
  const name = t.name()
  let m: Model
  if (t.peek() === "name") {
    const word = t.name()
    if (word !== "EMPTY" && word !== "ANY") t.fail()
    m = model(word === "EMPTY" ? CType.EMPTY : CType.ANY)
  } else {
    if (!t.is("(")) t.fail()
    m = t.is("#PCDATA") ? mixed(t) : group(t)
  }
  const at = t.start
  t.finish()
  t.start = at
  if (!p.events.has(H.ElementDecl)) return false
  t.here().events.emit(H.ElementDecl, name, m)
  return true
}
function mixed(t: Tokens): Model {
  const m = model(CType.MIXED)
  while (t.is("|")) m.children.push(model(CType.NAME, t.name()))
  if (!t.is(")")) t.fail()
  if (t.follows("*")) m.quant = 2
  else if (m.children.length > 0) t.fail()
  return m
}
function quantifier(t: Tokens): number {
  return t.follows("?") ? 1 : t.follows("*") ? 2 : t.follows("+") ? 3 : 0
}
function group(t: Tokens): Model {
  const m = model(CType.SEQ)
  let separator = ""
  do {
    let child: Model
    if (t.is("(")) child = group(t)
    else {
      child = model(CType.NAME, t.name())
      child.quant = quantifier(t)
    }
    m.children.push(child)
    if (separator === "") separator = t.is(",") ? "," : t.is("|") ? "|" : ")"
    else if (!t.is(separator)) separator = ")"
    if (separator === "|") m.type = CType.CHOICE
  } while (separator !== ")")
  if (!t.is(")")) t.fail()
  m.quant = quantifier(t)
  return m
}

const ATTRIBUTE_TYPES = new Set(["CDATA", "ID", "IDREF", "IDREFS", "ENTITY", "ENTITIES", "NMTOKEN", "NMTOKENS"])
function attributeType(t: Tokens): string {
  let type = ""
  if (t.peek() === "name") {
    type = t.name()
    if (ATTRIBUTE_TYPES.has(type)) return type
    if (type !== "NOTATION") t.fail()
  }
  if (!t.is("(")) t.fail()
  const names: string[] = []
  do names.push(t.nmtoken())
  while (t.is("|"))
  if (!t.is(")")) t.fail()
  return `${type}(${names.join("|")})`
}
function attlist(p: Parse, t: Tokens): boolean {
  const { dtd } = p.state
  const told = p.events.has(H.AttlistDecl)
  const elementName = t.name()
  while (!t.is(">")) {
    const name = t.name()
    const type = attributeType(t)
    const cdata = type === "CDATA"
    let dflt: string | null = null
    let required = 0
    if (t.is("#REQUIRED")) required = 1
    else if (!t.is("#IMPLIED")) {
      if (t.is("#FIXED")) required = 1
      dflt = attributeValue(p, t.literal(), cdata, -1)
    }
    if (!dtd.keepProcessing) continue
    dtd.attlists[elementName] ??= []
    const defs = dtd.attlists[elementName]
    if (!defs.some((d) => d.name === name)) defs.push({ name, cdata, dflt })
    if (told) t.here().events.emit(H.AttlistDecl, elementName, name, type, dflt, required)
  }
  return told
}

function entity(p: Parse, t: Tokens, external: boolean): boolean {
  const s = p.state
  const parameter = t.is("%")
  const name = t.name()
  const e: Entity = { text: null, systemId: null, publicId: null, base: s.base, notation: null, internal: !external, open: false }
  if (t.peek() === "literal") e.text = entityValue(p, t.literal(), external)
  else {
    const kind = t.name()
    if (kind === "PUBLIC") e.publicId = t.publicId()
    else if (kind !== "SYSTEM") t.fail()
    e.systemId = t.literal()
    if (!parameter && t.peek() === "name") {
      if (t.name() !== "NDATA") t.fail()
      e.notation = t.name()
    }
  }
  const at = t.start
  t.finish()
  // an external entity is complete with its ">"
  if (e.text !== null || e.notation !== null) t.start = at
  t.here()
  const table = parameter ? s.dtd.params : s.dtd.entities
  if (!s.dtd.keepProcessing || table[name] !== undefined || (!parameter && predefined(name) !== undefined)) return false
  table[name] = e
  const base = e.text === null ? e.base : s.base
  if (e.notation !== null && p.events.has(H.UnparsedEntityDecl)) {
    p.events.emit(H.UnparsedEntityDecl, name, base, e.systemId, e.publicId, e.notation)
    return true
  }
  if (!p.events.has(H.EntityDecl)) return false
  p.events.emit(H.EntityDecl, name, parameter ? 1 : 0, e.text, base, e.systemId, e.publicId, e.notation)
  return true
}
/** An entity's replacement text: character references replaced, and parameter entities where they may stand. */
function entityValue(p: Parse, raw: string, external: boolean): string {
  let out = ""
  for (let i = 0; i < raw.length; ) {
    const c = raw[i]
    if (c !== "&" && c !== "%") {
      out += c
      i++
      continue
    }
    const end = referenceEnd(raw, i)
    if (end < 0) throw new XmlError(X.INVALID_TOKEN)
    const name = raw.slice(i + 1, end)
    if (c === "&") {
      const character = name[0] === "#" ? charRef(name.slice(1)) : raw.slice(i, end + 1)
      if (character === null) throw new XmlError(X.BAD_CHAR_REF)
      out += character
    } else {
      if (!external) throw new XmlError(X.PARAM_ENTITY_REF)
      const entity = p.state.dtd.params[name]
      if (entity === undefined) p.state.dtd.keepProcessing = p.state.dtd.standalone
      else if (entity.open) throw new XmlError(X.RECURSIVE_ENTITY_REF)
      else if (entity.text !== null) {
        p.expand(entity.text)
        out += entity.text
      }
    }
    i = end + 1
  }
  return normalizeLines(out)
}

function notation(p: Parse, t: Tokens): boolean {
  const s = p.state
  const name = t.name()
  const kind = t.name()
  let publicId: string | null = null
  let systemId: string | null = null
  if (kind === "PUBLIC") publicId = t.publicId()
  else if (kind !== "SYSTEM") t.fail()
  if (kind === "SYSTEM" || t.peek() === "literal") systemId = t.literal()
  const at = t.start
  t.finish()
  if (systemId !== null) t.start = at
  t.here()
  if (!s.dtd.keepProcessing || !p.events.has(H.NotationDecl)) return false
  p.events.emit(H.NotationDecl, name, s.base, systemId, publicId)
  return true
}

/** "%name;" between declarations. */
export function parameterReference(
  p: Parse,
  src: string,
  i: number,
  declarations: (p: Parse, text: string, external: boolean) => void,
  askStandalone: (p: Parse) => void,
): number {
  const s = p.state
  const end = referenceEnd(src, i)
  if (end < 0) return -1
  const name = src.slice(i + 1, end)
  s.dtd.hasParamEntityRefs = true
  if (s.paramParsing === 0) {
    s.dtd.keepProcessing = s.dtd.standalone
    p.defaultText(src.slice(i, end + 1))
  } else {
    const read = readParameter(p, name, declarations)
    if (read === Read.not) s.dtd.keepProcessing = s.dtd.standalone
    if (read !== Read.external) return end + 1
  }
  askStandalone(p)
  return end + 1
}
const enum Read {
  not,
  internal,
  external,
}
function readParameter(p: Parse, name: string, declarations: (p: Parse, text: string, external: boolean) => void): Read {
  const s = p.state
  const entity = s.dtd.params[name]
  if (entity === undefined) {
    if (s.dtd.standalone && s.kind === Kind.Document) throw new XmlError(X.UNDEFINED_ENTITY)
    if (p.events.has(H.SkippedEntity)) p.events.emit(H.SkippedEntity, name, 1)
    return Read.not
  }
  if (entity.open) throw new XmlError(X.RECURSIVE_ENTITY_REF)
  entity.open = true
  if (entity.text !== null) {
    p.expand(entity.text)
    declarations(p, entity.text, true)
  } else {
    if (!p.events.has(H.ExternalEntityRef)) {
      entity.open = false
      return Read.not
    }
    s.dtd.paramEntityRead = false
    if (!p.events.emit(H.ExternalEntityRef, null, entity.base, entity.systemId, entity.publicId))
      throw new XmlError(X.EXTERNAL_ENTITY_HANDLING)
  }
  // a parser of the external entity has put its own copy of the declarations in place
  const now = s.dtd.params[name]
  if (now !== undefined) now.open = false
  return entity.text !== null ? Read.internal : s.dtd.paramEntityRead ? Read.external : Read.not
}

/** "<![INCLUDE[", "<![IGNORE[…]]>" and "]]>" of an external subset. */
export function conditional(p: Parse, src: string, i: number): number {
  const s = p.state
  if (src.startsWith("]]>", i)) {
    if (s.include === 0) throw new XmlError(X.SYNTAX)
    s.include--
    return i + 3
  }
  const open = src.indexOf("[", i + 3)
  if (open < 0) return -1
  const word = withParameters(p, src.slice(i + 3, open)).trim()
  if (word === "INCLUDE") {
    s.include++
    return open + 1
  }
  if (word !== "IGNORE") throw new XmlErrorAt(X.SYNTAX, skipSpace(src, i + 3))
  let depth = 1
  for (let at = open + 1; at < src.length; at++) {
    if (src.startsWith("<![", at)) depth++
    else if (src.startsWith("]]>", at) && --depth === 0) return at + 3
  }
  return -1
}
