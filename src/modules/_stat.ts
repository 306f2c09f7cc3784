import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { defineModule, type MethodSpec } from "../objects/define.ts"
import { PyErr_Occurred, PyErr_SetString } from "../objects/errors.ts"
import { PyLong_AsUnsignedLong, PyLong_FromLong } from "../objects/longobject.ts"
import { METH } from "../objects/slots.ts"
import { PyExc_OverflowError } from "../objects/statictypes.ts"
import { PyUnicode_FromString } from "../objects/unicodeobject.ts"
import { addInts, truth } from "./support.ts"

// Modules/_stat.c

const CONSTANTS = {
  SF_APPEND: 262144,
  SF_ARCHIVED: 65536,
  SF_IMMUTABLE: 131072,
  SF_NOUNLINK: 1048576,
  SF_SNAPSHOT: 2097152,
  ST_ATIME: 7,
  ST_CTIME: 9,
  ST_DEV: 2,
  ST_GID: 5,
  ST_INO: 1,
  ST_MODE: 0,
  ST_MTIME: 8,
  ST_NLINK: 3,
  ST_SIZE: 6,
  ST_UID: 4,
  S_ENFMT: 1024,
  S_IEXEC: 64,
  S_IFBLK: 24576,
  S_IFCHR: 8192,
  S_IFDIR: 16384,
  S_IFDOOR: 0,
  S_IFIFO: 4096,
  S_IFLNK: 40960,
  S_IFPORT: 0,
  S_IFREG: 32768,
  S_IFSOCK: 49152,
  S_IFWHT: 0,
  S_IREAD: 256,
  S_IRGRP: 32,
  S_IROTH: 4,
  S_IRUSR: 256,
  S_IRWXG: 56,
  S_IRWXO: 7,
  S_IRWXU: 448,
  S_ISGID: 1024,
  S_ISUID: 2048,
  S_ISVTX: 512,
  S_IWGRP: 16,
  S_IWOTH: 2,
  S_IWRITE: 128,
  S_IWUSR: 128,
  S_IXGRP: 8,
  S_IXOTH: 1,
  S_IXUSR: 64,
  UF_APPEND: 4,
  UF_COMPRESSED: 32,
  UF_HIDDEN: 32768,
  UF_IMMUTABLE: 2,
  UF_NODUMP: 1,
  UF_NOUNLINK: 16,
  UF_OPAQUE: 8,
}
const IFMT = 0o170000

/** A mode_t argument; -1 with the error set. */
function modeOf(op: Ref): number {
  const v = PyLong_AsUnsignedLong(op)
  if (v === -1 && PyErr_Occurred()) return -1
  if (v >= 0) return v
  PyErr_SetString(PyExc_OverflowError, "mode out of range")
  return -1
}
function is(name: string, type: number): MethodSpec {
  const f = (_m: Ref, op: Ref): Own => {
    const mode = modeOf(op)
    return mode === -1 ? NULL : truth(type !== 0 && (mode & IFMT) === type)
  }
  return [name, f, METH.O, `${name}(mode) -> bool`]
}
function stat_S_IMODE(_m: Ref, op: Ref): Own {
  const mode = modeOf(op)
  return mode === -1 ? NULL : PyLong_FromLong(mode & 0o7777)
}
function stat_S_IFMT(_m: Ref, op: Ref): Own {
  const mode = modeOf(op)
  return mode === -1 ? NULL : PyLong_FromLong(mode & IFMT)
}
/** The letter of a file type, by its four bits. */
const TYPES = "?pc?d?b?-?l?s???"
function stat_filemode(_m: Ref, op: Ref): Own {
  const mode = modeOf(op)
  if (mode === -1) return NULL
  let s = TYPES[(mode & IFMT) >> 12]
  const special = [
    [0o4000, "s", "S"],
    [0o2000, "s", "S"],
    [0o1000, "t", "T"],
  ] as const
  for (let i = 0; i < 3; i++) {
    const bits = (mode >> (6 - 3 * i)) & 7
    const [flag, both, only] = special[i]
    s += (bits & 4 ? "r" : "-") + (bits & 2 ? "w" : "-")
    s += mode & flag ? (bits & 1 ? both : only) : bits & 1 ? "x" : "-"
  }
  return PyUnicode_FromString(s)
}

defineModule({
  name: "_stat",
  doc: "S_IFMT_: file type bits and file modes.",
  exec: (module: Ref): number => addInts(module, CONSTANTS),
  methods: [
    is("S_ISDIR", 0o040000),
    is("S_ISCHR", 0o020000),
    is("S_ISBLK", 0o060000),
    is("S_ISREG", 0o100000),
    is("S_ISFIFO", 0o010000),
    is("S_ISLNK", 0o120000),
    is("S_ISSOCK", 0o140000),
    is("S_ISDOOR", 0),
    is("S_ISPORT", 0),
    is("S_ISWHT", 0),
    ["S_IMODE", stat_S_IMODE, METH.O, "Return the portion of the file's mode that can be set by os.chmod()."],
    ["S_IFMT", stat_S_IFMT, METH.O, "Return the portion of the file's mode that describes the file type."],
    ["filemode", stat_filemode, METH.O, "Convert a file's mode to a string of the form '-rwxrwxrwx'"],
  ],
})
