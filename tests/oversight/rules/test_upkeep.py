"""The other half of a status: its reasons, and the same answer however it is asked for."""

from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from oversight import known
from oversight.facts import CompoundFacts, Extension, Reopening
from oversight.rules.standing import prepare, standing
from oversight.rules.upkeep import LISTED, prepare_upkeep, upkeep
from oversight.status import Reason, Upkeep
from oversight.words import sentence
from tests.oversight.making import compound_facts, contract, day, fact, policy, violation

FIRST = date(2024, 1, 1)
DAYS = st.integers(0, 400).map(lambda days: FIRST + timedelta(days))


def found(on: str | date, *facts: Any, **settings: Any) -> Upkeep:
    """What holds on a day."""
    return afresh(compound_facts(*facts), on if isinstance(on, date) else day(on), **settings)


def afresh(facts: CompoundFacts, on: date, **settings: Any) -> Upkeep:
    rules = policy(**settings)
    first, _ = standing(prepare(facts, rules), on)
    return upkeep(prepare_upkeep(facts, rules), on, first)[0]


def reason(status: Upkeep, code: str) -> Reason:
    (one,) = [one for one in status.reasons if one.code == code]
    return one


def test_t7_the_six_disclosures_are_told_in_the_order_of_the_list() -> None:
    shown = fact("disclosure", kind="method", start="2024-01-01")
    hidden = fact("disclosure", kind="fees", disclosed=False, start="2024-02-01", end="2024-03-01")
    assert found("2024-02-29", hidden, shown).disclosures == (
        ("contract", None),
        ("content", None),
        ("telephone", None),
        ("method", True),
        ("fees", False),
        ("revenue", None),
    )
    assert dict(found("2024-03-01", hidden, shown).disclosures)["fees"] is None


def test_what_waits_is_told_with_its_row_and_days() -> None:
    status = found(
        "2024-03-20",
        violation(1, "P1", "2024-03-01"),
        fact("order", id=2, issued_on="2024-03-01", due_on="2024-03-10"),
        fact("hazard", id=3, found_on="2024-03-01", due_on="2024-03-04"),
        fact("complaint", id=4, received_on="2024-03-18", due_on="2024-04-02"),
        fact("lead", id=5, reported_on="2024-03-19"),
    )
    told = {
        code: (reason(status, code).row, [(one.id, one.on) for one in reason(status, code).facts])
        for code in (
            "referral_due",
            "orders_overdue",
            "hazards_overdue",
            "complaints_open",
            "leads_open",
        )
    }
    assert told == {
        "referral_due": ("T3", [(1, day("2024-03-01"))]),
        "orders_overdue": ("T3", [(2, day("2024-03-10"))]),
        "hazards_overdue": ("T10", [(3, day("2024-03-04"))]),
        "complaints_open": ("T8", [(4, day("2024-03-18"))]),
        "leads_open": ("T13", [(5, day("2024-03-19"))]),
    }


def test_a_reading_that_chose_is_named() -> None:
    over = fact("committee", start="2020-01-01", term_end="2024-01-01")
    assert reason(found("2024-02-01", over), "self_government").setting == "selfgov.expired"
    misused = violation(1, "T11.revenue_misused", "2024-01-01", offender_kind="committee")
    step = reason(found("2024-02-01", misused), "committee_step_due")
    assert (step.row, step.detail, step.setting) == ("T11", "revoked", "committee.negative_list")


def test_a_reason_lists_no_more_facts_than_can_be_read() -> None:
    many = [
        fact("complaint", id=number, received_on="2024-03-01", due_on="2024-03-16")
        for number in range(20)
    ]
    status = found("2024-03-02", *many)
    assert len(status.complaints_open) == 20
    assert len(reason(status, "complaints_open").facts) == LISTED


def test_a_check_of_fees_found_undisclosed_twice_follows_the_later_finding() -> None:
    facts = compound_facts(
        contract("2023-01-01"),
        fact("disclosure", id=1, disclosed=False, start="2024-01-01", end="2024-06-01"),
        fact("disclosure", id=2, disclosed=False, start="2024-06-01"),
        [
            fact("inspection", inspected_on="2024-05-20", reason=why)
            for why in ("routine", "fee_check", "safety_check", "joint_presence")
        ],
    )
    case = prepare_upkeep(facts, policy())
    first, _ = standing(prepare(facts, policy()), day("2024-05-31"))
    before, after = (upkeep(case, day(on), first)[0] for on in ("2024-05-31", "2024-06-01"))
    assert before.next_inspection_for == "nine_prohibitions"
    assert (after.next_inspection_for, after.next_inspection_on) == ("fee_check", day("2024-06-16"))


