import fs from "node:fs"
import path from "node:path"
import tty from "node:tty"
import { errnoOfError } from "../base/errno.ts"
import { escapeStrayBytes, hasStrayBytes, sourceBytes } from "../frontend/source.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_INCREF, Py_NewRef, Py_SIZE, Py_XDECREF } from "../heap/refcount.ts"
import { PyBytes_AS_STRING, PyBytes_FromJS } from "../objects/bytesobject.ts"
import { PyObject_CallOneArg, PyObject_CallTwoArgs } from "../objects/call.ts"
import { PyDict_GetItemWithError, PyDict_SetItem } from "../objects/dictobject.ts"
import { PyErr_Clear, PyErr_ExceptionMatches, PyErr_Occurred, PyErr_SetFromErrnoWithFilenameObject } from "../objects/errors.ts"
import { PyList_Check, PyList_GET_ITEM, PyList_Insert } from "../objects/listobject.ts"
import { PyModule_GetDict } from "../objects/moduleobject.ts"
import { PyObject_GetAttrString } from "../objects/object.ts"
import { Py_False, Py_None, Py_True, PyExc_ImportError, PyExc_KeyboardInterrupt, PyExc_OSError } from "../objects/statictypes.ts"
import { _PyUnicode_AsUTF8String, PyUnicode_FromString } from "../objects/unicodeobject.ts"
import { PyImport_AddModule, PyImport_ImportModule } from "../vm/import.ts"
import { PyMarshal_ReadObjectFromString } from "../vm/marshal.ts"
import { _Py_HandleSystemExit, exitCode, exitHook, PyErr_Print, PyRun_SimpleFile, PyRun_SimpleString } from "../vm/pythonrun.ts"
import { PySys_Audit } from "../vm/sys/audit.ts"
import { writeStderr } from "../vm/sys/stdfd.ts"
import { PySys_GetObject } from "../vm/sysmodule.ts"
import { armFailAlloc, checkHeap } from "./checks.ts"
import type { Config } from "./config.ts"
import { Py_FinalizeEx } from "./finalize.ts"
import { saveRun, startRecording } from "./record.ts"
import { interactiveLoop, writeBanner } from "./repl.ts"

// Modules/main.c: what the command line says to run.

/** Thrown to leave a process that cannot stop in the middle (tests, embedders). */
export class Py_ExitStatus extends Error {
  constructor(readonly status: number) {
    super(`exit ${status}`)
  }
}

let unhandledInterrupt = false

function exit_err_print(): number {
  if (_Py_HandleSystemExit()) return exitCode
  if (PyErr_Occurred() === PyExc_KeyboardInterrupt) unhandledInterrupt = true
  PyErr_Print()
  return 1
}

/** The importer of a script that is a directory or zip file with a __main__ (owned). NULL: an ordinary script, or the error is set. */
function importerOf(filename: string): Own {
  const cache = PySys_GetObject("path_importer_cache")
  const hooks = PySys_GetObject("path_hooks")
  if (cache === 0 || hooks === 0 || !PyList_Check(hooks)) return NULL
  const $path = PyUnicode_FromString(filename)
  if ($path === NULL) return NULL
  const known = PyDict_GetItemWithError(cache, $path)
  let $importer: Own = known !== 0 ? Py_NewRef(known) : NULL
  if (known === 0 && PyErr_Occurred() === 0 && PyDict_SetItem(cache, $path, Py_None) === 0) {
    for (let i = 0; i < Py_SIZE(hooks) && $importer === NULL; i++) {
      $importer = PyObject_CallOneArg(PyList_GET_ITEM(hooks, i), $path)
      if ($importer === NULL) {
        if (!PyErr_ExceptionMatches(PyExc_ImportError)) break
        PyErr_Clear()
      }
    }
    if ($importer !== NULL && PyDict_SetItem(cache, $path, $importer) < 0) {
      Py_DECREF($importer)
      $importer = NULL
    }
  }
  Py_DECREF($path)
  if ($importer === Py_None) {
    Py_DECREF($importer)
    return NULL
  }
  return $importer
}

