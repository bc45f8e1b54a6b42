"""The table of readings of row T3: each question answered both ways."""

from dataclasses import replace
from datetime import date

import pytest

from oversight.assess import assess, assess_company, history
from oversight.policy.model import Policy
from oversight.rules.entry import may_take
from tests.oversight.making import (
    ELSEWHERE,
    HERE,
    OTHERS,
    OURS,
    TODAY,
    broken,
    company_facts,
    compound_facts,
    contract,
    day,
    elsewhere,
    fact,
    policy,
    rating,
    status,
    violation,
)


@pytest.mark.parametrize(("count", "rung"), [("distinct", 1), ("events", 3)])
def test_prohibitions_or_events_are_counted(count: str, rung: int) -> None:
    same = [violation(number, "P1", f"2024-0{number}-01") for number in (1, 2, 3)]
    assert status(*same, **{"ladder.count": count}).rung == rung


@pytest.mark.parametrize(
    ("scope", "here", "over_all"),
    [("mixed", 0, 4), ("company_in_compound", 0, 1), ("company", 4, 4)],
)
def test_whose_breaches_are_counted(scope: str, here: int, over_all: int) -> None:
    facts = compound_facts(contract("2020-01-01"), companies=elsewhere(4))
    found = assess(facts, policy(**{"ladder.scope": scope}), TODAY)
    assert found.rung == here
    assert found.company is not None
    assert found.company.rung == over_all


@pytest.mark.parametrize(("spreads", "rung", "star"), [(False, 0, 4), (True, 4, 0)])
def test_rung_four_reaches_the_companys_compounds_or_not(
    spreads: bool, rung: int, star: int
) -> None:
    facts = compound_facts(
        contract("2020-01-01"), rating(1, 4, "2023-12-01"), companies=elsewhere(4)
    )
    found = assess(facts, policy(**{"ladder.rung4_spreads": spreads}), TODAY)
    assert (found.rung, found.effective_star) == (rung, star)


@pytest.mark.parametrize(
    ("type_code", "counts"),
    [("T7.fees_raised", True), ("T13.illegal_building", True), ("T13.animals", False)],
)
def test_a_type_mapped_to_a_prohibition_counts_as_one(type_code: str, counts: bool) -> None:
    assert status(violation(1, type_code, "2024-01-01")).rung == int(counts)


def counting_as(type_code: str, prohibition: str | None) -> Policy:
    """Yinchuan's policy with a type mapped to another prohibition, or to none."""
    violations = tuple(
        replace(one, counts_as=prohibition) if one.code == type_code else one
        for one in policy().violations
    )
    return replace(policy(), violations=violations, types={one.code: one for one in violations})


@pytest.mark.parametrize(
    ("type_code", "shipped", "changed", "rung"),
    [
        ("T7.fees_raised", "P7", None, 0),  # no prohibition any more
        ("T7.fees_raised", "P7", "P8", 1),  # another
        ("T13.animals", None, "P3", 1),  # one where there was none
    ],
)
def test_a_type_counts_as_the_city_maps_it_and_not_as_shipped(
    type_code: str, shipped: str | None, changed: str | None, rung: int
) -> None:
    other = counting_as(type_code, changed)
    assert (policy().prohibition(type_code), other.prohibition(type_code)) == (shipped, changed)
    alone = violation(1, type_code, "2024-01-01")
    assert assess(compound_facts(contract("2020-01-01"), alone), other, TODAY).rung == rung
    # One prohibition with what it counts as now, two with what it was shipped as.
    for second, both in ((changed, rung), (shipped, rung + 1)):
        if second is not None:
            facts = compound_facts(
                contract("2020-01-01"), alone, violation(2, second, "2024-02-01")
            )
            found = assess(facts, other, TODAY)
            assert found.rung == both
    company = company_facts(violations=(alone,))
    assert assess_company(company, other, TODAY).rung == rung


def test_a_breach_by_a_resident_does_not_touch_the_ladder() -> None:
    building = violation(
        1, "T13.illegal_building", "2024-01-01", offender_kind="resident", company_id=None
    )
    assert status(building).rung == 0


def test_one_incident_counts_once() -> None:
    two = [
        violation(1, "P1", "2024-01-01", incident="2024-7"),
        violation(2, "P8", "2024-01-02", incident="2024-7"),
    ]
    found = status(*two, **{"ladder.count": "events"})
    assert (found.rung, found.counting) == (1, (1,))


