import { type ChildProcess, spawn } from "node:child_process"
import os from "node:os"
import type { MainRequest } from "../vm/maincall.ts"
import { readLine } from "./lineeditor.ts"
import { getitimer, install, setitimer, setWakeupFd, trip } from "./signals.ts"

// What the process's own thread does for Python threads: vm/maincall.ts asks.

type Reply = (result: unknown) => void

/** Exit statuses of children not waited for yet, as waitpid gives them; who waits is answered when the child ends. */
const finished = new Map<number, number>()
const running = new Map<number, ChildProcess>()
const waiters: { pid: number; reply: Reply }[] = []

let laterTimer: NodeJS.Timeout | undefined
/** Pids no kernel gives. */
let nextFailedPid = 1 << 23

const SIGNALS: Record<string, number> = os.constants.signals

function childEnded(pid: number, code: number | null, signal: string | null): void {
  running.delete(pid)
  finished.set(pid, code !== null ? (code & 0xff) << 8 : (SIGNALS[signal ?? ""] ?? 0))
  for (let i = 0; i < waiters.length; i++) {
    const w = waiters[i]
    if (w.pid !== -1 && w.pid !== pid) continue
    waiters.splice(i, 1)
    const status = finished.get(pid)
    finished.delete(pid)
    w.reply([pid, status])
    return
  }
}

const services: Record<string, (reply: Reply, ...args: never[]) => void> = {
  /** Catch a signal (true) or leave it to its default action. */
  signal(reply, name: string, on: boolean) {
    install(name, on)
    reply(null)
  },
  wakeupFd(reply, fd: number) {
    setWakeupFd(fd)
    reply(null)
  },
  getitimer(reply, which: number) {
    reply(getitimer(which))
  },
  setitimer(reply, which: number, seconds: number, interval: number) {
    reply(setitimer(which, seconds, interval))
  },
  exit(_reply, status: number) {
    process.exit(status)
  },
  /** Trip faulthandler's signal after so many seconds, once or again and again; 0: not any more. */
  later(reply, seconds: number, repeat: boolean) {
    clearInterval(laterTimer)
    if (seconds > 0) {
      const fire = (): void => {
        if (!repeat) clearInterval(laterTimer)
        trip(32)
      }
      laterTimer = setInterval(fire, Math.min(seconds * 1000, 2147483647))
    }
    reply(null)
  },
  chdir(reply, dir: string) {
    process.chdir(dir)
    reply(null)
  },
  readline(reply, prompt: string, history: string | null) {
    readLine(prompt, history, reply)
  },
  /** setuid, seteuid, setgid or setegid: a worker may not. */
  setId(reply, call: "setuid" | "seteuid" | "setgid" | "setegid", id: number) {
    process[call]?.(id)
    reply(null)
  },
  setgroups(reply, ids: number[]) {
    process.setgroups?.(ids)
    reply(null)
  },
  umask(reply, mask: number) {
    reply(process.umask(mask))
  },
  /** Start a process: [file, argv (argv[0] included), env or null, cwd or null, stdio fds, own session, ids and umask (-1: as ours)]. Replies its pid. */
  spawn(
    reply,
    file: string,
    argv: string[],
    env: Record<string, string> | null,
    cwd: string | null,
    stdio: (number | "ignore")[],
    detached: boolean,
    ids: { uid: number; gid: number; umask: number } = { uid: -1, gid: -1, umask: -1 },
  ) {
    const mask = ids.umask >= 0 ? process.umask(ids.umask) : -1
    const child = spawn(file, argv.slice(1), {
      argv0: argv[0],
      env: env ?? process.env,
      cwd: cwd ?? undefined,
      stdio,
      detached,
      uid: ids.uid >= 0 ? ids.uid : undefined,
      gid: ids.gid >= 0 ? ids.gid : undefined,
    })
    if (mask >= 0) process.umask(mask)
    child.once("error", (e: NodeJS.ErrnoException) => {
      if (child.pid === undefined) throw e
    })
    const pid = child.pid
    if (pid === undefined) {
      child.removeAllListeners("error")
      child.once("error", (e: NodeJS.ErrnoException) => reply({ failed: e.errno ?? -2 }))
      return
    }
    running.set(pid, child)
    child.once("exit", (code, signal) => childEnded(pid, code, signal))
    reply({ pid })
  },
  /** The pid of a child that ended at once with status 255: what a fork without a successful exec leaves. */
  failedChild(reply) {
    const pid = nextFailedPid++
    finished.set(pid, 255 << 8)
    reply(pid)
  },
  /** [pid (-1: any), noHang] → [pid, status], [0, 0] when none has ended, null when there is no such child. */
  waitpid(reply, pid: number, noHang: boolean) {
    const done = pid === -1 ? [...finished.keys()][0] : pid
    const status = done === undefined ? undefined : finished.get(done)
    if (done !== undefined && status !== undefined) {
      finished.delete(done)
      reply([done, status])
    } else if (pid === -1 ? running.size === 0 : !running.has(pid)) reply(null)
    else if (noHang) reply([0, 0])
    else waiters.push({ pid, reply })
  },
}

/** Serve one request. */
export function serve(m: MainRequest): void {
  const words = new Int32Array(m.reply)
  const answer = (state: number, value: unknown): void => {
    const bytes = new TextEncoder().encode(JSON.stringify(value ?? null))
    new Uint8Array(m.reply).set(bytes, 8)
    words[1] = bytes.length
    Atomics.store(words, 0, state)
    Atomics.notify(words, 0)
  }
  try {
    const service = services[m.call]
    if (service === undefined) throw new Error(`moult bug: no service ${m.call}`)
    service((result) => answer(1, result), ...(m.args as never[]))
  } catch (e) {
    const err = e as NodeJS.ErrnoException
    answer(2, { message: err.message, code: err.code, errno: err.errno })
  }
}