/** @returns false with the error set. */
function addPath0(dir: string): boolean {
  const list = PySys_GetObject("path")
  if (list === 0 || !PyList_Check(list)) return true
  const $dir = PyUnicode_FromString(dir)
  if ($dir === NULL) return false
  const r = PyList_Insert(list, 0, $dir)
  Py_DECREF($dir)
  return r === 0
}

/** _PyPathConfig_ComputeSysPath0; null: nothing is added. */
function path0(config: Config): string | null {
  const { mode } = config.options
  if (mode === "command" || mode === "stdin") return ""
  if (mode === "module") return process.cwd()
  try {
    return path.dirname(escapeStrayBytes(fs.realpathSync(fsName(config.runFilename), "buffer")))
  } catch {
    return path.dirname(config.runFilename)
  }
}

function runModule(name: string, setArgv0: boolean): number {
  const $runpy = PyImport_ImportModule("runpy")
  if ($runpy === NULL) {
    writeStderr("Could not import runpy module\n")
    return exit_err_print()
  }
  const $f = PyObject_GetAttrString($runpy, "_run_module_as_main")
  Py_DECREF($runpy)
  if ($f === NULL) {
    writeStderr("Could not access runpy._run_module_as_main\n")
    return exit_err_print()
  }
  const $name = PyUnicode_FromString(name)
  const $r = $name === NULL ? NULL : PyObject_CallTwoArgs($f, $name, setArgv0 ? Py_True : Py_False)
  Py_XDECREF($name)
  Py_DECREF($f)
  if ($r === NULL) return exit_err_print()
  Py_DECREF($r)
  return 0
}

/** A file's name for the system: bytes that are no UTF-8 as they were. */
function fsName(name: string): string | Buffer {
  return hasStrayBytes(name) ? Buffer.from(sourceBytes(name)) : name
}

function runFile(config: Config): number {
  const name = config.runFilename
  const $name = PyUnicode_FromString(name)
  if ($name === NULL) return exit_err_print()
  const audit = PySys_Audit("cpython.run_file", $name)
  Py_DECREF($name)
  if (audit < 0) return exit_err_print()
  let source: Uint8Array
  const program = path.basename(config.executable)
  try {
    if (fs.statSync(fsName(name)).isDirectory()) {
      writeStderr(`${program}: '${name}' is a directory, cannot continue\n`)
      return 1
    }
    source = fs.readFileSync(fsName(name))
  } catch (e) {
    const err = e as NodeJS.ErrnoException
    const text =
      { ENOENT: "No such file or directory", EACCES: "Permission denied", ENOTDIR: "Not a directory" }[err.code ?? ""] ?? err.message
    writeStderr(`${program}: can't open file '${name}': [Errno ${-(err.errno ?? 0)}] ${text}\n`)
    return 2
  }
  if (config.options.skipFirstLine) {
    const nl = source.indexOf(10)
    source = nl < 0 ? new Uint8Array(0) : source.subarray(nl)
  }
  const isPyc = name.endsWith(".pyc") || (source[0] === 0xa7 && source[1] === 0x0d && source[2] === 0x0d && source[3] === 0x0a)
  return PyRun_SimpleFile(source, name, isPyc ? () => readCode(source.subarray(16)) : null) !== 0 ? 1 : 0
}

function readCode(bytes: Uint8Array): Own {
  const $bytes = PyBytes_FromJS(bytes)
  if ($bytes === NULL) return NULL
  const $code = PyMarshal_ReadObjectFromString(PyBytes_AS_STRING($bytes), Py_SIZE($bytes))
  Py_DECREF($bytes)
  return $code
}

function stdinIsInteractive(config: Config): boolean {
  return tty.isatty(0) || config.flags.interactive !== 0
}

