"""Agencies (执法部门), what they answer for and where (管辖), and the list's duties."""

from geoalchemy2 import Geometry
from sqlalchemy import CheckConstraint, Column, ForeignKey, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import DATERANGE, ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from geo.models import codes
from geo.models.base import (
    Base,
    Fact,
    Imported,
    OfCompound,
    Shape,
    Valid,
    bounded_start,
    no_overlap,
    once_per_city,
    one_of,
    spatial,
)


class Agency(Fact, Imported, Base):
    """A body that accepts reports or enforces, of a city or of one district."""

    __tablename__ = "agency"
    __table_args__ = (
        one_of("kind", codes.AGENCY_KINDS),
        one_of("level", codes.LEVELS),
        CheckConstraint("(level = 'county') = (district_code IS NOT NULL)", name="level_district"),
        once_per_city("agency", "name"),
        {"schema": "oversight"},
    )

    kind: Mapped[str]
    level: Mapped[str]
    district_code: Mapped[str | None] = mapped_column(
        ForeignKey("registry.district.code"), index=True
    )
    name: Mapped[str]
    hotline: Mapped[str | None]


class Jurisdiction(Fact, Valid, Imported, Base):
    """An agency answers for a breach (one type, or a family) in an area, in one role (T13, T14).

    The area is a custom polygon, else a street, else a district, else the whole city.
    """

    __tablename__ = "jurisdiction"
    __table_args__ = (
        bounded_start(),
        one_of("role", codes.JURISDICTION_ROLES),
        one_of("level", codes.LEVELS),
        one_of("family", codes.VIOLATION_FAMILIES),
        CheckConstraint("num_nonnulls(type_code, family) = 1", name="breach"),
        CheckConstraint("num_nonnulls(district_code, street_code, geom) <= 1", name="area"),
        CheckConstraint("geom IS NULL OR ST_IsValid(geom)", name="geom"),
        ExcludeConstraint(
            (Column("agency_id"), "="),
            (Column("role"), "="),
            (text("COALESCE(type_code, family)"), "="),
            (text("COALESCE(street_code, district_code, city_code)"), "="),
            (Column("valid", DATERANGE), "&&"),
            name="jurisdiction_valid_excl",
            using="gist",
            where=text("superseded_at IS NULL AND geom IS NULL"),
        ),
        spatial("jurisdiction"),
        {"schema": "oversight"},
    )

    agency_id: Mapped[int] = mapped_column(ForeignKey("oversight.agency.id"), index=True)
    role: Mapped[str]
    level: Mapped[str]
    type_code: Mapped[str | None] = mapped_column(
        ForeignKey("oversight.violation_type.code"), index=True
    )
    family: Mapped[str | None]
    district_code: Mapped[str | None] = mapped_column(
        ForeignKey("registry.district.code"), index=True
    )
    street_code: Mapped[str | None] = mapped_column(ForeignKey("registry.street.code"), index=True)
    area_name: Mapped[str | None]
    geom: Mapped[Shape | None] = mapped_column(
        Geometry("MULTIPOLYGON", srid=4326, spatial_index=False)
    )
    hotline: Mapped[str | None]
    legal_basis: Mapped[str | None]


class CompoundJurisdiction(Fact, Valid, OfCompound, Base):
    """A jurisdiction drawn as a polygon reaches a compound, with its share of the area (0–1).

    Jurisdictions over a street, district or city follow from the compound's place.
    """

    __tablename__ = "compound_jurisdiction"
    __table_args__ = (
        bounded_start(),
        CheckConstraint("share > 0 AND share <= 1", name="share"),
        no_overlap("compound_jurisdiction", "compound_id", "jurisdiction_id"),
        {"schema": "oversight"},
    )

    jurisdiction_id: Mapped[int] = mapped_column(
        ForeignKey("oversight.jurisdiction.id"), index=True
    )
    share: Mapped[float]


class Duty(Fact, Base):
    """Who leads and who is responsible for a row of the list (牵头单位, 责任单位)."""

    __tablename__ = "duty"
    __table_args__ = (
        one_of("row", codes.ROWS),
        one_of("level", codes.LEVELS),
        one_of("role", codes.DUTY_ROLES),
        one_of("body", codes.DUTY_BODIES),
        UniqueConstraint("city_code", "row", "level", "role", "body"),
        {"schema": "oversight"},
    )

    row: Mapped[str]
    level: Mapped[str]
    role: Mapped[str]
    body: Mapped[str]
