import { setptr } from "../heap/access.ts"
import { INTERP, Interp } from "../heap/map.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_NewRef } from "../heap/refcount.ts"
import { defineModule } from "../objects/define.ts"
import { PyDict_SetItemString } from "../objects/dictobject.ts"
import { PyModule_GetDict } from "../objects/moduleobject.ts"
import { METH } from "../objects/slots.ts"
import {
  Py_Ellipsis,
  Py_False,
  Py_None,
  Py_NotImplemented,
  Py_True,
  PyBaseObject_Type,
  PyBool_Type,
  PyByteArray_Type,
  PyBytes_Type,
  PyClassMethod_Type,
  PyComplex_Type,
  PyDict_Type,
  PyEnum_Type,
  PyFilter_Type,
  PyFloat_Type,
  PyFrozenSet_Type,
  PyList_Type,
  PyLong_Type,
  PyMap_Type,
  PyMemoryView_Type,
  PyProperty_Type,
  PyRange_Type,
  PyReversed_Type,
  PySet_Type,
  PySlice_Type,
  PyStaticMethod_Type,
  PySuper_Type,
  PyTuple_Type,
  PyType_Type,
  PyUnicode_Type,
  PyZip_Type,
} from "../objects/statictypes.ts"
import { builtin___build_class__ } from "./builtins/buildclass.ts"
import { builtin_compile, builtin_eval, builtin_exec } from "./builtins/code.ts"
import { builtin_input, builtin_print } from "./builtins/io.ts"
import "./builtins/iterators.ts"
import * as B from "./builtins/misc.ts"
import { createBuiltin } from "./import.ts"

// Python/bltinmodule.c: the module `builtins`. Its functions are in builtins/.

const SIG = (text: string, doc: string): string => `${text}\n--\n\n${doc}`

