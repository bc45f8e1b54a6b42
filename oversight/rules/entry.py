"""May this company take this compound? (物业企业准入, T6)."""

from collections.abc import Sequence
from datetime import date
from typing import Literal, NamedTuple

from oversight.facts import CompanyFacts, ExitCase, Measure
from oversight.policy.model import Policy
from oversight.status import CompanyStatus, FactRef, Reason

LISTED = 8
"""At most so many facts stand in one ground."""


class Answer(NamedTuple):
    """``no`` and ``caution`` have grounds; ``yes`` has none."""

    verdict: Literal["yes", "caution", "no"]
    grounds: tuple[Reason, ...]


class OpenExit(NamedTuple):
    """A compound the company serves whose status of the day has an exit case, and since when."""

    compound_id: int
    since: date


def may_take(
    company: CompanyStatus,
    facts: CompanyFacts,
    compound_id: int,
    policy: Policy,
    day: date,
    exits: Sequence[OpenExit] = (),
) -> Answer:
    """Whether a company may take a compound from a day on.

    No: a restriction or blacklist binds (for a compound it serves already only where
    ``blacklist.effect`` is ``all``), or it was exited from this compound. Caution: an exit case is
    open anywhere, or a measure against it is due and undecided; under ``entry.rule = strict``
    these refuse too. ``exits`` are the cases that follow from the statuses of the compounds it
    serves; most of them nobody has recorded yet.
    """
    serves = any(
        one.compound_id == compound_id and one.start <= day and (one.end is None or day < one.end)
        for one in facts.projects
    )
    refusing: list[Reason] = []
    if company.restricted and not (serves and policy.blacklist.effect == "new"):
        refusing.append(_restricted(company))
    exited = _exited(facts, compound_id, day)
    if exited is not None:
        refusing.append(exited)
    warning = _warnings(company, facts, day, exits)
    if refusing or (warning and policy.entry.rule == "strict"):
        return Answer("no", (*refusing, *warning))
    return Answer("caution", tuple(warning)) if warning else Answer("yes", ())


def _restricted(company: CompanyStatus) -> Reason:
    kinds = [one for one in company.measures if one.binds and one.kind != "joint_punishment"]
    return Reason(
        "entry_restricted",
        "T3",
        tuple(
            FactRef("measure", one.measure_id, one.since)
            for one in kinds
            if one.measure_id is not None
        ),
        "blacklist.effect",
    )


def _exited(facts: CompanyFacts, compound_id: int, day: date) -> Reason | None:
    """It had to leave this compound: a case or measure was decided, or a contract ended so."""
    decided: list[tuple[str, ExitCase | Measure, date | None]] = [
        ("exit_case", one, one.decided_on or one.closed_on) for one in facts.exit_cases
    ]
    decided += [("measure", one, one.decided_on) for one in facts.measures if one.kind == "exit"]
    for kind, one, ended in decided:
        stands = one.withdrawn_on is None or day < one.withdrawn_on
        if one.compound_id == compound_id and stands and ended is not None and ended <= day:
            return Reason("entry_exited", "T6", (FactRef(kind, one.id, ended),))
    for each in facts.projects:
        left = each.compound_id == compound_id and each.end_reason == "exit"
        if left and each.end is not None and each.end <= day:
            return Reason("entry_exited", "T6", (FactRef("compound", compound_id, each.end),))
    return None


def _warnings(
    company: CompanyStatus, facts: CompanyFacts, day: date, exits: Sequence[OpenExit]
) -> list[Reason]:
    found = []
    recorded = {
        one.compound_id: FactRef("exit_case", one.id, one.opened_on)
        for one in facts.exit_cases
        if one.compound_id in company.exits_open and one.opened_on <= day
    }
    derived = {one.compound_id: FactRef("compound", one.compound_id, one.since) for one in exits}
    cases = tuple({**derived, **recorded}.values())
    if cases:
        found.append(Reason("entry_exit_open", "T6", cases[:LISTED], "entry.rule"))
    due = [one for one in company.measures if not one.binds and one.state == "due"]
    if due:
        kinds = ",".join(one.kind for one in due)
        counting = next((why.facts for why in company.reasons if why.code == "company_rung"), ())
        found.append(Reason("entry_measure_due", "T3", counting, "measures.binding", kinds))
    return found
