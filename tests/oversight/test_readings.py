"""Both tables of readings: each question answered both ways (T3, T5)."""

from datetime import date
from typing import Any

import pytest

from oversight.assess import assess, assess_company, history
from oversight.facts import Project
from oversight.rules.company import own_star
from oversight.rules.entry import OpenExit, may_take
from oversight.rules.visits import _DUE
from oversight.status import Status
from tests.oversight.making import (
    ELSEWHERE,
    HERE,
    OTHERS,
    OURS,
    company_facts,
    compound_facts,
    contract,
    day,
    fact,
    policy,
    rating,
    violation,
)

SERVES = contract("2020-01-01")
TODAY = day("2024-12-31")


def status(*facts: Any, on: str = "2024-12-31", **settings: Any) -> Status:
    """What follows under some settings."""
    return assess(compound_facts(SERVES, *facts), policy(**settings), day(on))


def broken(many: int, start: int = 1) -> list[Any]:
    """So many different prohibitions, one a month."""
    return [
        violation(number, f"P{number}", f"2024-0{number}-01")
        for number in range(start, start + many)
    ]


def elsewhere(many: int) -> dict[int, Any]:
    """Our company with so many different prohibitions broken, each in another compound."""
    found = [
        violation(100 + number, f"P{number}", f"2024-0{number}-01", compound_id=ELSEWHERE + number)
        for number in range(1, many + 1)
    ]
    return {OURS: company_facts(violations=tuple(found))}


@pytest.mark.parametrize(("count", "rung"), [("distinct", 1), ("events", 3)])
def test_prohibitions_or_events_are_counted(count: str, rung: int) -> None:
    same = [violation(number, "P1", f"2024-0{number}-01") for number in (1, 2, 3)]
    assert status(*same, **{"ladder.count": count}).rung == rung


@pytest.mark.parametrize(
    ("scope", "here", "over_all"),
    [("mixed", 0, 4), ("company_in_compound", 0, 1), ("company", 4, 4)],
)
def test_whose_breaches_are_counted(scope: str, here: int, over_all: int) -> None:
    facts = compound_facts(SERVES, companies=elsewhere(4))
    found = assess(facts, policy(**{"ladder.scope": scope}), TODAY)
    assert found.rung == here
    assert found.company is not None
    assert found.company.rung == over_all


@pytest.mark.parametrize(("spreads", "rung", "star"), [(False, 0, 4), (True, 4, 0)])
def test_rung_four_reaches_the_companys_compounds_or_not(
    spreads: bool, rung: int, star: int
) -> None:
    facts = compound_facts(SERVES, rating(1, 4, "2023-12-01"), companies=elsewhere(4))
    found = assess(facts, policy(**{"ladder.rung4_spreads": spreads}), TODAY)
    assert (found.rung, found.effective_star) == (rung, star)


@pytest.mark.parametrize(
    ("type_code", "counts"),
    [("T7.fees_raised", True), ("T13.illegal_building", True), ("T13.animals", False)],
)
def test_a_type_mapped_to_a_prohibition_counts_as_one(type_code: str, counts: bool) -> None:
    assert status(violation(1, type_code, "2024-01-01")).rung == int(counts)


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
            compound_facts(SERVES._replace(recorded_on=day("2020-01-01")), late),
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
    facts = compound_facts(SERVES, companies={OURS: company})
    assert assess(facts, policy(**{"exit.reach": reach}), TODAY).exit_case is exit_case


@pytest.mark.parametrize(("life", "star"), [("while_rung", 3), ("until_round", 4)])
def test_a_reduction_lasts_with_the_rung_or_until_the_next_round(life: str, star: int) -> None:
    facts = [rating(1, 4, "2023-12-01"), *broken(2), rating(2, 4, "2024-06-01")]
    settings = {"stars.reduction_life": life}
    assert status(*facts, on="2024-05-31", **settings).effective_star == 3
    assert status(*facts, **settings).effective_star == star


def test_a_round_that_includes_the_ladder_is_reduced_only_by_a_higher_rung() -> None:
    including = rating(1, 4, "2024-06-01", includes_ladder=True, cutoff_on="2024-05-01")
    assert status(*broken(2), including).effective_star == 4
    assert status(*broken(2), including, violation(8, "P8", "2024-08-01")).effective_star == 0


@pytest.mark.parametrize(("reduction", "star"), [(1, 3), (2, 2)])
def test_how_many_stars_a_reduction_takes(reduction: int, star: int) -> None:
    facts = [rating(1, 4, "2023-12-01"), *broken(2)]
    assert status(*facts, **{"stars.reduction": reduction}).effective_star == star


def test_a_reduced_star_is_never_below_one() -> None:
    facts = [rating(1, 1, "2023-12-01"), *broken(2)]
    assert status(*facts, **{"stars.reduction": 3}).effective_star == 1


