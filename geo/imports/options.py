"""What the caller of an import may ask for."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Literal, Self

COMPLAINT_DAYS = 15
"""Days to answer a complaint whose office names none, where no policy is at hand; an assumption."""


@dataclass(frozen=True)
class Options:
    """How to read a file and what to do with its rows.

    ``city`` is the code of the city whose office sent the file; without it the only loaded city.
    ``city_name`` makes it where it is new, which only files about ``elsewhere`` may.
    ``datum`` is one of :data:`geo.crs.DATUMS`, ``EPSG:n`` or ``guess``; None where the file says it
    itself or has no coordinates. ``mapping`` names the field of a heading (``{"列": "field"}``).
    ``on`` is the day from which what changed holds (today if not given). ``correct`` lets a file
    replace what is recorded. ``max_errors`` rejected rows are borne; with more nothing is written.
    ``outside`` says what becomes of compounds outside every district: they are held for review, or
    go under the catch-all city. ``source`` marks compounds (``office``, ``osm``).
    """

    city: str | None = None
    city_name: str | None = None
    datum: str | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)
    on: date | None = None
    correct: bool = False
    dry_run: bool = False
    max_errors: int | None = None
    sheet: str | None = None
    encoding: str | None = None
    outside: Literal["review", "elsewhere"] = "review"
    source: str = "office"

    def as_json(self) -> dict[str, Any]:
        """The options as plain JSON values, without those that were not given."""
        plain = asdict(self) | {"mapping": dict(self.mapping)}
        plain["on"] = self.on.isoformat() if self.on else None
        return {
            key: value
            for key, value in plain.items()
            if value is not None and value is not False and value != {}
        }

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Self:
        """The options that :meth:`as_json` gave."""
        on = plain.get("on")
        return cls(**{**plain, "on": date.fromisoformat(on) if on else None})