@st.composite
def waiting(draw: st.DrawFn) -> list[Any]:
    """Facts of every kind that a status waits for, at any stage, some of them ended or renewed."""

    def later(start: date, most: int = 90) -> date | None:
        days = draw(st.none() | st.integers(0, most))
        return None if days is None else start + timedelta(days)

    def lasting(kind: str, /, **given: Any) -> list[Any]:
        start, middle, end = sorted(draw(st.tuples(DAYS, DAYS, DAYS)))
        first = fact(kind, id=1, start=start, end=middle, **given)
        again = fact(kind, id=2, start=middle, end=draw(st.sampled_from((end, None))), **given)
        return [one for one in (first, again) if one.end is None or one.start < one.end]

    issued, found_on, sent = draw(DAYS), draw(DAYS), draw(DAYS)
    due_on, done_on = issued + timedelta(20), later(issued, 40)
    reopened = [] if done_on is None else [later(done_on)]
    again = [Reopening(on, on + timedelta(15), done_on, None) for on in reopened if on]
    granted = later(issued, 30)
    return [
        fact(
            "order",
            issued_on=issued,
            due_on=due_on,
            done_on=later(again[0].reopened_on) if again else done_on,
            extensions=(Extension(granted, granted + timedelta(30)),) if granted else (),
            reopenings=tuple(again),
        ),
        violation(
            1,
            draw(st.sampled_from(("P1", "P3", "T11.revenue_misused"))),
            found_on.isoformat(),
            offender_kind=draw(st.sampled_from(("company", "committee", "member"))),
            revoked_on=later(found_on),
            closed_on=later(found_on),
        ),
        fact("referral", sent_on=sent, due_on=later(sent), answered_on=later(sent)),
        fact("committee_step", violation_id=1, taken_on=sent, member_id=1),
        fact("hazard", found_on=found_on, due_on=found_on, cleared_on=later(found_on)),
        fact("complaint", received_on=sent, due_on=sent, closed_on=later(sent)),
        fact("lead", reported_on=issued, decided_on=later(issued)),
        fact("notice", posted_on=sent, removed_on=later(sent)),
        fact("inspection", id=1, inspected_on=draw(DAYS), reason="fee_check"),
        fact("inspection", id=2, inspected_on=draw(DAYS), reason="routine", agency_kind="fire"),
        *lasting("contract"),
        *lasting("disclosure", kind="fees", disclosed=draw(st.booleans())),
        *lasting("guard_filing"),
        *lasting("emergency_plan"),
        *lasting("utility", serves_end_user=False),
        *lasting("committee", term_end=draw(DAYS)),
        *lasting("committee", kind="pmc", term_end=draw(DAYS)),
    ]


@given(waiting(), DAYS)
@settings(max_examples=150, deadline=None)
def test_nothing_depends_on_what_is_dated_later(facts: list[Any], on: date) -> None:
    whole = compound_facts(*facts)
    assert afresh(whole, on) == afresh(known.until(whole, on), on)


@given(waiting(), st.lists(DAYS, min_size=1, max_size=12))
@settings(max_examples=150, deadline=None)
def test_a_case_asked_for_many_days_says_of_each_what_a_fresh_one_says(
    facts: list[Any], days: list[date]
) -> None:
    whole = compound_facts(*facts)
    first, second = prepare(whole, policy()), prepare_upkeep(whole, policy())
    for on in [*days, *sorted(days)]:
        assert upkeep(second, on, standing(first, on)[0])[0] == afresh(whole, on)


@given(waiting(), DAYS, st.integers(1, 400))
@settings(max_examples=150, deadline=None)
def test_an_answer_holds_until_the_day_it_names(facts: list[Any], on: date, many: int) -> None:
    cut = known.until(compound_facts(*facts), on)
    first, first_until = standing(prepare(cut, policy()), on)
    status, until = upkeep(prepare_upkeep(cut, policy()), on, first)
    ahead = [one for one in (first_until, until) if one is not None]
    later = on + timedelta(many)
    if not ahead or later < min(ahead):
        assert afresh(cut, later) == status


@given(waiting(), DAYS)
@settings(max_examples=50, deadline=None)
def test_every_reason_has_words(facts: list[Any], on: date) -> None:
    for one in afresh(compound_facts(*facts), on).reasons:
        assert sentence(one, "zh")
        assert sentence(one, "en")
