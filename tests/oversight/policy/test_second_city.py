"""The same facts under two cities' files: one code, and another answer to every question."""

from datetime import date
from typing import Any

import pytest

from oversight import policy
from oversight.assess import assess, assess_company, history
from oversight.facts import CompanyFacts, CompoundFacts
from oversight.policy.model import Policy
from oversight.rules.company import own_star
from oversight.rules.entry import may_take
from tests.oversight.making import (
    ELSEWHERE,
    HERE,
    OURS,
    company_facts,
    compound_facts,
    contract,
    day,
    fact,
    rating,
    violation,
)

YINCHUAN, OTHER = policy.of_city("640100"), policy.of_city("999900")
TODAY = day("2024-12-31")
HERE_BROKEN = (
    violation(1, "P1", "2024-01-10"),
    violation(2, "P1", "2024-02-10"),
    violation(3, "T7.waste_mixed", "2024-03-10"),
)
AWAY_BROKEN = tuple(
    violation(10 + number, f"P{number}", f"2024-0{number}-20", compound_id=ELSEWHERE)
    for number in (2, 3, 4)
)
COMPANY: CompanyFacts = company_facts(
    violations=(*HERE_BROKEN, *AWAY_BROKEN),
    projects=(
        fact("project", compound_id=HERE, start="2020-01-01"),
        fact("project", compound_id=ELSEWHERE, start="2020-01-01"),
    ),
)
COMPOUND: CompoundFacts = compound_facts(
    contract("2020-01-01"), rating(1, 4, "2023-12-01"), HERE_BROKEN, companies={OURS: COMPANY}
)
PROJECTS = ((4, 100), (2, 300))


def told(rules: Policy) -> dict[str, Any]:
    """What follows from the facts above under a city's rules, whichever city it is."""
    here, over_all = assess(COMPOUND, rules, TODAY), assess_company(COMPANY, rules, TODAY)
    return {
        "rung": here.rung,
        "star": here.effective_star,
        "key target": here.key_target,
        "exit": (here.exit_case, here.exit_ground),
        "credit": here.credit_points,
        "company restricted": over_all.restricted,
        "entry": may_take(over_all, COMPANY, ELSEWHERE + 1, rules, TODAY).verdict,
        "company's star": own_star(PROJECTS, rules),
    }


P1, WASTE = (YINCHUAN.types[code].points for code in ("P1", "T7.waste_mixed"))
FOLLOWS: dict[str, tuple[Any, Any]] = {
    "rung": (1, 4),
    "star": (4, 0),
    "key target": (False, True),
    "exit": ((False, None), (True, "third_rung")),
    "credit": (2 * P1, 2 * P1 + WASTE),
    "company restricted": (False, True),
    "entry": ("caution", "no"),
    "company's star": (2.5, 2.0),
}
"""By what is asked: the answer in Yinchuan, and in the other city."""


@pytest.mark.parametrize("asked", FOLLOWS)
def test_the_same_facts_are_answered_by_the_city_s_own_file(asked: str) -> None:
    ours, theirs = FOLLOWS[asked]
    assert ours != theirs
    assert (told(YINCHUAN)[asked], told(OTHER)[asked]) == (ours, theirs)


def test_the_files_differ_and_nothing_else_does() -> None:
    assert told(YINCHUAN).keys() == FOLLOWS.keys()
    assert YINCHUAN.types.keys() == OTHER.types.keys()
    assert {type(YINCHUAN), type(OTHER)} == {Policy}


@pytest.mark.parametrize(("rules", "rung"), [(YINCHUAN, 0), (OTHER, 1)])
def test_a_type_that_only_the_other_city_counts_reaches_a_rung_there(
    rules: Policy, rung: int
) -> None:
    alone = violation(1, "T7.subcontracted_whole", "2024-01-10")
    company = company_facts(violations=(alone,))
    facts = compound_facts(contract("2020-01-01"), alone, companies={OURS: company})
    assert assess(facts, rules, TODAY).rung == rung


@pytest.mark.parametrize(
    ("rules", "since"), [(YINCHUAN, day("2024-01-10")), (OTHER, day("2024-02-20"))]
)
def test_a_history_is_told_by_the_city_s_own_file_too(rules: Policy, since: date) -> None:
    """The first rung here by distinct breaches; the third by events over all compounds."""
    rung = 1 if rules is YINCHUAN else 3
    spans = history(COMPOUND, rules, TODAY)
    assert next(span.start for span in spans if span.status.rung == rung) == since
