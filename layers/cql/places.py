"""The places that a compiled filter leaves for its values."""

from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.sql.elements import BindParameter

GEOMETRY, COLLECTION = "geometry", "collection"

_TYPES: dict[str, Any] = {
    "string": sa.Text(),
    "pattern": sa.Text(),
    "integer": sa.BigInteger(),
    "number": sa.Double(),
    "boolean": sa.Boolean(),
    "date": sa.Date(),
    "timestamp": sa.TIMESTAMP(timezone=True),
    GEOMETRY: sa.LargeBinary(),
    COLLECTION: sa.LargeBinary(),
}


class Place(NamedTuple):
    """A value's place: which value, the type it is cast to, and what it is compared with."""

    name: str
    number: int
    kind: str
    of: str


class Places:
    """The places taken so far."""

    def __init__(self) -> None:
        """None yet."""
        self._places: dict[str, Place] = {}

    def take(self, number: int, kind: str, of: str = "") -> BindParameter[Any]:
        """The bound parameter for a value, or for a list of them where ``kind`` ends with []."""
        name = f"cql_{number}"
        self._places[name] = Place(name, number, kind, of)
        one = _TYPES[kind.removesuffix("[]")]
        return sa.bindparam(name, type_=sa.ARRAY(one) if kind.endswith("[]") else one)

    @property
    def taken(self) -> tuple[Place, ...]:
        """Every place, in the order it was taken."""
        return tuple(self._places.values())
