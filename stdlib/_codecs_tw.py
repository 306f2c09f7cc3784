"""The codecs of Taiwan."""

from _multibytecodec import _getcodec

_NAMES = frozenset(['big5', 'cp950'])


def getcodec(name, /):
    """Return the codec with this name."""
    return _getcodec(_NAMES, name)
