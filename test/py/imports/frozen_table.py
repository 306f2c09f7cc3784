# The frozen modules: which there are, what they are copies of, and how they can be switched off.
import _imp
import marshal

for name in ("os.path", "__hello_alias__", "__phello__.ham.__init__", "__phello__.ham.eggs", "__hello_only__", "__phello_alias__", "zipimport", "nothing"):
    print(name, _imp.find_frozen(name), _imp.is_frozen(name))

for name, data in (("x", b"junk"), ("x", b""), ("x", marshal.dumps(3)), ("nothing", None), ("x", 3)):
    try:
        print(_imp.get_frozen_object(name, data))
    except (ImportError, TypeError) as e:
        print(type(e).__name__, e)

_imp._override_frozen_modules_for_tests(-1)
print(_imp.find_frozen("os"), _imp.find_frozen("zipimport"))
_imp._override_frozen_modules_for_tests(1)
print(_imp.find_frozen("os"))
_imp._override_frozen_modules_for_tests(0)

import __phello__.ham.eggs  # noqa: E402

print(__phello__.__spec__.loader.__name__)
