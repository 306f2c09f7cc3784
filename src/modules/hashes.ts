import { byte, int32, memset, ptr, setbyte, ssize } from "../heap/access.ts"
import { calloca, cstackMark, cstackReset } from "../heap/cstack.ts"
import { Py_buffer, PyTypeObject } from "../heap/layout.ts"
import { PyObject_Free } from "../heap/obmalloc.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF } from "../heap/refcount.ts"
import { staticType } from "../heap/statics.ts"
import { PyBuffer_Release, PyObject_GetBuffer } from "../objects/abstract.ts"
import { defineModule, defineType } from "../objects/define.ts"
import { PyErr_SetString } from "../objects/errors.ts"
import { argGiven, parseTuple } from "../objects/getargs.ts"
import { PyModule_AddIntConstant, PyModule_AddObjectRef } from "../objects/moduleobject.ts"
import { METH } from "../objects/slots.ts"
import { PyExc_OverflowError, PyExc_ValueError } from "../objects/statictypes.ts"
import { PyDict_SetItemString } from "../objects/dictobject.ts"
import { PyLong_FromLong } from "../objects/longobject.ts"
import {
  get_block_size,
  get_digest_size,
  get_name,
  Hash,
  hash_copy,
  hash_digest,
  hash_hexdigest,
  hash_update,
  Kind,
  newHash,
  updateBytes,
  updateObject,
  xorState,
} from "./hash/object.ts"
import { construct, hashType, shakeType } from "./hash/types.ts"

// The hash modules that hashlib falls back on when there is no OpenSSL: _md5, _sha1, _sha256, _sha512, _sha3, _blake2.

const md5Type = hashType("_md5.md5")
const sha1Type = hashType("_sha1.sha1")
const sha224Type = hashType("_sha256.sha224")
const sha256Type = hashType("_sha256.sha256")
const sha384Type = hashType("_sha512.sha384")
const sha512Type = hashType("_sha512.sha512")
const KW = METH.VARARGS | METH.KEYWORDS

function md5(_m: Ref, args: Ref, kwds: Ref): Own {
  return construct(md5Type, Kind.MD5, args, kwds, "md5")
}
function sha1(_m: Ref, args: Ref, kwds: Ref): Own {
  return construct(sha1Type, Kind.SHA1, args, kwds, "sha1")
}
function sha224(_m: Ref, args: Ref, kwds: Ref): Own {
  return construct(sha224Type, Kind.SHA224, args, kwds, "sha224")
}
function sha256(_m: Ref, args: Ref, kwds: Ref): Own {
  return construct(sha256Type, Kind.SHA256, args, kwds, "sha256")
}
function sha384(_m: Ref, args: Ref, kwds: Ref): Own {
  return construct(sha384Type, Kind.SHA384, args, kwds, "sha384")
}
function sha512(_m: Ref, args: Ref, kwds: Ref): Own {
  return construct(sha512Type, Kind.SHA512, args, kwds, "sha512")
}
defineModule({ name: "_md5", methods: [["md5", md5, KW, "($module, /, string=b'', *, usedforsecurity=True)\n--\n\nA new MD5 object."]] })
defineModule({ name: "_sha1", methods: [["sha1", sha1, KW, "($module, /, string=b'', *, usedforsecurity=True)\n--\n\nA new SHA-1 object."]] })
defineModule({
  name: "_sha256",
  methods: [
    ["sha224", sha224, KW, "($module, /, string=b'', *, usedforsecurity=True)\n--\n\nA new SHA-224 object."],
    ["sha256", sha256, KW, "($module, /, string=b'', *, usedforsecurity=True)\n--\n\nA new SHA-256 object."],
  ],
})
defineModule({
  name: "_sha512",
  methods: [
    ["sha384", sha384, KW, "($module, /, string=b'', *, usedforsecurity=True)\n--\n\nA new SHA-384 object."],
    ["sha512", sha512, KW, "($module, /, string=b'', *, usedforsecurity=True)\n--\n\nA new SHA-512 object."],
  ],
})

