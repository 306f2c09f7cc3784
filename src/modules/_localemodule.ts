import { byte, ptr, setbyte, setptr } from "../heap/access.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_NewRef } from "../heap/refcount.ts"
import { staticAlloc } from "../heap/statics.ts"
import { attached } from "../heap/views.ts"
import { defineModule } from "../objects/define.ts"
import { PyDict_New, PyDict_SetItemString } from "../objects/dictobject.ts"
import { PyErr_NewException, PyErr_Occurred, PyErr_SetString } from "../objects/errors.ts"
import { _PyArg_BadArgument, _PyArg_CheckPositional } from "../objects/getargs.ts"
import { PyList_New } from "../objects/listobject.ts"
import { _PyLong_AsInt, PyLong_FromLong } from "../objects/longobject.ts"
import { PyModule_AddObject } from "../objects/moduleobject.ts"
import { METH } from "../objects/slots.ts"
import { Py_None, PyExc_ValueError } from "../objects/statictypes.ts"
import { PyUnicode_AsJS, PyUnicode_Check, PyUnicode_Compare, PyUnicode_FromString } from "../objects/unicodeobject.ts"
import { addInts, none } from "./support.ts"

// Modules/_localemodule.c: of the system's locales, C and C.UTF-8.

const CONSTANTS = {
  ABDAY_1: 131072,
  ABDAY_2: 131073,
  ABDAY_3: 131074,
  ABDAY_4: 131075,
  ABDAY_5: 131076,
  ABDAY_6: 131077,
  ABDAY_7: 131078,
  ABMON_1: 131086,
  ABMON_10: 131095,
  ABMON_11: 131096,
  ABMON_12: 131097,
  ABMON_2: 131087,
  ABMON_3: 131088,
  ABMON_4: 131089,
  ABMON_5: 131090,
  ABMON_6: 131091,
  ABMON_7: 131092,
  ABMON_8: 131093,
  ABMON_9: 131094,
  ALT_DIGITS: 131119,
  AM_STR: 131110,
  CHAR_MAX: 127,
  CODESET: 14,
  CRNCYSTR: 262159,
  DAY_1: 131079,
  DAY_2: 131080,
  DAY_3: 131081,
  DAY_4: 131082,
  DAY_5: 131083,
  DAY_6: 131084,
  DAY_7: 131085,
  D_FMT: 131113,
  D_T_FMT: 131112,
  ERA: 131116,
  ERA_D_FMT: 131118,
  ERA_D_T_FMT: 131120,
  ERA_T_FMT: 131121,
  LC_ALL: 6,
  LC_COLLATE: 3,
  LC_CTYPE: 0,
  LC_MESSAGES: 5,
  LC_MONETARY: 4,
  LC_NUMERIC: 1,
  LC_TIME: 2,
  MON_1: 131098,
  MON_10: 131107,
  MON_11: 131108,
  MON_12: 131109,
  MON_2: 131099,
  MON_3: 131100,
  MON_4: 131101,
  MON_5: 131102,
  MON_6: 131103,
  MON_7: 131104,
  MON_8: 131105,
  MON_9: 131106,
  NOEXPR: 327681,
  PM_STR: 131111,
  RADIXCHAR: 65536,
  THOUSEP: 65537,
  T_FMT: 131114,
  T_FMT_AMPM: 131115,
  YESEXPR: 327680,
  _DATE_FMT: 131180,
}

/** Known locales; a category's setting is an index into them. */
const LOCALES = ["C", "C.UTF-8", "C.utf8", "POSIX"]
const CATEGORIES = [
  "CTYPE",
  "NUMERIC",
  "TIME",
  "COLLATE",
  "MONETARY",
  "MESSAGES",
  "",
  "PAPER",
  "NAME",
  "ADDRESS",
  "TELEPHONE",
  "MEASUREMENT",
  "IDENTIFICATION",
]
/** The order in which a mixed LC_ALL lists them. */
const LISTED = [0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12]
const LC_ALL = 6
/** One byte a category, then Error (owned by the module too). */
const SETTINGS = staticAlloc(32)
const ERROR = SETTINGS + 16
if (!attached) setbyte(SETTINGS, 1)

