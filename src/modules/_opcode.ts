import { ptr } from "../heap/access.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_NewRef } from "../heap/refcount.ts"
import { hasArg, PY_INVALID_STACK_EFFECT, stackEffect } from "../base/opcodes.ts"
import { defineModule } from "../objects/define.ts"
import { PyErr_Occurred, PyErr_SetString } from "../objects/errors.ts"
import { _PyArg_UnpackKeywords, argParser } from "../objects/getargs.ts"
import { _PyLong_AsInt, PyLong_AsLong, PyLong_FromLong } from "../objects/longobject.ts"
import { METH } from "../objects/slots.ts"
import { Py_False, Py_None, Py_True, PyExc_ValueError } from "../objects/statictypes.ts"

// Modules/_opcode.c

const stackEffectParser = argParser("stack_effect", ["", "", "jump"])

function valueError(msg: string): Own {
  return PyErr_SetString(PyExc_ValueError, msg)
}

function _opcode_stack_effect(_module: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const slots = _PyArg_UnpackKeywords(args, nargs, NULL, kwnames, stackEffectParser, 1, 2, 0)
  if (slots === 0) return NULL
  const opcodeArg = ptr(slots)
  const oparg = (nargs > 1 ? ptr(slots + 8) : NULL) || Py_None
  const jump = (kwnames ? ptr(slots + 16) : NULL) || Py_None
  const opcode = _PyLong_AsInt(opcodeArg)
  if (opcode === -1 && PyErr_Occurred()) return NULL
  let opargInt = 0
  if (hasArg(opcode)) {
    if (oparg === Py_None) return valueError("stack_effect: opcode requires oparg but oparg was not specified")
    opargInt = PyLong_AsLong(oparg) | 0
    if (opargInt === -1 && PyErr_Occurred()) return NULL
  } else if (oparg !== Py_None) {
    return valueError("stack_effect: opcode does not permit oparg but oparg was specified")
  }
  let jumpInt: number
  if (jump === Py_None) jumpInt = -1
  else if (jump === Py_True) jumpInt = 1
  else if (jump === Py_False) jumpInt = 0
  else return valueError("stack_effect: jump must be False, True or None")
  // pseudo instructions are the compiler's own
  const effect = opcode < 0 ? PY_INVALID_STACK_EFFECT : stackEffect(opcode, opargInt, jumpInt)
  return effect === PY_INVALID_STACK_EFFECT ? valueError("invalid opcode or oparg") : PyLong_FromLong(effect)
}

function _opcode_get_specialization_stats(_module: Ref): Own {
  return Py_NewRef(Py_None)
}

defineModule({
  name: "_opcode",
  doc: "Opcode support module.",
  methods: [
    [
      "stack_effect",
      _opcode_stack_effect,
      METH.FASTCALL | METH.KEYWORDS,
      "($module, opcode, oparg=None, /, *, jump=None)\n--\n\nHow an opcode changes the depth of the stack.",
    ],
    ["get_specialization_stats", _opcode_get_specialization_stats, METH.NOARGS, "($module, /)\n--\n\nNone: no statistics are kept."],
  ],
})
