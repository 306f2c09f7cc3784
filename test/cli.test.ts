import { spawn } from "node:child_process"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import os from "node:os"
import path from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"

// The command line behaves as python's. Expectations are what CPython 3.11.7 printed.

const moult = path.join(import.meta.dirname, "..", "bin", "moult")
const dir = mkdtempSync(path.join(os.tmpdir(), "moult-cli-"))

interface Result {
  out: string
  err: string
  /** Last line of stderr. */
  last: string
  status: number | null
}

async function cli(args: string[], input: string | Buffer = "", env: Record<string, string> = {}): Promise<Result> {
  const child = spawn(process.execPath, [moult, ...args], { cwd: dir, env: { ...process.env, ...env } })
  const out: Buffer[] = []
  const bad: Buffer[] = []
  child.stdout.on("data", (b: Buffer) => out.push(b))
  child.stderr.on("data", (b: Buffer) => bad.push(b))
  child.stdin.on("error", () => {})
  child.stdin.end(input)
  const status = await new Promise<number | null>((done) => child.on("close", done))
  const err = Buffer.concat(bad).toString()
  return { out: Buffer.concat(out).toString(), err, last: err.trim().split("\n").at(-1) ?? "", status }
}

const file = (name: string, content: string | Buffer): void => {
  mkdirSync(path.dirname(path.join(dir, name)), { recursive: true })
  writeFileSync(path.join(dir, name), content)
}

