"""What holds for every status, whatever the facts."""

import random
from dataclasses import fields, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from oversight import known
from oversight.assess import assess, assess_company, company_history, history
from oversight.facts import CompoundFacts
from oversight.status import Status
from tests.oversight.making import OURS, company_facts, policy, violation
from tests.oversight.strategies import DAYS, LAST, SETTINGS, compounds

TODAY = LAST + timedelta(30)


def plain(status: Status) -> Status:
    """Without what a stored row leaves out."""
    return status._replace(company=None, holds_until=None)


def worse_or_same(before: Status, after: Status) -> bool:
    """Whether nothing got better."""
    star = before.effective_star is None or (
        after.effective_star is not None and after.effective_star <= before.effective_star
    )
    return (
        after.rung >= before.rung
        and star
        and after.key_target >= before.key_target
        and after.exit_case >= before.exit_case
        and after.credit_points >= before.credit_points
    )


@given(compounds(), SETTINGS, DAYS)
@settings(max_examples=150, deadline=None)
def test_a_past_day_does_not_know_what_came_later(
    facts: CompoundFacts, changed: dict[str, Any], day: date
) -> None:
    rules = policy(**changed)
    cut = known.until(facts, day)
    assert assess(cut, rules, day)._replace(holds_until=None) == assess(facts, rules, day)._replace(
        holds_until=None
    )


@given(compounds(), SETTINGS, st.lists(DAYS, min_size=5, max_size=5))
@settings(max_examples=150, deadline=None)
def test_a_history_says_of_each_day_what_an_assessment_of_it_says(
    facts: CompoundFacts, changed: dict[str, Any], days: list[date]
) -> None:
    rules = policy(**changed)
    spans = history(facts, rules, TODAY)
    for earlier, later in pairwise(spans):
        assert earlier.end == later.start
        assert earlier.status != later.status
    assert spans[-1].end is None
    for day in (*days, *(span.start for span in spans)):
        holding = [
            span for span in spans if span.start <= day and (span.end is None or day < span.end)
        ]
        for span in holding:
            assert plain(assess(facts, rules, day)) == span.status


@given(compounds(), SETTINGS, st.lists(DAYS, min_size=5, max_size=5))
@settings(max_examples=100, deadline=None)
def test_a_companys_history_says_of_each_day_what_an_assessment_says(
    facts: CompoundFacts, changed: dict[str, Any], days: list[date]
) -> None:
    rules = policy(**changed)
    company = facts.companies[OURS]
    spans = company_history(company, rules, TODAY)
    happened = {day for kind in known.days(company).values() for day in kind if day <= TODAY}
    for day in (*days, *happened, *(span.start for span in spans)):
        holding = [
            span for span in spans if span.start <= day and (span.end is None or day < span.end)
        ]
        for span in holding:
            found = assess_company(company, rules, day)
            assert found._replace(holds_until=None) == span.status


@given(compounds(), DAYS)
@settings(max_examples=100, deadline=None)
def test_nothing_changes_before_the_day_until_which_a_status_holds(
    facts: CompoundFacts, day: date
) -> None:
    cut = known.until(facts, day)
    found = assess(cut, policy(), day)
    until = found.holds_until or day + timedelta(1200)
    for step in (1, 2, 30, (until - day).days - 1):
        later = day + timedelta(step)
        if day < later < until:
            assert plain(assess(cut, policy(), later)) == plain(found)
    if found.holds_until is not None:
        after = assess(cut, policy(), found.holds_until)
        assert after._replace(holds_until=None) != found._replace(holds_until=None)


@given(compounds(), st.sampled_from(("P4", "P5", "P6", "P9")), DAYS, DAYS)
@settings(max_examples=150, deadline=None)
def test_one_more_violation_never_improves_a_status(
    facts: CompoundFacts, type_code: str, found_on: date, day: date
) -> None:
    more = violation(50, type_code, found_on.isoformat())
    worse = replace(
        facts,
        violations=(*facts.violations, more),
        companies={
            number: company_facts(number, violations=(*company.violations, more))
            if number == OURS
            else company
            for number, company in facts.companies.items()
        },
    )
    before, after = assess(facts, policy(), day), assess(worse, policy(), day)
    assert worse_or_same(before, after)
    if before.company is not None and after.company is not None:
        assert after.company.rung >= before.company.rung


@given(compounds(), DAYS, DAYS)
@settings(max_examples=100, deadline=None)
def test_revoking_a_violation_restores_what_was_without_it(
    facts: CompoundFacts, found_on: date, day: date
) -> None:
    rules = policy(**{"asof.revocation": "from_start"})
    revoked = violation(
        50, "P9", found_on.isoformat(), revoked_on=found_on + timedelta(20), appealed_on=None
    )
    with_it = replace(facts, violations=(*facts.violations, revoked))
    assert plain(assess(with_it, rules, day)) == plain(assess(facts, rules, day))


@given(compounds(), DAYS, st.integers(0, 60), st.integers(1, 400), st.integers(0, 400))
@settings(max_examples=150, deadline=None)
def test_from_the_day_of_its_revocation_a_violation_counts_no_more(
    facts: CompoundFacts, found_on: date, proven: int, until: int, later: int
) -> None:
    """T3, under the default ``asof.revocation = from_date``: for rung, star and points.

    A result that holds the ladder of its cut-off keeps what it held then, so there is none here.
    """
    rules = policy()
    assert rules.asof.revocation == "from_date"
    facts = replace(
        facts, ratings=tuple(one._replace(includes_ladder=False) for one in facts.ratings)
    )
    confirmed = found_on + timedelta(proven)
    revoked = confirmed + timedelta(until)
    taken_back = violation(
        50, "P9", confirmed.isoformat(), found_on=found_on.isoformat(), revoked_on=revoked
    )
    company = facts.companies[OURS]
    with_it = replace(
        facts,
        violations=(*facts.violations, taken_back),
        companies={
            **facts.companies,
            OURS: replace(company, violations=(*company.violations, taken_back)),
        },
    )
    after = revoked + timedelta(later)
    assert counted(assess(with_it, rules, after)) == counted(assess(facts, rules, after))
    before = assess(with_it, rules, revoked - timedelta(1))
    counts = before.company_id == OURS and found_on >= rules.action.start
    assert (50 in before.counting) == counts


def counted(status: Status) -> tuple[Any, ...]:
    """What is counted of violations: rung, star and points, of the compound and its company."""
    company = status.company
    over_all = None if company is None else (company.rung, company.counting, company.credit_points)
    return status.rung, status.counting, status.effective_star, status.credit_points, over_all


@given(compounds(), SETTINGS, DAYS, st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_the_order_in_which_facts_arrive_does_not_matter(
    facts: CompoundFacts, changed: dict[str, Any], day: date, mixing: random.Random
) -> None:
    rules = policy(**changed)
    found, other = assess(facts, rules, day), assess(shuffled(facts, mixing), rules, day)
    assert decisive(found) == decisive(other)


def shuffled(facts: CompoundFacts, mixing: random.Random) -> CompoundFacts:
    """The same facts in another order."""
    groups = {}
    for one in fields(facts):
        group = getattr(facts, one.name)
        if isinstance(group, tuple):
            groups[one.name] = tuple(mixing.sample(group, len(group)))
    return replace(facts, **groups)


def decisive(status: Status) -> dict[str, Any]:
    """A status in which lists of facts have no order."""
    found = status._replace(reasons=(), company=None)._asdict()
    return {
        name: sorted(map(repr, value)) if isinstance(value, tuple) else value
        for name, value in found.items()
    }
