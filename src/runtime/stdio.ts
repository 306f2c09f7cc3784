import fs from "node:fs"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_XDECREF } from "../heap/refcount.ts"
import { ID } from "../heap/statics.ts"
import { PyObject_CallFunctionObjArgs, PyObject_CallMethodNoArgs } from "../objects/call.ts"
import { _PyCodec_Lookup } from "../objects/codecs.ts"
import { PyErr_Clear } from "../objects/errors.ts"
import { PyLong_FromLong } from "../objects/longobject.ts"
import { PyObject_GetAttr, PyObject_GetAttrString, PyObject_IsTrue, PyObject_SetAttr, PyObject_SetAttrString } from "../objects/object.ts"
import { Py_False, Py_None, Py_True } from "../objects/statictypes.ts"
import { PyUnicode_FromString } from "../objects/unicodeobject.ts"
import { PyImport_ImportModule } from "../vm/import.ts"
import { _PySys_SetAttr, PySys_SetObject } from "../vm/sysmodule.ts"
import type { Config } from "./config.ts"

// Python/pylifecycle.c: sys.stdin, sys.stdout and sys.stderr, made with io.

function isOpen(fd: number): boolean {
  try {
    fs.fstatSync(fd)
    return true
  } catch {
    return false
  }
}

function call(f: Ref, ...$args: Own[]): Own {
  const $r = $args.includes(NULL) ? NULL : PyObject_CallFunctionObjArgs(f, ...$args)
  for (const $a of $args) Py_XDECREF($a)
  return $r
}

/** Owned text file over a descriptor, None when it is closed; NULL with the error set. */
function create_stdio(config: Config, io: Ref, fd: number, write: boolean, name: string, errors: string): Own {
  if (!isOpen(fd)) return Py_NewRef(Py_None)
  const buffering = !config.buffered && write ? 0 : -1
  const none = (): Own => Py_NewRef(Py_None)
  const $open = PyObject_GetAttr(io, ID("open"))
  if ($open === NULL) return NULL
  const $buf = call(
    $open,
    PyLong_FromLong(fd),
    PyUnicode_FromString(write ? "wb" : "rb"),
    PyLong_FromLong(buffering),
    none(),
    none(),
    none(),
    Py_NewRef(Py_False),
  )
  Py_DECREF($open)
  if ($buf === NULL) return NULL
  const $raw = buffering !== 0 ? PyObject_GetAttr($buf, ID("raw")) : Py_NewRef($buf)
  let isatty = -1
  if ($raw !== NULL) {
    const $name = PyUnicode_FromString(name)
    if ($name !== NULL && PyObject_SetAttr($raw, ID("name"), $name) === 0) {
      const $t = PyObject_CallMethodNoArgs($raw, ID("isatty"))
      if ($t !== NULL) {
        isatty = PyObject_IsTrue($t)
        Py_DECREF($t)
      }
    }
    Py_XDECREF($name)
    Py_DECREF($raw)
  }
  let $stream: Own = NULL
  if (isatty >= 0) {
    const lineBuffering = config.buffered && (isatty > 0 || fd === 2)
    const $wrapper = PyObject_GetAttr(io, ID("TextIOWrapper"))
    if ($wrapper !== NULL) {
      $stream = call(
        $wrapper,
        Py_NewRef($buf),
        PyUnicode_FromString(config.stdioEncoding),
        PyUnicode_FromString(errors),
        PyUnicode_FromString("\n"),
        Py_NewRef(lineBuffering ? Py_True : Py_False),
        Py_NewRef(config.buffered ? Py_False : Py_True),
      )
      Py_DECREF($wrapper)
    }
  }
  Py_DECREF($buf)
  if ($stream !== NULL) {
    const $mode = PyUnicode_FromString(write ? "w" : "r")
    const bad = PyObject_SetAttr($stream, ID("mode"), $mode)
    Py_DECREF($mode)
    if (bad !== 0) {
      Py_DECREF($stream)
      return NULL
    }
  }
  return $stream
}

/** Make the three files; false with the error set. */
export function init_sys_streams(config: Config): boolean {
  const $io = PyImport_ImportModule("io")
  if ($io === NULL) return false
  const files: readonly (readonly [number, string, Ref, string])[] = [
    [0, "stdin", ID("stdin"), config.stdioErrors],
    [1, "stdout", ID("stdout"), config.stdioErrors],
    [2, "stderr", ID("stderr"), "backslashreplace"],
  ]
  for (const [fd, name, id, errors] of files) {
    const $std = create_stdio(config, $io, fd, fd !== 0, `<${name}>`, errors)
    if ($std === NULL) {
      Py_DECREF($io)
      return false
    }
    if (fd === 2) {
      // so that the codec is there when an error must be shown
      Py_XDECREF(_PyCodec_Lookup(config.stdioEncoding))
      PyErr_Clear()
    }
    PySys_SetObject(`__${name}__`, $std)
    _PySys_SetAttr(id, $std)
    Py_DECREF($std)
  }
  Py_DECREF($io)
  return true
}

/** builtins.open = io.open */
export function init_set_builtins_open(): boolean {
  const $io = PyImport_ImportModule("io")
  const $builtins = $io === NULL ? NULL : PyImport_ImportModule("builtins")
  const $open = $builtins === NULL ? NULL : PyObject_GetAttrString($io, "open")
  const ok = $open !== NULL && PyObject_SetAttrString($builtins, "open", $open) === 0
  Py_XDECREF($open)
  Py_XDECREF($builtins)
  Py_XDECREF($io)
  return ok
}
