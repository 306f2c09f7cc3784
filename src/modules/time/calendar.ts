import fs from "node:fs"
// Calendar arithmetic for the time module: struct tm from and to seconds, and strftime in the C locale. Local time is the JavaScript engine's.

/** struct tm with Python's conventions: month 1-12, weekday 0 is Monday, yearday from 1. */
export interface BrokenTime {
  year: number
  month: number
  day: number
  hour: number
  minute: number
  second: number
  weekday: number
  yearday: number
  isdst: number
  zone: string
  gmtoff: number
}

const DAY_MS = 86400000

function utcMs(year: number, month: number, day: number): number {
  const d = new Date(0)
  d.setUTCFullYear(year, month, day)
  return d.getTime()
}

/** Break seconds down in UTC. */
export function toUtc(seconds: number): BrokenTime {
  const d = new Date(seconds * 1000)
  return broken(d, 0, "UTC", 0)
}
// `d` shows the wanted wall time through its UTC fields.
function broken(d: Date, isdst: number, zone: string, gmtoff: number): BrokenTime {
  const year = d.getUTCFullYear()
  return {
    year,
    month: d.getUTCMonth() + 1,
    day: d.getUTCDate(),
    hour: d.getUTCHours(),
    minute: d.getUTCMinutes(),
    second: d.getUTCSeconds(),
    weekday: (d.getUTCDay() + 6) % 7,
    yearday: Math.floor((d.getTime() - utcMs(year, 0, 1)) / DAY_MS) + 1,
    isdst,
    zone,
    gmtoff,
  }
}
/** Break seconds down in local time. */
export function toLocal(seconds: number): BrokenTime {
  const d = new Date(seconds * 1000)
  const offset = -d.getTimezoneOffset() * 60
  const dst = daylight() && offset === utcOffset(true)
  return broken(new Date((seconds + offset) * 1000), dst ? 1 : 0, zoneName(d), offset)
}
/** Asking Intl loads the zones' names, a sixth of a start; most servers' answer is known without. */
function isUTC(): boolean {
  const zone = process.env["TZ"]
  if (zone !== undefined) return zone === "" || zone === "UTC"
  try {
    return fs.readlinkSync("/etc/localtime").endsWith("/UTC")
  } catch (e) {
    return (e as NodeJS.ErrnoException).code === "ENOENT"
  }
}
function zoneName(d: Date): string {
  if (d.getTimezoneOffset() === 0 && isUTC()) return "UTC"
  const parts = new Intl.DateTimeFormat("en-US", { timeZoneName: "short" }).formatToParts(d)
  const name = parts.find((p) => p.type === "timeZoneName")?.value ?? "UTC"
  return name === "GMT" && d.getTimezoneOffset() === 0 && Intl.DateTimeFormat().resolvedOptions().timeZone.endsWith("UTC") ? "UTC" : name
}
function halves(): [number, number] {
  const year = new Date().getFullYear()
  return [-new Date(year, 0, 1).getTimezoneOffset() * 60, -new Date(year, 6, 1).getTimezoneOffset() * 60]
}
/** Does the zone change its clocks? */
export function daylight(): boolean {
  const [a, b] = halves()
  return a !== b
}
/** Seconds east of UTC, in standard or summer time. */
export function utcOffset(summer: boolean): number {
  const [a, b] = halves()
  return summer ? Math.max(a, b) : Math.min(a, b)
}
export function tzName(summer: boolean): string {
  const year = new Date().getFullYear()
  const [a, b] = halves()
  const july = summer === b > a
  return zoneName(new Date(year, daylight() && july ? 6 : 0, 1))
}
/** mktime: seconds of a local time whose fields may be out of range. */
export function fromLocal(t: BrokenTime): number {
  const d = new Date(2000, 0, 1)
  d.setFullYear(t.year, t.month - 1, t.day)
  d.setHours(t.hour, t.minute, t.second, 0)
  return d.getTime() / 1000
}

const DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]

