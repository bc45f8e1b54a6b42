"""What a comparison of events and seals finds, in words that name numbers."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Kind = Literal["changed", "missing", "inserted", "cut off", "edited", "not ours", "given up"]


@dataclass(frozen=True)
class Finding:
    """What was found: of which kind, in words, at which seals, about which events.

    ``given up`` is no fault: seals that a restore lost, and that a later seal owns to.
    """

    kind: Kind
    words: str
    seals: tuple[int, ...] = ()
    events: tuple[int, ...] = ()


@dataclass
class Report:
    """What agrees, and what was found; ``unsealed_since`` is None where all is sealed.

    ``keys_from`` are the numbers of the first seals of later keys.
    """

    findings: list[Finding] = field(default_factory=list)
    seals: int = 0
    events: int = 0
    unsealed: int = 0
    keys_from: tuple[int, ...] = ()
    unsealed_since: datetime | None = None

    @property
    def whole(self) -> bool:
        """Whether nothing is changed, missing, inserted or cut off."""
        return all(one.kind == "given up" for one in self.findings)

    def unreadable(self, line: int) -> None:
        """Add that a line of the file is not one of a seal."""
        self.findings.append(Finding("edited", f"line {line} of the file is not that of a seal"))

    def of_seals(self, kind: Kind, words: str, seals: Iterable[int]) -> None:
        """Add what was found at these seals, if there are any; their numbers end the sentence."""
        if numbers := tuple(sorted(set(seals))):
            self.findings.append(Finding(kind, f"{words}: seal {spans(numbers)}", numbers))

    def of_events(self, kind: Kind, words: str, events: Iterable[int], *seals: int) -> None:
        """Add what was found about these events, if there are any."""
        if numbers := tuple(sorted(set(events))):
            self.findings.append(Finding(kind, f"{words}: event {spans(numbers)}", seals, numbers))


def spans(numbers: Iterable[int]) -> str:
    """Ascending numbers, those in a row as one span: ``1–3, 7``."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(f"{first}–{last}" if first < last else f"{first}" for first, last in runs)
