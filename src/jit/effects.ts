import { Op } from "../base/opcodes.ts"

// Stack effects of the instructions that compiled code leaves to vm/ceval_rest.ts.

export interface Effect {
  readonly pops: number
  readonly pushes: number
}

const FIXED: ReadonlyMap<number, Effect> = new Map(
  (
    [
      [Op.LIST_EXTEND, 1, 0],
      [Op.SET_UPDATE, 1, 0],
      [Op.DICT_UPDATE, 1, 0],
      [Op.DICT_MERGE, 1, 0],
      [Op.IMPORT_NAME, 2, 1],
      [Op.IMPORT_FROM, 0, 1],
      [Op.IMPORT_STAR, 1, 0],
      [Op.PRINT_EXPR, 1, 0],
      [Op.GET_LEN, 0, 1],
      [Op.MATCH_CLASS, 3, 1],
      [Op.MATCH_MAPPING, 0, 1],
      [Op.MATCH_SEQUENCE, 0, 1],
      [Op.MATCH_KEYS, 0, 1],
      [Op.LOAD_NAME, 0, 1],
      [Op.STORE_NAME, 1, 0],
      [Op.STORE_GLOBAL, 1, 0],
      [Op.UNARY_NOT, 1, 1],
      [Op.UNARY_POSITIVE, 1, 1],
      [Op.UNARY_NEGATIVE, 1, 1],
      [Op.UNARY_INVERT, 1, 1],
      [Op.PUSH_EXC_INFO, 1, 2],
      [Op.POP_EXCEPT, 1, 0],
      [Op.CHECK_EXC_MATCH, 1, 1],
      [Op.BEFORE_WITH, 1, 2],
      [Op.BEFORE_ASYNC_WITH, 1, 2],
      [Op.WITH_EXCEPT_START, 0, 1],
      [Op.LOAD_ASSERTION_ERROR, 0, 1],
      [Op.LIST_TO_TUPLE, 1, 1],
      [Op.SET_ADD, 1, 0],
      [Op.MAP_ADD, 2, 0],
      [Op.DELETE_SUBSCR, 2, 0],
      [Op.DELETE_ATTR, 1, 0],
      [Op.DELETE_NAME, 0, 0],
      [Op.DELETE_GLOBAL, 0, 0],
      [Op.DELETE_DEREF, 0, 0],
      [Op.LOAD_CLASSDEREF, 0, 1],
      [Op.LOAD_BUILD_CLASS, 0, 1],
      [Op.SETUP_ANNOTATIONS, 0, 0],
      [Op.ASYNC_GEN_WRAP, 1, 1],
      [Op.GET_AITER, 1, 1],
      [Op.GET_ANEXT, 0, 1],
      [Op.GET_AWAITABLE, 1, 1],
      [Op.GET_YIELD_FROM_ITER, 1, 1],
    ] as const
  ).map(([op, pops, pushes]) => [op, { pops, pushes }]),
)

/** null: the instruction must be left to the interpreter itself. */
export function restEffect(opcode: number, oparg: number): Effect | null {
  switch (opcode) {
    case Op.BUILD_TUPLE:
    case Op.BUILD_LIST:
    case Op.BUILD_SET:
    case Op.BUILD_STRING:
    case Op.BUILD_SLICE:
      return { pops: oparg, pushes: 1 }
    case Op.BUILD_MAP:
      return { pops: 2 * oparg, pushes: 1 }
    case Op.BUILD_CONST_KEY_MAP:
      return { pops: oparg + 1, pushes: 1 }
    case Op.FORMAT_VALUE:
      return { pops: (oparg & 4) !== 0 ? 2 : 1, pushes: 1 }
    case Op.UNPACK_EX:
      return { pops: 1, pushes: 1 + (oparg & 255) + (oparg >> 8) }
    case Op.MAKE_FUNCTION:
      return { pops: 1 + (oparg & 1) + ((oparg >> 1) & 1) + ((oparg >> 2) & 1) + ((oparg >> 3) & 1), pushes: 1 }
  }
  return FIXED.get(opcode) ?? null
}
