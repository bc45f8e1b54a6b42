"""Facts as they stood on a day."""

from datetime import date

from oversight import known
from oversight.facts import (
    CompoundFacts,
    Contract,
    Extension,
    Order,
    Reopening,
    Violation,
)


def violation(**given: object) -> Violation:
    fields: dict[str, object] = dict.fromkeys(Violation._fields)
    fields |= {"id": 1, "compound_id": 1, "type_code": "P1", "offender_kind": "company"}
    fields |= {"severity": "general", "found_on": date(2024, 3, 1)}
    return Violation(**(fields | given))  # type: ignore[arg-type]


def order(**given: object) -> Order:
    fields: dict[str, object] = dict.fromkeys(Order._fields)
    fields |= {"id": 1, "issued_on": date(2024, 3, 1), "due_on": date(2024, 4, 1)}
    fields |= {"extensions": (), "reopenings": ()}
    return Order(**(fields | given))  # type: ignore[arg-type]


def facts(**groups: object) -> CompoundFacts:
    return CompoundFacts(id=1, city_code="640100", **groups)  # type: ignore[arg-type]


def test_what_is_found_later_is_not_there_yet() -> None:
    found = facts(violations=(violation(), violation(id=2, found_on=date(2024, 5, 1))))
    assert [one.id for one in known.until(found, date(2024, 4, 30)).violations] == [1]
    assert len(known.until(found, date(2024, 5, 1)).violations) == 2


def test_what_happens_later_has_not_happened_yet() -> None:
    found = facts(
        violations=(violation(confirmed_on=date(2024, 3, 2), revoked_on=date(2024, 6, 1)),)
    )
    (before,) = known.until(found, date(2024, 5, 31)).violations
    assert before.confirmed_on == date(2024, 3, 2)
    assert before.revoked_on is None
    (after,) = known.until(found, date(2024, 6, 1)).violations
    assert after.revoked_on == date(2024, 6, 1)


def test_a_violation_revoked_from_the_start_is_known_to_be_on_every_day() -> None:
    found = facts(violations=(violation(revoked_on=date(2024, 6, 1)),))
    (before,) = known.until(found, date(2024, 5, 1), revoked_from_start=True).violations
    assert before.revoked_on == date(2024, 6, 1)


def test_a_planned_end_is_known_but_not_why_it_will_end() -> None:
    contract = Contract(1, 7, "ordinary", True, True, "exit", date(2024, 1, 1), date(2025, 1, 1))
    found = facts(contracts=(contract,))
    (before,) = known.until(found, date(2024, 6, 1)).contracts
    assert (before.end, before.end_reason) == (date(2025, 1, 1), None)
    (after,) = known.until(found, date(2025, 1, 1)).contracts
    assert after.end_reason == "exit"


def test_until_it_is_taken_up_again_an_order_is_as_done_as_it_was() -> None:
    again = Reopening(date(2024, 5, 1), date(2024, 6, 1), date(2024, 3, 20), date(2024, 3, 25))
    found = facts(orders=(order(reopenings=(again,), done_on=date(2024, 5, 20)),))
    (early,) = known.until(found, date(2024, 3, 22)).orders
    assert (early.done_on, early.accepted_on, early.reopenings) == (date(2024, 3, 20), None, ())
    (accepted,) = known.until(found, date(2024, 4, 30)).orders
    assert accepted.accepted_on == date(2024, 3, 25)
    (reopened,) = known.until(found, date(2024, 5, 1)).orders
    assert (reopened.done_on, reopened.reopenings) == (None, (again,))


def test_an_extension_counts_from_the_day_it_is_granted() -> None:
    found = facts(orders=(order(extensions=(Extension(date(2024, 3, 20), date(2024, 5, 1)),)),))
    assert known.until(found, date(2024, 3, 19)).orders[0].extensions == ()
    assert len(known.until(found, date(2024, 3, 20)).orders[0].extensions) == 1


def test_by_entry_a_row_is_known_from_the_day_it_was_entered_until_it_was_replaced() -> None:
    first = violation(recorded_on=date(2024, 4, 1), superseded_on=date(2024, 5, 1))
    then = violation(type_code="P2", recorded_on=date(2024, 5, 1))
    found = facts(violations=(first, then))
    kinds = {
        day: [one.type_code for one in known.known(found, day).violations]
        for day in (date(2024, 3, 31), date(2024, 4, 1), date(2024, 4, 30), date(2024, 5, 1))
    }
    assert list(kinds.values()) == [[], ["P1"], ["P1"], ["P2"]]


def test_events_are_the_days_on_which_facts_change_and_not_deadlines_or_entries() -> None:
    again = Reopening(date(2024, 5, 1), date(2024, 6, 1), date(2024, 3, 20), None)
    found = facts(
        violations=(violation(confirmed_on=date(2024, 3, 5), recorded_on=date(2024, 9, 1)),),
        orders=(order(reopenings=(again,)),),
    )
    days = known.days(found)
    assert set().union(*days.values()) == {
        date(2024, 3, 1),
        date(2024, 3, 5),
        date(2024, 3, 20),
        date(2024, 5, 1),
    }
    assert date(2024, 9, 1) in known.days(found, entered=True)["violations"]
    later = known.days(found, after=date(2024, 3, 5))
    assert later["violations"] == set()
    assert later["orders"] == {date(2024, 3, 20), date(2024, 5, 1)}
    assert known.first_day(found) == date(2024, 3, 1)
