import { Op } from "../../base/opcodes.ts"
import {
  cmpop,
  expr_context,
  K,
  type Match,
  type MatchAs,
  type MatchClass,
  type MatchMapping,
  type MatchOr,
  type MatchSequence,
  type MatchValue,
  operator,
  type pattern,
} from "../ast.ts"
import { constKeyEquality } from "../constfold.ts"
import { strRepr, unparseExpr } from "../unparse.ts"
import { compiler_jump_if, compiler_visit_expr } from "./expr.ts"
import { ADDOP_BINARY, ADDOP_COMPARE, compiler_nameop, forbidden_name } from "./name.ts"
import { compiler_visit_stmts } from "./stmt.ts"
import {
  ADDOP,
  ADDOP_I,
  ADDOP_JUMP,
  ADDOP_JUMP_NOLINE,
  ADDOP_LOAD_CONST,
  type BasicBlock,
  type Compiler,
  compiler_error,
  compiler_new_block,
  compiler_use_next_block,
  constInt,
  constStr,
  constTuple,
  NONE,
  SET_LOC,
} from "./unit.ts"

// compile.c: structural pattern matching. Every function consumes the subject on top of the stack and jumps to a fail block when it
// does not match. Captured names are stored only after the whole pattern matched; until then their values lie below `on_top` items.

interface PatternContext {
  stores: string[]
  allow_irrefutable: boolean
  /** fail_pop[i] pops i items and falls into fail_pop[i - 1]. */
  fail_pop: BasicBlock[]
  on_top: number
}

function is_wildcard(p: pattern): boolean {
  return p.kind === K.MatchAs && p.name === null
}
function is_wildcard_star(p: pattern): boolean {
  return p.kind === K.MatchStar && p.name === null
}

function ensure_fail_pop(c: Compiler, pc: PatternContext, n: number): void {
  while (pc.fail_pop.length < n + 1) pc.fail_pop.push(compiler_new_block(c))
}

function jump_to_fail_pop(c: Compiler, pc: PatternContext, op: number): void {
  const pops = pc.on_top + pc.stores.length
  ensure_fail_pop(c, pc, pops)
  ADDOP_JUMP(c, op, pc.fail_pop[pops])
}

function emit_and_reset_fail_pop(c: Compiler, pc: PatternContext): void {
  if (pc.fail_pop.length === 0) return
  for (let i = pc.fail_pop.length - 1; i > 0; i--) {
    compiler_use_next_block(c, pc.fail_pop[i])
    ADDOP(c, Op.POP_TOP)
  }
  compiler_use_next_block(c, pc.fail_pop[0])
  pc.fail_pop = []
}

function error_duplicate_store(c: Compiler, name: string): never {
  compiler_error(c, `multiple assignments to name ${strRepr(name)} in pattern`)
}

/** Move the top item below the `count - 1` under it. */
function rotate(c: Compiler, count: number): void {
  while (count > 1) ADDOP_I(c, Op.SWAP, count--)
}

function store_name(c: Compiler, name: string | null, pc: PatternContext): void {
  if (name === null) {
    ADDOP(c, Op.POP_TOP)
    return
  }
  forbidden_name(c, name, expr_context.Store)
  if (pc.stores.includes(name)) error_duplicate_store(c, name)
  rotate(c, pc.on_top + pc.stores.length + 1)
  pc.stores.push(name)
}

function sequence_unpack(c: Compiler, patterns: pattern[], pc: PatternContext): void {
  const n = patterns.length
  let seen_star = false
  for (let i = 0; i < n; i++) {
    if (patterns[i].kind !== K.MatchStar) continue
    if (seen_star) compiler_error(c, "multiple starred expressions in sequence pattern")
    if (i >= 1 << 8 || n - i - 1 >= 0x7fffffff >> 8) compiler_error(c, "too many expressions in star-unpacking sequence pattern")
    ADDOP_I(c, Op.UNPACK_EX, i + ((n - i - 1) << 8))
    seen_star = true
  }
  if (!seen_star) ADDOP_I(c, Op.UNPACK_SEQUENCE, n)
  pc.on_top += n
  for (const p of patterns) {
    pc.on_top--
    subpattern(c, p, pc)
  }
}

