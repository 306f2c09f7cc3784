import { int32, ptr, set64, setint32, setptr } from "../heap/access.ts"
import { writeImage } from "../base/imagefile.ts"
import { HG } from "../heap/heapglobals.ts"
import { PyThreadState } from "../heap/layout.ts"
import { PAGE_BITS } from "../heap/pages.ts"
import { setTstate } from "../heap/tstate.ts"
import { attached, heap } from "../heap/views.ts"
import { fillEnviron } from "../modules/posixmodule.ts"
import { refreshTimezone } from "../modules/timemodule.ts"
import { imageFile, imageKey, neutral } from "./imageuse.ts"
import { cstackInit } from "../heap/cstack.ts"
import { INTERP, Interp, MAIN_TSTATE, RUNTIME, Runtime } from "../heap/map.ts"
import { _PyMem_SetupAllocators } from "../heap/obmalloc.ts"
import { NULL, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_XDECREF } from "../heap/refcount.ts"
import { ID } from "../heap/statics.ts"
import { _PyGC_Init, _PyGC_InitState } from "../gc/gcmodule.ts"
import { _PyErr_InitTypes } from "../objects/unraisable.ts"
import { _PyWarnings_InitState } from "../objects/_warnings.ts"
import { initStaticTypes } from "../objects/boot.ts"
import { setBytesWarning } from "../objects/byteswarning.ts"
import { PyObject_CallMethodNoArgs, PyObject_CallMethodTwoArgs } from "../objects/call.ts"
import { PyDict_Copy, PyDict_GetItemString, PyDict_GetItemWithError, PyDict_New, PyDict_SetItemString } from "../objects/dictobject.ts"
import { _PyCodec_Lookup } from "../objects/codecs.ts"
import { PyErr_Clear, PyErr_Occurred } from "../objects/errors.ts"
import { initExceptions } from "../objects/exceptions.ts"
import { PyList_Append, PyList_Insert, PyList_Size } from "../objects/listobject.ts"
import { initIntMaxStrDigits } from "../objects/longobject.ts"
import { PyModule_ExecDef, PyModule_GetDef, PyModule_GetDict } from "../objects/moduleobject.ts"
import { PyObject_GetAttrString } from "../objects/object.ts"
import { _Py_HashRandomization_Init } from "../objects/pyhash.ts"
import { Py_False, Py_None, Py_True } from "../objects/statictypes.ts"
import { PyUnicode_FromString } from "../objects/unicodeobject.ts"
import { _PyTraceMalloc_Init } from "../modules/_tracemalloc.ts"
import { initContext } from "../modules/_contextvars.ts"
import { attachSignals, _PySignal_Init } from "../modules/signalmodule.ts"
import { addExceptions } from "../vm/builtins/exceptions.ts"
import { _PyBuiltin_Init } from "../vm/bltinmodule.ts"
import { setLibrary } from "../vm/frozen.ts"
import { attachGil, initGil, take_gil } from "../vm/gil.ts"
import { createBuiltin, importFrozen, PyImport_AddModule, PyImport_ImportModule, setModule } from "../vm/import.ts"
import { jitStep } from "../vm/jithooks.ts"
import { PyErr_Print } from "../vm/pythonrun.ts"
import { initMainThread } from "../vm/pystate.ts"
import { listOfStrings, makeFlags, setOwned, xoptionsDict } from "../vm/sys/info.ts"
import { writeStderr } from "../vm/sys/stdfd.ts"
import { _PySys_Create, PySys_GetObject } from "../vm/sysmodule.ts"
import { type Config, readConfig, type WorkerConfig } from "./config.ts"
import { Py_ExitStatus, run } from "./main.ts"
import { cstack, CSTACK_SIZE } from "./scratch.ts"
import { init_set_builtins_open, init_sys_streams } from "./stdio.ts"

// Python/pylifecycle.c: the order in which an interpreter comes to life.

class BootError extends Error {}

