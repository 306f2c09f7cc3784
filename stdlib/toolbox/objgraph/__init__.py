"""Counts of objects and drawings of references: objgraph's interface. An installed objgraph is used instead of this one."""
from ._counts import (
    at, at_addrs, by_type, count, get_leaking_objects, get_new_ids, growth, most_common_types, show_growth,
    show_most_common_types, typestats,
)
from ._graph import find_backref_chain, find_ref_chain, show_backrefs, show_chain, show_refs
from ._names import is_proper_module

__version__ = "3.5.0"
