"""What every table shares: names of constraints, record time, validity ranges, code lists."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Computed,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    MetaData,
    Text,
    false,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import DATERANGE, ExcludeConstraint, Range
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

SCHEMAS = ("registry", "oversight", "planning", "audit", "imports", "access")

NAMES = {
    "pk": "%(table_name)s_pkey",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
    "ck": "%(table_name)s_%(constraint_name)s_check",
    "fk": "%(table_name)s_%(column_0_name)s_fkey",
    "ix": "%(table_name)s_%(column_0_N_name)s_idx",
}


class Base(DeclarativeBase):
    """The one registry of tables; types follow the annotation."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {str: Text, datetime: DateTime(timezone=True)}  # noqa: RUF012


Key = Annotated[int, mapped_column(BigInteger, Identity(), primary_key=True, sort_order=-9)]


class Recorded:
    """Record time: what was believed when, and whether the row was made up for the sample city.

    Before a row changes, its version so far is set aside: a copy with ``superseded_at``, so that
    ``known_at`` can be asked. The row itself keeps its number (:mod:`geo.history`).
    """

    synthetic: Mapped[bool] = mapped_column(server_default=false(), sort_order=90)
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.now(), sort_order=91)
    superseded_at: Mapped[datetime | None] = mapped_column(sort_order=92)


class Fact(Recorded):
    """A dated statement about a city (GB/T 2260 code), with a number of its own."""

    id: Mapped[Key]
    city_code: Mapped[str] = mapped_column(
        ForeignKey("registry.city.code"), index=True, sort_order=-8
    )
    # The number of the fact of which this row is a version that was set aside; NULL for the fact.
    version_of: Mapped[int | None] = mapped_column(BigInteger, sort_order=110)


class Valid:
    """Valid time: the days on which the fact holds, ``[from, to)``; open-ended while it lasts."""

    valid: Mapped[Range[Any]] = mapped_column(DATERANGE, sort_order=-7)


class Imported:
    """The fact can come from an office's file; ``import_id`` is the number of ``imports.file``.

    A mark of origin without a foreign key: files are never deleted, and half a million rows at a
    time need not prove it.
    """

    import_id: Mapped[int | None] = mapped_column(BigInteger, sort_order=95)


class Numbered(Imported):
    """The fact bears the number its office gave it, by which a later file names it again."""

    code: Mapped[str | None] = mapped_column(sort_order=94)


class OfCompound:
    """The fact is about one compound."""

    compound_id: Mapped[int] = mapped_column(
        ForeignKey("registry.compound.id"), index=True, sort_order=-6
    )


class Placed:
    """The fact bears the code of the smallest area it lies in; who may see it depends on that.

    The street, else district, else city (GB/T 10114, GB/T 2260). Triggers write it, whatever is
    given, and move it when a compound comes to another street (``registry.placed``).
    """

    area_code: Mapped[str] = mapped_column(index=True, sort_order=99)


def within(code: str) -> Any:
    """``area_code`` of what names its district or street itself."""
    return mapped_column(Text, Computed(code, persisted=True), index=True, sort_order=99)


def multipolygon() -> Any:
    """MultiPolygon in EPSG:4326; CGCS2000 is taken as equal to it within a metre."""
    return mapped_column(Geometry("MULTIPOLYGON", srid=4326, spatial_index=False))


def point() -> Any:
    """Point in EPSG:4326."""
    return mapped_column(Geometry("POINT", srid=4326, spatial_index=False))


Shape = WKBElement


def one_of(column: str, codes: Iterable[str]) -> CheckConstraint:
    """The column holds one of the codes, or nothing where it may be null."""
    values = ", ".join(f"'{code}'" for code in codes)
    return CheckConstraint(f'"{column}" IN ({values})', name=column)


def digits(column: str, count: int) -> CheckConstraint:
    """The column is a code of so many digits, as GB/T 2260 and GB/T 10114 have it."""
    return CheckConstraint(f"{column} ~ '^[0-9]{{{count}}}$'", name=column)


def bounded_start() -> CheckConstraint:
    """A validity range is not empty and has a first day."""
    return CheckConstraint("NOT isempty(valid) AND NOT lower_inf(valid)", name="valid")


def no_overlap(
    table: str, *columns: str, where: str = "superseded_at IS NULL"
) -> ExcludeConstraint:
    """Two believed rows of the same columns never hold on the same day."""
    return ExcludeConstraint(
        *((Column(name), "=") for name in columns),
        (Column("valid", DATERANGE), "&&"),
        name=f"{table}_valid_excl",
        using="gist",
        where=text(where),
    )


def once_per_city(table: str, column: str) -> Index:
    """Among believed rows a city uses the value once."""
    return Index(
        f"{table}_city_code_{column}_key",
        "city_code",
        column,
        unique=True,
        postgresql_where=text(f"superseded_at IS NULL AND {column} IS NOT NULL"),
    )


def in_order(*dates: str) -> CheckConstraint:
    """The dates follow each other; a missing one does not matter (NULL passes a check)."""
    pairs = [
        f"{earlier} <= {later}"
        for index, earlier in enumerate(dates)
        for later in dates[index + 1 :]
    ]
    return CheckConstraint(" AND ".join(pairs), name=f"{dates[0]}_{dates[-1]}_order")


def valid_shape() -> CheckConstraint:
    """The geometry is valid in the OGC sense and not empty."""
    return CheckConstraint("ST_IsValid(geom) AND NOT ST_IsEmpty(geom)", name="geom")


def spatial(table: str, column: str = "geom") -> Index:
    """The GiST index that makes a bounding box cheap."""
    return Index(f"{table}_{column}_gist", column, postgresql_using="gist")


def labelled(table: str) -> Index:
    """The GiST index that finds label points by place, of what holds."""
    return Index(
        f"{table}_label_point_gist",
        "label_point",
        postgresql_using="gist",
        postgresql_where=text("superseded_at IS NULL"),
    )
