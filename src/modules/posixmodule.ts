import { NULL, type Ref } from "../heap/ref.ts"
import { Py_XDECREF } from "../heap/refcount.ts"
import { defineModule } from "../objects/define.ts"
import { PyDict_New, PyDict_SetItemString } from "../objects/dictobject.ts"
import { PyList_Append, PyList_New } from "../objects/listobject.ts"
import { PyLong_FromLong } from "../objects/longobject.ts"
import { PyModule_AddIntConstant, PyModule_AddObject, PyModule_AddObjectRef, PyModule_AddType } from "../objects/moduleobject.ts"
import { METH } from "../objects/slots.ts"
import { PyExc_OSError } from "../objects/statictypes.ts"
import { PyStructSequence_InitType } from "../objects/structseq.ts"
import { PyUnicode_FromString } from "../objects/unicodeobject.ts"
import { POSIX_CONSTANTS, SYSCONF_NAMES } from "./posix/constants.ts"
import {
  dirEntryType,
  os__path_normpath,
  os_chmod,
  os_chown,
  os_fchmod,
  os_lchown,
  os_link,
  os_listdir,
  os_mkdir,
  os_readlink,
  os_remove,
  os_rename,
  os_replace,
  os_rmdir,
  os_scandir,
  os_symlink,
  os_unlink,
  os_utime,
} from "./posix/dirs.ts"
import {
  os_access,
  os_close,
  os_closerange,
  os_dup,
  os_fdatasync,
  os_fsync,
  os_ftruncate,
  os_get_blocking,
  os_get_inheritable,
  os_isatty,
  os_lseek,
  os_open,
  os_pipe,
  os_pread,
  os_pwrite,
  os_read,
  os_set_inheritable,
  os_truncate,
  os_write,
} from "./posix/files.ts"
import {
  environ,
  terminalSizeType,
  timesResultType,
  unameResultType,
  os_WCOREDUMP,
  os_WEXITSTATUS,
  os_WIFEXITED,
  os_WIFSIGNALED,
  os_WIFSTOPPED,
  os_WSTOPSIG,
  os_WTERMSIG,
  os__exit,
  os_abort,
  os_chdir,
  os_cpu_count,
  os_device_encoding,
  os_fspath,
  os_get_terminal_size,
  os_getcwd,
  os_getcwdb,
  os_getegid,
  os_geteuid,
  os_getgid,
  os_getgroups,
  os_getloadavg,
  os_getlogin,
  os_getpgrp,
  os_getpid,
  os_getppid,
  os_getuid,
  os_kill,
  os_putenv,
  os_register_at_fork,
  os_sched_yield,
  os_strerror,
  os_sysconf,
  os_system,
  os_times,
  os_ttyname,
  os_umask,
  os_uname,
  os_unsetenv,
  os_urandom,
  os_waitpid,
  os_waitstatus_to_exitcode,
} from "./posix/process.ts"
import { statResultType, statvfsResultType, os_fstat, os_lstat, os_stat, os_statvfs } from "./posix/stat.ts"

// Modules/posixmodule.c: the module's table. The functions are in posix/*.ts.

/** What os.supports_* is made from. */
const HAVE = [
  "HAVE_FCHMOD",
  "HAVE_FCHOWN",
  "HAVE_FDOPENDIR",
  "HAVE_FSTATVFS",
  "HAVE_FTRUNCATE",
  "HAVE_FUTIMENS",
  "HAVE_LCHOWN",
  "HAVE_LSTAT",
  "HAVE_LUTIMES",
]

const STRUCTS: readonly (readonly [string, Ref])[] = [
  ["stat_result", statResultType],
  ["statvfs_result", statvfsResultType],
  ["terminal_size", terminalSizeType],
  ["times_result", timesResultType],
  ["uname_result", unameResultType],
]

function exec(module: Ref): number {
  for (const [name, value] of POSIX_CONSTANTS) if (PyModule_AddIntConstant(module, name, value) < 0) return -1
  for (const [name, type] of STRUCTS) if (PyStructSequence_InitType(type) < 0 || PyModule_AddObjectRef(module, name, type) < 0) return -1
  const $have = PyList_New(0)
  if ($have === NULL) return -1
  for (const name of HAVE) {
    const $name = PyUnicode_FromString(name)
    const bad = $name === NULL ? -1 : PyList_Append($have, $name)
    Py_XDECREF($name)
    if (bad < 0) return -1
  }
  const $sysconf = PyDict_New()
  if ($sysconf === NULL) return -1
  for (const [name, n] of SYSCONF_NAMES) {
    const $n = PyLong_FromLong(n)
    const bad = $n === NULL ? -1 : PyDict_SetItemString($sysconf, name, $n)
    Py_XDECREF($n)
    if (bad < 0) return -1
  }
  return PyModule_AddObject(module, "_have_functions", $have) < 0 ||
    PyModule_AddObject(module, "sysconf_names", $sysconf) < 0 ||
    PyModule_AddObject(module, "environ", environ()) < 0 ||
    PyModule_AddObjectRef(module, "error", PyExc_OSError) < 0 ||
    PyModule_AddType(module, dirEntryType) < 0
    ? -1
    : 0
}

export { fillEnviron } from "./posix/process.ts"

