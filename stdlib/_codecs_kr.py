"""The codecs of Korea."""

from _multibytecodec import _getcodec

_NAMES = frozenset(['euc_kr', 'cp949', 'johab'])


def getcodec(name, /):
    """Return the codec with this name."""
    return _getcodec(_NAMES, name)
