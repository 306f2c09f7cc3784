"""The codecs of China."""

from _multibytecodec import _getcodec

_NAMES = frozenset(['gb2312', 'gbk', 'gb18030', 'hz'])


def getcodec(name, /):
    """Return the codec with this name."""
    return _getcodec(_NAMES, name)