defineModule({
  name: "posix",
  doc: "The operating system's calls; use os instead.",
  exec,
  methods: [
    ["WCOREDUMP", os_WCOREDUMP, METH.O],
    ["WEXITSTATUS", os_WEXITSTATUS, METH.VARARGS | METH.KEYWORDS],
    ["WIFEXITED", os_WIFEXITED, METH.VARARGS | METH.KEYWORDS],
    ["WIFSIGNALED", os_WIFSIGNALED, METH.VARARGS | METH.KEYWORDS],
    ["WIFSTOPPED", os_WIFSTOPPED, METH.VARARGS | METH.KEYWORDS],
    ["WSTOPSIG", os_WSTOPSIG, METH.VARARGS | METH.KEYWORDS],
    ["WTERMSIG", os_WTERMSIG, METH.VARARGS | METH.KEYWORDS],
    ["_exit", os__exit, METH.VARARGS | METH.KEYWORDS],
    ["_path_normpath", os__path_normpath, METH.VARARGS | METH.KEYWORDS],
    ["abort", os_abort, METH.NOARGS],
    ["access", os_access, METH.VARARGS | METH.KEYWORDS],
    ["chdir", os_chdir, METH.VARARGS | METH.KEYWORDS],
    ["chmod", os_chmod, METH.VARARGS | METH.KEYWORDS],
    ["chown", os_chown, METH.VARARGS | METH.KEYWORDS],
    ["close", os_close, METH.VARARGS | METH.KEYWORDS],
    ["closerange", os_closerange, METH.VARARGS],
    ["cpu_count", os_cpu_count, METH.NOARGS],
    ["device_encoding", os_device_encoding, METH.VARARGS | METH.KEYWORDS],
    ["dup", os_dup, METH.VARARGS],
    ["fchmod", os_fchmod, METH.VARARGS | METH.KEYWORDS],
    ["fdatasync", os_fdatasync, METH.VARARGS | METH.KEYWORDS],
    ["fspath", os_fspath, METH.VARARGS | METH.KEYWORDS],
    ["fstat", os_fstat, METH.VARARGS | METH.KEYWORDS],
    ["fsync", os_fsync, METH.VARARGS | METH.KEYWORDS],
    ["ftruncate", os_ftruncate, METH.VARARGS],
    ["get_blocking", os_get_blocking, METH.VARARGS],
    ["get_inheritable", os_get_inheritable, METH.VARARGS],
    ["get_terminal_size", os_get_terminal_size, METH.VARARGS],
    ["getcwd", os_getcwd, METH.NOARGS],
    ["getcwdb", os_getcwdb, METH.NOARGS],
    ["getegid", os_getegid, METH.NOARGS],
    ["geteuid", os_geteuid, METH.NOARGS],
    ["getgid", os_getgid, METH.NOARGS],
    ["getgroups", os_getgroups, METH.NOARGS],
    ["getloadavg", os_getloadavg, METH.NOARGS],
    ["getlogin", os_getlogin, METH.NOARGS],
    ["getpgrp", os_getpgrp, METH.NOARGS],
    ["getpid", os_getpid, METH.NOARGS],
    ["getppid", os_getppid, METH.NOARGS],
    ["getuid", os_getuid, METH.NOARGS],
    ["isatty", os_isatty, METH.VARARGS],
    ["kill", os_kill, METH.VARARGS],
    ["lchown", os_lchown, METH.VARARGS | METH.KEYWORDS],
    ["link", os_link, METH.VARARGS | METH.KEYWORDS],
    ["listdir", os_listdir, METH.VARARGS | METH.KEYWORDS],
    ["lseek", os_lseek, METH.VARARGS],
    ["lstat", os_lstat, METH.VARARGS | METH.KEYWORDS],
    ["mkdir", os_mkdir, METH.VARARGS | METH.KEYWORDS],
    ["open", os_open, METH.VARARGS | METH.KEYWORDS],
    ["pipe", os_pipe, METH.NOARGS],
    ["pread", os_pread, METH.VARARGS],
    ["putenv", os_putenv, METH.VARARGS],
    ["pwrite", os_pwrite, METH.VARARGS],
    ["read", os_read, METH.VARARGS],
    ["readlink", os_readlink, METH.VARARGS | METH.KEYWORDS],
    ["register_at_fork", os_register_at_fork, METH.VARARGS | METH.KEYWORDS],
    ["remove", os_remove, METH.VARARGS | METH.KEYWORDS],
    ["rename", os_rename, METH.VARARGS | METH.KEYWORDS],
    ["replace", os_replace, METH.VARARGS | METH.KEYWORDS],
    ["rmdir", os_rmdir, METH.VARARGS | METH.KEYWORDS],
    ["scandir", os_scandir, METH.VARARGS | METH.KEYWORDS],
    ["sched_yield", os_sched_yield, METH.NOARGS],
    ["set_inheritable", os_set_inheritable, METH.VARARGS],
    ["stat", os_stat, METH.VARARGS | METH.KEYWORDS],
    ["statvfs", os_statvfs, METH.VARARGS | METH.KEYWORDS],
    ["strerror", os_strerror, METH.O],
    ["symlink", os_symlink, METH.VARARGS | METH.KEYWORDS],
    ["sysconf", os_sysconf, METH.O],
    ["system", os_system, METH.VARARGS | METH.KEYWORDS],
    ["times", os_times, METH.NOARGS],
    ["truncate", os_truncate, METH.VARARGS | METH.KEYWORDS],
    ["ttyname", os_ttyname, METH.O],
    ["umask", os_umask, METH.VARARGS],
    ["uname", os_uname, METH.NOARGS],
    ["unlink", os_unlink, METH.VARARGS | METH.KEYWORDS],
    ["unsetenv", os_unsetenv, METH.O],
    ["urandom", os_urandom, METH.O],
    ["utime", os_utime, METH.VARARGS | METH.KEYWORDS],
    ["waitpid", os_waitpid, METH.VARARGS],
    ["waitstatus_to_exitcode", os_waitstatus_to_exitcode, METH.VARARGS | METH.KEYWORDS],
    ["write", os_write, METH.VARARGS],
  ],
})
