import fs from "node:fs"
import path from "node:path"
import type { Config } from "./config.ts"

// When a start may use the heap image, and what image is the right one.

/** A word of the heap's first page, which holds nothing else: how far the image is (`ImageState`). */
export const IMAGE_WORD = 4

export const enum ImageState {
  READING = 0,
  LOADED = 1,
  /** There is none that fits: boot. */
  NONE = 2,
}

/** Settings that come after boot; all others change what boot does. */
const LATE_XOPTIONS = ["utf8", "int_max_str_digits", "pycache_prefix", "faulthandler", "jit", "jit-log", "jit-dump"]

/** Does booting with these settings give the heap that every start has? */
export function bootsAsAlways(config: Config): boolean {
  const { flags, options } = config
  return (
    flags.optimize === 0 &&
    flags.verbose === 0 &&
    flags.bytesWarning === 0 &&
    !flags.devMode &&
    !config.noDebugRanges &&
    !config.importTime &&
    config.siteImport &&
    (config.hashSeed === undefined || config.hashSeed === 0) &&
    config.malloc === undefined &&
    config.tracemalloc === 0 &&
    options.maxHeap === 0 &&
    options.xoptions.every((x) => LATE_XOPTIONS.includes(x.split("=")[0]))
  )
}

export function imageFile(dist: string): string {
  return path.join(dist, "boot.image")
}

/** What an image must have been made from: this build, in this place. "" when that cannot be told. */
export function imageKey(dist: string): string {
  try {
    const { size, mtimeMs } = fs.statSync(path.join(dist, "runtime.cjs"))
    return JSON.stringify([dist, size, mtimeMs])
  } catch {
    return ""
  }
}

/** The settings under which the image is made: nothing of the process that makes it. */
export function neutral(config: Config): Config {
  const { stdlib } = config
  return {
    ...config,
    executable: "",
    searchPaths: [path.join(path.dirname(stdlib), "python311.zip"), stdlib, path.join(stdlib, "lib-dynload")],
    warnOptions: [],
    pycachePrefix: null,
    runFilename: "",
    options: { ...config.options, argv: [""], origArgv: [], xoptions: [], warnOptions: [], target: "" },
    flags: { ...config.flags, noSite: 1 },
  }
}
