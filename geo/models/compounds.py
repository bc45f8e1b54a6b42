"""Residential compounds: what the public may know, and where they were before."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, false, text
from sqlalchemy.orm import Mapped, mapped_column

from geo.models.base import (
    Base,
    Fact,
    Imported,
    OfCompound,
    Shape,
    Valid,
    bounded_start,
    multipolygon,
    no_overlap,
    once_per_city,
    point,
    spatial,
    valid_shape,
)


def shares() -> list[CheckConstraint]:
    """A share is part of the compound's area."""
    return [
        CheckConstraint(f"{name} > 0 AND {name} <= 1", name=name)
        for name in ("district_share", "street_share", "community_share")
    ]


class Compound(Fact, Imported, Base):
    """A residential compound (住宅小区) as it stands today; public columns only.

    ``area_m2`` (EPSG:6933) and ``label_point`` are derived from ``geom`` by :mod:`geo.derive`; the
    codes of district, street and community and their shares of the area by :mod:`geo.assign`,
    unless a person decided (``place_decided``). Outline and place hold from ``outline_since`` and
    ``place_since``; what held before stands in the histories. An ``approximate`` outline is a
    circle about a point, the only thing known of where the compound lies.
    """

    __tablename__ = "compound"
    __table_args__ = (
        once_per_city("compound", "code"),
        Index(
            "compound_source_ref_key",
            "source",
            "source_ref",
            unique=True,
            postgresql_where=text("superseded_at IS NULL AND source_ref IS NOT NULL"),
        ),
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("households >= 0", name="households"),
        CheckConstraint("floor_area_m2 >= 0", name="floor_area_m2"),
        CheckConstraint("year_built BETWEEN 1900 AND 2100", name="year_built"),
        *shares(),
        valid_shape(),
        spatial("compound"),
        spatial("compound", "label_point"),
        Index(
            "compound_name_trgm",
            "name",
            postgresql_using="gin",
            postgresql_ops={"name": "gin_trgm_ops"},
        ),
        Index("compound_district_code_id_idx", "district_code", "id"),
        Index("compound_street_code_id_idx", "street_code", "id"),
        {"schema": "registry"},
    )

    code: Mapped[str]
    name: Mapped[str]
    name_generated: Mapped[bool] = mapped_column(server_default=false())
    address: Mapped[str | None]
    households: Mapped[int | None]
    floor_area_m2: Mapped[float | None]
    year_built: Mapped[int | None]
    district_code: Mapped[str | None] = mapped_column(ForeignKey("registry.district.code"))
    street_code: Mapped[str | None] = mapped_column(ForeignKey("registry.street.code"))
    community_code: Mapped[str | None] = mapped_column(
        ForeignKey("registry.community.code"), index=True
    )
    geom: Mapped[Shape] = multipolygon()
    area_m2: Mapped[float | None]
    label_point: Mapped[Shape | None] = point()
    source: Mapped[str]
    source_ref: Mapped[str | None]
    approximate: Mapped[bool] = mapped_column(server_default=false(), sort_order=100)
    outline_since: Mapped[date] = mapped_column(server_default=text("'1900-01-01'"), sort_order=101)
    district_share: Mapped[float | None] = mapped_column(sort_order=102)
    street_share: Mapped[float | None] = mapped_column(sort_order=103)
    community_share: Mapped[float | None] = mapped_column(sort_order=104)
    place_decided: Mapped[bool] = mapped_column(server_default=false(), sort_order=105)
    place_since: Mapped[date] = mapped_column(server_default=text("'1900-01-01'"), sort_order=106)


class CompoundOutline(Fact, Valid, OfCompound, Imported, Base):
    """An outline the compound had, until another took its place."""

    __tablename__ = "compound_outline"
    __table_args__ = (
        bounded_start(),
        valid_shape(),
        no_overlap("compound_outline", "compound_id"),
        spatial("compound_outline"),
        {"schema": "registry"},
    )

    geom: Mapped[Shape] = multipolygon()
    source: Mapped[str]


class CompoundPlace(Fact, Valid, OfCompound, Imported, Base):
    """The district, street and community the compound lay in, until that changed."""

    __tablename__ = "compound_place"
    __table_args__ = (
        bounded_start(),
        *shares(),
        no_overlap("compound_place", "compound_id"),
        {"schema": "registry"},
    )

    district_code: Mapped[str | None] = mapped_column(
        ForeignKey("registry.district.code"), index=True
    )
    district_share: Mapped[float | None]
    street_code: Mapped[str | None] = mapped_column(ForeignKey("registry.street.code"), index=True)
    street_share: Mapped[float | None]
    community_code: Mapped[str | None] = mapped_column(
        ForeignKey("registry.community.code"), index=True
    )
    community_share: Mapped[float | None]
