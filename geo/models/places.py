"""Administrative places: city, district, street, community, grid cell, and their outlines."""

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import CheckConstraint, Computed, ForeignKey, SmallInteger, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from geo.models import codes
from geo.models.base import (
    Base,
    Fact,
    Imported,
    Key,
    Recorded,
    Shape,
    Valid,
    bounded_start,
    digits,
    labelled,
    multipolygon,
    no_overlap,
    one_of,
    point,
    spatial,
    valid_shape,
)


class City(Base):
    """A prefecture-level city (地级市), by its GB/T 2260 code."""

    __tablename__ = "city"
    __table_args__ = (digits("code", 6), {"schema": "registry"})

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    name_en: Mapped[str | None]


class District(Base):
    """A county-level unit (县、市、区)."""

    __tablename__ = "district"
    __table_args__ = (digits("code", 6), {"schema": "registry"})

    code: Mapped[str] = mapped_column(primary_key=True)
    city_code: Mapped[str] = mapped_column(ForeignKey("registry.city.code"), index=True)
    name: Mapped[str]
    name_en: Mapped[str | None]


class Street(Base):
    """A township-level unit (街道、镇、乡) of a district."""

    __tablename__ = "street"
    __table_args__ = (digits("code", 9), one_of("kind", codes.STREET_KINDS), {"schema": "registry"})

    code: Mapped[str] = mapped_column(primary_key=True)
    district_code: Mapped[str] = mapped_column(ForeignKey("registry.district.code"), index=True)
    city_code: Mapped[str] = mapped_column(ForeignKey("registry.city.code"), index=True)
    name: Mapped[str]
    kind: Mapped[str]


class Community(Base):
    """A neighbourhood (社区) or village (村) of a street."""

    __tablename__ = "community"
    __table_args__ = (
        digits("code", 12),
        one_of("kind", codes.COMMUNITY_KINDS),
        {"schema": "registry"},
    )

    code: Mapped[str] = mapped_column(primary_key=True)
    street_code: Mapped[str] = mapped_column(ForeignKey("registry.street.code"), index=True)
    city_code: Mapped[str] = mapped_column(ForeignKey("registry.city.code"), index=True)
    name: Mapped[str]
    kind: Mapped[str]


class Outline(Fact, Valid, Imported):
    """Where a unit lies, over a span of days; area by EPSG:6933, label point inside the shape."""

    geom: Mapped[Shape] = multipolygon()
    area_m2: Mapped[float]
    label_point: Mapped[Shape] = point()
    source: Mapped[str]
    source_version: Mapped[str | None]


class DistrictBoundary(Outline, Base):
    """The outline of a district."""

    __tablename__ = "district_boundary"
    __table_args__ = (
        bounded_start(),
        valid_shape(),
        no_overlap("district_boundary", "district_code"),
        spatial("district_boundary"),
        labelled("district_boundary"),
        {"schema": "registry"},
    )

    district_code: Mapped[str] = mapped_column(ForeignKey("registry.district.code"), index=True)


class StreetBoundary(Outline, Base):
    """The outline of a street."""

    __tablename__ = "street_boundary"
    __table_args__ = (
        bounded_start(),
        valid_shape(),
        no_overlap("street_boundary", "street_code"),
        spatial("street_boundary"),
        labelled("street_boundary"),
        {"schema": "registry"},
    )

    street_code: Mapped[str] = mapped_column(ForeignKey("registry.street.code"), index=True)


class CommunityBoundary(Outline, Base):
    """The outline of a community."""

    __tablename__ = "community_boundary"
    __table_args__ = (
        bounded_start(),
        valid_shape(),
        no_overlap("community_boundary", "community_code"),
        spatial("community_boundary"),
        labelled("community_boundary"),
        {"schema": "registry"},
    )

    community_code: Mapped[str] = mapped_column(ForeignKey("registry.community.code"), index=True)


class Generalised:
    """A copy for low zooms, used up to and including ``max_zoom``; ``flat`` in web mercator."""

    id: Mapped[Key]
    max_zoom: Mapped[int] = mapped_column(SmallInteger)
    geom: Mapped[Shape] = multipolygon()
    flat: Mapped[WKBElement | None] = mapped_column(
        Geometry("MULTIPOLYGON", srid=3857, spatial_index=False),
        Computed("ST_ForcePolygonCW(ST_Transform(geom, 3857))", persisted=True),
        sort_order=2,
    )


class DistrictGeneralised(Generalised, Base):
    """A district's outline with fewer corners; neighbours keep their common line.

    ``line`` are its borders but for those that a neighbour of a lower code has.
    """

    __tablename__ = "district_generalised"
    __table_args__ = (
        UniqueConstraint("boundary_id", "max_zoom"),
        CheckConstraint("max_zoom BETWEEN 0 AND 22", name="max_zoom"),
        valid_shape(),
        spatial("district_generalised"),
        {"schema": "registry"},
    )

    boundary_id: Mapped[int] = mapped_column(
        ForeignKey("registry.district_boundary.id", ondelete="CASCADE")
    )
    line: Mapped[WKBElement | None] = mapped_column(
        Geometry("MULTILINESTRING", srid=4326, spatial_index=False), sort_order=1
    )
    flat_line: Mapped[WKBElement | None] = mapped_column(
        Geometry("MULTILINESTRING", srid=3857, spatial_index=False),
        Computed("ST_Transform(line, 3857)", persisted=True),
        sort_order=3,
    )


class StreetGeneralised(Generalised, Base):
    """A street's outline with fewer corners; neighbours keep their common line."""

    __tablename__ = "street_generalised"
    __table_args__ = (
        UniqueConstraint("boundary_id", "max_zoom"),
        CheckConstraint("max_zoom BETWEEN 0 AND 22", name="max_zoom"),
        valid_shape(),
        spatial("street_generalised"),
        {"schema": "registry"},
    )

    boundary_id: Mapped[int] = mapped_column(
        ForeignKey("registry.street_boundary.id", ondelete="CASCADE")
    )


class GridCell(Recorded, Base):
    """A grid cell (网格) of a community, the smallest unit of street government (T15)."""

    __tablename__ = "grid_cell"
    __table_args__ = (valid_shape(), spatial("grid_cell"), {"schema": "registry"})

    code: Mapped[str] = mapped_column(primary_key=True)
    community_code: Mapped[str] = mapped_column(ForeignKey("registry.community.code"), index=True)
    city_code: Mapped[str] = mapped_column(ForeignKey("registry.city.code"), index=True)
    name: Mapped[str]
    geom: Mapped[Shape] = multipolygon()


class PlacedBy(Base):
    """Which tables of facts take their ``area_code`` from which other, by which column."""

    __tablename__ = "placed"
    __table_args__ = {"schema": "registry"}  # noqa: RUF012

    table_name: Mapped[str] = mapped_column(primary_key=True)
    by_table: Mapped[str]
    by_column: Mapped[str]
