"""May this company take this compound? (物业企业准入, T6)."""

from datetime import date
from typing import Literal, NamedTuple

from oversight.facts import CompanyFacts
from oversight.policy.model import Policy
from oversight.status import CompanyStatus, FactRef, Reason


class Answer(NamedTuple):
    """``no`` and ``caution`` have grounds; ``yes`` has none."""

    verdict: Literal["yes", "caution", "no"]
    grounds: tuple[Reason, ...]


def may_take(
    company: CompanyStatus, facts: CompanyFacts, compound_id: int, policy: Policy, day: date
) -> Answer:
    """Whether a company may take a compound from a day on.

    No: a restriction or blacklist binds (for a compound it serves already only where
    ``blacklist.effect`` is ``all``), or it was exited from this compound. Caution: an exit case is
    open anywhere, or a measure against it is due and undecided; under ``entry.rule = strict``
    these refuse too.
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
    warning = list(_warnings(company, facts, day))
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
    """It had to leave this compound before: a decided case, or a contract ended by exit."""
    for case in facts.exit_cases:
        withdrawn = case.withdrawn_on is not None and case.withdrawn_on <= day
        if case.compound_id == compound_id and not withdrawn:
            ended = case.decided_on or case.closed_on
            if ended is not None and ended <= day:
                return Reason("entry_exited", "T6", (FactRef("exit_case", case.id, ended),))
    for one in facts.projects:
        ended = one.end if one.end_reason == "exit" and one.compound_id == compound_id else None
        if ended is not None and ended <= day:
            return Reason("entry_exited", "T6", (FactRef("compound", compound_id, ended),))
    return None


def _warnings(company: CompanyStatus, facts: CompanyFacts, day: date) -> list[Reason]:
    found = []
    if company.exits_open:
        cases = tuple(
            FactRef("exit_case", one.id, one.opened_on)
            for one in facts.exit_cases
            if one.compound_id in company.exits_open and one.opened_on <= day
        )
        found.append(Reason("entry_exit_open", "T6", cases[:8], "entry.rule"))
    due = [one for one in company.measures if not one.binds and one.state == "due"]
    if due:
        found.append(
            Reason(
                "entry_measure_due", "T3", (), "measures.binding", ",".join(one.kind for one in due)
            )
        )
    return found
