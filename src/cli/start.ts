import fs from "node:fs"
import { createRequire } from "node:module"
import path from "node:path"
import vm from "node:vm"
import { workerData } from "node:worker_threads"
import type { HeapShare } from "../heap/views.ts"
import { IMAGE_WORD, ImageState } from "../runtime/imageuse.ts"

// A worker's first file: wait for the heap image, if one is being read, then run the runtime's bundle with V8's code cache, which the build made. A cache of another V8 is ignored.

const share = workerData as HeapShare & { forThread: boolean; image: boolean }
const words = new Int32Array(share.moultHeap)

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
if (share.image && !share.forThread) {
  Atomics.wait(words, IMAGE_WORD, ImageState.READING)
  share.moultAttached = Atomics.load(words, IMAGE_WORD) === ImageState.LOADED
}
script.runInThisContext()(createRequire(file))
