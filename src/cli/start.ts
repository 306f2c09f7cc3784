import fs from "node:fs"
import { createRequire } from "node:module"
import path from "node:path"
import vm from "node:vm"

// A worker's first file: run the runtime's bundle with V8's code cache, which the build made. A cache of another V8 is ignored.

const file = path.join(__dirname, "runtime.cjs")
const source = `(function (require) {${fs.readFileSync(file, "latin1")}\n})`
let cachedData: Buffer | undefined
try {
  cachedData = fs.readFileSync(`${file}.cache`)
} catch {
  // no cache: V8 compiles
}
const script = new vm.Script(source, { filename: file, cachedData })
if (process.env["MOULT_WRITE_CODE_CACHE"] !== undefined) {
  process.on("exit", () => fs.writeFileSync(`${file}.cache`, script.createCachedData()))
}
script.runInThisContext()(createRequire(file))
