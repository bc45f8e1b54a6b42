"""What layers of facts have in common: a point at the compound, and who may see them."""

import re
from collections.abc import Mapping

from access.rules import KINDS, RULES
from layers.filters import CITY_CODE, codes
from layers.layer import Filter, Property, believed_rows

PLACED: Mapping[str, Property] = {
    "compound_id": Property("integer", "小区编号", "Compound id"),
    "compound_name": Property("string", "小区", "Compound"),
    "city_code": Property("string", "城市代码", "City code"),
    "district_code": Property("string", "县（市）区代码", "District code"),
    "street_code": Property("string", "街道代码", "Street code"),
}
"""Where a fact is."""

SYNTHETIC: Mapping[str, Property] = {"synthetic": Property("boolean", "示例数据", "Made up")}

PLACES: Mapping[str, Filter] = {
    "city_code": CITY_CODE,
    "district_code": codes("district_code", 6, "District codes"),
    "street_code": codes("street_code", 9, "Street codes"),
}
"""Filters by place."""

NO_SOURCE = "SELECT NULL::text WHERE false"
"""Facts are the offices' own: nobody is named beside the map."""

TYPED: Mapping[str, Property] = {
    "type_code": Property("string", "类别代码", "Type of breach"),
    "type_name": Property("string", "类别", "Type of breach, in words"),
}


def readers(table: str) -> frozenset[str]:
    """The kinds of scope that may see rows of a table (:mod:`access.rules`)."""
    return frozenset(kind for kind in KINDS if RULES[table].condition(kind) is not None)


def believed(features: str, fact: str) -> str:
    """The same query as of a record time, ``:known_at``; ``fact`` is the alias of the facts' table.

    Of every table with a record time it takes the rows that were believed then. A version that was
    set aside is answered under the number of its fact (:mod:`geo.history`).
    """
    number = f"COALESCE({fact}.version_of, {fact}.id)"
    before, first, after = features.partition(f"SELECT {fact}.id,")
    if not first:
        raise ValueError(f"the query of facts must select {fact}.id first")
    rest = re.sub(rf"\b{fact}\.id\b", number, after)
    return believed_rows(f"{before}SELECT {number} AS id,{rest}")


def drawn(features: str) -> str:
    """The drawn query of points: all their properties, each at its own place."""
    return f"SELECT f.*, f.geom AS reach, f.geom AS label_point FROM ({features}) AS f"  # noqa: S608 - the text of a file of the program