/** Like sequence_unpack for patterns with a starred wildcard: takes the items by index. */
function sequence_subscr(c: Compiler, patterns: pattern[], star: number, pc: PatternContext): void {
  pc.on_top++
  const size = patterns.length
  for (let i = 0; i < size; i++) {
    const p = patterns[i]
    if (is_wildcard(p) || i === star) continue
    ADDOP_I(c, Op.COPY, 1)
    if (i < star) {
      ADDOP_LOAD_CONST(c, constInt(i))
    } else {
      ADDOP(c, Op.GET_LEN)
      ADDOP_LOAD_CONST(c, constInt(size - i))
      ADDOP_BINARY(c, operator.Sub)
    }
    ADDOP(c, Op.BINARY_SUBSCR)
    subpattern(c, p, pc)
  }
  pc.on_top--
  ADDOP(c, Op.POP_TOP)
}

function subpattern(c: Compiler, p: pattern, pc: PatternContext): void {
  const allow = pc.allow_irrefutable
  pc.allow_irrefutable = true
  compiler_pattern(c, p, pc)
  pc.allow_irrefutable = allow
}

function pattern_as(c: Compiler, p: MatchAs, pc: PatternContext): void {
  if (p.pattern === null) {
    if (!pc.allow_irrefutable) {
      compiler_error(
        c,
        p.name !== null
          ? `name capture ${strRepr(p.name)} makes remaining patterns unreachable`
          : "wildcard makes remaining patterns unreachable",
      )
    }
    store_name(c, p.name, pc)
    return
  }
  pc.on_top++
  ADDOP_I(c, Op.COPY, 1)
  compiler_pattern(c, p.pattern, pc)
  pc.on_top--
  store_name(c, p.name, pc)
}

function validate_kwd_attrs(c: Compiler, attrs: string[], patterns: pattern[]): void {
  for (let i = 0; i < attrs.length; i++) {
    SET_LOC(c, patterns[i])
    forbidden_name(c, attrs[i], expr_context.Store)
    for (let j = i + 1; j < attrs.length; j++) {
      if (attrs[i] === attrs[j]) {
        SET_LOC(c, patterns[j])
        compiler_error(c, `attribute name repeated in class pattern: ${attrs[i]}`)
      }
    }
  }
}

function pattern_class(c: Compiler, p: MatchClass, pc: PatternContext): void {
  const nargs = p.patterns.length
  const nattrs = p.kwd_attrs.length
  if (nattrs !== p.kwd_patterns.length) {
    compiler_error(c, `kwd_attrs (${nattrs}) / kwd_patterns (${p.kwd_patterns.length}) length mismatch in class pattern`)
  }
  if (nattrs) {
    validate_kwd_attrs(c, p.kwd_attrs, p.kwd_patterns)
    SET_LOC(c, p)
  }
  compiler_visit_expr(c, p.cls)
  ADDOP_LOAD_CONST(c, constTuple(p.kwd_attrs.map(constStr)))
  ADDOP_I(c, Op.MATCH_CLASS, nargs)
  ADDOP_I(c, Op.COPY, 1)
  ADDOP_LOAD_CONST(c, NONE)
  ADDOP_I(c, Op.IS_OP, 1)
  pc.on_top++
  jump_to_fail_pop(c, pc, Op.POP_JUMP_IF_FALSE)
  ADDOP_I(c, Op.UNPACK_SEQUENCE, nargs + nattrs)
  pc.on_top += nargs + nattrs - 1
  for (let i = 0; i < nargs + nattrs; i++) {
    pc.on_top--
    const sub = i < nargs ? p.patterns[i] : p.kwd_patterns[i - nargs]
    if (is_wildcard(sub)) ADDOP(c, Op.POP_TOP)
    else subpattern(c, sub, pc)
  }
}

