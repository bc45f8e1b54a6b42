"""CQL2 filters (OGC 21-065r2) over a layer: bounded, parsed, and compiled to bound SQL."""

from layers.cql.compiled import Compiled, compile_filter
from layers.cql.errors import FilterError
from layers.cql.queryable import Queryable

__all__ = ["Compiled", "FilterError", "Queryable", "compile_filter"]
