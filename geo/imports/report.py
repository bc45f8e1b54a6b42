"""What an import did: the figures its user reads, and keeps."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from time import perf_counter
from typing import Any


@dataclass
class Report:
    """Every row read is one of: new, updated, unchanged, repeated, skipped, review, rejected.

    ``repeated`` rows say again what another row of the file says; ``skipped`` ones are worked
    examples of a template and rows a person discarded. ``reasons``, ``repairs`` and ``noted`` count
    by code; ``examples`` are the first held rows in words. ``left_out`` says which sheets were not
    read and why. ``state`` is done, refused (too many errors) or dry_run. ``made_up``: the database
    is a demonstration, and what the file brings is marked as made up for good. Seconds are by step.
    """

    kind: str
    file: str
    import_id: int | None = None
    state: str = "done"
    made_up: bool = False
    format: str = ""
    datum: str | None = None
    evidence: list[str] = field(default_factory=list)
    read: int = 0
    new: int = 0
    updated: int = 0
    unchanged: int = 0
    repeated: int = 0
    skipped: int = 0
    review: int = 0
    rejected: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    repairs: Counter[str] = field(default_factory=Counter)
    noted: Counter[str] = field(default_factory=Counter)
    unused: list[str] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)
    examples: list[dict[str, Any]] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def timed(self, step: str) -> Iterator[None]:
        """Add the time of a block to a step."""
        began = perf_counter()
        try:
            yield
        finally:
            self.seconds[step] = self.seconds.get(step, 0.0) + perf_counter() - began

    def as_json(self) -> dict[str, Any]:
        """Plain values, seconds to the millisecond."""
        plain = {one.name: getattr(self, one.name) for one in fields(self)}
        plain["seconds"] = {step: round(spent, 3) for step, spent in self.seconds.items()}
        return plain