/** pymain_run_startup: the file that PYTHONSTARTUP names, in __main__. Its errors are printed; only a missing file has a status. */
function runStartup(config: Config): number {
  const name = config.startup
  if (name === "") return 0
  const $name = PyUnicode_FromString(name)
  const audit = PySys_Audit("cpython.run_startup", $name)
  Py_XDECREF($name)
  if (audit < 0) return exit_err_print()
  let source: Uint8Array
  try {
    source = fs.readFileSync(name)
  } catch (e) {
    writeStderr("Could not open PYTHONSTARTUP\n")
    const $filename = PyUnicode_FromString(name)
    if ($filename !== NULL) PyErr_SetFromErrnoWithFilenameObject(PyExc_OSError, errnoOfError(e), $filename)
    Py_XDECREF($filename)
    return exit_err_print()
  }
  PyRun_SimpleFile(source, name, null)
  PyErr_Clear()
  return 0
}

function runStdin(config: Config): number {
  if (stdinIsInteractive(config)) {
    // SystemExit leaves
    exitHook.inspect = false
    if (config.flags.quiet === 0) writeBanner()
    const status = runStartup(config)
    return status !== 0 ? status : interactiveLoop(config)
  }
  const chunks: Uint8Array[] = []
  const buffer = new Uint8Array(65536)
  for (;;) {
    let n = 0
    try {
      n = fs.readSync(0, buffer, 0, buffer.length, null)
    } catch (e) {
      const code = (e as NodeJS.ErrnoException).code
      if (code === "EAGAIN" || code === "EINTR") continue
      if (code !== "EOF") break
    }
    if (n === 0) break
    chunks.push(buffer.slice(0, n))
  }
  return PyRun_SimpleFile(Buffer.concat(chunks), "<stdin>", null) !== 0 ? 1 : 0
}

function runCommand(command: string): number {
  const $text = PyUnicode_FromString(command)
  if ($text === NULL) return exit_err_print()
  const audit = PySys_Audit("cpython.run_command", $text)
  const $utf8 = audit < 0 ? NULL : _PyUnicode_AsUTF8String($text, null)
  Py_DECREF($text)
  if ($utf8 === NULL) {
    writeStderr("Unable to decode the command from the command line:\n")
    return exit_err_print()
  }
  Py_DECREF($utf8)
  return PyRun_SimpleString(command.endsWith("\n") ? command : `${command}\n`) !== 0 ? 1 : 0
}

function runWhat(config: Config): number {
  const { mode, target } = config.options
  const $importer = mode === "file" ? importerOf(config.runFilename) : NULL
  if ($importer === NULL && PyErr_Occurred() !== 0) return exit_err_print()
  const dir = $importer !== NULL ? config.runFilename : config.flags.safePath ? null : path0(config)
  if (dir !== null && !addPath0(dir)) {
    Py_XDECREF($importer)
    return exit_err_print()
  }
  if (mode === "command") return runCommand(target)
  if (mode === "module") return runModule(target, true)
  if ($importer !== NULL) {
    const status = runModule("__main__", false)
    Py_DECREF($importer)
    return status
  }
  return mode === "file" ? runFile(config) : runStdin(config)
}

/** Finalise and give the exit status: 120 when the standard files could not be flushed, 1 when the audit found something. */
function finish(config: Config, status: number): number {
  let clean = true
  let saved = true
  const r = Py_FinalizeEx(
    () => {
      saved = saveRun(config, status)
    },
    () => {
      clean = checkHeap(config.options)
    },
  )
  if (r < 0) return 120
  return clean && saved ? status : status || 1
}

/** Run; @returns the process's exit status. */
export function run(config: Config): number {
  exitHook.inspect = config.inspect
  exitHook.exit = (status) => {
    process.exit(finish(config, status) & 255)
  }
  armFailAlloc()
  startRecording(config)
  let status = runWhat(config)
  if (config.inspect && config.options.mode !== "stdin" && stdinIsInteractive(config)) {
    exitHook.inspect = false
    status = interactiveLoop(config)
  }
  status = finish(config, status)
  return (unhandledInterrupt ? 130 : status) & 255
}

/** The namespace of __main__, borrowed. */
export function mainDict(): Ref {
  const m = PyImport_AddModule("__main__")
  if (m === 0) return NULL
  Py_INCREF(m)
  const dict = PyModule_GetDict(m)
  Py_DECREF(m)
  return dict
}
