"""The exit procedure (清退): what opens it, what ends it (T3, T5)."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from oversight.facts import ExitCase, Measure, Rating
from oversight.policy.model import Policy
from oversight.rules.service import Service
from oversight.rules.stars import SUBSTANDARD


class Exit(NamedTuple):
    """An open exit case: its ground, since when, on which results or rung it rests."""

    ground: str
    since: date
    ratings: tuple[Rating, ...] = ()
    case_id: int | None = None
    decided: bool = False


class Grounds(NamedTuple):
    """The grounds of a day, with what they rest on; empty where they do not hold."""

    substandard: tuple[Rating, ...]
    two_low_rounds: tuple[Rating, ...]
    third_rung: bool

    def first(self) -> tuple[str, tuple[Rating, ...]] | None:
        """The ground that is named first, where one holds."""
        if self.substandard:
            return "substandard", self.substandard
        if self.two_low_rounds:
            return "two_low_rounds", self.two_low_rounds
        return ("third_rung", ()) if self.third_rung else None


NONE = Grounds((), (), False)


def rated_grounds(
    newest: Rating | None,
    before: Rating | None,
    low: tuple[bool, bool],
    service: Service,
    policy: Policy,
) -> tuple[tuple[Rating, ...], tuple[Rating, ...]]:
    """The results that are substandard, and the two that are low one after the other.

    ``low`` tells whether the newest and the one before are low-star, as ``exit.low_basis`` has it.
    A result is its own company's, which may not be the one that serves now.
    """
    if newest is None or not _of(newest, service):
        return (), ()
    substandard = (newest,) if newest.star == SUBSTANDARD else ()
    if before is None or not all(low):
        return substandard, ()
    if policy.exit.same_company and not _of(before, service):
        return substandard, ()
    if policy.exit.skipped == "break" and newest.round_no != before.round_no + 1:
        return substandard, ()
    return substandard, (before, newest)


def arisen(now: Grounds, before: Grounds) -> Grounds:
    """Grounds that hold now and did not before, or rest on a newer result."""
    return Grounds(
        now.substandard if now.substandard != before.substandard else (),
        now.two_low_rounds if now.two_low_rounds != before.two_low_rounds else (),
        now.third_rung and not before.third_rung,
    )


class Follow:
    """Follows the exit case of a compound from day to day.

    A case opens with a ground that arises while a company serves, and lasts until the contract
    ends or it is withdrawn with a reason (``exit.autoclose``: until no ground holds). A withdrawn
    case opens again only on a new ground.
    """

    def __init__(
        self, cases: Sequence[ExitCase], measures: Sequence[Measure], policy: Policy
    ) -> None:
        """Keep what is recorded of exits."""
        self._cases = sorted(cases, key=lambda one: (one.opened_on, one.id))
        self._measures = sorted(
            (one for one in measures if one.kind == "exit"), key=lambda one: (one.due_on, one.id)
        )
        self._withdrawals = [
            (one.company_id, one.withdrawn_on)
            for group in (self._cases, self._measures)
            for one in group
            if one.withdrawn_on is not None
        ]
        self._policy = policy
        self._service: Service | None = None
        self._open: Exit | None = None
        self._before = NONE

    def on(self, day: date, service: Service | None, grounds: Grounds) -> Exit | None:
        """The open case of a day; days are given in order."""
        if service is None:
            self._service, self._open, self._before = None, None, NONE
            return None
        if service != self._service:
            self._service, self._open, self._before = service, None, NONE
        if self._withdrawn(day, service):
            self._open = None
        new = arisen(grounds, self._before).first()
        self._before = grounds
        holding = grounds.first()
        if self._policy.exit.autoclose and holding is None:
            self._open = None
        if self._open is None and new is not None:
            self._open = Exit(new[0], day, new[1])
        return self._with_record(day, service)

    def _withdrawn(self, day: date, service: Service) -> bool:
        """Whether a recorded case was withdrawn after the derived one opened."""
        if not self._withdrawals:
            return False
        since = self._open.since if self._open else service.start
        return any(
            since <= on <= day
            for company_id, on in self._withdrawals
            if company_id in {None, service.company_id}
        )

    def _with_record(self, day: date, service: Service) -> Exit | None:
        """The derived case with what is recorded of it; else a recorded one that is open."""
        found = self._open
        for one in self._cases:
            if one.company_id != service.company_id or one.opened_on > day:
                continue
            if _ended(one, day):
                continue
            decided = one.decided_on is not None and one.decided_on <= day
            if found is None:
                return Exit(one.ground, one.opened_on, (), one.id, decided)
            return found._replace(case_id=one.id, decided=decided)
        if found is None:
            return None
        for each in self._measures:
            if (
                each.company_id in {None, service.company_id}
                and each.due_on >= service.start
                and each.decided_on is not None
                and each.decided_on <= day
                and not (each.withdrawn_on is not None and each.withdrawn_on <= day)
            ):
                return found._replace(decided=True)
        return found


def _of(rating: Rating, service: Service) -> bool:
    """Whether a result was this company's: as it says itself, else by who served on its cut-off."""
    if rating.company_id is not None:
        return rating.company_id == service.company_id
    return service.start <= rating.cutoff_on


def _ended(case: ExitCase, day: date) -> bool:
    return any(one is not None and one <= day for one in (case.closed_on, case.withdrawn_on))
