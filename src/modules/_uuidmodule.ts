import { randomBytes } from "node:crypto"
import os from "node:os"
import { type Own, type Ref } from "../heap/ref.ts"
import { Py_NewRef } from "../heap/refcount.ts"
import { PyBytes_FromJS } from "../objects/bytesobject.ts"
import { defineModule } from "../objects/define.ts"
import { METH } from "../objects/slots.ts"
import { Py_None } from "../objects/statictypes.ts"
import { addInts, ownTuple } from "./support.ts"

// Modules/_uuidmodule.c

function node(): Buffer {
  for (const list of Object.values(os.networkInterfaces()))
    for (const i of list ?? []) if (!i.internal && i.mac !== "00:00:00:00:00:00") return Buffer.from(i.mac.replaceAll(":", ""), "hex")
  const r = randomBytes(6)
  r[0] |= 1
  return r
}
/** A time-based UUID, and None: nobody says whether it is safe between processes. */
function uuid_generate_time_safe(_m: Ref): Own {
  // 100 ns units since 15 October 1582
  const t =
    BigInt(Math.floor((performance.timeOrigin + performance.now()) * 1000)) * 10n + 0x01b21dd213814000n + BigInt(randomBytes(1)[0] % 10)
  const b = Buffer.alloc(16)
  b.writeUInt32BE(Number(t & 0xffffffffn), 0)
  b.writeUInt16BE(Number((t >> 32n) & 0xffffn), 4)
  b.writeUInt16BE(Number((t >> 48n) & 0xfffn) | 0x1000, 6)
  b.writeUInt16BE((randomBytes(2).readUInt16BE() & 0x3fff) | 0x8000, 8)
  node().copy(b, 10)
  return ownTuple(PyBytes_FromJS(b), Py_NewRef(Py_None))
}

defineModule({
  name: "_uuid",
  exec: (module: Ref): number => addInts(module, { has_uuid_generate_time_safe: 1 }),
  methods: [["generate_time_safe", uuid_generate_time_safe, METH.NOARGS]],
})