const sha3Types: readonly (readonly [string, Kind, Ref])[] = [
  ["sha3_224", Kind.SHA3_224, hashType("_sha3.sha3_224")],
  ["sha3_256", Kind.SHA3_256, hashType("_sha3.sha3_256")],
  ["sha3_384", Kind.SHA3_384, hashType("_sha3.sha3_384")],
  ["sha3_512", Kind.SHA3_512, hashType("_sha3.sha3_512")],
  ["shake_128", Kind.SHAKE_128, shakeType("_sha3.shake_128")],
  ["shake_256", Kind.SHAKE_256, shakeType("_sha3.shake_256")],
]
function sha3(i: number, args: Ref, kwds: Ref): Own {
  const [name, kind, type] = sha3Types[i]
  return construct(type, kind, args, kwds, name)
}
function sha3_224(_m: Ref, args: Ref, kwds: Ref): Own {
  return sha3(0, args, kwds)
}
function sha3_256(_m: Ref, args: Ref, kwds: Ref): Own {
  return sha3(1, args, kwds)
}
function sha3_384(_m: Ref, args: Ref, kwds: Ref): Own {
  return sha3(2, args, kwds)
}
function sha3_512(_m: Ref, args: Ref, kwds: Ref): Own {
  return sha3(3, args, kwds)
}
function shake_128(_m: Ref, args: Ref, kwds: Ref): Own {
  return sha3(4, args, kwds)
}
function shake_256(_m: Ref, args: Ref, kwds: Ref): Own {
  return sha3(5, args, kwds)
}
defineModule({
  name: "_sha3",
  methods: [
    ["sha3_224", sha3_224, KW],
    ["sha3_256", sha3_256, KW],
    ["sha3_384", sha3_384, KW],
    ["sha3_512", sha3_512, KW],
    ["shake_128", shake_128, KW],
    ["shake_256", shake_256, KW],
  ],
})

// ---- BLAKE2, whose constructors are classes with parameters ----

const blake2bType = staticType()
const blake2sType = staticType()
const PARAMETERS = ["", "digest_size", "key", "salt", "person", "fanout", "depth", "leaf_size", "node_offset", "node_depth", "inner_size", "last_node", "usedforsecurity"]

