"""The table of readings of rows T5, T6, T11 and T12: each question answered both ways."""

import pytest

from oversight.assess import assess, assess_company
from oversight.facts import Project
from oversight.rules.company import own_star
from oversight.rules.entry import OpenExit, may_take
from oversight.rules.visits import _DUE, _RECURRING
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
    fact,
    policy,
    rating,
    status,
    violation,
)


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
    assert _DUE.keys() | _RECURRING.keys() >= {one.code for one in settings.inspection.duties}


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
