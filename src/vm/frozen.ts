import fs from "node:fs"
import { int32 } from "../heap/access.ts"
import { INTERP, Interp } from "../heap/map.ts"
import { PyMem_RawFree, PyMem_RawMalloc } from "../heap/obmalloc.ts"
import { NULL, type Own } from "../heap/ref.ts"
import { Py_DECREF } from "../heap/refcount.ts"
import { u8 } from "../heap/views.ts"
import { PyErr_Clear, PyErr_SetString } from "../objects/errors.ts"
import { PyExc_ImportError } from "../objects/statictypes.ts"
import { PyUnicode_AsJS, PyUnicode_Check, PyUnicode_FromString } from "../objects/unicodeobject.ts"
import { PyMarshal_ReadObjectFromString } from "./marshal.ts"
import { Py_CompileString } from "./pythonrun_compile.ts"
import { PySys_GetObject } from "./sysmodule.ts"

// Python/frozen.c: the modules that CPython has compiled in. Ours come from the library directory, but look frozen: their file name is
// "<frozen NAME>", they need no finder, and they are there before importlib is.

interface Frozen {
  /** File below the library directory; null for the module without one. */
  file: string | null
  isPackage: boolean
  /** Where CPython says it comes from (None: it has no source). */
  origin: string | null
}

const TABLE: ReadonlyMap<string, Frozen> = new Map(
  (
    [
      ["_frozen_importlib", "importlib/_bootstrap.py", false, "importlib._bootstrap"],
      ["_frozen_importlib_external", "importlib/_bootstrap_external.py", false, "importlib._bootstrap_external"],
      ["zipimport", "zipimport.py", false, "zipimport"],
      ["abc", "abc.py", false, "abc"],
      ["codecs", "codecs.py", false, "codecs"],
      ["io", "io.py", false, "io"],
      ["_collections_abc", "_collections_abc.py", false, "_collections_abc"],
      ["_sitebuiltins", "_sitebuiltins.py", false, "_sitebuiltins"],
      ["genericpath", "genericpath.py", false, "genericpath"],
      ["ntpath", "ntpath.py", false, "ntpath"],
      ["posixpath", "posixpath.py", false, "posixpath"],
      ["os.path", "posixpath.py", false, "posixpath"],
      ["os", "os.py", false, "os"],
      ["site", "site.py", false, "site"],
      ["stat", "stat.py", false, "stat"],
      ["importlib.util", "importlib/util.py", false, "importlib.util"],
      ["importlib.machinery", "importlib/machinery.py", false, "importlib.machinery"],
      ["runpy", "runpy.py", false, "runpy"],
      ["__hello__", "__hello__.py", false, "__hello__"],
      ["__hello_alias__", "__hello__.py", false, "__hello__"],
      ["__hello_only__", null, false, null],
      ["__phello__", "__phello__/__init__.py", true, "__phello__"],
      ["__phello__.__init__", "__phello__/__init__.py", false, "<__phello__"],
      ["__phello__.ham", "__phello__/ham/__init__.py", true, "__phello__.ham"],
      ["__phello__.ham.__init__", "__phello__/ham/__init__.py", false, "<__phello__.ham"],
      ["__phello__.ham.eggs", "__phello__/ham/eggs.py", false, "__phello__.ham.eggs"],
      ["__phello__.spam", "__phello__/spam.py", false, "__phello__.spam"],
      ["__phello_alias__", "__hello__.py", true, "__hello__"],
      ["__phello_alias__.spam", "__hello__.py", false, "__hello__"],
    ] as const
  ).map(([name, file, isPackage, origin]) => [name, { file, isPackage, origin }]),
)

/** Import does not work without these, whatever is asked for. */
const ESSENTIAL = ["_frozen_importlib", "_frozen_importlib_external", "zipimport"]
const HELLO_ONLY = 'initialized = True\nprint("Hello world!")\n'

let library = ""

/** Boot: where the library is. */
export function setLibrary(dir: string): void {
  library = dir
}

/** use_frozen: _imp._override_frozen_modules_for_tests wins over -X frozen_modules. */
function useFrozen(): boolean {
  const override = int32(INTERP + Interp.override_frozen)
  return override !== 0 ? override > 0 : int32(INTERP + Interp.no_frozen_modules) === 0
}

export function findFrozen(name: string): Frozen | undefined {
  const f = TABLE.get(name)
  if (f === undefined || (!useFrozen() && !ESSENTIAL.includes(name))) return undefined
  return f.file === null || fs.existsSync(`${library}/${f.file}`) ? f : undefined
}

export function frozenNames(): string[] {
  return [...TABLE.keys()]
}

/** Owned code object; NULL with the error set. */
export function frozenCode(name: string): Own {
  const f = TABLE.get(name)
  if (f === undefined) return PyErr_SetString(PyExc_ImportError, `No such frozen object named '${name}'`)
  let dir = library
  if (dir === "") {
    const d = PySys_GetObject("_stdlib_dir")
    if (d !== 0 && PyUnicode_Check(d)) dir = PyUnicode_AsJS(d)
  }
  const $stored = storedCode(`${dir}/.frozen/${name}`)
  if ($stored !== NULL) return $stored
  let source: Uint8Array
  try {
    source = f.file === null ? Buffer.from(HELLO_ONLY) : fs.readFileSync(`${dir}/${f.file}`)
  } catch (e) {
    return PyErr_SetString(PyExc_ImportError, `moult's library is not complete: ${(e as Error).message}`)
  }
  const $filename = PyUnicode_FromString(`<frozen ${f.origin?.replace("<", "") ?? name}>`)
  if ($filename === NULL) return NULL
  const $code = Py_CompileString(source, $filename, "exec", 0, -1)
  Py_DECREF($filename)
  return $code
}

/** The code that the build stored, owned; NULL without error when there is none. */
function storedCode(file: string): Own {
  let bytes: Uint8Array
  try {
    bytes = fs.readFileSync(file)
  } catch {
    return NULL
  }
  const at = PyMem_RawMalloc(bytes.length)
  if (at === 0) return NULL
  u8.set(bytes, at)
  const $code = PyMarshal_ReadObjectFromString(at, bytes.length)
  PyMem_RawFree(at)
  if ($code === NULL) PyErr_Clear()
  return $code
}
