"""T11 to T15: 业委会、负面清单、最后一公里、责任清单、社区代行."""

from typing import Any

import pytest

from geo.models.codes import UTILITY_KINDS
from oversight.assess import assess
from oversight.policy import load
from oversight.status import Status
from tests.oversight.making import compound_facts, contract, day, fact, violation

TERM: dict[str, Any] = {
    "start": "2021-03-01",
    "term_start": "2021-03-01",
    "term_end": "2024-03-01",
}


def status(*facts: Any, on: str = "2024-12-31") -> Status:
    return assess(compound_facts(contract("2020-01-01"), *facts), load(), day(on))


def against(offender: str, **given: Any) -> Any:
    return violation(
        1,
        "T11.revenue_misused",
        "2024-01-01",
        offender_kind=offender,
        company_id=None,
        committee_id=1,
        **given,
    )


def test_t11_a_committee_past_its_term_goes_on_and_is_flagged() -> None:
    committee = fact("committee", **TERM)
    assert status(committee, on="2024-02-29").self_government == "committee"
    found = status(committee, on="2024-03-01")
    assert found.self_government == "committee_expired"
    assert "term_over" in found.gaps
    assert found.term_ends_on == day("2024-02-29")


def test_t11_a_breach_by_the_committee_is_to_be_revoked_or_prosecuted() -> None:
    assert status(against("committee")).committee_steps_due == (("revoked", 1),)
    step = fact("committee_step", violation_id=1, kind="prosecuted", taken_on="2024-02-01")
    assert status(against("committee"), step).committee_steps_due == ()


def test_t11_a_breach_by_the_committee_does_not_touch_the_companys_ladder() -> None:
    assert status(against("committee")).rung == 0


def test_t12_a_term_about_to_end_is_pointed_out_in_time() -> None:
    committee = fact("committee", **TERM)
    early = status(committee, on="2023-12-01")
    assert "term_ending" not in early.gaps
    assert early.holds_until == day("2023-12-02")
    assert "term_ending" in status(committee, on="2023-12-02").gaps


def test_t12_a_member_is_suspended_then_the_assembly_ends_membership_then_it_is_announced() -> None:
    taken: list[Any] = []
    for number, step in enumerate(("suspended", "termination_proposed", "announced"), 1):
        assert status(against("member", member_id=3), *taken).committee_steps_due == ((step, 1),)
        taken.append(
            fact("committee_step", id=number, violation_id=1, kind=step, taken_on="2024-05-01")
        )
    assert status(against("member", member_id=3), *taken).committee_steps_due == ()


@pytest.mark.parametrize("kind", UTILITY_KINDS)
def test_t13_utilities_serve_to_the_end_user(kind: str) -> None:
    short = fact("utility", kind=kind, serves_end_user=False, start="2024-01-01")
    assert f"utility_{kind}" in status(short).gaps
    whole = fact("utility", kind=kind, serves_end_user=True, start="2024-01-01")
    assert f"utility_{kind}" not in status(whole).gaps


def test_t13_guards_are_filed_and_certified() -> None:
    assert "guards_unknown" in status().gaps
    bare = fact("guard_filing", filed=False, certified=2, start="2024-01-01")
    assert {"guards_unfiled", "guards_uncertified"} <= set(status(bare).gaps)


def test_t13_a_breach_by_a_resident_is_passed_on_and_leaves_the_ladder() -> None:
    ebike = violation(
        1, "T13.ebike_upstairs", "2024-01-01", offender_kind="resident", company_id=None
    )
    found = status(ebike)
    assert (found.rung, found.referrals_due) == (0, (1,))


def test_t13_a_lead_is_no_violation_until_it_is_proven() -> None:
    lead = fact("lead", type_code="P1", reported_on="2024-12-01")
    found = status(lead)
    assert found.rung == 0
    assert "leads_open" in {one.code for one in found.reasons}


def test_t14_the_notice_is_posted() -> None:
    assert "notice_missing" in status().gaps
    notice = fact("notice", posted_on="2024-01-01", removed_on="2024-06-01")
    assert "notice_missing" not in status(notice, on="2024-05-31").gaps
    assert "notice_missing" in status(notice, on="2024-06-01").gaps


def test_t15_the_community_acts_where_there_is_no_committee() -> None:
    found = status()
    assert found.self_government == "community_acting"
    assert "community_acting" in found.gaps
    pmc = fact("committee", kind="pmc", start="2023-06-01")
    assert status(pmc).self_government == "pmc"


def test_t15_a_committee_in_term_comes_before_a_pmc_and_that_before_an_expired_one() -> None:
    committee = fact("committee", **TERM)
    pmc = fact("committee", id=2, kind="pmc", start="2023-06-01")
    assert status(committee, pmc, on="2024-02-29").self_government == "committee"
    assert status(committee, pmc, on="2024-03-01").self_government == "pmc"