function pad(n: number, width: number, fill = "0"): string {
  return n < 0 ? `-${String(-n).padStart(width - 1, fill)}` : String(n).padStart(width, fill)
}
// ISO 8601: [year, week].
function isoWeek(t: BrokenTime): [number, number] {
  const thursday = t.yearday - t.weekday + 3
  const days = (y: number): number => (utcMs(y + 1, 0, 1) - utcMs(y, 0, 1)) / DAY_MS
  if (thursday < 1) return [t.year - 1, Math.ceil((thursday + days(t.year - 1)) / 7)]
  if (thursday > days(t.year)) return [t.year + 1, 1]
  return [t.year, Math.ceil(thursday / 7)]
}

/** C's strftime in the C locale, with glibc's extensions `%-d`, `%_d`, `%e`, `%s` … */
export function strftime(format: string, t: BrokenTime): string {
  return format.replace(/%([-_0^#]?)([EO]?)(\d*)(.)/gs, (whole, flag: string, _mod: string, width: string, c: string) => {
    const text = directive(c, t, flag)
    if (text === null) return whole
    if (flag === "-") return text.replace(/^[0 ]+(?=\d)/, "")
    const padded = width === "" ? text : text.padStart(Number(width), /^\d+$/.test(text) ? "0" : " ")
    if (flag === "_") return padded.replace(/^0+(?=\d)/, (z) => " ".repeat(z.length))
    return flag === "^" ? padded.toUpperCase() : padded
  })
}
function directive(c: string, t: BrokenTime, flag: string): string | null {
  const hour12 = t.hour % 12 === 0 ? 12 : t.hour % 12
  switch (c) {
    case "a":
      return DAYS[t.weekday].slice(0, 3)
    case "A":
      return DAYS[t.weekday]
    case "b":
    case "h":
      return MONTHS[t.month - 1].slice(0, 3)
    case "B":
      return MONTHS[t.month - 1]
    case "c":
      return strftime("%a %b %e %H:%M:%S %Y", t)
    case "C":
      return pad(Math.floor(t.year / 100), 2)
    case "d":
      return pad(t.day, 2)
    case "D":
    case "x":
      return strftime("%m/%d/%y", t)
    case "e":
      return pad(t.day, 2, " ")
    case "F":
      return strftime("%Y-%m-%d", t)
    case "g":
      return pad(isoWeek(t)[0] % 100, 2)
    case "G":
      return String(isoWeek(t)[0])
    case "H":
      return pad(t.hour, 2)
    case "I":
      return pad(hour12, 2)
    case "j":
      return pad(t.yearday, 3)
    case "k":
      return pad(t.hour, 2, " ")
    case "l":
      return pad(hour12, 2, " ")
    case "m":
      return pad(t.month, 2)
    case "M":
      return pad(t.minute, 2)
    case "n":
      return "\n"
    case "p":
      return flag === "#" ? (t.hour < 12 ? "am" : "pm") : t.hour < 12 ? "AM" : "PM"
    case "P":
      return t.hour < 12 ? "am" : "pm"
    case "r":
      return strftime("%I:%M:%S %p", t)
    case "R":
      return strftime("%H:%M", t)
    case "s":
      return String(fromLocal(t))
    case "S":
      return pad(t.second, 2)
    case "t":
      return "\t"
    case "T":
    case "X":
      return strftime("%H:%M:%S", t)
    case "u":
      return String(t.weekday + 1)
    case "U":
      return pad(Math.floor((t.yearday - 1 + 7 - ((t.weekday + 1) % 7)) / 7), 2)
    case "V":
      return pad(isoWeek(t)[1], 2)
    case "w":
      return String((t.weekday + 1) % 7)
    case "W":
      return pad(Math.floor((t.yearday - 1 + 7 - t.weekday) / 7), 2)
    case "y":
      return pad(((t.year % 100) + 100) % 100, 2)
    case "Y":
      return String(t.year)
    case "z": {
      const m = Math.abs(t.gmtoff) / 60
      return `${t.gmtoff < 0 ? "-" : "+"}${pad(Math.floor(m / 60), 2)}${pad(m % 60, 2)}`
    }
    case "Z":
      return t.zone
    case "%":
      return "%"
    default:
      return null
  }
}
