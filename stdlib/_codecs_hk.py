"""The codecs of Hong Kong."""

from _multibytecodec import _getcodec

_NAMES = frozenset(['big5hkscs'])


def getcodec(name, /):
    """Return the codec with this name."""
    return _getcodec(_NAMES, name)