@pytest.mark.parametrize(("window", "rung"), [("action", 1), (6, 0)])
def test_breaches_add_up_since_the_action_began_or_over_rolling_months(
    window: str | int, rung: int
) -> None:
    assert status(violation(1, "P1", "2024-03-01"), **{"ladder.window": window}).rung == rung


def test_a_breach_before_the_action_does_not_count() -> None:
    old = violation(1, "P1", "2022-02-01", occurred_on="2021-12-31")
    assert status(old).rung == 0
    assert status(old, **{"action.start": date(2021, 1, 1)}).rung == 1


def test_a_rolling_window_says_until_when_the_answer_holds() -> None:
    found = status(violation(1, "P1", "2024-10-15"), **{"ladder.window": 6})
    assert found.rung == 1
    assert found.holds_until == day("2025-04-16")


@pytest.mark.parametrize(("counts", "rung"), [(True, 1), (False, 0)])
def test_a_rectified_breach_counts_or_not(counts: bool, rung: int) -> None:
    closed = violation(1, "P1", "2024-01-01", closed_on="2024-02-01")
    assert status(closed, **{"ladder.rectified_counts": counts}).rung == rung
    assert status(closed, on="2024-01-31", **{"ladder.rectified_counts": counts}).rung == 1


@pytest.mark.parametrize(("counts", "rung"), [(True, 1), (False, 0)])
def test_an_appealed_breach_counts_or_not(counts: bool, rung: int) -> None:
    appealed = violation(1, "P1", "2024-01-01", appealed_on="2024-02-01")
    assert status(appealed, **{"ladder.appealed_counts": counts}).rung == rung


@pytest.mark.parametrize(("repeats", "orders"), [(True, [1, 2]), (False, [1])])
def test_a_prohibition_broken_again_brings_an_order_of_its_own(
    repeats: bool, orders: list[int]
) -> None:
    twice = [violation(1, "P1", "2024-01-01"), violation(2, "P1", "2024-02-01")]
    found = status(*twice, **{"ladder.repeat_order": repeats})
    assert found.rung == 1
    assert [one.violation_id for one in found.measures if one.kind == "order"] == orders


def test_a_breach_is_of_the_company_that_served_when_it_happened_unless_the_finding_says() -> None:
    services = [
        contract("2020-01-01", "2024-03-01"),
        contract("2024-03-01", id=2, company_id=OTHERS),
    ]
    late = violation(1, "P1", "2024-04-01", occurred_on="2024-02-01", company_id=None)
    named = violation(2, "P2", "2024-04-01", occurred_on="2024-02-01", company_id=OTHERS)
    found = assess(compound_facts(services, late, named), policy(), TODAY)
    assert (found.company_id, found.counting) == (OTHERS, (2,))


@pytest.mark.parametrize("counts", ["prohibitions", "all"])
def test_prohibitions_alone_cost_credit_points_or_every_type_does(counts: str) -> None:
    settings = policy(**{"credit.counts": counts})
    drill = violation(2, "T9.no_drill", "2024-02-01", revoked_on="2024-05-01")
    facts = [violation(1, "P1", "2024-01-01"), drill]
    p1, no_drill = (settings.types[code].points for code in ("P1", "T9.no_drill"))
    assert no_drill
    more = no_drill if counts == "all" else 0
    company = company_facts(violations=tuple(facts))
    for on, points in (("2024-04-30", p1 + more), ("2024-05-01", p1)):
        found = status(*facts, on=on, **{"credit.counts": counts})
        assert (found.rung, found.credit_points) == (1, points)
        assert assess_company(company, settings, day(on)).credit_points == points


@pytest.mark.parametrize(
    ("change", "rung", "star"), [("per_company", 0, 4), ("per_compound", 2, 3)]
)
def test_a_new_company_starts_at_no_rung_or_takes_the_count_over(
    change: str, rung: int, star: int
) -> None:
    services = [
        contract("2020-01-01", "2024-06-01"),
        contract("2024-06-01", id=2, company_id=OTHERS),
    ]
    facts = compound_facts(services, rating(1, 4, "2023-12-01"), broken(2))
    found = assess(facts, policy(**{"ladder.on_change": change}), TODAY)
    assert (found.rung, found.effective_star) == (rung, star)


