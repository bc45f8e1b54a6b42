"""Each conclusion says which row of the list, which facts and which readings made it."""

from dataclasses import replace
from typing import Any

import pytest

from access.rules import KINDS, RULES
from access.told import FACTS, WITH_STATUS
from api import explained
from oversight.assess import assess
from oversight.policy.readings import READINGS, SETTLED_BY
from oversight.rules.gaps import GAP
from oversight.status import FactRef, Reason, Status
from oversight.words import SENTENCES, sentence
from tests.oversight.making import (
    ELSEWHERE,
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

START = "2023-01-01"


def status(on: str, *facts: Any, **settings: Any) -> Status:
    return assess(compound_facts(*facts), policy(**settings), day(on))


def why(found: Status, code: str) -> Reason:
    (one,) = [one for one in found.reasons if one.code == code]
    return one


def offences(*types: str, compound: int = ELSEWHERE) -> tuple[Any, ...]:
    """Breaches of our company, one a month."""
    return tuple(
        violation(90 + number, kind, f"2024-0{number}-01", compound_id=compound)
        for number, kind in enumerate(types, 1)
    )


def test_t5_a_key_target_names_the_result_that_makes_it_one() -> None:
    found = status("2024-06-01", contract(START), rating(1, 2, "2024-01-01"))
    assert why(found, "key_target").facts == (FactRef("rating", 1, day("2024-01-01")),)


def test_t5_a_key_target_by_the_ladder_names_the_breaches_too() -> None:
    breaches = violation(1, "P1", "2024-02-01"), violation(2, "P2", "2024-03-01")
    found = status("2024-06-01", contract(START), rating(1, 3, "2024-01-01"), breaches)
    assert [one.kind for one in why(found, "key_target").facts] == ["rating", *["violation"] * 2]


@pytest.mark.parametrize(
    ("counts", "points", "ids"), [("prohibitions", "6", [1]), ("all", "7", [1, 2])]
)
def test_t3_credit_points_name_the_breaches_that_cost_them(
    counts: str, points: str, ids: list[int]
) -> None:
    breaches = violation(1, "P1", "2024-02-01"), violation(2, "T7.contract_unfiled", "2024-03-01")
    found = status("2024-06-01", contract(START), breaches, **{"credit.counts": counts})
    said = why(found, "credit_deducted")
    assert said.detail == points
    assert [one.id for one in said.facts] == ids
    assert said.setting == "credit.counts"


def test_t7_disclosures_name_what_was_found_of_each() -> None:
    seen = fact("disclosure", id=3, kind="fees", start="2024-01-01")
    later = fact("disclosure", id=4, kind="fees", disclosed=False, start="2024-03-01")
    other = fact("disclosure", id=5, kind="contract", start="2024-02-01")
    assert why(status("2024-06-01", seen, later, other), "disclosures").facts == (
        FactRef("disclosure", 5, day("2024-02-01")),
        FactRef("disclosure", 4, day("2024-03-01")),
    )


@pytest.mark.parametrize(
    ("row", "code", "shows"),
    [
        ("T6", "plaque_withdraw", fact("plaque", id=9, star=5, issued_on=START)),
        ("T7", "contract_off_model", contract(START, id=9, model_text=False)),
        ("T7", "contract_unfiled", contract(START, id=9, filed=False)),
        ("T9", "plan_without_supplies", fact("emergency_plan", id=9, supplies=False, start=START)),
        ("T9", "plan_without_drill", fact("emergency_plan", id=9, trained_on=START, start=START)),
        ("T13", "guards_unfiled", fact("guard_filing", id=9, filed=False, start=START)),
        ("T13", "guards_uncertified", fact("guard_filing", id=9, certified=1, start=START)),
        (
            "T13",
            "utility_gas",
            fact("utility", id=9, kind="gas", serves_end_user=False, start=START),
        ),
    ],
)
def test_what_is_missing_names_the_fact_that_shows_it(row: str, code: str, shows: Any) -> None:
    found = status("2024-06-01", shows, rating(1, 3, "2024-01-01"))
    (said,) = [one for one in found.reasons if one.code == GAP and one.detail == code]
    assert (said.row, [one.id for one in said.facts]) == (row, [9])


def test_what_no_fact_shows_is_explained_without_being_stored() -> None:
    found = status("2024-06-01", contract(START))
    assert "notice_missing" in found.gaps
    assert not any(one.detail == "notice_missing" for one in found.reasons)
    (said,) = [one for one in explained.every_reason(found) if one.detail == "notice_missing"]
    assert (said.row, sentence(said)) == ("T14", "管理责任清单未公示")


def test_each_gap_is_explained_once() -> None:
    found = status("2024-06-01", contract(START, filed=False), fact("guard_filing", start=START))
    told = [one.detail for one in explained.every_reason(found) if one.code == GAP]
    assert sorted(told, key=str) == sorted(found.gaps)


@pytest.mark.parametrize(
    ("duty", "shows", "facts"),
    [
        (
            "nine_prohibitions",
            ("inspection", 4),
            [fact("inspection", id=4, inspected_on="2024-02-01")],
        ),
        (
            "hazard",
            ("hazard", 5),
            [fact("hazard", id=5, found_on="2024-05-01", due_on="2024-07-01")],
        ),
        (
            "deadline",
            ("order", 6),
            [fact("order", id=6, issued_on="2024-05-01", due_on="2024-05-20")],
        ),
        (
            "complaint",
            ("complaint", 7),
            [
                fact("inspection", id=4, inspected_on="2024-05-01"),
                fact("complaint", id=7, received_on="2024-05-10", due_on="2024-09-01"),
            ],
        ),
        ("nine_prohibitions", ("contract", 8), [contract("2024-01-01", id=8)]),
    ],
)
def test_the_next_inspection_names_what_its_day_is_reckoned_from(
    duty: str, shows: tuple[str, int], facts: list[Any]
) -> None:
    found = status("2024-06-01", *facts)
    assert found.next_inspection_for is not None
    said = why(found, "inspection_due")
    if said.detail == duty:
        assert [(one.kind, one.id) for one in said.facts] == [shows]
    else:
        pytest.fail(f"the next visit is for {said.detail}")


def test_t3_a_rung_that_spreads_says_so_and_names_the_companys_breaches() -> None:
    facts = replace(
        compound_facts(contract(START), rating(1, 3, "2023-06-01")),
        companies={OURS: company_facts(violations=offences("P1", "P2", "P3", "P4"))},
    )
    found = assess(facts, policy(**{"ladder.rung4_spreads": True}), day("2024-06-01"))
    assert found.rung == 4
    said = why(found, "rung_spread")
    assert [one.id for one in said.facts] == [91, 92, 93, 94]
    assert said.setting == "ladder.rung4_spreads"
    assert "及于其服务的各小区" in sentence(said)
    assert not [one for one in found.reasons if one.code == "rung_reached"]
    assert why(found, "star_substandard").facts == said.facts
    assert found.rung_since == day("2024-04-01")


def test_t3_an_exit_that_reaches_all_it_serves_says_so_and_names_the_companys_breaches() -> None:
    facts = replace(
        compound_facts(contract(START), rating(1, 3, "2023-06-01")),
        companies={OURS: company_facts(violations=offences("P1", "P2", "P3", "P4"))},
    )
    found = assess(facts, policy(**{"exit.reach": "all_served"}), day("2024-06-01"))
    assert found.exit_case
    said = why(found, "exit_company_rung")
    assert [one.id for one in said.facts] == [91, 92, 93, 94]
    assert found.rung == 0


def test_an_exit_for_what_happened_here_is_told_as_before() -> None:
    breaches = [violation(n, f"P{n}", f"2024-0{n}-01") for n in (1, 2, 3)]
    for reach in ("compound", "all_served"):
        found = status("2024-06-01", contract(START), *breaches, **{"exit.reach": reach})
        assert [one.id for one in why(found, "exit_third_rung").facts] == [1, 2, 3]


def test_a_measure_due_against_a_company_names_the_breaches() -> None:
    breaches = offences("P1", "P2", "P3", "P4")
    facts = replace(
        compound_facts(contract(START)), companies={OURS: company_facts(violations=breaches)}
    )
    company = assess(facts, policy(), day("2024-06-01")).company
    assert company is not None
    due = [one for one in company.reasons if one.code == "company_measure_due"]
    assert due
    assert all([one.id for one in each.facts] == [91, 92, 93, 94] for each in due)


def test_a_measure_that_was_recorded_is_named() -> None:
    talk = fact("measure", id=5, company_id=OURS, due_on="2024-02-01", decided_on="2024-02-03")
    found = status("2024-06-01", contract(START), violation(1, "P1", "2024-02-01"), talk)
    said = why(found, "measure_recorded")
    assert [(one.kind, one.id) for one in said.facts] == [("measure", 5)]
    assert sentence(said).startswith("监管措施：约谈企业负责人、已决定")


def test_every_reading_is_named_by_some_reason() -> None:
    named = {setting for settings in SETTLED_BY.values() for setting in settings}
    named |= {"ladder.rung4_spreads", "company.star"}
    assert named == READINGS.keys()
    assert SETTLED_BY.keys() <= SENTENCES.keys()


def test_a_reason_names_first_the_setting_that_chose_and_then_those_behind_it() -> None:
    said = Reason("rung_reached", "T3", (), "ladder.count", "1")
    assert explained.settings_behind(said)[0] == "ladder.count"
    assert {"counts_as", "ladder.window", "asof.revocation"} < set(explained.settings_behind(said))
    assert len(set(explained.settings_behind(said))) == len(explained.settings_behind(said))


def test_the_readings_of_reasons_are_told_once() -> None:
    found = status("2024-06-01", contract(START), violation(1, "P1", "2024-02-01"))
    content = explained.settings_of(policy())
    part = explained.status_part(found, content)
    readings = explained.readings_of(part["reasons"], content)
    assert readings.keys() == {one for why in part["reasons"] for one in why["settings"]}
    assert readings["counts_as"]["value"]["T13.illegal_building"] == "P1"


@pytest.mark.parametrize("kind", WITH_STATUS)
def test_facts_of_the_compound_itself_are_seen_by_whoever_sees_its_status(kind: str) -> None:
    """So ``access.told`` need not ask for them."""
    assert kind not in FACTS
    mine, its_status = RULES[WITH_STATUS[kind]], RULES["oversight.status"]
    for scope in KINDS:
        if its_status.condition(scope) is not None:
            assert mine.condition(scope) == its_status.condition(scope), scope
