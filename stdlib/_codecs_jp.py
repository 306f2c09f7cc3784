"""The codecs of Japan."""

from _multibytecodec import _getcodec

_NAMES = frozenset(['shift_jis', 'cp932', 'euc_jp', 'shift_jis_2004', 'euc_jis_2004', 'euc_jisx0213', 'shift_jisx0213'])


def getcodec(name, /):
    """Return the codec with this name."""
    return _getcodec(_NAMES, name)
