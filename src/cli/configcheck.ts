import type { Options } from "../runtime/options.ts"

// Values of -X options and of the environment that stop Python before it starts (Python/initconfig.c, preconfig.c).

const ALLOCATORS = ["default", "debug", "malloc", "malloc_debug", "pymalloc", "pymalloc_debug"]

function fatal(what: string, state: string): string {
  return `${what}\nPython runtime state: ${state}`
}

/** The last value of -X `name`: "" when it has none. */
function xoption(o: Options, name: string): string | null {
  for (let i = o.xoptions.length - 1; i >= 0; i--) {
    const x = o.xoptions[i]
    if (x === name) return ""
    if (x.startsWith(`${name}=`)) return x.slice(name.length + 1)
  }
  return null
}

function badFrames(v: string | null, lowest: number): boolean {
  return v !== null && v !== "" && !(/^[ ]*\+?\d+$/.test(v) && Number(v) >= lowest && Number(v) <= 0x7fffffff)
}

function badDigits(v: string | null): boolean {
  return v !== null && (!/^\d+$/.test(v) || (Number(v) !== 0 && Number(v) < 640) || Number(v) > 0x7fffffff)
}

/** What Python says of the first value it cannot take; null when all are good. */
export function configError(o: Options): string | null {
  const env = (name: string): string | null => (o.ignoreEnvironment ? null : process.env[name] || null)
  const utf8 = xoption(o, "utf8")
  if (utf8 !== null && utf8 !== "" && utf8 !== "0" && utf8 !== "1")
    return fatal("preconfig_init_utf8_mode: invalid -X utf8 option value", "preinitializing")
  const utf8Env = env("PYTHONUTF8")
  if (utf8 === null && utf8Env !== null && utf8Env !== "0" && utf8Env !== "1")
    return fatal("preconfig_init_utf8_mode: invalid PYTHONUTF8 environment variable value", "preinitializing")
  const malloc = env("PYTHONMALLOC")
  if (malloc !== null && !ALLOCATORS.includes(malloc))
    return fatal("preconfig_init_allocator: PYTHONMALLOC: unknown allocator", "preinitializing")
  const seed = env("PYTHONHASHSEED")
  if (seed !== null && seed !== "random" && !(/^\d+$/.test(seed) && Number(seed) <= 4294967295)) {
    return fatal('config_init_hash_seed: PYTHONHASHSEED must be "random" or an integer in range [0; 4294967295]', "preinitialized")
  }
  const frozen = xoption(o, "frozen_modules")
  if (frozen !== null && !["", "on", "off"].includes(frozen))
    return fatal('bad value for option -X frozen_modules (expected "on" or "off")', "preinitialized")
  const trace = xoption(o, "tracemalloc")
  if (trace === null && badFrames(env("PYTHONTRACEMALLOC"), 0))
    return fatal("config_init_tracemalloc: PYTHONTRACEMALLOC: invalid number of frames", "preinitialized")
  if (badFrames(trace, 0)) return fatal("config_init_tracemalloc: -X tracemalloc=NFRAME: invalid number of frames", "preinitialized")
  const limit = "invalid limit; must be >= 640 or 0 for unlimited."
  if (badDigits(env("PYTHONINTMAXSTRDIGITS")))
    return fatal(`config_init_int_max_str_digits: PYTHONINTMAXSTRDIGITS: ${limit}`, "preinitialized")
  if (badDigits(xoption(o, "int_max_str_digits")))
    return fatal(`config_init_int_max_str_digits: -X int_max_str_digits: ${limit}`, "preinitialized")
  return null
}
