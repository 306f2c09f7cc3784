"""Sizes and counts of objects: Pympler's interface. An installed pympler is used instead of this one."""
__version__ = "1.1"
