"""What an object is made of for asizeof: its flat size, and the objects that belong to it."""
import inspect
import sys
import types
import weakref
from array import array

_IGNORED_MODULES = ("builtins", "types", "pympler.asizeof")


class NamedRef:
    """A referent with what the object calls it."""

    __slots__ = ("name", "ref")

    def __init__(self, name, ref):
        self.name = name
        self.ref = ref


def clipped_repr(obj, clip=80):
    try:
        text = repr(obj).replace("\n", "\\n")
    except Exception:
        text = "N/A"
    if len(text) > clip > 0:
        half = clip // 2 - 2
        if half > 0:
            text = text[:half] + "...." + text[-half:]
    return text


def _attributes(*names):
    def refs(obj):
        for name in names:
            if hasattr(obj, name):
                yield name, getattr(obj, name)

    return refs


def _with_prefix(prefix, *names, excluded=()):
    first = _attributes(*names)

    def refs(obj):
        yield from first(obj)
        for name in dir(obj):
            if name.startswith(prefix) and name not in excluded and hasattr(obj, name):
                yield name, getattr(obj, name)

    return refs


def _items(obj):
    for item in obj:
        yield None, item


def _dict_refs(obj):
    for key, value in obj.items():
        yield "[K] ", key
        yield "[V] ", value


def _slots(obj):
    found = {}
    for cls in type(obj).__mro__:
        for name in getattr(cls, "__slots__", ()):
            if name.startswith("__"):
                name = "_" + cls.__name__ + name
            if hasattr(obj, name):
                found.setdefault(name, getattr(obj, name))
    return found.items()


def _instance_refs(obj):
    yield from _attributes("__dict__", "__class__")(obj)
    if hasattr(obj, "__slots__"):
        yield from _slots(obj)


def _namedtuple_refs(obj):
    yield from _attributes("__class__")(obj)
    yield from _slots(obj)
    yield from _items(obj)


def _cell_refs(obj):
    try:
        yield "cell_contents", obj.cell_contents
    except ValueError:
        return


def _iterator_refs(obj):
    import gc

    for ref in gc.get_referents(obj):
        yield "iteref", ref


def _weak_refs(obj):
    referent = obj()
    yield None, referent


def _generator_refs(obj):
    yield from _attributes("f_locals", "f_code")(obj.gi_frame)


def _module_refs(obj):
    return _dict_refs(vars(obj))


_class_refs = _attributes("__class__", "__doc__", "__mro__", "__name__", "__slots__", "__weakref__", "__dict__")
_type_refs = _attributes("__doc__", "__mro__", "__name__", "__slots__", "__weakref__", "__dict__")
_function_refs = _with_prefix("func_", "__doc__", "__name__", "__code__", "__closure__", excluded=("func_globals",))
_method_refs = _with_prefix("im_", "__doc__", "__name__", "__code__")
_exception_refs = _attributes("args", "filename", "lineno", "msg", "text")
_code_refs = _with_prefix("co_")
_doc = _attributes("__doc__")


class Kind:
    """How objects of a type are sized: ignored, code only, or with these referents."""

    __slots__ = ("refs", "code", "ignored", "flat")

    def __init__(self, refs=None, code=False, ignored=False, flat=sys.getsizeof):
        self.refs = refs
        self.code = code
        self.ignored = ignored
        self.flat = flat


