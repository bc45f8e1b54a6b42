"""Why a row did not become a fact: codes of reasons, with their sentences in two languages."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Verdict = Literal["rejected", "review"]


@dataclass(frozen=True)
class Reason:
    """What is wrong and the way out; the sentences take the problem's ``given`` by name.

    Every sentence may also use ``{value}`` and ``{title}`` (the field's title in that language).
    ``review`` reasons wait for a person's decision; the others reject the row.
    """

    zh: str
    en: str
    verdict: Verdict = "rejected"


@dataclass(frozen=True)
class Problem:
    """One reason why one row is held. ``row`` is its key (:func:`geo.imports.table.row_key`)."""

    row: int
    code: str
    field: str | None = None
    value: str | None = None
    given: Mapping[str, Any] = dataclasses.field(default_factory=dict)


REASONS: dict[str, Reason] = {}
"""By code. Each module of the import adds those it gives, through :func:`reasons`."""


def reasons(**new: Reason) -> None:
    """Make reasons known; a code has one meaning."""
    twice = REASONS.keys() & new.keys()
    assert not twice, f"the reasons {sorted(twice)} are declared twice"  # noqa: S101 - a fault of the program
    REASONS.update(new)
