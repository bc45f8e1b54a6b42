"""Facts as they stood on a day: by their own dates, or by when they were entered."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import date
from operator import itemgetter
from typing import Any, NamedTuple

from oversight import facts as records
from oversight.facts import CompanyFacts, CompoundFacts, Order, Referral

_BEGINS = {
    "Contract": "start",
    "Rating": "published_on",
    "Violation": "found_on",
    "Order": "issued_on",
    "Referral": "sent_on",
    "Measure": "due_on",
    "ExitCase": "opened_on",
    "Committee": "start",
    "CommitteeStep": "taken_on",
    "Disclosure": "start",
    "Hazard": "found_on",
    "Complaint": "received_on",
    "Lead": "reported_on",
    "Inspection": "inspected_on",
    "Utility": "start",
    "GuardFiling": "start",
    "EmergencyPlan": "start",
    "Notice": "posted_on",
    "Plaque": "issued_on",
    "Project": "start",
}
"""The day from which a fact of a kind is a fact."""

_HAPPENS = {
    "confirmed_on",
    "appealed_on",
    "closed_on",
    "revoked_on",
    "done_on",
    "accepted_on",
    "withdrawn_on",
    "received_on",
    "answered_on",
    "decided_on",
    "cleared_on",
    "removed_on",
    "trained_on",
    "drilled_on",
}
"""What happens to a fact later; ends, terms and deadlines are planned and known beforehand."""


class _Days(NamedTuple):
    """Positions of a record's first day and of what happens later; takes out both and its end."""

    begins: int
    happens: tuple[int, ...]
    changes: Callable[[Any], tuple[date | None, ...]]


def _days_of(name: str, begins: str) -> _Days:
    names: tuple[str, ...] = getattr(records, name)._fields
    happens = tuple(
        position for position, name in enumerate(names) if name in _HAPPENS and name != begins
    )
    changes = {names.index(begins), *happens}
    if "end" in names:
        changes.add(names.index("end"))
    # The first stands twice, so that what is taken out is a tuple where there is but one.
    return _Days(names.index(begins), happens, itemgetter(names.index(begins), *sorted(changes)))


_DAYS: dict[type, _Days] = {
    getattr(records, name): _days_of(name, begins) for name, begins in _BEGINS.items()
}
_NAMES: dict[type, tuple[str, ...]] = {
    kind: tuple(
        one.name for one in fields(kind) if one.name not in {"id", "city_code", "companies"}
    )
    for kind in (CompoundFacts, CompanyFacts)
}


def until[Facts: (CompoundFacts, CompanyFacts)](
    facts: Facts, day: date, *, revoked_from_start: bool = False
) -> Facts:
    """The facts without what is dated after the day; planned ends and deadlines stay.

    With ``revoked_from_start`` (setting ``asof.revocation``) a later revocation is kept, since it
    then tells that the violation never was one.
    """
    kept: dict[str, Any] = {
        name: tuple(_undone(one, day, revoked_from_start) for one in group if one[begins] <= day)
        for name, group, begins in _groups(facts)
    }
    if isinstance(facts, CompoundFacts):
        kept["companies"] = {
            number: until(company, day, revoked_from_start=revoked_from_start)
            for number, company in facts.companies.items()
        }
    return replace(facts, **kept)


def known[Facts: (CompoundFacts, CompanyFacts)](facts: Facts, day: date) -> Facts:
    """The facts as they were believed at the end of the day, by when rows were entered."""
    kept: dict[str, Any] = {
        name: tuple(one for one in group if _believed(one, day))
        for name, group, _ in _groups(facts)
    }
    if isinstance(facts, CompoundFacts):
        kept["companies"] = {
            number: known(company, day) for number, company in facts.companies.items()
        }
    return replace(facts, **kept)


type Days = Mapping[str, set[date]]
"""By kind of fact the days on which one of them changes."""


def days(
    facts: CompoundFacts | CompanyFacts, *, after: date | None = None, entered: bool = False
) -> Days:
    """The days on which facts begin, end or something happens to them; deadlines are none.

    With ``after`` only later days; with ``entered`` also those on which rows were entered or
    replaced (setting ``asof.basis``). Those of ``companies`` are together.
    """
    found = {name: _days(group, after, entered) for name, group, _ in _groups(facts)}
    if isinstance(facts, CompoundFacts):
        found["companies"] = set()
        for company in facts.companies.values():
            found["companies"].update(*days(company, after=after, entered=entered).values())
    return found


def _days(group: Sequence[Any], after: date | None, entered: bool) -> set[date]:
    """The days on which facts of one kind change."""
    changes = _DAYS[type(group[0])].changes
    found: set[date | None] = set()
    for one in group:
        found.update(changes(one))
    if isinstance(group[0], Order | Referral):
        for one in group:
            found.update([granted.granted_on for granted in one.extensions])
            for again in one.reopenings:
                found.update((again.reopened_on, again.done_on, again.accepted_on))
    if entered:
        found.update(one.recorded_on for one in group)
        found.update(one.superseded_on for one in group)
    return {day for day in found if day is not None and (after is None or day > after)}


def first_day(facts: CompoundFacts | CompanyFacts) -> date | None:
    """The first day of the first fact."""
    return min((one[begins] for _, group, begins in _groups(facts) for one in group), default=None)


def _groups(facts: CompoundFacts | CompanyFacts) -> list[tuple[str, tuple[Any, ...], int]]:
    """The kinds of facts that are there, with the position of their first day."""
    return [
        (name, group, _DAYS[type(group[0])].begins)
        for name in _NAMES[type(facts)]
        if (group := getattr(facts, name))
    ]


def _undone(one: Any, day: date, revoked_from_start: bool) -> Any:
    """The record without what happened to it after the day."""
    kind = type(one)
    if kind is Order or kind is Referral:
        one = _not_yet_reopened(one, day)
    changed = {
        kind._fields[position]: None
        for position in _DAYS[kind].happens
        if one[position] is not None and one[position] > day
    }
    if revoked_from_start:
        changed.pop("revoked_on", None)
    if kind is records.Contract and one.end is not None and one.end > day:
        changed["end_reason"] = None
    return one._replace(**changed) if changed else one


def _not_yet_reopened(one: Any, day: date) -> Any:
    """An order or referral with just the extensions and reopenings of the day.

    What a later reopening took back had ended it until then.
    """
    if not one.extensions and not one.reopenings:
        return one
    later = sorted(
        (again for again in one.reopenings if again.reopened_on > day),
        key=lambda again: again.reopened_on,
    )
    changed: dict[str, Any] = {
        "extensions": tuple(granted for granted in one.extensions if granted.granted_on <= day),
        "reopenings": tuple(again for again in one.reopenings if again.reopened_on <= day),
    }
    if later and type(one) is Order:
        changed |= {"done_on": later[0].done_on, "accepted_on": later[0].accepted_on}
    elif later:
        changed["answered_on"] = later[0].done_on
    return one._replace(**changed)


def _believed(one: Any, day: date) -> bool:
    return (one.recorded_on is None or one.recorded_on <= day) and (
        one.superseded_on is None or day < one.superseded_on
    )
