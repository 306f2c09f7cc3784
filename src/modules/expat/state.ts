// What an expat parser remembers between two calls of Parse: plain data, kept as JSON in the heap.

/** XML_Error. */
export const enum X {
  NO_ELEMENTS = 3,
  INVALID_TOKEN = 4,
  UNCLOSED_TOKEN = 5,
  PARTIAL_CHAR = 6,
  TAG_MISMATCH = 7,
  DUPLICATE_ATTRIBUTE = 8,
  JUNK_AFTER_DOC_ELEMENT = 9,
  PARAM_ENTITY_REF = 10,
  UNDEFINED_ENTITY = 11,
  RECURSIVE_ENTITY_REF = 12,
  ASYNC_ENTITY = 13,
  BAD_CHAR_REF = 14,
  BINARY_ENTITY_REF = 15,
  ATTRIBUTE_EXTERNAL_ENTITY_REF = 16,
  MISPLACED_XML_PI = 17,
  UNKNOWN_ENCODING = 18,
  INCORRECT_ENCODING = 19,
  UNCLOSED_CDATA_SECTION = 20,
  EXTERNAL_ENTITY_HANDLING = 21,
  NOT_STANDALONE = 22,
  ENTITY_DECLARED_IN_PE = 24,
  CANT_CHANGE_FEATURE_ONCE_PARSING = 26,
  UNBOUND_PREFIX = 27,
  UNDECLARING_PREFIX = 28,
  INCOMPLETE_PE = 29,
  XML_DECL = 30,
  TEXT_DECL = 31,
  PUBLICID = 32,
  FINISHED = 36,
  RESERVED_PREFIX_XML = 38,
  RESERVED_PREFIX_XMLNS = 39,
  RESERVED_NAMESPACE_URI = 40,
  SYNTAX = 2,
  AMPLIFICATION_LIMIT_BREACH = 43,
}

/** The handlers, in pyexpat's order. */
export const enum H {
  StartElement = 0,
  EndElement,
  ProcessingInstruction,
  CharacterData,
  UnparsedEntityDecl,
  NotationDecl,
  StartNamespaceDecl,
  EndNamespaceDecl,
  Comment,
  StartCdataSection,
  EndCdataSection,
  Default,
  DefaultExpand,
  NotStandalone,
  ExternalEntityRef,
  StartDoctypeDecl,
  EndDoctypeDecl,
  EntityDecl,
  XmlDecl,
  ElementDecl,
  AttlistDecl,
  SkippedEntity,
  COUNT,
}

/** Not well-formed: thrown by the parser, caught by whoever runs it. */
export class XmlError {
  constructor(readonly code: X) {}
}
/** A handler has raised: the Python error is set. */
export class HandlerFailed {}

/** A content model as ElementDeclHandler gets it: type, quantifier, name, children. */
export interface Model {
  type: number
  quant: number
  name: string | null
  children: Model[]
}

export interface Entity {
  /** Replacement text; null for an external entity. */
  text: string | null
  systemId: string | null
  publicId: string | null
  base: string | null
  notation: string | null
  /** Declared in the document itself, not in an external subset or parameter entity. */
  internal: boolean
  open: boolean
}
export interface AttDef {
  name: string
  cdata: boolean
  dflt: string | null
}
export interface Dtd {
  entities: Record<string, Entity>
  params: Record<string, Entity>
  attlists: Record<string, AttDef[]>
  standalone: boolean
  hasParamEntityRefs: boolean
  keepProcessing: boolean
  paramEntityRead: boolean
}

export interface Tag {
  raw: string
  name: string
  /** The prefixes this element binds, newest first, each with the URI it hid. */
  bound: [string, string | null][]
}

export const enum Phase {
  /** Nothing read: an XML or text declaration may come. */
  Start,
  Prolog,
  /** Inside [ … ] of the document type. */
  Subset,
  Content,
  Cdata,
  Epilog,
  Finished,
}
export const enum Kind {
  Document,
  /** An external general entity: content. */
  General,
  /** An external parameter entity or subset: declarations. */
  Param,
}

export interface State {
  kind: Kind
  phase: Phase
  /** Bytes that are not decoded yet, one a character. */
  raw: string
  encoding: string
  /** An encoding given by the caller wins over what the document says. */
  protocol: string | null
  table: string
  /** Text that is not parsed yet, and where it starts. */
  text: string
  byte: number
  line: number
  column: number
  tags: Tag[]
  /** Namespaces: null when they are not processed. */
  separator: string | null
  triplets: boolean
  bindings: Record<string, string>
  dtd: Dtd
  doctype: { name: string; systemId: string | null; publicId: string | null } | null
  sawDoctype: boolean
  foreignDtd: boolean
  paramParsing: number
  base: string | null
  /** Depth of INCLUDE sections. */
  include: number
  error: number
  started: boolean
  /** Line, column and byte of the last event. */
  at: [number, number, number]
}

export function record<T>(): Record<string, T> {
  return Object.create(null) as Record<string, T>
}
export function newDtd(): Dtd {
  return {
    entities: record(),
    params: record(),
    attlists: record(),
    standalone: false,
    hasParamEntityRefs: false,
    keepProcessing: true,
    paramEntityRead: false,
  }
}
export function newState(protocol: string | null, separator: string | null): State {
  const bindings = record<string>()
  bindings.xml = XML_NAMESPACE
  return {
    kind: Kind.Document,
    phase: Phase.Start,
    raw: "",
    encoding: "",
    protocol,
    table: "",
    text: "",
    byte: 0,
    line: 1,
    column: 0,
    tags: [],
    separator,
    triplets: false,
    bindings,
    dtd: newDtd(),
    doctype: null,
    sawDoctype: false,
    foreignDtd: false,
    paramParsing: 0,
    base: null,
    include: 0,
    error: 0,
    started: false,
    at: [1, 0, -1],
  }
}
export const XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace"
export const XMLNS_NAMESPACE = "http://www.w3.org/2000/xmlns/"

/** JSON's objects have a prototype: names like "constructor" must not be found there. */
export function reviveState(json: string): State {
  return JSON.parse(json, (_key, value: unknown) =>
    value !== null && typeof value === "object" && !Array.isArray(value) ? Object.assign(Object.create(null), value) : value,
  ) as State
}