_PLAIN = Kind()
_KINDS = {t: _PLAIN for t in (complex, float, int, bool, str, bytes, bytearray, range, slice, type(None), type(...), type(NotImplemented))}
_KINDS.update(dict.fromkeys((types.GetSetDescriptorType, types.MemberDescriptorType, weakref.ProxyType), _PLAIN))
_KINDS.update(dict.fromkeys((list, tuple, set, frozenset), Kind(_items)))
_KINDS.update(dict.fromkeys((dict, types.MappingProxyType), Kind(_dict_refs)))
_KINDS.update(dict.fromkeys((object, super), Kind(ignored=True)))
_KINDS.update(dict.fromkeys((classmethod, staticmethod, types.MethodType), Kind(_method_refs, code=True)))
_KINDS.update(dict.fromkeys((enumerate, reversed), Kind(_doc)))
_KINDS.update(dict.fromkeys((weakref.ReferenceType, weakref.KeyedRef), Kind(_weak_refs)))
_KINDS.update(
    dict.fromkeys(
        (type(iter(x)) for x in ([], (), {}, {}.keys(), {}.values(), {}.items(), set(), "", b"", bytearray(), range(0), reversed([]))),
        Kind(_iterator_refs),
    )
)
_KINDS[property] = Kind(_with_prefix("f", "__doc__"))
_KINDS[types.TracebackType] = Kind(_with_prefix("tb_"))
_KINDS[types.GeneratorType] = Kind(_generator_refs)
_KINDS[types.CellType] = Kind(_cell_refs)
_KINDS[types.ModuleType] = Kind(_module_refs)
_KINDS[Exception] = Kind(_exception_refs)
_KINDS[types.FrameType] = Kind(_with_prefix("f_"), ignored=True)
_KINDS[types.CodeType] = Kind(_code_refs, code=True)
_CLASS = Kind(_class_refs, code=True)
_IGNORED_CLASS = Kind(_type_refs, code=True, ignored=True)
_BUILTIN = Kind(code=True, ignored=True)
_FUNCTION = Kind(_function_refs, code=True)
_METHOD = Kind(_method_refs, code=True)
_INSTANCE = Kind(_instance_refs)
_IGNORED = Kind(ignored=True)
_DICT = _KINDS[dict]

dict_like = {("weakref", "WeakKeyDictionary"), ("weakref", "WeakValueDictionary")}


def _array_size(obj):
    return max(56, sys.getsizeof(obj) - len(obj) * obj.itemsize) + len(obj) * obj.itemsize


def looks_like_dict(obj):
    names = "items", "keys", "values", "__len__", "get", "has_key"
    return all(callable(getattr(obj, name, None)) for name in names)


def kind_of(obj, infer=False):
    """The Kind of an object."""
    t = type(obj)
    if inspect.isclass(obj):
        return _IGNORED_CLASS if getattr(obj, "__module__", "") in _IGNORED_MODULES else _CLASS
    known = _KINDS.get(t)
    if known is not None:
        return known
    if callable(obj):
        if inspect.isbuiltin(obj):
            return _BUILTIN
        if inspect.isfunction(obj):
            return _FUNCTION
        return _METHOD if inspect.ismethod(obj) else _INSTANCE
    if issubclass(t, dict):
        return _DICT
    if (t.__module__, t.__name__) in dict_like or (infer and looks_like_dict(obj)):
        return _DICT
    if isinstance(obj, tuple) and hasattr(obj, "_fields"):
        return Kind(_namedtuple_refs)
    if isinstance(obj, array):
        return Kind(flat=_array_size)
    if getattr(obj, "__module__", "") in _IGNORED_MODULES:
        return _IGNORED
    return Kind(_exception_refs) if isinstance(obj, Exception) else _INSTANCE


def named(kind, obj):
    """The referents of an object with their names, as a detailed asized shows them."""
    key = None
    for name, ref in kind.refs(obj):
        if name == "[K] ":
            key = str(ref)
            yield NamedRef("[K] " + key, ref)
        elif name == "[V] ":
            yield NamedRef("[V] " + key + ": " + clipped_repr(ref), ref)
        else:
            yield NamedRef(name, ref)


_GC_HEAD = 32  # as Pympler counts it
_ITEMS = {list: 8, tuple: 8, set: 16, frozenset: 16, str: 1, bytes: 1, bytearray: 1, slice: 8, types.ModuleType: 48}
_DICT_BASE, _DICT_ITEM = dict.__basicsize__ + _GC_HEAD, 24


def basic_size(obj):
    """The bytes of the object's head, with the collector's."""
    t = type(obj)
    if t is array:
        return _array_size(obj) - len(obj) * obj.itemsize
    if t is types.ModuleType:
        return _DICT_BASE + _GC_HEAD
    if kind_of(obj) is _DICT and t is not types.MappingProxyType:
        return _DICT_BASE
    # a class has a head before it only if a program made it
    flags = t.__flags__ & (1 << 14) if t is not type else obj.__flags__ & (1 << 9)
    return t.__basicsize__ + (_GC_HEAD if flags else 0) 


def item_size(obj):
    """The bytes of an item of the object."""
    t = type(obj)
    if t is array:
        return obj.itemsize
    if kind_of(obj) is _DICT:
        return _DICT_ITEM
    if t in _ITEMS:
        return _ITEMS[t]
    return 0 if inspect.isclass(obj) or (isinstance(obj, tuple) and hasattr(obj, "_fields")) else t.__itemsize__
