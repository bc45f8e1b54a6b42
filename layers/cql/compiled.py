"""A filter as an SQL condition over ``f`` with bound values."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy.dialects.postgresql import asyncpg

from layers.cql.compiler import Compiler
from layers.cql.errors import FilterError
from layers.cql.parse import Language, parsed
from layers.cql.places import COLLECTION, GEOMETRY, Place
from layers.cql.queryable import Queryable
from layers.cql.shape import Node, shaped
from layers.cql.values import cast, geometry
from layers.crs import CRS84, Crs

_DIALECT = asyncpg.dialect(paramstyle="named")  # type: ignore[no-untyped-call]


class Compiled(NamedTuple):
    """A condition with ``:cql_0``, ``:cql_1``, …, and their values."""

    sql: str
    values: Mapping[str, Any]


def compile_filter(
    given: str,
    language: Language,
    queryables: Iterable[Queryable],
    crs: Crs = CRS84,
) -> Compiled:
    """A filter as a condition over the columns of ``f`` that may be named.

    ``crs`` is the reference system of its geometries, ``filter-crs``. Raises FilterError for what
    is no CQL2, names what is not there, or compares what cannot be compared.
    """
    return _compiled(given, language, tuple(queryables), crs)


# A map asks the same filter of every tile and box it shows.
@lru_cache(maxsize=256)
def _compiled(
    given: str, language: Language, queryables: tuple[Queryable, ...], crs: Crs
) -> Compiled:
    shape = shaped(parsed(given, language))
    sql, places = _condition(shape.node, queryables)
    values = {}
    for place in places:
        value = shape.values[place.number]
        try:
            if place.kind in {GEOMETRY, COLLECTION}:
                collections = place.kind == COLLECTION
                values[place.name] = geometry(value, crs, collections=collections)
            else:
                values[place.name] = cast(value, place.kind)
        except FilterError as error:
            raise FilterError(f"{place.of}: {error}" if place.of else str(error)) from None
    return Compiled(sql, values)


@lru_cache(maxsize=512)
def _condition(node: Node, queryables: tuple[Queryable, ...]) -> tuple[str, tuple[Place, ...]]:
    compiler = Compiler(queryables)
    condition = compiler.condition(node)
    return str(condition.compile(dialect=_DIALECT)), compiler.places.taken
