"""What tiles and pages are read from, kept up by triggers (migrations 0022, 0024, 0032, 0034).

The stars in marks and bands are copies that ``atlas worker`` writes: true while no compound stands
in ``compound_outdated``.
"""

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import BigInteger, Column, Identity, Index, Integer, SmallInteger, Table, Text
from sqlalchemy.orm import Mapped, mapped_column

from geo.models.base import Base


def _flat(kind: str) -> Geometry:
    return Geometry(kind, srid=3857, spatial_index=False)


_ROOM = {"fillfactor": 80}
"""A row whose stars change is written anew beside its old one."""


class CompoundMark(Base):
    """Where a compound's mark and name stand, and what else is drawn of it.

    ``place`` counts compounds in the order in which columns give their values: along a Hilbert
    curve where many came at once. A place is never given twice.
    """

    __tablename__ = "compound_mark"
    __table_args__ = (
        Index("compound_mark_place_idx", "place", unique=True),
        Index("compound_mark_point_idx", "point", postgresql_using="gist"),
        {"schema": "registry", "postgresql_with": _ROOM},
    )

    compound_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    place: Mapped[int] = mapped_column(BigInteger, Identity(minvalue=0, start=0))
    point: Mapped[WKBElement] = mapped_column(_flat("POINT"))
    name: Mapped[str]
    district_code: Mapped[str | None]
    street_code: Mapped[str | None]
    synthetic: Mapped[bool]
    effective_star: Mapped[int | None] = mapped_column(SmallInteger)
    rated_star: Mapped[int | None] = mapped_column(SmallInteger)


class CompoundBand(Base):
    """A compound's outline, generalised ones for zooms to 10, 12 and 14, and all of its mark.

    No corner of a generalised one lies further from the outline than half a pixel, 1024 to the
    tile, at its deepest zoom.
    """

    __tablename__ = "compound_band"
    __table_args__ = (
        Index("compound_band_geom_idx", "geom", postgresql_using="gist"),
        {"schema": "registry", "postgresql_with": _ROOM},
    )

    compound_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    geom: Mapped[WKBElement] = mapped_column(_flat("MULTIPOLYGON"))
    geom_14: Mapped[WKBElement] = mapped_column(_flat("MULTIPOLYGON"))
    geom_12: Mapped[WKBElement] = mapped_column(_flat("MULTIPOLYGON"))
    geom_10: Mapped[WKBElement] = mapped_column(_flat("MULTIPOLYGON"))
    point: Mapped[WKBElement] = mapped_column(_flat("POINT"))
    name: Mapped[str]
    district_code: Mapped[str | None]
    street_code: Mapped[str | None]
    synthetic: Mapped[bool]
    effective_star: Mapped[int | None] = mapped_column(SmallInteger)
    rated_star: Mapped[int | None] = mapped_column(SmallInteger)


class CompoundStar(Base):
    """The stars that everybody may know of a compound today."""

    __tablename__ = "compound_star"
    __table_args__ = {"schema": "registry"}  # noqa: RUF012

    compound_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    effective_star: Mapped[int | None] = mapped_column(SmallInteger)
    rated_star: Mapped[int | None] = mapped_column(SmallInteger)


class CompoundGeojson(Base):
    """A compound's ``bbox`` and ``geometry`` as members of a GeoJSON feature, seven digits."""

    __tablename__ = "compound_geojson"
    __table_args__ = {"schema": "registry"}  # noqa: RUF012

    compound_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    shape: Mapped[str]


class CompoundFeature(Base):
    """A compound's whole GeoJSON feature as everybody reads it today, in UTF-8.

    True unless the compound stands in ``compound_outdated``, and of use to whoever writes features
    in the same ``form``.
    """

    __tablename__ = "compound_feature"
    __table_args__ = {"schema": "registry"}  # noqa: RUF012

    compound_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    form: Mapped[int] = mapped_column(Integer)
    feature: Mapped[bytes]


COMPOUND_OUTDATED = Table(
    "compound_outdated",
    Base.metadata,
    Column("compound_id", BigInteger, nullable=False),
    Index("compound_outdated_compound_id_idx", "compound_id"),
    schema="registry",
)
"""Compounds whose feature is no longer what is kept; one as often as something of it changed."""

# Rows are only added and have no key: those of a cell add up.
COMPOUND_CELL = Table(
    "compound_cell",
    Base.metadata,
    Column("zoom", SmallInteger, nullable=False),
    Column("x", Integer, nullable=False),
    Column("y", Integer, nullable=False),
    Column("district_code", Text),
    Column("effective_star", SmallInteger),
    Column("compounds", Integer, nullable=False),
    Index(
        "compound_cell_zoom_x_y_idx",
        *("zoom", "x", "y"),
        postgresql_include=["district_code", "effective_star", "compounds"],
    ),
    schema="registry",
)
"""How many compounds of a star and district lie in a cell of a zoom, 128 × 128 to the tile."""
