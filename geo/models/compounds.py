"""Residential compounds: what the public may know, and the history of outline and place."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from geo.models.base import (
    Base,
    Fact,
    OfCompound,
    Shape,
    Valid,
    bounded_start,
    multipolygon,
    no_overlap,
    point,
    spatial,
    valid_shape,
)


class Compound(Fact, Base):
    """A residential compound (住宅小区) as it stands today; public columns only.

    ``area_m2`` (EPSG:6933), ``label_point``, ``district_code`` and ``street_code`` are derived from
    ``geom`` by :mod:`geo.derive` and :mod:`geo.assign`.
    """

    __tablename__ = "compound"
    __table_args__ = (
        UniqueConstraint("city_code", "code"),
        Index(
            "compound_source_ref_key",
            "source",
            "source_ref",
            unique=True,
            postgresql_where=text("source_ref IS NOT NULL"),
        ),
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("households >= 0", name="households"),
        CheckConstraint("floor_area_m2 >= 0", name="floor_area_m2"),
        CheckConstraint("year_built BETWEEN 1900 AND 2100", name="year_built"),
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


class CompoundOutline(Fact, Valid, OfCompound, Base):
    """An outline the compound has or had."""

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


class CompoundPlace(Fact, Valid, OfCompound, Base):
    """The district, street and community the compound lies in, by largest share of its area."""

    __tablename__ = "compound_place"
    __table_args__ = (
        bounded_start(),
        CheckConstraint("district_share > 0 AND district_share <= 1", name="district_share"),
        CheckConstraint("street_share > 0 AND street_share <= 1", name="street_share"),
        CheckConstraint("community_share > 0 AND community_share <= 1", name="community_share"),
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
