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
import { CONFSTR_NAMES, PATHCONF_NAMES, POSIX_CONSTANTS, SYSCONF_NAMES } from "./posix/constants.ts"
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
  os_dup2,
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
import {
  os_confstr,
  os_ctermid,
  os_fpathconf,
  os_getrandom,
  os_major,
  os_makedev,
  os_minor,
  os_mkfifo,
  os_pathconf,
  os_sync,
} from "./posix/devices.ts"
import {
  os_getgrouplist,
  os_getpgid,
  os_getpriority,
  os_getresgid,
  os_getresuid,
  os_getsid,
  os_killpg,
  os_nice,
  os_sched_get_priority_max,
  os_sched_get_priority_min,
  os_sched_getaffinity,
  os_sched_getscheduler,
  os_setegid,
  os_seteuid,
  os_setgid,
  os_setgroups,
  os_setpriority,
  os_setuid,
} from "./posix/ids.ts"
import { os_posix_spawn, os_posix_spawnp, os_wait, os_wait3, os_wait4 } from "./posix/spawn.ts"
import { statResultType, statvfsResultType, os_fstat, os_lstat, os_stat, os_statvfs } from "./posix/stat.ts"
import {
  os_copy_file_range,
  os_posix_fadvise,
  os_posix_fallocate,
  os_preadv,
  os_pwritev,
  os_readv,
  os_sendfile,
  os_writev,
} from "./posix/vectors.ts"

// Modules/posixmodule.c: the module's table. The functions are in posix/*.ts.

/** What os.supports_* is made from. */
const HAVE = [
  "HAVE_FACCESSAT",
  "HAVE_FCHDIR",
  "HAVE_FCHMOD",
  "HAVE_FCHMODAT",
  "HAVE_FCHOWN",
  "HAVE_FCHOWNAT",
  "HAVE_FDOPENDIR",
  "HAVE_FPATHCONF",
  "HAVE_FSTATAT",
  "HAVE_FSTATVFS",
  "HAVE_FTRUNCATE",
  "HAVE_FUTIMENS",
  "HAVE_FUTIMES",
  "HAVE_FUTIMESAT",
  "HAVE_LINKAT",
  "HAVE_LCHOWN",
  "HAVE_LSTAT",
  "HAVE_LUTIMES",
  "HAVE_MKDIRAT",
  "HAVE_MKFIFOAT",
  "HAVE_OPENAT",
  "HAVE_READLINKAT",
  "HAVE_RENAMEAT",
  "HAVE_SYMLINKAT",
  "HAVE_UNLINKAT",
  "HAVE_UTIMENSAT",
]

const STRUCTS: readonly (readonly [string, Ref])[] = [
  ["stat_result", statResultType],
  ["statvfs_result", statvfsResultType],
  ["terminal_size", terminalSizeType],
  ["times_result", timesResultType],
  ["uname_result", unameResultType],
]

