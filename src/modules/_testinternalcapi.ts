import { int32 } from "../heap/access.ts"
import { PyThreadState } from "../heap/layout.ts"
import { Interp, INTERP } from "../heap/map.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF } from "../heap/refcount.ts"
import { tstate } from "../heap/tstate.ts"
import { defineModule } from "../objects/define.ts"
import { PyDict_New, PyDict_SetItemString } from "../objects/dictobject.ts"
import { PyLong_FromLong } from "../objects/longobject.ts"
import { METH } from "../objects/slots.ts"
import { addInts } from "./support.ts"

// Modules/_testinternalcapi.c: what CPython's own tests ask of its internals.

/** Of PyConfig, what moult keeps. */
function get_config(): Own {
  const $config = PyDict_New()
  if ($config === NULL) return NULL
  const values: readonly (readonly [string, number])[] = [
    ["code_debug_ranges", int32(INTERP + Interp.no_debug_ranges) === 0 ? 1 : 0],
    ["optimization_level", int32(INTERP + Interp.optimization_level)],
  ]
  for (const [name, v] of values) {
    const $v = PyLong_FromLong(v)
    const r = $v === NULL ? -1 : PyDict_SetItemString($config, name, $v)
    if ($v !== NULL) Py_DECREF($v)
    if (r < 0) {
      Py_DECREF($config)
      return NULL
    }
  }
  return $config
}
/** Without the frame of this call. */
function get_recursion_depth(): Own {
  return PyLong_FromLong(int32(tstate + PyThreadState.recursion_limit) - int32(tstate + PyThreadState.recursion_remaining) - 1)
}

/** Bytes of PyGC_Head. */
const SIZEOF_PYGC_HEAD = 16

function exec(module: Ref): number {
  return addInts(module, { SIZEOF_PYGC_HEAD })
}

defineModule({
  name: "_testinternalcapi",
  methods: [
    ["get_config", get_config, METH.NOARGS],
    ["get_recursion_depth", get_recursion_depth, METH.NOARGS],
  ],
  exec,
})
