"""What objects and references are called in objgraph's tables and drawings."""
import inspect
import os
import re
import sys
import types


def is_a(obj, classinfo):
    """isinstance, without asking the object's __class__, which may lie."""
    return issubclass(type(obj), classinfo)


def short_typename(obj):
    return type(obj).__name__


def long_typename(obj):
    module = getattr(type(obj), "__module__", None)
    return "%s.%s" % (module, type(obj).__name__) if module else type(obj).__name__


def namer(shortnames):
    return short_typename if shortnames else long_typename


def is_proper_module(obj):
    """Whether an object is a module that sys.modules has: a root of a program's objects."""
    return inspect.ismodule(obj) and obj is sys.modules.get(getattr(obj, "__name__", None))


def quote(text):
    for char, code in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\0", "\\\\0")):
        text = text.replace(char, code)
    return text


def _own_name(obj):
    name = getattr(obj, "__name__", None)
    return name if is_a(name, str) else repr(obj)[:40]


def _short_repr(obj):
    if is_a(obj, (type, types.ModuleType, types.BuiltinFunctionType)):
        return _own_name(obj)
    if is_a(obj, types.MethodType):
        return _own_name(obj.__func__) + (" (bound)" if obj.__self__ else "")
    if is_a(obj, types.FunctionType) and obj.__name__ == "<lambda>":
        code = obj.__code__
        return "lambda: %s:%s" % (os.path.basename(code.co_filename), code.co_firstlineno)
    if is_a(obj, types.FrameType):
        return "%s:%s" % (obj.f_code.co_filename, obj.f_lineno)
    if is_a(obj, (tuple, list, dict, set)):
        return "%d items" % len(obj)
    return repr(obj)[:40]


def safe_repr(obj):
    try:
        return _short_repr(obj)
    except Exception:
        return "(unrepresentable)"


_is_identifier = re.compile("[a-zA-Z_][a-zA-Z_0-9]*$").match


def _attribute_of(source, target):
    """The name of the attribute of `source` that `target` is, for the kinds whose attributes are no dict entries."""
    if is_a(target, dict) and target is getattr(source, "__dict__", None):
        return "__dict__"
    if is_a(source, types.FrameType):
        names = "f_locals", "f_globals"
    elif is_a(source, types.MethodType):
        names = "__self__", "__func__"
    elif is_a(source, types.FunctionType):
        names = dir(source)
    else:
        return None
    return next((n for n in names if getattr(source, n) is target), None)


def edge_label(source, target, shortnames=True):
    """How a drawing names the reference."""
    name = _attribute_of(source, target)
    if name is not None:
        return ' [label="%s",weight=10]' % quote(name)
    if is_a(source, dict):
        for key, value in dict.items(source):
            if value is target:
                if is_a(key, str) and _is_identifier(key):
                    return ' [label="%s",weight=2]' % quote(key)
                return ' [label="%s"]' % quote(namer(shortnames)(key) + "\n" + safe_repr(key))
    return ""