@pytest.mark.parametrize(("basis", "exit_case"), [("rated", False), ("effective", True)])
def test_two_rounds_are_judged_by_results_or_by_effective_stars(
    basis: str, exit_case: bool
) -> None:
    facts = [rating(1, 3, "2024-03-01"), rating(2, 3, "2024-09-01"), *broken(2)]
    assert status(*facts, **{"exit.low_basis": basis}).exit_case is exit_case


@pytest.mark.parametrize(("skipped", "exit_case"), [("ignore", True), ("break", False)])
def test_a_skipped_round_breaks_the_two_or_not(skipped: str, exit_case: bool) -> None:
    facts = [rating(1, 2, "2023-01-01"), rating(3, 2, "2024-01-01")]
    assert status(*facts, **{"exit.skipped": skipped}).exit_case is exit_case


@pytest.mark.parametrize(("same", "exit_case"), [(True, False), (False, True)])
def test_both_rounds_are_of_one_company_or_not(same: bool, exit_case: bool) -> None:
    services = [
        contract("2020-01-01", "2023-06-01", company_id=OTHERS),
        contract("2023-06-01", id=2),
    ]
    facts = compound_facts(services, rating(1, 2, "2023-01-01"), rating(2, 2, "2024-01-01"))
    assert assess(facts, policy(**{"exit.same_company": same}), TODAY).exit_case is exit_case


@pytest.mark.parametrize(("unrated", "target"), [("unknown", False), ("low", True)])
def test_a_compound_without_a_rating_is_unknown_or_low(unrated: str, target: bool) -> None:
    found = status(**{"stars.unrated": unrated})
    assert (found.effective_star, found.key_target) == (None, target)
    assert "unrated" in found.gaps


def test_without_a_rating_rung_two_has_no_effect_and_rung_three_is_substandard() -> None:
    assert status(*broken(2)).effective_star is None
    assert status(*broken(3)).effective_star == 0


@pytest.mark.parametrize(("most", "target"), [(2, True), (1, False)])
def test_up_to_which_star_a_compound_is_a_key_target(most: int, target: bool) -> None:
    found = status(rating(1, 2, "2024-01-01"), **{"key_target.max_star": most})
    assert found.key_target is target


@pytest.mark.parametrize(("release", "target"), [("immediate", False), ("next_round", True)])
def test_a_key_target_is_released_at_once_or_by_the_next_round(release: str, target: bool) -> None:
    facts = [
        rating(1, 3, "2023-12-01"),
        violation(1, "P1", "2024-01-01"),
        violation(2, "P2", "2024-02-01", revoked_on="2024-05-01"),
    ]
    settings = {"key_target.release": release}
    assert status(*facts, on="2024-04-30", **settings).key_target
    assert status(*facts, on="2024-05-01", **settings).key_target is target
    again = [*facts, rating(2, 3, "2024-09-01")]
    assert not status(*again, on="2024-09-01", **settings).key_target


@pytest.mark.parametrize(
    ("who", "body", "counts"),
    [
        ("any", "street", True),
        ("any", "housing", True),
        ("any", "fire", False),
        ("housing", "street", False),
        ("street", "street", True),
    ],
)
def test_whose_visit_satisfies_a_key_targets_interval(who: str, body: str, counts: bool) -> None:
    settings = policy(**{"inspection.satisfied_by": who})
    only = next(one for one in settings.inspection.duties if one.code == "key_target")
    facts = [
        rating(1, 2, "2024-06-01"),
        fact("inspection", inspected_on="2024-12-01", agency_kind=body, reason="key_target"),
    ]
    found = status(
        *facts, **{"inspection.satisfied_by": who, "inspection.duties": (only,)}
    ).next_inspection_on
    assert found == (day("2024-12-31") if counts else day("2024-06-01"))
    assert _DUE.keys() >= {one.code for one in settings.inspection.duties}


@pytest.mark.parametrize(("autoclose", "exit_case"), [(False, True), (True, False)])
def test_an_exit_case_stays_open_when_its_ground_is_gone_or_closes(
    autoclose: bool, exit_case: bool
) -> None:
    revoked = [*broken(2), violation(3, "P3", "2024-03-01", revoked_on="2024-05-01")]
    found = status(*revoked, **{"exit.autoclose": autoclose})
    assert (found.rung, found.exit_case) == (2, exit_case)


def test_an_exit_case_ends_with_the_contract_or_when_it_is_withdrawn() -> None:
    ended = compound_facts(contract("2020-01-01", "2024-09-01"), broken(3))
    assert assess(ended, policy(), day("2024-08-31")).exit_case
    assert not assess(ended, policy(), day("2024-09-01")).exit_case
    withdrawn = fact("exit_case", opened_on="2024-03-01", withdrawn_on="2024-07-01")
    assert status(*broken(3), withdrawn, on="2024-06-30").exit_case
    assert not status(*broken(3), withdrawn, on="2024-07-01").exit_case