function need(ok: boolean, what: string): void {
  if (ok) return
  if (PyErr_Occurred() !== 0) {
    try {
      PyErr_Print()
    } catch (e) {
      writeStderr(`${(e as Error).stack}\n`)
    }
  }
  throw new BootError(`Fatal Python error: ${what}\nPython runtime state: core initialized\n`)
}

/** pyinit_core: memory, types, sys, builtins, importlib. */
function initCore(config: Config): void {
  cstackInit(cstack, CSTACK_SIZE)
  setint32(INTERP + Interp.recursion_limit, 1000)
  setint32(INTERP + Interp.optimization_level, config.flags.optimize)
  setBytesWarning(config.flags.bytesWarning)
  setint32(INTERP + Interp.verbose, config.flags.verbose)
  if (config.importTime) setint32(INTERP + Interp.import_time, 1)
  if (!config.frozenModules) setint32(INTERP + Interp.no_frozen_modules, 1)
  if (config.noDebugRanges) setint32(INTERP + Interp.no_debug_ranges, 1)
  setint32(RUNTIME + Runtime.max_heap, config.options.maxHeap)
  initGil()
  initMainThread()
  take_gil()
  if (config.malloc !== undefined && _PyMem_SetupAllocators(config.malloc) < 0) {
    throw new BootError(`Fatal Python error: pymain_init: unknown PYTHONMALLOC allocator: ${config.malloc}\n`)
  }
  _PyGC_InitState()
  _Py_HashRandomization_Init(config.hashSeed)
  initStaticTypes()
  need(initExceptions() === 0, "cannot make the exceptions")
  initIntMaxStrDigits(config.flags.intMaxStrDigits === -1 ? 4300 : config.flags.intMaxStrDigits)
  need(_PyGC_Init() === 0, "cannot initialize the collector")
  need(_PyErr_InitTypes() === 0, "cannot make types")
  need(initContext(), "can't init context types")
  need(_PyWarnings_InitState() === 0, "can't initialize warnings")
  const $sys = _PySys_Create()
  need($sys !== NULL, "can't initialize sys module")
  need(setOwned(ptr(INTERP + Interp.sysdict), "flags", makeFlags(config.flags)), "can't initialize sys module")
  initBuiltins(config)
  initImportlib($sys)
}

function initBuiltins(config: Config): void {
  const $builtins = _PyBuiltin_Init(config.flags.optimize === 0)
  need($builtins !== NULL && setModule("builtins", $builtins) === 0, "can't initialize builtins")
  const dict = PyModule_GetDict($builtins)
  need(addExceptions(dict) === 0, "failed to add exceptions to builtins")
  const $copy = PyDict_Copy(dict)
  need($copy !== NULL, "no memory")
  setptr(INTERP + Interp.builtins_copy, $copy)
  setptr(INTERP + Interp.import_func, Py_NewRef(PyDict_GetItemString(dict, "__import__")))
  Py_DECREF($builtins)
}

function initImportlib(sys: Ref): void {
  const $importlib = importFrozen("_frozen_importlib")
  need($importlib !== NULL && $importlib !== Py_None, "failed to import importlib")
  setptr(INTERP + Interp.importlib, $importlib)
  const $imp = createBuiltin("_imp")
  need(
    $imp !== NULL && PyModule_ExecDef($imp, PyModule_GetDef($imp)) === 0 && setModule("_imp", $imp) === 0,
    "failed to initialize importlib",
  )
  const $v = PyObject_CallMethodTwoArgs($importlib, ID("_install"), sys, $imp)
  need($v !== NULL, "failed to initialize importlib")
  Py_DECREF($v)
  Py_DECREF($imp)
  Py_DECREF(sys)
}

