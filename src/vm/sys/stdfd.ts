import fs from "node:fs"

// The process's own descriptors 1 and 2, for what is written when Python's files do not exist (yet, or any more).

function write(fd: number, bytes: Uint8Array): void {
  let at = 0
  while (at < bytes.length) {
    try {
      at += fs.writeSync(fd, bytes, at)
    } catch (e) {
      if ((e as NodeJS.ErrnoException).code === "EAGAIN") continue
      return
    }
  }
}

export function writeStdout(text: string | Uint8Array): void {
  write(1, typeof text === "string" ? Buffer.from(text) : text)
}
export function writeStderr(text: string | Uint8Array): void {
  write(2, typeof text === "string" ? Buffer.from(text) : text)
}