function fail(message: string): Own {
  return PyErr_SetString(ptr(ERROR), message)
}
function current(category: number): string {
  if (category !== LC_ALL) return LOCALES[byte(SETTINGS + category)]
  const all = LISTED.map((c) => LOCALES[byte(SETTINGS + c)])
  return all.every((s) => s === all[0]) ? all[0] : LISTED.map((c, i) => `LC_${CATEGORIES[c]}=${all[i]}`).join(";")
}
/** What "" means: the environment's locale. */
function environment(category: number): string {
  const env = process.env
  return env["LC_ALL"] || env[`LC_${CATEGORIES[category]}`] || env["LANG"] || "C"
}
function set(category: number, name: string): boolean {
  const parts = name.includes(";") ? new Map(name.split(";").map((p) => p.split("=") as [string, string])) : null
  const which = category === LC_ALL ? LISTED : [category]
  const found = which.map((c) => {
    const wanted = parts ? (parts.get(`LC_${CATEGORIES[c]}`) ?? "") : name === "" ? environment(c) : name
    return LOCALES.indexOf(wanted === "POSIX" ? "C" : wanted)
  })
  if (found.includes(-1)) return false
  which.forEach((c, i) => setbyte(SETTINGS + c, found[i]))
  return true
}
function locale_setlocale(_m: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("setlocale", nargs, 1, 2)) return NULL
  const category = _PyLong_AsInt(ptr(args))
  if (category === -1 && PyErr_Occurred()) return NULL
  const locale = nargs > 1 ? ptr(args + 8) : Py_None
  if (locale !== Py_None && !PyUnicode_Check(locale)) return _PyArg_BadArgument("setlocale", "argument 2", "str or None", locale) as Own
  const valid = category >= 0 && category < CATEGORIES.length
  if (locale !== Py_None) {
    if (!valid || !set(category, PyUnicode_AsJS(locale))) return fail("unsupported locale setting")
  } else if (!valid) return fail("locale query failed")
  return PyUnicode_FromString(current(category))
}
function locale_localeconv(_m: Ref): Own {
  const $d = PyDict_New()
  if ($d === NULL) return NULL
  const put = (name: string, $v: Own): void => {
    PyDict_SetItemString($d, name, $v)
    Py_DECREF($v)
  }
  for (const name of ["int_curr_symbol", "currency_symbol", "mon_decimal_point", "mon_thousands_sep"]) put(name, PyUnicode_FromString(""))
  put("mon_grouping", PyList_New(0))
  for (const name of ["positive_sign", "negative_sign"]) put(name, PyUnicode_FromString(""))
  for (const name of [
    "int_frac_digits",
    "frac_digits",
    "p_cs_precedes",
    "p_sep_by_space",
    "n_cs_precedes",
    "n_sep_by_space",
    "p_sign_posn",
    "n_sign_posn",
  ])
    put(name, PyLong_FromLong(127))
  put("decimal_point", PyUnicode_FromString("."))
  put("thousands_sep", PyUnicode_FromString(""))
  put("grouping", PyList_New(0))
  return $d
}
function str(op: Ref, fname: string, i: number): boolean {
  if (PyUnicode_Check(op)) return true
  _PyArg_BadArgument(fname, i > 0 ? `argument ${i}` : "argument", "str", op)
  return false
}
function locale_strcoll(_m: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("strcoll", nargs, 2, 2) || !str(ptr(args), "strcoll", 1) || !str(ptr(args + 8), "strcoll", 2)) return NULL
  return PyLong_FromLong(PyUnicode_Compare(ptr(args), ptr(args + 8)))
}
function locale_strxfrm(_m: Ref, s: Ref): Own {
  if (!str(s, "strxfrm", 0)) return NULL
  return PyUnicode_AsJS(s).includes("\0") ? PyErr_SetString(PyExc_ValueError, "embedded null character") : Py_NewRef(s)
}
const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]
const INFO: Readonly<Record<number, string>> = {
  [CONSTANTS.CODESET]: "UTF-8",
  [CONSTANTS.CRNCYSTR]: "-",
  [CONSTANTS.AM_STR]: "AM",
  [CONSTANTS.PM_STR]: "PM",
  [CONSTANTS.D_FMT]: "%m/%d/%y",
  [CONSTANTS.D_T_FMT]: "%a %b %e %H:%M:%S %Y",
  [CONSTANTS.T_FMT]: "%H:%M:%S",
  [CONSTANTS.T_FMT_AMPM]: "%I:%M:%S %p",
  [CONSTANTS._DATE_FMT]: "%a %b %e %H:%M:%S %Z %Y",
  [CONSTANTS.NOEXPR]: "^[nN]",
  [CONSTANTS.YESEXPR]: "^[yY]",
  [CONSTANTS.RADIXCHAR]: ".",
}
function locale_nl_langinfo(_m: Ref, arg: Ref): Own {
  const key = _PyLong_AsInt(arg)
  if (key === -1 && PyErr_Occurred()) return NULL
  const known = Object.entries(CONSTANTS).some(([name, v]) => v === key && !name.startsWith("LC_") && name !== "CHAR_MAX")
  if (!known) return PyErr_SetString(PyExc_ValueError, "unsupported langinfo constant")
  const day = key - CONSTANTS.DAY_1
  const abday = key - CONSTANTS.ABDAY_1
  const mon = key - CONSTANTS.MON_1
  const abmon = key - CONSTANTS.ABMON_1
  let s = INFO[key] ?? ""
  if (abday >= 0 && abday < 7) s = DAYS[abday].slice(0, 3)
  else if (day >= 0 && day < 7) s = DAYS[day]
  else if (abmon >= 0 && abmon < 12) s = MONTHS[abmon].slice(0, 3)
  else if (mon >= 0 && mon < 12) s = MONTHS[mon]
  return PyUnicode_FromString(s)
}
function locale_getencoding(_m: Ref): Own {
  return PyUnicode_FromString("UTF-8")
}
function locale_gettext(_m: Ref, s: Ref): Own {
  return str(s, "gettext", 0) ? Py_NewRef(s) : NULL
}
function locale_dgettext(_m: Ref, args: number, nargs: number): Own {
  return _PyArg_CheckPositional("dgettext", nargs, 2, 3) && str(ptr(args + 8), "dgettext", 2) ? Py_NewRef(ptr(args + 8)) : NULL
}
function locale_textdomain(_m: Ref, domain: Ref): Own {
  return domain === Py_None ? PyUnicode_FromString("messages") : str(domain, "textdomain", 0) ? Py_NewRef(domain) : NULL
}
function locale_bindtextdomain(_m: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("bindtextdomain", nargs, 2, 2) || !str(ptr(args), "bindtextdomain", 1)) return NULL
  if (PyUnicode_AsJS(ptr(args)) === "") return fail("domain must be a non-empty string")
  return ptr(args + 8) === Py_None ? PyUnicode_FromString("/usr/share/locale") : Py_NewRef(ptr(args + 8))
}
function locale_bind_textdomain_codeset(_m: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("bind_textdomain_codeset", nargs, 2, 2)) return NULL
  return ptr(args + 8) === Py_None ? none() : Py_NewRef(ptr(args + 8))
}

