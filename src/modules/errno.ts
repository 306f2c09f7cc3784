import { ERRNO_ALIASES, ERRNO_TABLE } from "../base/errno.ts"
import { NULL, type Ref } from "../heap/ref.ts"
import { Py_XDECREF } from "../heap/refcount.ts"
import { defineModule } from "../objects/define.ts"
import { PyDict_New, PyDict_SetItem } from "../objects/dictobject.ts"
import { PyLong_FromLong } from "../objects/longobject.ts"
import { PyModule_AddIntConstant, PyModule_AddObject } from "../objects/moduleobject.ts"
import { PyUnicode_FromString } from "../objects/unicodeobject.ts"

// Modules/errnomodule.c.

function exec(module: Ref): number {
  const $codes = PyDict_New()
  if ($codes === NULL) return -1
  for (const [no, name] of ERRNO_TABLE) {
    const $no = PyLong_FromLong(no)
    const $name = PyUnicode_FromString(name)
    const bad = $no === NULL || $name === NULL ? -1 : PyDict_SetItem($codes, $no, $name)
    Py_XDECREF($no)
    Py_XDECREF($name)
    if (bad < 0 || PyModule_AddIntConstant(module, name, no) < 0) return -1
  }
  for (const [no, name] of ERRNO_ALIASES) if (PyModule_AddIntConstant(module, name, no) < 0) return -1
  return PyModule_AddObject(module, "errorcode", $codes)
}

defineModule({ name: "errno", doc: "Names of system error numbers.", exec })