beforeAll(() => {
  file("args.py", "import sys\nprint(sys.argv, __debug__, __name__)\n")
  file("mod.py", "import sys\nprint('mod', __name__, sys.argv[1:])\n")
  file("pkg/__init__.py", "print('init', __name__)\n")
  file("pkg/__main__.py", "print('main', __name__, __package__)\n")
  file("bare/__init__.py", "")
  file("app/__main__.py", "import sys\nprint('app', __name__, sys.argv)\n")
  file("path/found.py", "x = 7\n")
  file("skip.py", "this is not python @@\nprint('skipped')\n")
  file("nul.py", "print(1)\nx = '\0'\n")
  file("junk.py", Buffer.from(Array.from({ length: 256 }, (_, i) => i)))
  file("stray.py", Buffer.from("x = 1\ny = '\xff'\n", "latin1"))
  file("latin.py", Buffer.from("# coding: latin-1\nprint(ascii('\xe9'))\n", "latin1"))
  file("cookie.py", "# coding: nope\nprint(1)\n")
  file("long.py", `x = '${"a".repeat(10_000_000)}'\nprint(len(x))\n`)
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

describe("what to run", () => {
  test("-c passes the rest as arguments", async () => {
    expect((await cli(["-c", "import sys; print(sys.argv, sys.path[0] == '')", "a", "-b"])).out).toBe("['-c', 'a', '-b'] True\n")
  })
  test("a program on stdin", async () => {
    expect((await cli([], "import sys\nprint(sys.argv, __name__)\n")).out).toBe("[''] __main__\n")
    expect((await cli(["-", "a"], "import sys\nprint(sys.argv)\n")).out).toBe("['-', 'a']\n")
    const r = await cli([], "1/0\n")
    expect([r.last, r.status]).toEqual(["ZeroDivisionError: division by zero", 1])
  })
  test("-m runs modules and packages", async () => {
    expect((await cli(["-m", "mod", "q"])).out).toBe("mod __main__ ['q']\n")
    expect((await cli(["-m", "pkg"])).out).toBe("init pkg\nmain __main__ pkg\n")
    const bare = await cli(["-m", "bare"])
    expect([bare.last.replace(/^\S+: /, ""), bare.status]).toEqual([
      "No module named bare.__main__; 'bare' is a package and cannot be directly executed",
      1,
    ])
    const none = await cli(["-m", "nope"])
    expect([none.last.replace(/^\S+: /, ""), none.status]).toEqual(["No module named nope", 1])
  })
  test("a folder with __main__.py", async () => {
    expect((await cli(["app", "x"])).out).toBe("app __main__ ['app', 'x']\n")
  })
  test("a file that is not there", async () => {
    const r = await cli(["nofile.py"])
    expect(r.last).toMatch(/: can't open file '.*\/nofile\.py': \[Errno 2\] No such file or directory$/)
    expect(r.status).toBe(2)
  })
  test("PYTHONPATH, and -E ignoring it", async () => {
    expect((await cli(["-c", "import found; print(found.x)"], "", { PYTHONPATH: path.join(dir, "path") })).out).toBe("7\n")
    expect((await cli(["-E", "-c", "import found"], "", { PYTHONPATH: path.join(dir, "path") })).last).toBe(
      "ModuleNotFoundError: No module named 'found'",
    )
  })
})

describe("sources", () => {
  test("a NUL byte", async () => {
    expect((await cli(["nul.py"])).last).toBe("SyntaxError: source code cannot contain null bytes")
    expect((await cli(["junk.py"])).last).toBe("SyntaxError: source code cannot contain null bytes")
  })
  test("bytes that are no UTF-8", async () => {
    expect((await cli(["stray.py"])).last).toMatch(
      /^SyntaxError: Non-UTF-8 code starting with '\\xff' in file .*stray\.py on line 2, but no encoding declared; see /,
    )
    expect((await cli(["latin.py"])).out).toBe("'\\xe9'\n")
    expect((await cli(["cookie.py"])).last).toBe("SyntaxError: encoding problem: nope")
  })
  test("a line of ten megabytes", async () => {
    expect((await cli(["long.py"])).out).toBe("10000000\n")
  })
})

describe("options", () => {
  test("-V, -O, -x, -I, -S, -u", async () => {
    expect((await cli(["-V"])).out).toBe("Python 3.11.7\n")
    expect((await cli(["-O", "args.py", "-O"])).out).toBe("['args.py', '-O'] False __main__\n")
    expect((await cli(["-x", "skip.py"])).out).toBe("skipped\n")
    expect((await cli(["-I", "-c", "import sys; print(sys.flags.isolated, sys.flags.no_user_site, sys.flags.safe_path)"])).out).toBe(
      "1 1 True\n",
    )
    expect((await cli(["-S", "-c", "import sys; print('site' in sys.modules)"])).out).toBe("False\n")
    expect((await cli(["-u", "-c", "import sys; print(sys.stdout.write_through)"])).out).toBe("True\n")
  })
  test("-b and -W", async () => {
    expect((await cli(["-b", "-c", "str(b'a')"])).last).toBe("<string>:1: BytesWarning: str() on a bytes instance")
    expect((await cli(["-bb", "-c", "b'a' == 'a'"])).last).toBe("BytesWarning: Comparison between bytes and string")
    const r = await cli(["-Werror", "-c", "import warnings; warnings.warn('w')"])
    expect([r.last, r.status]).toEqual(["UserWarning: w", 1])
  })
  test("values that stop it before it starts", async () => {
    const r = await cli(["-X", "int_max_str_digits=5", "-c", "1"])
    expect(r.err).toContain(
      "Fatal Python error: config_init_int_max_str_digits: -X int_max_str_digits: invalid limit; must be >= 640 or 0 for unlimited.",
    )
    expect(r.status).toBe(1)
  })
  test("misuse", async () => {
    expect(await cli(["-c"])).toMatchObject({ status: 2, last: "Try `moult -h' for more information." })
    expect(await cli(["-Z"])).toMatchObject({ status: 2, err: expect.stringContaining("Unknown option: -Z") })
  })
})

describe("leaving", () => {
  test.each([
    ["sys.exit(261)", 5, ""],
    ["sys.exit(-1)", 255, ""],
    ["sys.exit('msg')", 1, "msg"],
    ["sys.exit((1, 2))", 1, "(1, 2)"],
    ["sys.exit(None)", 0, ""],
    ["exit(4)", 4, ""],
    ["raise SystemExit", 0, ""],
  ])("%s", async (code, status, last) => {
    expect(await cli(["-c", `import sys; ${code}`])).toMatchObject({ status, last })
  })
  test("a reader that goes away", async () => {
    const child = spawn(process.execPath, [moult, "-c", "for _ in range(100): print('x' * 10**6)"], { stdio: ["ignore", "pipe", "pipe"] })
    let err = ""
    child.stderr.on("data", (b: Buffer) => {
      err += b.toString()
    })
    child.stdout.once("data", () => child.stdout.destroy())
    const status = await new Promise((done) => child.on("close", done))
    expect(err).toContain("BrokenPipeError: [Errno 32] Broken pipe")
    expect([1, 120]).toContain(status)
  })
})

describe("interactive", () => {
  test("blocks, errors, _ and exit()", async () => {
    const r = await cli(["-i", "-q"], "x = 1\nx + 1\n_\ndef f():\n    return 5\n\nf()\n1/0\n'''a\nb'''\nexit(3)\n")
    expect(r.out).toBe("2\n2\n5\n'a\\nb'\n")
    expect(r.err).toBe(
      '>>> >>> >>> >>> ... ... >>> >>> Traceback (most recent call last):\n  File "<stdin>", line 1, in <module>\nZeroDivisionError: division by zero\n>>> ... >>> ',
    )
    expect(r.status).toBe(3)
  })
  test("-i after a program that failed", async () => {
    const r = await cli(["-i", "-c", "x = 5; 1/0"], "print(x)\n")
    expect(r.out).toBe("5\n")
    expect(r.status).toBe(0)
  })
})

describe("modules that moult cannot have", () => {
  test.each([
    ["curses", /^ImportError: moult has no curses: .*machine code/],
    ["sqlite3", /^ImportError: moult has no sqlite3: /],
    ["ctypes", /^ImportError: moult has no _ctypes: /],
  ])("%s says why", async (name, sentence) => {
    const r = await cli(["-c", `import ${name}`])
    expect(r.last).toMatch(sentence)
    expect(r.status).toBe(1)
  })
})

describe("what the runtime tells", () => {
  test("-V, -VV and the help pages", async () => {
    expect((await cli(["-V"])).out).toBe("Python 3.11.7\n")
    expect((await cli(["-VV"])).out).toMatch(/^Python 3\.11\.7 \(moult, .*\n$/)
    const all = await cli(["--help-all"])
    for (const page of ["--help-env", "--help-xoptions", "-h"]) expect(all.out).toContain((await cli([page])).out)
    expect(all.out).toContain("PYTHONSTARTUP")
  })
  test("-X importtime nests what is imported inside", async () => {
    const r = await cli(["-X", "importtime", "-c", "import colorsys"])
    expect(r.err).toContain("import time: self [us] | cumulative | imported package\n")
    expect(r.err).toMatch(/^import time: +\d+ \| +\d+ \| colorsys$/m)
    expect(r.err).toMatch(/^import time: +\d+ \| +\d+ \| {3}codecs$/m)
  })
  test("-v tells of the end, too", async () => {
    const r = await cli(["-v", "-c", "pass"])
    for (const line of ["clear sys.path", "restore sys.stdout", "cleanup[2] removing site", "destroy site", "cleanup[3] wiping sys"])
      expect(r.err).toContain(`# ${line}\n`)
  })
  test("PYTHONSTARTUP runs before the first prompt only", async () => {
    file("startup.py", "z = 5\n")
    expect((await cli(["-i", "-q"], "print(z)\n", { PYTHONSTARTUP: path.join(dir, "startup.py") })).out).toBe("5\n")
    const gone = await cli(["-i", "-q"], "print(1)\n", { PYTHONSTARTUP: "/nowhere.py" })
    expect(gone.err).toContain("Could not open PYTHONSTARTUP\nFileNotFoundError: [Errno 2] No such file or directory: '/nowhere.py'\n")
  })
  test("-X frozen_modules=off takes the library's files", async () => {
    const name = "import os; print(type(os.__loader__).__name__)"
    expect((await cli(["-X", "frozen_modules=off", "-c", name])).out).toBe("SourceFileLoader\n")
  })
  test("hashes are random where that is asked for", async () => {
    const hash = async (seed: string): Promise<string> => (await cli(["-c", "print(hash('spam'))"], "", { PYTHONHASHSEED: seed })).out
    expect(await hash("random")).not.toBe(await hash("random"))
    expect(await hash("42")).toBe(await hash("42"))
  })
})
