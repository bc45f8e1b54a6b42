"""Rating rounds and their results (星级评定, T5)."""

from datetime import date

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    SmallInteger,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from geo.models import codes
from geo.models.base import (
    Base,
    Fact,
    Imported,
    OfCompound,
    Placed,
    Valid,
    bounded_start,
    in_order,
    no_overlap,
    once_per_city,
)


class RatingRound(Fact, Imported, Base):
    """One round of star rating in a city; ``includes_ladder`` if its results are reduced."""

    __tablename__ = "rating_round"
    __table_args__ = (
        once_per_city("rating_round", "code"),
        in_order("cutoff_on", "published_on"),
        {"schema": "oversight"},
    )

    code: Mapped[str]
    name: Mapped[str]
    cutoff_on: Mapped[date]
    published_on: Mapped[date | None]
    includes_ladder: Mapped[bool] = mapped_column(server_default=false())


class Rating(Fact, Valid, OfCompound, Imported, Placed, Base):
    """A compound's result in one round: 1–5 stars, 0 for substandard (不达标).

    ``valid`` runs from the day of publication to that of the compound's next result. The seven
    dimension scores are out of 100, in the order the list names them.
    """

    __tablename__ = "rating"
    __table_args__ = (
        bounded_start(),
        CheckConstraint("star BETWEEN 0 AND 5", name="star"),
        CheckConstraint("total_score BETWEEN 0 AND 100", name="total_score"),
        *(
            CheckConstraint(f'"{name}" BETWEEN 0 AND 100', name=name)
            for name in codes.RATING_DIMENSIONS
        ),
        no_overlap("rating", "compound_id"),
        Index(
            "rating_round_id_compound_id_key",
            "round_id",
            "compound_id",
            unique=True,
            postgresql_where=text("superseded_at IS NULL"),
        ),
        {"schema": "oversight"},
    )

    round_id: Mapped[int] = mapped_column(ForeignKey("oversight.rating_round.id"))
    company_id: Mapped[int | None] = mapped_column(ForeignKey("registry.company.id"), index=True)
    star: Mapped[int] = mapped_column(SmallInteger)
    total_score: Mapped[float | None]
    sanitation: Mapped[float | None]
    waste_sorting: Mapped[float | None]
    greening: Mapped[float | None]
    order: Mapped[float | None]
    facilities: Mapped[float | None]
    disclosure: Mapped[float | None]
    governance: Mapped[float | None]