def test_a_withdrawn_exit_case_opens_again_only_on_a_new_ground() -> None:
    withdrawn = fact("exit_case", opened_on="2024-03-01", withdrawn_on="2024-07-01")
    facts = [*broken(3), withdrawn, rating(1, 0, "2024-10-01")]
    assert not status(*facts, on="2024-09-30").exit_case
    found = status(*facts)
    assert (found.exit_ground, found.exit_since) == ("substandard", day("2024-10-01"))


@pytest.mark.parametrize(("rule", "verdict"), [("list", "caution"), ("strict", "no")])
def test_an_open_exit_case_warns_or_refuses(rule: str, verdict: str) -> None:
    company = company_facts(
        exit_cases=(fact("exit_case", compound_id=ELSEWHERE, opened_on="2024-03-01"),)
    )
    settings = policy(**{"entry.rule": rule})
    now = assess_company(company, settings, TODAY)
    assert may_take(now, company, HERE, settings, TODAY).verdict == verdict


def test_an_exit_that_nobody_recorded_yet_warns_too() -> None:
    company = company_facts()
    now = assess_company(company, policy(), TODAY)
    exits = [OpenExit(ELSEWHERE, day("2024-03-01"))]
    found = may_take(now, company, HERE, policy(), TODAY, exits)
    assert (found.verdict, [one.code for one in found.grounds]) == ("caution", ["entry_exit_open"])


def test_an_exit_case_is_over_for_the_company_when_its_contract_ends() -> None:
    company = company_facts(
        exit_cases=(fact("exit_case", compound_id=ELSEWHERE, opened_on="2024-03-01"),),
        projects=(Project(ELSEWHERE, day("2022-01-01"), day("2024-06-01"), "expired"),),
    )
    for on, verdict in (("2024-05-31", "caution"), ("2024-06-01", "yes")):
        now = assess_company(company, policy(), day(on))
        assert may_take(now, company, HERE, policy(), day(on)).verdict == verdict
    assert assess_company(company, policy(), day("2024-05-31")).holds_until == day("2024-06-01")


@pytest.mark.parametrize(("decided_on", "verdict"), [("2024-04-01", "no"), (None, "yes")])
def test_a_decided_exit_measure_keeps_the_company_out_too(
    decided_on: str | None, verdict: str
) -> None:
    one = fact("measure", kind="exit", company_id=OURS, compound_id=HERE,
               due_on="2024-03-01", decided_on=decided_on)  # fmt: skip
    company = company_facts(measures=(one,))
    now = assess_company(company, policy(), TODAY)
    assert may_take(now, company, HERE, policy(), TODAY).verdict == verdict


def test_a_company_exited_from_a_compound_may_not_take_it_again() -> None:
    company = company_facts(
        exit_cases=(
            fact(
                "exit_case", opened_on="2024-03-01", decided_on="2024-04-01", closed_on="2024-06-01"
            ),
        )
    )
    now = assess_company(company, policy(), TODAY)
    assert may_take(now, company, HERE, policy(), TODAY).verdict == "no"
    assert may_take(now, company, ELSEWHERE, policy(), TODAY).verdict == "yes"


@pytest.mark.parametrize(("way", "star"), [("weighted_mean", 4.5), ("mean", 3.5), ("lowest", 2.0)])
def test_how_a_companys_own_star_is_made(way: str, star: float) -> None:
    projects = [(5, 500), (2, 100), (None, 900)]
    assert own_star(projects, policy(**{"company.star": way})) == pytest.approx(star)


@pytest.mark.parametrize(
    ("expired", "body"), [("flag", "committee_expired"), ("replace", "community_acting")]
)
def test_a_committee_past_its_term_is_flagged_or_replaced(expired: str, body: str) -> None:
    committee = fact(
        "committee", start="2021-01-01", term_start="2021-01-01", term_end="2024-01-01"
    )
    found = status(committee, **{"selfgov.expired": expired})
    assert found.self_government == body
    assert "term_over" in found.gaps


@pytest.mark.parametrize(("listed", "due"), [(("T11.ballots_forged",), 1), ((), 0)])
def test_which_breaches_are_on_the_negative_list(listed: tuple[str, ...], due: int) -> None:
    forged = violation(
        1,
        "T11.ballots_forged",
        "2024-01-01",
        offender_kind="member",
        company_id=None,
        committee_id=1,
        member_id=5,
    )
    found = status(forged, **{"committee.negative_list": listed})
    assert len(found.committee_steps_due) == due


def test_a_history_is_the_same_under_every_reading_as_each_of_its_days() -> None:
    facts = compound_facts(SERVES, rating(1, 3, "2023-12-01"), broken(4), companies=elsewhere(4))
    for changed in ({}, {"ladder.scope": "company"}, {"ladder.window": 3}):
        settings = policy(**changed)
        for span in history(facts, settings, TODAY):
            found = assess(facts, settings, span.start)
            assert found._replace(company=None, holds_until=None) == span.status
