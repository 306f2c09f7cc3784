"""Short names of types and objects, and of what leads from one object to another."""
import builtins
import gc
import os
import reprlib
import types

_NAMES = {}
for _name, _type in sorted(vars(types).items()):
    if isinstance(_type, type):
        _NAMES[_type] = "types." + _name
for _name, _type in sorted(vars(builtins).items()):
    if isinstance(_type, type):
        _NAMES[_type] = _name
_NAMES[types.ModuleType] = "module"
_NAMES[types.FunctionType] = "function"


def type_name(t):
    if t in _NAMES:
        return _NAMES[t]
    return "%s.%s" % (getattr(t, "__module__", "<unknown module>"), t.__name__)


def _builtin(o):
    return o.__name__ if o.__module__ == "builtins" else "%s.%s" % (o.__module__, o.__name__)


def _method(o):
    return "<%s at %#x>.%s" % (type_name(type(o.__self__)), id(o.__self__), getattr(o.__func__, "__name__", ""))


def _frame(o):
    return "<%s at %#x>" % (o.f_code.co_name, id(o))


def _with_length(o):
    return "%#x*%d" % (id(o), len(o))


# by type: the header of a table of such objects, and how one of them is shown
_BRIEFS = {
    types.BuiltinFunctionType: ("Name", _builtin),
    types.CodeType: (
        "File:Line:Name", lambda o: "%s:%d:%s" % (os.path.basename(o.co_filename), o.co_firstlineno, o.co_name),
    ),
    types.FrameType: ("Name at Address", _frame),
    types.FunctionType: ("Name", lambda o: "%s.%s" % (o.__module__, o.__name__)),
    types.MethodType: ("Type/<Type at address> . method", _method),
    types.ModuleType: ("Name", lambda o: o.__name__),
    types.TracebackType: ("Frame at Address", lambda o: "<in frame %s at %#x>" % (_frame(o.tb_frame), id(o))),
    type: ("Name", type_name),
}
_BRIEFS.update(dict.fromkeys((bool, complex, float, int, type(None)), ("Representation", repr)))
_BRIEFS.update(dict.fromkeys((bytes, str), ("Representation (limited)", reprlib.repr)))
_BRIEFS.update(dict.fromkeys((dict, list, tuple), ("Address*Length", _with_length)))
_ADDRESS = ("Address", lambda o: hex(id(o)))


def brief_of_type(t):
    """(header, function) for objects of a type."""
    if t in _BRIEFS:
        return _BRIEFS[t]
    return _BRIEFS[type] if issubclass(t, type) else _ADDRESS


def brief(o, owner=None):
    """A short text of an object; a dict that belongs to another object is shown as that."""
    if owner is not None:
        return brief(owner)
    return brief_of_type(type(o))[1](o)


_CODE = "co_consts", "co_names", "co_filename", "co_name", "co_qualname", "co_linetable", "co_exceptiontable"


_FRAME = "f_back", "f_code", "f_globals", "f_builtins", "f_trace"
_HAS_FAST_LOCALS = 1  # co_flags


def referents(o):
    """What an object refers to; also of code and running frames, which the collector does not look into."""
    t = type(o)
    if t is types.CodeType:
        return [getattr(o, name) for name in _CODE]
    if t is types.FrameType:
        local = o.f_locals
        found = [getattr(o, name) for name in _FRAME]
        return found + (list(local.values()) if o.f_code.co_flags & _HAS_FAST_LOCALS else [local])
    return gc.get_referents(o)


_ATTRIBUTES = {
    types.FunctionType: (
        "__code__", "__globals__", "__defaults__", "__kwdefaults__", "__closure__", "__doc__", "__name__", "__qualname__",
        "__module__", "__annotations__",
    ),
    types.MethodType: ("__self__", "__func__"),
    types.FrameType: _FRAME,
    types.GeneratorType: ("gi_frame", "gi_code", "gi_yieldfrom"),
    types.TracebackType: ("tb_next", "tb_frame"),
    types.CellType: ("cell_contents",),
    property: ("fget", "fset", "fdel", "__doc__"),
    staticmethod: ("__func__",),
    classmethod: ("__func__",),
    types.BuiltinFunctionType: ("__self__", "__module__"),
}


def _own_dict(o):
    """The dict of an object that has one already."""
    t = type(o)
    if t.__dictoffset__ == 0 or isinstance(o, type):
        return None
    if t is types.FunctionType and not any(
        type(r) is dict and r is not o.__globals__ and r is not o.__builtins__ for r in gc.get_referents(o)
    ):
        return None
    if not t.__flags__ & 16 and not any(type(r) is dict for r in gc.get_referents(o)):
        return None  # asking would make it
    try:
        found = object.__getattribute__(o, "__dict__")
    except AttributeError:
        return None
    return found if type(found) is dict else None


def dict_of(o):
    """The dict with the attributes of an object; None where it has none."""
    if isinstance(o, type):
        return next((r for r in gc.get_referents(o) if type(r) is dict), None)
    return _own_dict(o)


def _slots(o):
    for cls in type(o).__mro__:
        names = cls.__dict__.get("__slots__", ())
        yield from (names,) if isinstance(names, str) else names


def relations(source, target):
    """How `source` refers to `target`: texts such as "['key']", "[3]", ".attribute"."""
    t = type(source)
    found = []
    if isinstance(source, dict):
        for key, value in dict.items(source):
            if value is target:
                found.append("[%s]" % reprlib.repr(key))
            if key is target:
                found.append(".keys()[%s]" % reprlib.repr(key))
    elif isinstance(source, (list, tuple)):
        found += ["[%d]" % i for i, v in enumerate(source) if v is target]
    elif isinstance(source, (set, frozenset)):
        found += ["[%d]" % i for i, v in enumerate(source) if v is target]
    if t is types.FrameType:
        if source.f_code.co_flags & _HAS_FAST_LOCALS:
            found += [".f_locals[%r]" % k for k, v in source.f_locals.items() if v is target]
        elif source.f_locals is target:
            found.append(".f_locals")
    if isinstance(source, type):
        names = ("__mro__", "__base__", "__bases__", "__doc__")
    else:
        names = _CODE if t is types.CodeType else (*_ATTRIBUTES.get(t, ()), *_slots(source))
    for name in names:
        try:
            if getattr(source, name) is target:
                found.append("." + name)
        except Exception:
            continue
    if type(target) is dict and dict_of(source) is target:
        found.append(".__dict__")
    elif type(source) is not type and target is type(source) and not found:
        found.append(".__class__")
    return found
