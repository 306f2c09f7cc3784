import { randomInt } from "node:crypto"
import path from "node:path"
import type { Options } from "./options.ts"
import type { SysFlags } from "../vm/sys/info.ts"

// What the command line and the environment together ask for (Python/initconfig.c).

export interface WorkerConfig {
  options: Options
  /** The dist folder: holds lib/python3.11. */
  dist: string
  executable: string
  /** Use the heap image, or make it when it is not there. */
  image: boolean
}

export interface Config {
  options: Options
  flags: SysFlags
  prefix: string
  stdlib: string
  executable: string
  searchPaths: string[]
  warnOptions: string[]
  stdioEncoding: string
  stdioErrors: string
  buffered: boolean
  siteImport: boolean
  hashSeed: number | undefined
  malloc: string | undefined
  tracemalloc: number
  inspect: boolean
  noDebugRanges: boolean
  importTime: boolean
  /** PYTHONSTARTUP */
  startup: string
  frozenModules: boolean
  faultHandler: boolean
  pycachePrefix: string | null
  /** Absolute script path. */
  runFilename: string
}

function xoption(options: Options, name: string): string | true | undefined {
  for (const o of options.xoptions) {
    const eq = o.indexOf("=")
    if ((eq < 0 ? o : o.slice(0, eq)) === name) return eq < 0 ? true : o.slice(eq + 1)
  }
  return undefined
}

/** _Py_abspath */
function abspath(p: string): string {
  if (path.isAbsolute(p)) return p
  return p === "." ? process.cwd() : `${process.cwd()}/${p.replace(/^\.\//, "")}`
}

/** Read everything. */
export function readConfig({ options: o, dist, executable }: Omit<WorkerConfig, "image">): Config {
  const env = (name: string): string => (o.ignoreEnvironment ? "" : (process.env[name] ?? ""))
  const envInt = (name: string): number => {
    const v = env(name)
    if (v === "") return 0
    const n = Number.parseInt(v, 10)
    return Number.isNaN(n) || n < 0 ? 1 : n
  }
  const locale = process.env["LC_ALL"] || process.env["LC_CTYPE"] || process.env["LANG"] || ""
  const cLocale = locale === "" || locale === "C" || locale === "POSIX"
  const utf8 = xoption(o, "utf8") ?? env("PYTHONUTF8")
  const utf8Mode = utf8 === "0" ? 0 : utf8 === true || utf8 === "1" || cLocale ? 1 : 0
  const devMode = xoption(o, "dev") !== undefined || env("PYTHONDEVMODE") !== ""
  const optimize = Math.max(o.optimize, envInt("PYTHONOPTIMIZE"))
  const verbose = Math.max(o.verbose, envInt("PYTHONVERBOSE"))
  const seed = env("PYTHONHASHSEED")
  const hashSeed = o.randomHash || seed === "random" ? randomInt(1, 2 ** 32) : seed === "" ? undefined : Number(seed)
  const maxDigits = xoption(o, "int_max_str_digits") ?? env("PYTHONINTMAXSTRDIGITS")
  const [ioEncoding, ioErrors] = env("PYTHONIOENCODING").split(":")
  const stdlib = path.join(dist, "lib", "python3.11")
  const pythonPath = env("PYTHONPATH")
  const warn = [
    ...env("PYTHONWARNINGS")
      .split(",")
      .filter((w) => w !== ""),
    ...o.warnOptions,
  ]
  if (devMode) warn.unshift("default")
  if (o.bytesWarning > 1) warn.push("error::BytesWarning")
  else if (o.bytesWarning === 1) warn.push("default::BytesWarning")
  const cachePrefix = xoption(o, "pycache_prefix")
  const trace = xoption(o, "tracemalloc") ?? env("PYTHONTRACEMALLOC")
  const inspect = o.inspect || env("PYTHONINSPECT") !== ""
  const safePath = o.safePath || env("PYTHONSAFEPATH") !== ""
  return {
    options: o,
    prefix: dist,
    stdlib,
    executable,
    searchPaths: [
      ...(pythonPath === "" ? [] : pythonPath.split(":")),
      path.join(dist, "lib", "python311.zip"),
      stdlib,
      path.join(stdlib, "lib-dynload"),
    ],
    warnOptions: warn,
    stdioEncoding: ioEncoding || "utf-8",
    stdioErrors:
      ioErrors ||
      (ioEncoding ? "strict" : cLocale || utf8Mode === 1 || /^(C\.UTF-8|C\.utf8|UTF-8)$/.test(locale) ? "surrogateescape" : "strict"),
    buffered: !(o.unbuffered || env("PYTHONUNBUFFERED") !== ""),
    siteImport: !o.noSite,
    hashSeed,
    malloc: env("PYTHONMALLOC") || (devMode ? "debug" : undefined),
    tracemalloc: trace === true ? 1 : Number(trace) || 0,
    inspect,
    noDebugRanges: xoption(o, "no_debug_ranges") !== undefined || env("PYTHONNODEBUGRANGES") !== "",
    startup: env("PYTHONSTARTUP"),
    importTime: xoption(o, "importtime") !== undefined || env("PYTHONPROFILEIMPORTTIME") !== "",
    frozenModules: xoption(o, "frozen_modules") !== "off",
    faultHandler: devMode || xoption(o, "faulthandler") !== undefined || env("PYTHONFAULTHANDLER") !== "",
    pycachePrefix: (cachePrefix === undefined ? env("PYTHONPYCACHEPREFIX") : cachePrefix === true ? "" : cachePrefix) || null,
    runFilename: o.mode === "file" ? abspath(o.target) : "",
    flags: {
      debug: Math.max(o.debug, envInt("PYTHONDEBUG")),
      inspect: inspect ? 1 : 0,
      interactive: o.inspect ? 1 : 0,
      optimize,
      dontWriteBytecode: o.dontWriteBytecode || env("PYTHONDONTWRITEBYTECODE") !== "" ? 1 : 0,
      noUserSite: o.noUserSite || env("PYTHONNOUSERSITE") !== "" ? 1 : 0,
      noSite: o.noSite ? 1 : 0,
      ignoreEnvironment: o.ignoreEnvironment ? 1 : 0,
      verbose,
      bytesWarning: o.bytesWarning,
      quiet: o.quiet ? 1 : 0,
      hashRandomization: hashSeed === 0 ? 0 : 1,
      isolated: o.isolated ? 1 : 0,
      devMode,
      utf8Mode,
      warnDefaultEncoding: xoption(o, "warn_default_encoding") !== undefined || env("PYTHONWARNDEFAULTENCODING") !== "" ? 1 : 0,
      safePath,
      intMaxStrDigits: maxDigits === "" || maxDigits === true ? -1 : Number(maxDigits),
    },
  }
}
