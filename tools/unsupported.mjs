// Modules of CPython's library that moult cannot have or does not have: importing one says why.

const CODE = "moult runs no machine code: its objects are bytes in a heap of its own, which C libraries know nothing of"
const TERMINAL = "moult reads the terminal through Node, which gives no control of it"
const TOOL = "this tool of CPython's distribution is not part of the library that moult packs"

/** [module, why] */
export const UNSUPPORTED = [
  ["_ctypes", CODE],
  ["_tkinter", `${CODE}; Tk is one`],
  ["tkinter", `${CODE}; Tk is one`],
  ["turtle", "it draws with tkinter, which moult does not have"],
  ["_curses", `${CODE}; ncurses is one`],
  ["_curses_panel", `${CODE}; ncurses is one`],
  ["curses", `${CODE}; ncurses is one`],
  ["readline", `${CODE}; GNU readline is one`],
  ["_gdbm", `${CODE}; GNU dbm is one. dbm.dumb works everywhere`],
  ["_dbm", `${CODE}; ndbm is one. dbm.dumb works everywhere`],
  ["_crypt", `${CODE}; crypt is one. hashlib has scrypt and pbkdf2_hmac`],
  ["_ssl", "moult has no TLS: Node offers it only to programs that do not block"],
  ["ssl", "moult has no TLS: Node offers it only to programs that do not block"],
  ["_sqlite3", "moult has no SQLite library"],
  ["sqlite3", "moult has no SQLite library"],
  ["nis", "moult has no way to ask a NIS server"],
  ["ossaudiodev", "moult has no sound devices"],
  ["spwd", "moult does not read the shadow password file"],
  ["termios", TERMINAL],
  ["_posixshmem", "memory shared between processes cannot hold moult's objects"],
  ["ensurepip", TOOL],
  ["venv", TOOL],
  ["distutils", TOOL],
  ["lib2to3", TOOL],
  ["idlelib", TOOL],
  ["turtledemo", TOOL],
]

/** The file that stands in the module's place. */
export function refusal(name, why) {
  return `raise ImportError(${JSON.stringify(`moult has no ${name}: ${why}`)}, name=${JSON.stringify(name)})\n`
}