function pattern_mapping(c: Compiler, p: MatchMapping, pc: PatternContext): void {
  let size = p.keys.length
  if (size !== p.patterns.length) {
    compiler_error(c, `keys (${size}) / patterns (${p.patterns.length}) length mismatch in mapping pattern`)
  }
  pc.on_top++
  ADDOP(c, Op.MATCH_MAPPING)
  jump_to_fail_pop(c, pc, Op.POP_JUMP_IF_FALSE)
  if (!size && p.rest === null) {
    pc.on_top--
    ADDOP(c, Op.POP_TOP)
    return
  }
  if (size) {
    ADDOP(c, Op.GET_LEN)
    ADDOP_LOAD_CONST(c, constInt(size))
    ADDOP_COMPARE(c, cmpop.GtE)
    jump_to_fail_pop(c, pc, Op.POP_JUMP_IF_FALSE)
  }
  const seen = new Set<string>()
  for (const key of p.keys) {
    if (key.kind === K.Constant) {
      const k = constKeyEquality(key.value)
      if (seen.has(k)) compiler_error(c, `mapping pattern checks duplicate key (${unparseExpr(key)})`)
      seen.add(k)
    } else if (key.kind !== K.Attribute) {
      compiler_error(c, "mapping pattern keys may only match literals and attribute lookups")
    }
    compiler_visit_expr(c, key)
  }
  ADDOP_I(c, Op.BUILD_TUPLE, size)
  ADDOP(c, Op.MATCH_KEYS)
  pc.on_top += 2
  ADDOP_I(c, Op.COPY, 1)
  ADDOP_LOAD_CONST(c, NONE)
  ADDOP_I(c, Op.IS_OP, 1)
  jump_to_fail_pop(c, pc, Op.POP_JUMP_IF_FALSE)
  ADDOP_I(c, Op.UNPACK_SEQUENCE, size)
  pc.on_top += size - 1
  for (const sub of p.patterns) {
    pc.on_top--
    subpattern(c, sub, pc)
  }
  pc.on_top -= 2
  if (p.rest !== null) {
    // rest = dict(subject), without the keys matched: [subject, keys]
    ADDOP_I(c, Op.BUILD_MAP, 0)
    ADDOP_I(c, Op.SWAP, 3)
    ADDOP_I(c, Op.DICT_UPDATE, 2)
    ADDOP_I(c, Op.UNPACK_SEQUENCE, size)
    while (size) {
      ADDOP_I(c, Op.COPY, 1 + size--)
      ADDOP_I(c, Op.SWAP, 2)
      ADDOP(c, Op.DELETE_SUBSCR)
    }
    store_name(c, p.rest, pc)
  } else {
    ADDOP(c, Op.POP_TOP)
    ADDOP(c, Op.POP_TOP)
  }
}

function pattern_or(c: Compiler, p: MatchOr, pc: PatternContext): void {
  const end = compiler_new_block(c)
  const size = p.patterns.length
  const old: PatternContext = { ...pc }
  // names of the first alternative: the others must bind the same, in whatever order
  let control: string[] = []
  for (let i = 0; i < size; i++) {
    const alt = p.patterns[i]
    SET_LOC(c, alt)
    pc.stores = []
    pc.allow_irrefutable = i === size - 1 && old.allow_irrefutable
    pc.fail_pop = []
    pc.on_top = 0
    ADDOP_I(c, Op.COPY, 1)
    compiler_pattern(c, alt, pc)
    const nstores = pc.stores.length
    if (i === 0) {
      control = pc.stores
    } else if (nstores !== control.length) {
      compiler_error(c, "alternative patterns bind different names")
    } else {
      for (let icontrol = nstores - 1; icontrol >= 0; icontrol--) {
        const istores = pc.stores.indexOf(control[icontrol])
        if (istores < 0) compiler_error(c, "alternative patterns bind different names")
        if (icontrol !== istores) {
          // bring the stores, and the values on the stack, into control's order
          let rotations = istores + 1
          const rotated = pc.stores.splice(0, rotations)
          pc.stores.splice(icontrol - istores, 0, ...rotated)
          while (rotations--) rotate(c, icontrol + 1)
        }
      }
    }
    ADDOP_JUMP(c, Op.JUMP, end)
    emit_and_reset_fail_pop(c, pc)
  }
  pc.stores = old.stores
  pc.allow_irrefutable = old.allow_irrefutable
  pc.fail_pop = old.fail_pop
  pc.on_top = old.on_top
  ADDOP(c, Op.POP_TOP)
  jump_to_fail_pop(c, pc, Op.JUMP)
  compiler_use_next_block(c, end)
  const nrots = control.length + 1 + pc.on_top + pc.stores.length
  for (const name of control) {
    rotate(c, nrots)
    if (pc.stores.includes(name)) error_duplicate_store(c, name)
    pc.stores.push(name)
  }
  ADDOP(c, Op.POP_TOP)
}