/** _PySys_UpdateConfig */
function updateSys(config: Config): void {
  const dict = ptr(INTERP + Interp.sysdict)
  const text = (s: string): ReturnType<typeof PyUnicode_FromString> => PyUnicode_FromString(s)
  const ok =
    setOwned(dict, "path", listOfStrings(config.searchPaths)) &&
    setOwned(dict, "executable", text(config.executable)) &&
    setOwned(dict, "_base_executable", text(config.executable)) &&
    setOwned(dict, "prefix", text(config.prefix)) &&
    setOwned(dict, "base_prefix", text(config.prefix)) &&
    setOwned(dict, "exec_prefix", text(config.prefix)) &&
    setOwned(dict, "base_exec_prefix", text(config.prefix)) &&
    setOwned(dict, "platlibdir", text("lib")) &&
    setOwned(dict, "pycache_prefix", config.pycachePrefix === null ? Py_NewRef(Py_None) : text(config.pycachePrefix)) &&
    setOwned(dict, "argv", listOfStrings(config.options.argv)) &&
    setOwned(dict, "orig_argv", listOfStrings([config.executable, ...config.options.origArgv])) &&
    setOwned(dict, "warnoptions", listOfStrings(config.warnOptions)) &&
    setOwned(dict, "_xoptions", xoptionsDict(config.options.xoptions)) &&
    setOwned(dict, "_stdlib_dir", text(config.stdlib)) &&
    setOwned(dict, "flags", makeFlags(config.flags)) &&
    PyDict_SetItemString(dict, "dont_write_bytecode", config.flags.dontWriteBytecode ? Py_True : Py_False) === 0
  need(ok, "failed to update the Python config")
}
/** init_importlib_external, and zipimport's place in sys.path_hooks. */
function initImportlibExternal(): void {
  const $v = PyObject_CallMethodNoArgs(ptr(INTERP + Interp.importlib), ID("_install_external_importers"))
  need($v !== NULL, "external importer setup failed")
  Py_DECREF($v)
  const hooks = PySys_GetObject("path_hooks")
  const $zip = PyImport_ImportModule("zipimport")
  if ($zip === NULL) {
    PyErr_Clear()
    return
  }
  const $importer = PyObject_GetAttrString($zip, "zipimporter")
  Py_DECREF($zip)
  if ($importer === NULL) PyErr_Clear()
  else {
    need(PyList_Insert(hooks, 0, $importer) === 0, "initializing zipimport failed")
    Py_DECREF($importer)
  }
}
function addMainModule(): void {
  const m = PyImport_AddModule("__main__")
  need(m !== 0, "can't create __main__ module")
  const dict = PyModule_GetDict(m)
  need(setOwned(dict, "__annotations__", PyDict_New()), "Failed to initialize __main__.__annotations__")
  if (PyDict_GetItemWithError(dict, ID("__builtins__")) === 0)
    need(setOwned(dict, "__builtins__", PyImport_ImportModule("builtins")), "Failed to initialize __main__.__builtins__")
  const loader = PyDict_GetItemWithError(dict, ID("__loader__"))
  if (loader === 0 || loader === Py_None) {
    need(
      setOwned(dict, "__loader__", PyObject_GetAttrString(ptr(INTERP + Interp.importlib), "BuiltinImporter")),
      "Failed to initialize __main__.__loader__",
    )
  }
}

function importNow(name: string): void {
  const $m = PyImport_ImportModule(name)
  need($m !== NULL, `cannot import ${name}`)
  Py_DECREF($m)
}

/** _PyFaulthandler_Init */
function enableFaultHandler(): void {
  const $module = PyImport_ImportModule("faulthandler")
  const $r = $module === NULL ? NULL : PyObject_CallMethodNoArgs($module, ID("enable"))
  need($r !== NULL, "failed to enable the fault handler")
  Py_DECREF($module)
  Py_DECREF($r)
}

/** init_interp_main up to where the process comes in: the import path, codecs, signals. */
function initImports(config: Config): void {
  updateSys(config)
  initImportlibExternal()
  const $encodings = PyImport_ImportModule("encodings")
  need($encodings !== NULL, "init_fs_encoding: failed to get the Python codec of the filesystem encoding")
  Py_DECREF($encodings)
  const $codec = _PyCodec_Lookup("utf-8")
  need($codec !== NULL, "init_fs_encoding: failed to get the Python codec of the filesystem encoding")
  Py_DECREF($codec)
  need(_PySignal_Init() === 0, "can't initialize signals")
}