// The bytes of an optional buffer argument; null with the error set when it is longer than `max`.
function bufferBytes(op: Ref, max: number, message: string): Uint8Array | null {
  if (op === 0) return new Uint8Array(0)
  const mark = cstackMark()
  const view = calloca(Py_buffer.SIZE)
  let bytes: Uint8Array | null = null
  if (PyObject_GetBuffer(op, view, 0) === 0) {
    const n = ssize(view + Py_buffer.len)
    const from = ptr(view + Py_buffer.buf)
    if (n > max) PyErr_SetString(PyExc_ValueError, message)
    else bytes = Uint8Array.from({ length: n }, (_, i) => byte(from + i))
    PyBuffer_Release(view)
  }
  cstackReset(mark)
  return bytes
}
function blake2_new(type: Ref, args: Ref, kwds: Ref): Own {
  const b = type === blake2bType
  const maxOut = b ? 64 : 32
  const half = b ? 16 : 8
  const at = parseTuple(args, kwds, `|O$iOOOiikKiipp:${b ? "blake2b" : "blake2s"}`, PARAMETERS)
  if (at === 0) return NULL
  const slot = (i: number, other: number): number => (argGiven(i) ? int32(at + 8 * i) : other)
  const data = ptr(at)
  const digestSize = slot(1, maxOut)
  const fanout = slot(5, 1)
  const depth = slot(6, 1)
  const leaf = slot(7, 0)
  const offset = slot(8, 0)
  const nodeDepth = slot(9, 0)
  const inner = slot(10, 0)
  const lastNode = slot(11, 0)
  const keyObj = ptr(at + 16)
  const saltObj = ptr(at + 24)
  const personObj = ptr(at + 32)
  if (digestSize <= 0 || digestSize > maxOut) return PyErr_SetString(PyExc_ValueError, `digest_size for ${b ? "Blake2b" : "Blake2s"} must be between 1 and ${maxOut} bytes, here it is ${digestSize}`)
  const salt = bufferBytes(saltObj, half, `maximum salt length is ${half} bytes`)
  const person = salt === null ? null : bufferBytes(personObj, half, `maximum person length is ${half} bytes`)
  const key = person === null ? null : bufferBytes(keyObj, maxOut, `maximum key length is ${maxOut} bytes`)
  if (salt === null || person === null || key === null) return NULL
  if (fanout < 0 || fanout > 255) return PyErr_SetString(PyExc_ValueError, "fanout must be between 0 and 255")
  if (depth <= 0 || depth > 255) return PyErr_SetString(PyExc_ValueError, "depth must be between 1 and 255")
  if (!b && offset > 0xffffffffffff) return PyErr_SetString(PyExc_OverflowError, "node_offset is too large")
  if (nodeDepth < 0 || nodeDepth > 255) return PyErr_SetString(PyExc_ValueError, "node_depth must be between 0 and 255")
  if (inner < 0 || inner > maxOut) return PyErr_SetString(PyExc_ValueError, `inner_size must be between 0 and is ${maxOut}`)
  const $h = newHash(type, b ? Kind.BLAKE2B : Kind.BLAKE2S)
  if ($h === NULL) return NULL
  setbyte($h + Hash.digestSize, digestSize)
  setbyte($h + Hash.lastNode, lastNode)
  // the parameter block is xored into the initial state
  const put = (from: number, bytes: ArrayLike<number>): void => {
    for (let i = 0; i < bytes.length; i++) xorState($h, from + i, bytes[i])
  }
  const le = (n: number): number[] => [n & 255, (n >>> 8) & 255, (n >>> 16) & 255, (n >>> 24) & 255]
  put(0, [digestSize, key.length, fanout, depth])
  put(4, le(leaf))
  put(8, le(offset))
  put(b ? 16 : 14, [nodeDepth, inner])
  put(b ? 32 : 16, salt)
  put(b ? 48 : 24, person)
  if (key.length > 0) {
    const mark = cstackMark()
    const block = calloca(128)
    memset(block, 0, 128)
    key.forEach((x, i) => setbyte(block + i, x))
    updateBytes($h, block, b ? 128 : 64)
    cstackReset(mark)
  }
  if (data !== 0 && updateObject($h, data) < 0) {
    Py_DECREF($h)
    return NULL
  }
  return $h
}
function blake2_dealloc(self: Ref): void {
  PyObject_Free(self)
}
for (const [type, name] of [
  [blake2bType, "_blake2.blake2b"],
  [blake2sType, "_blake2.blake2s"],
] as const) {
  defineType(type, {
    name,
    basicsize: Hash.SIZE,
    dealloc: blake2_dealloc,
    new: blake2_new,
    doc: "(data=b'', /, *, digest_size=64, key=b'', salt=b'', person=b'', fanout=1, depth=1, leaf_size=0, node_offset=0, node_depth=0, inner_size=0, last_node=False, usedforsecurity=True)\n--\n\nA new BLAKE2 object.",
    methods: [
      ["update", hash_update, METH.O],
      ["digest", hash_digest, METH.NOARGS],
      ["hexdigest", hash_hexdigest, METH.NOARGS],
      ["copy", hash_copy, METH.NOARGS],
    ],
    getset: [
      ["name", get_name],
      ["block_size", get_block_size],
      ["digest_size", get_digest_size],
    ],
  })
}
function blake2_exec(module: Ref): number {
  for (const [type, name, half, out] of [
    [blake2bType, "blake2b", 16, 64],
    [blake2sType, "blake2s", 8, 32],
  ] as const) {
    if (PyModule_AddObjectRef(module, name, type) < 0) return -1
    const upper = name.toUpperCase()
    const sizes: Record<string, number> = { SALT_SIZE: half, PERSON_SIZE: half, MAX_KEY_SIZE: out, MAX_DIGEST_SIZE: out }
    for (const [constant, n] of Object.entries(sizes)) {
      if (PyModule_AddIntConstant(module, `${upper}_${constant}`, n) < 0) return -1
      const $n = PyLong_FromLong(n)
      if ($n === NULL || PyDict_SetItemString(ptr(type + PyTypeObject.tp_dict), constant, $n) < 0) return -1
      Py_DECREF($n)
    }
  }
  return 0
}
defineModule({ name: "_blake2", exec: blake2_exec })