/** Add a dict of names and numbers; -1 with the error set. */
function addNames(module: Ref, attribute: string, names: readonly (readonly [string, number])[]): number {
  const $names = PyDict_New()
  if ($names === NULL) return -1
  for (const [name, n] of names) {
    const $n = PyLong_FromLong(n)
    const bad = $n === NULL ? -1 : PyDict_SetItemString($names, name, $n)
    Py_XDECREF($n)
    if (bad < 0) return -1
  }
  return PyModule_AddObject(module, attribute, $names)
}

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
  return addNames(module, "sysconf_names", SYSCONF_NAMES) < 0 ||
    addNames(module, "confstr_names", CONFSTR_NAMES) < 0 ||
    addNames(module, "pathconf_names", PATHCONF_NAMES) < 0 ||
    PyModule_AddObject(module, "_have_functions", $have) < 0 ||
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
    ["confstr", os_confstr, METH.O],
    ["copy_file_range", os_copy_file_range, METH.VARARGS | METH.KEYWORDS],
    ["cpu_count", os_cpu_count, METH.NOARGS],
    ["ctermid", os_ctermid, METH.NOARGS],
    ["device_encoding", os_device_encoding, METH.VARARGS | METH.KEYWORDS],
    ["dup", os_dup, METH.VARARGS],
    ["dup2", os_dup2, METH.VARARGS | METH.KEYWORDS],
    ["fchmod", os_fchmod, METH.VARARGS | METH.KEYWORDS],
    ["fdatasync", os_fdatasync, METH.VARARGS | METH.KEYWORDS],
    ["fpathconf", os_fpathconf, METH.VARARGS],
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
    ["getgrouplist", os_getgrouplist, METH.VARARGS],
    ["getgroups", os_getgroups, METH.NOARGS],
    ["getloadavg", os_getloadavg, METH.NOARGS],
    ["getlogin", os_getlogin, METH.NOARGS],
    ["getpgid", os_getpgid, METH.VARARGS | METH.KEYWORDS],
    ["getpgrp", os_getpgrp, METH.NOARGS],
    ["getpid", os_getpid, METH.NOARGS],
    ["getppid", os_getppid, METH.NOARGS],
    ["getpriority", os_getpriority, METH.VARARGS | METH.KEYWORDS],
    ["getrandom", os_getrandom, METH.VARARGS | METH.KEYWORDS],
    ["getresgid", os_getresgid, METH.NOARGS],
    ["getresuid", os_getresuid, METH.NOARGS],
    ["getsid", os_getsid, METH.VARARGS],
    ["getuid", os_getuid, METH.NOARGS],
    ["isatty", os_isatty, METH.VARARGS],
    ["kill", os_kill, METH.VARARGS],
    ["killpg", os_killpg, METH.VARARGS],
    ["lchown", os_lchown, METH.VARARGS | METH.KEYWORDS],
    ["link", os_link, METH.VARARGS | METH.KEYWORDS],
    ["listdir", os_listdir, METH.VARARGS | METH.KEYWORDS],
    ["lseek", os_lseek, METH.VARARGS],
    ["lstat", os_lstat, METH.VARARGS | METH.KEYWORDS],
    ["major", os_major, METH.VARARGS],
    ["makedev", os_makedev, METH.VARARGS],
    ["minor", os_minor, METH.VARARGS],
    ["mkdir", os_mkdir, METH.VARARGS | METH.KEYWORDS],
    ["mkfifo", os_mkfifo, METH.VARARGS | METH.KEYWORDS],
    ["nice", os_nice, METH.VARARGS],
    ["open", os_open, METH.VARARGS | METH.KEYWORDS],
    ["pathconf", os_pathconf, METH.VARARGS | METH.KEYWORDS],
    ["pipe", os_pipe, METH.NOARGS],
    ["posix_fadvise", os_posix_fadvise, METH.VARARGS],
    ["posix_fallocate", os_posix_fallocate, METH.VARARGS],
    ["posix_spawn", os_posix_spawn, METH.VARARGS | METH.KEYWORDS],
    ["posix_spawnp", os_posix_spawnp, METH.VARARGS | METH.KEYWORDS],
    ["pread", os_pread, METH.VARARGS],
    ["preadv", os_preadv, METH.VARARGS],
    ["putenv", os_putenv, METH.VARARGS],
    ["pwrite", os_pwrite, METH.VARARGS],
    ["pwritev", os_pwritev, METH.VARARGS],
    ["read", os_read, METH.VARARGS],
    ["readlink", os_readlink, METH.VARARGS | METH.KEYWORDS],
    ["readv", os_readv, METH.VARARGS],
    ["register_at_fork", os_register_at_fork, METH.VARARGS | METH.KEYWORDS],
    ["remove", os_remove, METH.VARARGS | METH.KEYWORDS],
    ["rename", os_rename, METH.VARARGS | METH.KEYWORDS],
    ["replace", os_replace, METH.VARARGS | METH.KEYWORDS],
    ["rmdir", os_rmdir, METH.VARARGS | METH.KEYWORDS],
    ["scandir", os_scandir, METH.VARARGS | METH.KEYWORDS],
    ["sched_get_priority_max", os_sched_get_priority_max, METH.VARARGS | METH.KEYWORDS],
    ["sched_get_priority_min", os_sched_get_priority_min, METH.VARARGS | METH.KEYWORDS],
    ["sched_getaffinity", os_sched_getaffinity, METH.VARARGS],
    ["sched_getscheduler", os_sched_getscheduler, METH.VARARGS],
    ["sched_yield", os_sched_yield, METH.NOARGS],
    ["sendfile", os_sendfile, METH.VARARGS | METH.KEYWORDS],
    ["set_inheritable", os_set_inheritable, METH.VARARGS],
    ["setegid", os_setegid, METH.O],
    ["seteuid", os_seteuid, METH.O],
    ["setgid", os_setgid, METH.O],
    ["setgroups", os_setgroups, METH.O],
    ["setpriority", os_setpriority, METH.VARARGS | METH.KEYWORDS],
    ["setuid", os_setuid, METH.O],
    ["stat", os_stat, METH.VARARGS | METH.KEYWORDS],
    ["statvfs", os_statvfs, METH.VARARGS | METH.KEYWORDS],
    ["strerror", os_strerror, METH.O],
    ["symlink", os_symlink, METH.VARARGS | METH.KEYWORDS],
    ["sync", os_sync, METH.NOARGS],
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
    ["wait", os_wait, METH.NOARGS],
    ["wait3", os_wait3, METH.VARARGS | METH.KEYWORDS],
    ["wait4", os_wait4, METH.VARARGS | METH.KEYWORDS],
    ["waitpid", os_waitpid, METH.VARARGS],
    ["waitstatus_to_exitcode", os_waitstatus_to_exitcode, METH.VARARGS | METH.KEYWORDS],
    ["write", os_write, METH.VARARGS],
    ["writev", os_writev, METH.VARARGS],
  ],
})