function pattern_sequence(c: Compiler, p: MatchSequence, pc: PatternContext): void {
  const patterns = p.patterns
  const size = patterns.length
  let star = -1
  let only_wildcard = true
  let star_wildcard = false
  for (let i = 0; i < size; i++) {
    const sub = patterns[i]
    if (sub.kind === K.MatchStar) {
      if (star >= 0) compiler_error(c, "multiple starred names in sequence pattern")
      star_wildcard = is_wildcard_star(sub)
      only_wildcard &&= star_wildcard
      star = i
      continue
    }
    only_wildcard &&= is_wildcard(sub)
  }
  pc.on_top++
  ADDOP(c, Op.MATCH_SEQUENCE)
  jump_to_fail_pop(c, pc, Op.POP_JUMP_IF_FALSE)
  if (star < 0) {
    ADDOP(c, Op.GET_LEN)
    ADDOP_LOAD_CONST(c, constInt(size))
    ADDOP_COMPARE(c, cmpop.Eq)
    jump_to_fail_pop(c, pc, Op.POP_JUMP_IF_FALSE)
  } else if (size > 1) {
    ADDOP(c, Op.GET_LEN)
    ADDOP_LOAD_CONST(c, constInt(size - 1))
    ADDOP_COMPARE(c, cmpop.GtE)
    jump_to_fail_pop(c, pc, Op.POP_JUMP_IF_FALSE)
  }
  pc.on_top--
  if (only_wildcard) ADDOP(c, Op.POP_TOP)
  else if (star_wildcard) sequence_subscr(c, patterns, star, pc)
  else sequence_unpack(c, patterns, pc)
}

function pattern_value(c: Compiler, p: MatchValue, pc: PatternContext): void {
  if (p.value.kind !== K.Constant && p.value.kind !== K.Attribute) {
    compiler_error(c, "patterns may only match literals and attribute lookups")
  }
  compiler_visit_expr(c, p.value)
  ADDOP_COMPARE(c, cmpop.Eq)
  jump_to_fail_pop(c, pc, Op.POP_JUMP_IF_FALSE)
}

function compiler_pattern(c: Compiler, p: pattern, pc: PatternContext): void {
  SET_LOC(c, p)
  switch (p.kind) {
    case K.MatchValue:
      pattern_value(c, p, pc)
      break
    case K.MatchSingleton:
      ADDOP_LOAD_CONST(c, p.value)
      ADDOP_COMPARE(c, cmpop.Is)
      jump_to_fail_pop(c, pc, Op.POP_JUMP_IF_FALSE)
      break
    case K.MatchSequence:
      pattern_sequence(c, p, pc)
      break
    case K.MatchMapping:
      pattern_mapping(c, p, pc)
      break
    case K.MatchClass:
      pattern_class(c, p, pc)
      break
    case K.MatchStar:
      store_name(c, p.name, pc)
      break
    case K.MatchAs:
      pattern_as(c, p, pc)
      break
    case K.MatchOr:
      pattern_or(c, p, pc)
      break
  }
}

export function compiler_match(c: Compiler, s: Match): void {
  const pc: PatternContext = {
    stores: [],
    allow_irrefutable: false,
    fail_pop: [],
    on_top: 0,
  }
  compiler_visit_expr(c, s.subject)
  const end = compiler_new_block(c)
  const cases = s.cases.length
  const has_default = is_wildcard(s.cases[cases - 1].pattern) && cases > 1
  const last = cases - (has_default ? 1 : 0)
  for (let i = 0; i < last; i++) {
    const m = s.cases[i]
    SET_LOC(c, m.pattern)
    // the last case may consume the subject
    if (i !== last - 1) ADDOP_I(c, Op.COPY, 1)
    pc.stores = []
    pc.allow_irrefutable = m.guard !== null || i === cases - 1
    pc.fail_pop = []
    pc.on_top = 0
    compiler_pattern(c, m.pattern, pc)
    for (const name of pc.stores) compiler_nameop(c, name, expr_context.Store)
    if (m.guard !== null) {
      ensure_fail_pop(c, pc, 0)
      compiler_jump_if(c, m.guard, pc.fail_pop[0], false)
    }
    if (i !== last - 1) ADDOP(c, Op.POP_TOP)
    compiler_visit_stmts(c, m.body)
    ADDOP_JUMP_NOLINE(c, Op.JUMP, end)
    // the cleanup belongs to the line of the pattern that failed
    SET_LOC(c, m.pattern)
    emit_and_reset_fail_pop(c, pc)
  }
  if (has_default) {
    const m = s.cases[cases - 1]
    SET_LOC(c, m.pattern)
    if (cases === 1) ADDOP(c, Op.POP_TOP)
    else ADDOP(c, Op.NOP)
    if (m.guard !== null) compiler_jump_if(c, m.guard, end, false)
    compiler_visit_stmts(c, m.body)
  }
  compiler_use_next_block(c, end)
}