function exec(module: Ref): number {
  const $error = PyErr_NewException("locale.Error", NULL, NULL)
  if ($error === NULL) return -1
  setptr(ERROR, Py_NewRef($error))
  return PyModule_AddObject(module, "Error", $error) < 0 ? -1 : addInts(module, CONSTANTS)
}

defineModule({
  name: "_locale",
  doc: "Support for POSIX locales.",
  exec,
  methods: [
    [
      "setlocale",
      locale_setlocale,
      METH.FASTCALL,
      "($module, category, locale=<unrepresentable>, /)\n--\n\nActivates/queries locale processing.",
    ],
    ["localeconv", locale_localeconv, METH.NOARGS, "($module, /)\n--\n\nReturns numeric and monetary locale-specific parameters."],
    ["strcoll", locale_strcoll, METH.FASTCALL, "($module, os1, os2, /)\n--\n\nCompares two strings according to the locale."],
    [
      "strxfrm",
      locale_strxfrm,
      METH.O,
      "($module, string, /)\n--\n\nReturn a string that can be used as a key for locale-aware comparisons.",
    ],
    [
      "nl_langinfo",
      locale_nl_langinfo,
      METH.O,
      "($module, key, /)\n--\n\nReturn the value for the locale information associated with key.",
    ],
    ["getencoding", locale_getencoding, METH.NOARGS, "($module, /)\n--\n\nGet the current locale encoding."],
    ["gettext", locale_gettext, METH.O, "($module, msg, /)\n--\n\nReturn translation of msg."],
    ["dgettext", locale_dgettext, METH.FASTCALL, "($module, domain, msg, /)\n--\n\nReturn translation of msg in domain."],
    [
      "dcgettext",
      locale_dgettext,
      METH.FASTCALL,
      "($module, domain, msg, category, /)\n--\n\nReturn translation of msg in domain and category.",
    ],
    [
      "textdomain",
      locale_textdomain,
      METH.O,
      "($module, domain, /)\n--\n\nSet the C library's textdmain to domain, returning the new domain.",
    ],
    ["bindtextdomain", locale_bindtextdomain, METH.FASTCALL, "($module, domain, dir, /)\n--\n\nBind the C library's domain to dir."],
    [
      "bind_textdomain_codeset",
      locale_bind_textdomain_codeset,
      METH.FASTCALL,
      "($module, domain, codeset, /)\n--\n\nBind the C library's domain to codeset.",
    ],
  ],
})