defineModule({
  name: "builtins",
  doc: "Built-in functions, types, exceptions, and other objects.\n\nThis module provides direct access to all 'built-in'\nidentifiers of Python; for example, builtins.len is\nthe full name for the built-in function len().",
  size: -1,
  methods: [
    [
      "__build_class__",
      builtin___build_class__,
      METH.FASTCALL | METH.KEYWORDS,
      "__build_class__(func, name, /, *bases, [metaclass], **kwds) -> class\n\nInternal helper function used by the class statement.",
    ],
    [
      "__import__",
      B.builtin___import__,
      METH.FASTCALL | METH.KEYWORDS,
      SIG("($module, /, name, globals=None, locals=None, fromlist=(),\n           level=0)", "Import a module."),
    ],
    ["abs", B.builtin_abs, METH.O, SIG("($module, x, /)", "Return the absolute value of the argument.")],
    [
      "all",
      B.builtin_all,
      METH.O,
      SIG(
        "($module, iterable, /)",
        "Return True if bool(x) is True for all values x in the iterable.\n\nIf the iterable is empty, return True.",
      ),
    ],
    [
      "any",
      B.builtin_any,
      METH.O,
      SIG("($module, iterable, /)", "Return True if bool(x) is True for any x in the iterable.\n\nIf the iterable is empty, return False."),
    ],
    ["ascii", B.builtin_ascii, METH.O, SIG("($module, obj, /)", "Return an ASCII-only representation of an object.")],
    [
      "bin",
      B.builtin_bin,
      METH.O,
      SIG("($module, number, /)", "Return the binary representation of an integer.\n\n   >>> bin(2796202)\n   '0b1010101010101010101010'"),
    ],
    [
      "breakpoint",
      B.builtin_breakpoint,
      METH.FASTCALL | METH.KEYWORDS,
      "breakpoint(*args, **kws)\n\nCall sys.breakpointhook(*args, **kws); by default this drops you into the pdb debugger.",
    ],
    [
      "callable",
      B.builtin_callable,
      METH.O,
      SIG("($module, obj, /)", "Return whether the object is callable (i.e., some kind of function)."),
    ],
    ["chr", B.builtin_chr, METH.O, SIG("($module, i, /)", "Return a Unicode string of one character with ordinal i; 0 <= i <= 0x10ffff.")],
    [
      "compile",
      builtin_compile,
      METH.FASTCALL | METH.KEYWORDS,
      SIG(
        "($module, /, source, filename, mode, flags=0,\n        dont_inherit=False, optimize=-1, *, _feature_version=-1)",
        "Compile source into a code object that can be executed by exec() or eval().",
      ),
    ],
    [
      "delattr",
      B.builtin_delattr,
      METH.FASTCALL,
      SIG("($module, obj, name, /)", "Deletes the named attribute from the given object.\n\ndelattr(x, 'y') is equivalent to ``del x.y``"),
    ],
    [
      "dir",
      B.builtin_dir,
      METH.VARARGS,
      "dir([object]) -> list of strings\n\nIf called without an argument, return the names in the current scope.\nElse, return an alphabetized list of names comprising (some of) the attributes\nof the given object, and of attributes reachable from it.",
    ],
    ["divmod", B.builtin_divmod, METH.FASTCALL, SIG("($module, x, y, /)", "Return the tuple (x//y, x%y).  Invariant: div*y + mod == x.")],
    [
      "eval",
      builtin_eval,
      METH.FASTCALL,
      SIG("($module, source, globals=None, locals=None, /)", "Evaluate the given source in the context of globals and locals."),
    ],
    [
      "exec",
      builtin_exec,
      METH.FASTCALL | METH.KEYWORDS,
      SIG(
        "($module, source, globals=None, locals=None, /, *, closure=None)",
        "Execute the given source in the context of globals and locals.",
      ),
    ],
    [
      "format",
      B.builtin_format,
      METH.FASTCALL,
      SIG("($module, value, format_spec='', /)", "Return value.__format__(format_spec)\n\nformat_spec defaults to the empty string."),
    ],
    [
      "getattr",
      B.builtin_getattr,
      METH.FASTCALL,
      "getattr(object, name[, default]) -> value\n\nGet a named attribute from an object; getattr(x, 'y') is equivalent to x.y.\nWhen a default argument is given, it is returned when the attribute doesn't\nexist; without it, an exception is raised in that case.",
    ],
    [
      "globals",
      B.builtin_globals,
      METH.NOARGS,
      SIG("($module, /)", "Return the dictionary containing the current scope's global variables."),
    ],
    [
      "hasattr",
      B.builtin_hasattr,
      METH.FASTCALL,
      SIG("($module, obj, name, /)", "Return whether the object has an attribute with the given name."),
    ],
    ["hash", B.builtin_hash, METH.O, SIG("($module, obj, /)", "Return the hash value for the given object.")],
    [
      "hex",
      B.builtin_hex,
      METH.O,
      SIG("($module, number, /)", "Return the hexadecimal representation of an integer.\n\n   >>> hex(12648430)\n   '0xc0ffee'"),
    ],
    ["id", B.builtin_id, METH.O, SIG("($module, obj, /)", "Return the identity of an object.")],
    [
      "input",
      builtin_input,
      METH.FASTCALL,
      SIG("($module, prompt=None, /)", "Read a string from standard input.  The trailing newline is stripped."),
    ],
    [
      "isinstance",
      B.builtin_isinstance,
      METH.FASTCALL,
      SIG("($module, obj, class_or_tuple, /)", "Return whether an object is an instance of a class or of a subclass thereof."),
    ],
    [
      "issubclass",
      B.builtin_issubclass,
      METH.FASTCALL,
      SIG("($module, cls, class_or_tuple, /)", "Return whether 'cls' is derived from another class or is the same class."),
    ],
    [
      "iter",
      B.builtin_iter,
      METH.FASTCALL,
      "iter(iterable) -> iterator\niter(callable, sentinel) -> iterator\n\nGet an iterator from an object.  In the first form, the argument must\nsupply its own iterator, or be a sequence.\nIn the second form, the callable is called until it returns the sentinel.",
    ],
    ["aiter", B.builtin_aiter, METH.O, SIG("($module, async_iterable, /)", "Return an AsyncIterator for an AsyncIterable object.")],
    ["len", B.builtin_len, METH.O, SIG("($module, obj, /)", "Return the number of items in a container.")],
    ["locals", B.builtin_locals, METH.NOARGS, SIG("($module, /)", "Return a dictionary containing the current scope's local variables.")],
    [
      "max",
      B.builtin_max,
      METH.VARARGS | METH.KEYWORDS,
      "max(iterable, *[, default=obj, key=func]) -> value\nmax(arg1, arg2, *args, *[, key=func]) -> value\n\nWith a single iterable argument, return its biggest item.\nWith two or more arguments, return the largest argument.",
    ],
    [
      "min",
      B.builtin_min,
      METH.VARARGS | METH.KEYWORDS,
      "min(iterable, *[, default=obj, key=func]) -> value\nmin(arg1, arg2, *args, *[, key=func]) -> value\n\nWith a single iterable argument, return its smallest item.\nWith two or more arguments, return the smallest argument.",
    ],
    [
      "next",
      B.builtin_next,
      METH.FASTCALL,
      "next(iterator[, default])\n\nReturn the next item from the iterator. If default is given and the iterator\nis exhausted, it is returned instead of raising StopIteration.",
    ],
    [
      "anext",
      B.builtin_anext,
      METH.FASTCALL,
      SIG("($module, aiterator, default=<unrepresentable>, /)", "Return the next item from the async iterator."),
    ],
    [
      "oct",
      B.builtin_oct,
      METH.O,
      SIG("($module, number, /)", "Return the octal representation of an integer.\n\n   >>> oct(342391)\n   '0o1234567'"),
    ],
    ["ord", B.builtin_ord, METH.O, SIG("($module, c, /)", "Return the Unicode code point for a one-character string.")],
    [
      "pow",
      B.builtin_pow,
      METH.FASTCALL | METH.KEYWORDS,
      SIG("($module, /, base, exp, mod=None)", "Equivalent to base**exp with 2 arguments or base**exp % mod with 3 arguments."),
    ],
    [
      "print",
      builtin_print,
      METH.FASTCALL | METH.KEYWORDS,
      SIG("($module, /, *args, sep=' ', end='\\n', file=None, flush=False)", "Prints the values to a stream, or to sys.stdout by default."),
    ],
    ["repr", B.builtin_repr, METH.O, SIG("($module, obj, /)", "Return the canonical string representation of the object.")],
    [
      "round",
      B.builtin_round,
      METH.FASTCALL | METH.KEYWORDS,
      SIG("($module, /, number, ndigits=None)", "Round a number to a given precision in decimal digits."),
    ],
    [
      "setattr",
      B.builtin_setattr,
      METH.FASTCALL,
      SIG("($module, obj, name, value, /)", "Sets the named attribute on the given object to the specified value."),
    ],
    [
      "sorted",
      B.builtin_sorted,
      METH.FASTCALL | METH.KEYWORDS,
      SIG(
        "($module, iterable, /, *, key=None, reverse=False)",
        "Return a new list containing all items from the iterable in ascending order.",
      ),
    ],
    [
      "sum",
      B.builtin_sum,
      METH.FASTCALL | METH.KEYWORDS,
      SIG("($module, iterable, /, start=0)", "Return the sum of a 'start' value (default: 0) plus an iterable of numbers"),
    ],
    [
      "vars",
      B.builtin_vars,
      METH.VARARGS,
      "vars([object]) -> dictionary\n\nWithout arguments, equivalent to locals().\nWith an argument, equivalent to object.__dict__.",
    ],
  ],
})