def test_a_company_that_returns_resumes_its_count() -> None:
    services = [
        contract("2020-01-01", "2024-04-01"),
        contract("2024-04-01", "2024-08-01", id=2, company_id=OTHERS),
        contract("2024-08-01", id=3),
    ]
    facts = compound_facts(services, broken(2))
    rungs = [assess(facts, policy(), day(on)).rung for on in ("2024-03-31", "2024-04-01")]
    assert [*rungs, assess(facts, policy(), day("2024-08-01")).rung] == [2, 0, 2]


@pytest.mark.parametrize(("revocation", "before"), [("from_date", 1), ("from_start", 0)])
def test_a_revoked_breach_counted_until_then_or_never(revocation: str, before: int) -> None:
    revoked = violation(1, "P1", "2024-01-01", revoked_on="2024-06-01")
    settings = {"asof.revocation": revocation}
    assert status(revoked, on="2024-05-31", **settings).rung == before
    assert status(revoked, on="2024-06-01", **settings).rung == 0


@pytest.mark.parametrize(("basis", "rungs"), [("valid", [1, 1]), ("known", [0, 1])])
def test_a_past_day_is_read_by_the_dates_of_facts_or_by_their_entry(
    basis: str, rungs: list[int]
) -> None:
    late = violation(1, "P1", "2024-01-01", recorded_on="2024-05-01")
    days = ("2024-04-30", "2024-05-01")
    found = [
        assess(
            compound_facts(contract("2020-01-01")._replace(recorded_on=day("2020-01-01")), late),
            policy(**{"asof.basis": basis}),
            day(on),
        ).rung
        for on in days
    ]
    assert found == rungs


@pytest.mark.parametrize(("binding", "binds"), [("decided", False), ("due", True)])
def test_an_exit_binds_once_decided_or_when_due(binding: str, binds: bool) -> None:
    found = status(*broken(3), **{"measures.binding": binding})
    states = {one.kind: one for one in found.measures}
    assert states["exit"].state == "due"
    assert states["exit"].binds is binds
    assert states["star_down"].binds
    assert states["substandard"].binds


@pytest.mark.parametrize(("binding", "restricted"), [("decided", False), ("due", True)])
def test_a_blacklist_binds_once_decided_or_when_due(binding: str, restricted: bool) -> None:
    (company,) = elsewhere(4).values()
    settings = policy(**{"measures.binding": binding})
    assert assess_company(company, settings, TODAY).blacklisted is restricted
    decided = company_facts(
        violations=company.violations,
        measures=(
            fact(
                "measure",
                kind="blacklist",
                company_id=OURS,
                due_on="2024-04-01",
                decided_on="2024-05-01",
            ),
        ),
    )
    assert assess_company(decided, settings, TODAY).blacklisted
    assert assess_company(decided, settings, day("2024-04-30")).blacklisted is restricted


@pytest.mark.parametrize(("effect", "renewal"), [("new", "caution"), ("all", "no")])
def test_a_restricted_company_may_renew_or_not(effect: str, renewal: str) -> None:
    (found,) = elsewhere(4).values()
    company = company_facts(
        violations=found.violations,
        measures=(
            fact(
                "measure",
                kind="restriction",
                company_id=OURS,
                due_on="2024-04-01",
                decided_on="2024-05-01",
            ),
        ),
        projects=(fact("project", compound_id=HERE, start="2020-01-01"),),
    )
    settings = policy(**{"blacklist.effect": effect})
    now = assess_company(company, settings, TODAY)
    assert may_take(now, company, HERE, settings, TODAY).verdict == renewal
    assert may_take(now, company, ELSEWHERE, settings, TODAY).verdict == "no"


@pytest.mark.parametrize(("reach", "exit_case"), [("compound", False), ("all_served", True)])
def test_an_exit_reaches_the_compound_of_the_breaches_or_each(reach: str, exit_case: bool) -> None:
    company = company_facts(
        violations=tuple(one._replace(compound_id=ELSEWHERE) for one in broken(3))
    )
    facts = compound_facts(contract("2020-01-01"), companies={OURS: company})
    assert assess(facts, policy(**{"exit.reach": reach}), TODAY).exit_case is exit_case


def test_a_history_is_the_same_under_every_reading_as_each_of_its_days() -> None:
    facts = compound_facts(
        contract("2020-01-01"), rating(1, 3, "2023-12-01"), broken(4), companies=elsewhere(4)
    )
    for changed in ({}, {"ladder.scope": "company"}, {"ladder.window": 3}):
        settings = policy(**changed)
        for span in history(facts, settings, TODAY):
            found = assess(facts, settings, span.start)
            assert found._replace(company=None, holds_until=None) == span.status