/** Boot to where every process is alike, without reading anything of this one, and store the heap. */
function makeImage(config: Config, dist: string): void {
  // no code object may be hot from the start: its number would make every process compile it at its first call
  const steps = jitStep.slice()
  jitStep.fill(0)
  const alike = neutral(config)
  initCore(alike)
  initImports(alike)
  importNow("io")
  addMainModule()
  // without its main(), for the flags say so
  importNow("site")
  try {
    writeImage(imageFile(dist), imageKey(dist), heap, RUNTIME, int32(HG.pages_fresh) << PAGE_BITS)
  } catch {
    // a library that cannot be written: every start boots
  }
  jitStep.set(steps)
}

/** The heap comes from the image: bind this worker to it. */
function joinImage(): void {
  cstackInit(cstack, CSTACK_SIZE)
  attachGil()
  attachSignals()
  setTstate(MAIN_TSTATE)
}

/** Give a heap that is as in the image what is this process's own. */
function fromImage(config: Config): void {
  set64(MAIN_TSTATE + PyThreadState.native_thread_id, process.pid, 0)
  initIntMaxStrDigits(config.flags.intMaxStrDigits === -1 ? 4300 : config.flags.intMaxStrDigits)
  updateSys(config)
  need(refreshTimezone() === 0, "can't read the time zone")
}

/** The rest of init_interp_main: what belongs to this process, the standard files, site. */
function initMain(config: Config, siteIsThere: boolean): void {
  if (config.faultHandler) enableFaultHandler()
  need(fillEnviron() === 0, "can't read the environment")
  if (config.tracemalloc > 0) need(_PyTraceMalloc_Init(config.tracemalloc) === 0, "can't initialize tracemalloc")
  need(init_sys_streams(config), "init_sys_streams: can't initialize sys standard streams")
  need(init_set_builtins_open(), "can't initialize io.open")
  addMainModule()
  const warn = PySys_GetObject("warnoptions")
  if (warn !== 0 && PyList_Size(warn) > 0) {
    const $warnings = PyImport_ImportModule("warnings")
    if ($warnings === NULL) {
      writeStderr("'import warnings' failed; traceback:\n")
      PyErr_Print()
    }
    Py_XDECREF($warnings)
  }
  if (config.flags.devMode) setint32(INTERP + Interp.check_codecs, 1)
  setint32(RUNTIME + Runtime.booted, 1)
  if (config.siteImport) {
    const $site = PyImport_ImportModule("site")
    need($site !== NULL, "init_import_site: Failed to import the site module")
    const $ran = siteIsThere ? PyObject_CallMethodNoArgs($site, ID("main")) : Py_NewRef(Py_None)
    need($ran !== NULL, "init_import_site: Failed to import the site module")
    Py_DECREF($ran)
    Py_DECREF($site)
    addToolbox(config)
  }
}

/** moult's own versions of the tools that Python users know, last on the path so that an installed package comes first. */
function addToolbox(config: Config): void {
  const sysPath = PySys_GetObject("path")
  const $folder = PyUnicode_FromString(`${config.stdlib}/toolbox`)
  need($folder !== NULL && (sysPath === 0 || PyList_Append(sysPath, $folder) === 0), "can't add the tools to sys.path")
  Py_DECREF($folder)
}

/** Boot, run what the command line asks for, finalise. @returns the exit status. */
export function runMain(workerConfig: WorkerConfig): number {
  const config = readConfig(workerConfig)
  setLibrary(config.stdlib)
  try {
    if (attached) joinImage()
    else if (workerConfig.image) makeImage(config, workerConfig.dist)
    else {
      initCore(config)
      initImports(config)
    }
    if (workerConfig.image) fromImage(config)
    initMain(config, workerConfig.image)
  } catch (e) {
    if (!(e instanceof BootError)) throw e
    writeStderr(e.message)
    return 1
  }
  try {
    return run(config)
  } catch (e) {
    if (e instanceof Py_ExitStatus) return e.status
    throw e
  }
}