/** Make the module at boot; its dict is the interpreter's builtins. Owned, NULL with the error set. */
export function _PyBuiltin_Init(debug: boolean): Own {
  const $mod = createBuiltin("builtins")
  if ($mod === NULL) return NULL
  const dict = PyModule_GetDict($mod)
  const names: readonly (readonly [string, Ref])[] = [
    ["None", Py_None],
    ["Ellipsis", Py_Ellipsis],
    ["NotImplemented", Py_NotImplemented],
    ["False", Py_False],
    ["True", Py_True],
    ["bool", PyBool_Type],
    ["memoryview", PyMemoryView_Type],
    ["bytearray", PyByteArray_Type],
    ["bytes", PyBytes_Type],
    ["classmethod", PyClassMethod_Type],
    ["complex", PyComplex_Type],
    ["dict", PyDict_Type],
    ["enumerate", PyEnum_Type],
    ["filter", PyFilter_Type],
    ["float", PyFloat_Type],
    ["frozenset", PyFrozenSet_Type],
    ["property", PyProperty_Type],
    ["int", PyLong_Type],
    ["list", PyList_Type],
    ["map", PyMap_Type],
    ["object", PyBaseObject_Type],
    ["range", PyRange_Type],
    ["reversed", PyReversed_Type],
    ["set", PySet_Type],
    ["slice", PySlice_Type],
    ["staticmethod", PyStaticMethod_Type],
    ["str", PyUnicode_Type],
    ["super", PySuper_Type],
    ["tuple", PyTuple_Type],
    ["type", PyType_Type],
    ["zip", PyZip_Type],
    ["__debug__", debug ? Py_True : Py_False],
  ]
  for (const [name, value] of names) {
    if (PyDict_SetItemString(dict, name, value) < 0) {
      Py_DECREF($mod)
      return NULL
    }
  }
  setptr(INTERP + Interp.builtins, Py_NewRef(dict))
  return $mod
}
