import { COMMANDS } from "./commandnames.ts"
import path from "node:path"
import { MOULT } from "./version.ts"
import type { Options } from "../runtime/options.ts"
import { VERSION, VERSION_NUMBER } from "../vm/sys/version.ts"
import { HELP_ENV, HELP_XOPTIONS } from "./help.ts"

const USAGE = "[option] ... [-c cmd | -m mod | file | -] [arg] ..."

const HELP = `usage: moult ${USAGE}
Options (as python3's):
-b     : issue warnings about str(bytes_instance), str(bytearray_instance)
         and comparing bytes/bytearray with str; -bb: errors
-B     : don't write .pyc files on import; also PYTHONDONTWRITEBYTECODE=x
-c cmd : program passed in as string (terminates option list)
-E     : ignore PYTHON* environment variables (such as PYTHONPATH)
-h     : print this help message and exit (also --help)
-i     : inspect interactively after running script
-I     : isolate from the user's environment (implies -E and -s)
-m mod : run library module as a script (terminates option list)
-O     : remove assert and __debug__-dependent statements; -OO: docstrings too
-P     : don't prepend a potentially unsafe path to sys.path
-q     : don't print version and copyright messages on interactive startup
-s     : don't add user site directory to sys.path
-S     : don't imply 'import site' on initialization
-u     : force the stdout and stderr streams to be unbuffered
-v     : verbose (trace import statements)
-V     : print the Python version number and exit (also --version);
         -VV: and what made it
-W arg : warning control (action:message:category:module:lineno)
-x     : skip first line of source, allowing use of non-Unix forms of #!cmd
-X opt : set implementation-specific option
file   : program read from script file
-      : program read from stdin (default; interactive mode if a tty)
arg ...: arguments passed to program in sys.argv[1:]
--help-env      : print help about Python environment variables and exit
--help-xoptions : print help about implementation-specific -X options and exit
--help-all      : print complete help information and exit

moult's own:
--max-heap SIZE : hard limit of the Python heap (512M, 1G …); beyond it: MemoryError
--audit         : after the program, recount every reference in the heap and report differences
--dump-on-oom[=FILE] : at the first MemoryError, write the heap to FILE for moult's commands
--heap-stats    : at exit, print what the allocator holds to stderr

moult's commands (moult COMMAND --help; a file of that name in the current folder goes first):
${COMMANDS.join(", ")}
`

/** "512M" → bytes; NaN when it is no size. */
export function parseSize(text: string): number {
  const m = /^(\d+)([kKmMgG]?)i?[bB]?$/.exec(text)
  if (m === null) return Number.NaN
  const unit = { "": 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 }[m[2].toLowerCase()] as number
  return Number(m[1]) * unit
}

/** Read the command line (without node and the script). */
export function parseOptions(args: readonly string[]): Options {
  const o: Options = {
    mode: "stdin",
    target: "",
    argv: [""],
    origArgv: [...args],
    bytesWarning: 0,
    dontWriteBytecode: false,
    debug: 0,
    ignoreEnvironment: false,
    inspect: false,
    isolated: false,
    optimize: 0,
    safePath: false,
    quiet: false,
    randomHash: false,
    noUserSite: false,
    noSite: false,
    unbuffered: false,
    verbose: 0,
    warnOptions: [],
    xoptions: [],
    skipFirstLine: false,
    checkHashPycs: "default",
    maxHeap: 0,
    audit: false,
    heapStats: false,
    version: MOULT,
    dumpOnOom: "",
    record: null,
    print: null,
    error: null,
  }
  const usage = (message: string): Options => {
    o.error = `${message}\nusage: moult ${USAGE}\nTry \`moult -h' for more information.`
    return o
  }
  let i = 0
  for (; i < args.length; i++) {
    const arg = args[i]
    if (arg === "-" || !arg.startsWith("-")) break
    if (arg.startsWith("--")) {
      const eq = arg.indexOf("=")
      const name = eq < 0 ? arg : arg.slice(0, eq)
      if (name === "--help") o.print = HELP
      else if (name === "--help-env") o.print = HELP_ENV
      else if (name === "--help-xoptions") o.print = HELP_XOPTIONS
      else if (name === "--help-all") o.print = `${HELP}\n${HELP_XOPTIONS}\n${HELP_ENV}`
      else if (name === "--version") showVersion(o)
      else if (name === "--audit") o.audit = true
      else if (name === "--heap-stats") o.heapStats = true
      else if (name === "--dump-on-oom") o.dumpOnOom = path.resolve(eq < 0 ? `moult-oom.${process.pid}.moult` : arg.slice(eq + 1))
      else if (name === "--max-heap" || name === "--check-hash-based-pycs") {
        const value = eq < 0 ? args[++i] : arg.slice(eq + 1)
        if (value === undefined) return usage(`Argument expected for the ${name} option`)
        if (name === "--check-hash-based-pycs") {
          o.checkHashPycs = value
          if (!["default", "always", "never"].includes(value))
            return usage("--check-hash-based-pycs must be one of 'default', 'always', or 'never'")
        } else {
          o.maxHeap = parseSize(value)
          if (Number.isNaN(o.maxHeap) || o.maxHeap === 0) return usage(`--max-heap wants a size such as 512M, not '${value}'`)
        }
      } else return usage(`unknown option ${name}`)
      continue
    }
    for (let j = 1; j < arg.length; j++) {
      const c = arg[j]
      const rest = arg.slice(j + 1)
      if (c === "c" || c === "m" || c === "W" || c === "X") {
        const value = rest !== "" ? rest : args[++i]
        if (value === undefined) return usage(`Argument expected for the -${c} option`)
        if (c === "W") o.warnOptions.push(value)
        else if (c === "X") o.xoptions.push(value)
        else {
          o.mode = c === "c" ? "command" : "module"
          o.target = value
          o.argv = [c === "c" ? "-c" : "-m", ...args.slice(i + 1)]
          return o
        }
        break
      }
      if (!applyFlag(o, c)) return usage(`Unknown option: -${c}`)
    }
  }
  if (i < args.length) {
    o.mode = args[i] === "-" ? "stdin" : "file"
    o.target = args[i]
    o.argv = args.slice(i)
  }
  return o
}

/** -V; given twice it says more. */
function showVersion(o: Options): void {
  const short = `Python ${VERSION_NUMBER}\n`
  o.print = o.print === short ? `Python ${VERSION}\n` : short
}

function applyFlag(o: Options, c: string): boolean {
  if (c === "b") o.bytesWarning++
  else if (c === "B") o.dontWriteBytecode = true
  else if (c === "d") o.debug++
  else if (c === "E") o.ignoreEnvironment = true
  else if (c === "h" || c === "?") o.print = HELP
  else if (c === "i") o.inspect = true
  else if (c === "I") {
    o.isolated = true
    o.ignoreEnvironment = true
    o.noUserSite = true
    o.safePath = true
  } else if (c === "O") o.optimize++
  else if (c === "P") o.safePath = true
  else if (c === "q") o.quiet = true
  else if (c === "s") o.noUserSite = true
  else if (c === "S") o.noSite = true
  else if (c === "u") o.unbuffered = true
  else if (c === "v") o.verbose++
  else if (c === "V") showVersion(o)
  else if (c === "x") o.skipFirstLine = true
  else if (c === "R") o.randomHash = true
  else if (c !== "t") return false
  return true
}
