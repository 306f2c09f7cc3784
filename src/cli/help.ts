// What --help-env and --help-xoptions print: what moult takes of CPython's settings.

export const HELP_XOPTIONS = `The following implementation-specific options are available:

-X dev : development mode: more checks at run time, all warnings, the fault
         handler
-X faulthandler : enable the fault handler
-X frozen_modules=[on|off] : take the modules that start Python from the frozen
         ones or from the library's files (default: on)
-X importtime : print to stderr how long each import took
-X int_max_str_digits=N : longest int that is converted from and to decimal
         text, in digits; 0: no limit
-X no_debug_ranges : code objects without columns
-X pycache_prefix=DIR : write .pyc files below DIR instead of beside the source
-X tracemalloc[=N] : trace memory allocations from the start, N frames deep
-X utf8[=0|1] : UTF-8 mode
-X warn_default_encoding : warn where a file is opened without an encoding
`

export const HELP_ENV = `Environment variables that change behavior:
PYTHONSTARTUP : file run before the first prompt of an interactive session
PYTHONPATH : directories, separated by ':', that are searched first for modules
PYTHONSAFEPATH : don't prepend a potentially unsafe path to sys.path (-P)
PYTHONHOME : not used: moult's library is part of its package
PYTHONUTF8 : 1: UTF-8 mode (-X utf8)
PYTHONIOENCODING : encoding[:errors] of stdin, stdout and stderr
PYTHONFAULTHANDLER : enable the fault handler (-X faulthandler)
PYTHONHASHSEED : 'random' or a number: what the hashes of str and bytes start
         from; moult's default is the same seed every time
PYTHONINTMAXSTRDIGITS : longest int that is converted from and to decimal text
PYTHONMALLOC : the memory allocator: default, debug, pymalloc, pymalloc_debug,
         malloc or malloc_debug
PYTHONBREAKPOINT : what breakpoint() calls; 0: nothing
PYTHONDEVMODE : development mode (-X dev)
PYTHONNODEBUGRANGES : code objects without columns (-X no_debug_ranges)
PYTHONPROFILEIMPORTTIME : print how long each import took (-X importtime)
PYTHONPYCACHEPREFIX : where .pyc files go (-X pycache_prefix)
PYTHONTRACEMALLOC : frames of each traced allocation (-X tracemalloc)
PYTHONWARNDEFAULTENCODING : warn where a file is opened without an encoding
PYTHONDEBUG : -d
PYTHONDONTWRITEBYTECODE : -B
PYTHONINSPECT : -i
PYTHONNOUSERSITE : -s
PYTHONOPTIMIZE : -O
PYTHONUNBUFFERED : -u
PYTHONVERBOSE : -v
PYTHONWARNINGS : -W
`
