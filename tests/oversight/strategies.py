"""Random facts of a compound and its companies, small enough to collide."""

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from oversight.facts import CompoundFacts
from tests.oversight.making import (
    ELSEWHERE,
    HERE,
    OTHERS,
    OURS,
    company_facts,
    compound_facts,
    fact,
)

FIRST, LAST = date(2021, 6, 1), date(2025, 6, 1)
DAYS = st.dates(FIRST, LAST)
TYPES = ("P1", "P2", "P3", "P7", "T7.fees_raised", "T13.illegal_building", "T13.animals")


def after(day: date, most: int = 500) -> st.SearchStrategy[date]:
    """A day not before another."""
    return st.integers(0, most).map(lambda days: day + timedelta(days))


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """The thing or nothing."""
    return st.none() | strategy


@st.composite
def violations(draw: st.DrawFn, number: int, compound: int = HERE) -> Any:
    """A breach at any stage of its life, by a company or a resident."""
    found = draw(DAYS)
    confirmed = draw(maybe(after(found, 60)))
    later = after(confirmed or found)
    by_company = draw(st.booleans()) or compound != HERE
    return fact(
        "violation",
        id=number,
        compound_id=compound,
        type_code=draw(st.sampled_from(TYPES)),
        offender_kind="company" if by_company else "resident",
        company_id=draw(st.sampled_from((OURS, OTHERS))) if by_company else None,
        incident=draw(st.sampled_from((None, None, "a", "b"))),
        occurred_on=draw(maybe(st.just(found - timedelta(30)))),
        found_on=found,
        confirmed_on=confirmed,
        appealed_on=draw(maybe(later)) if confirmed else None,
        closed_on=draw(maybe(later)) if confirmed else None,
        revoked_on=draw(maybe(later)) if confirmed else None,
    )


@st.composite
def services(draw: st.DrawFn) -> list[Any]:
    """Contracts that follow each other, with gaps or without."""
    made, day = [], draw(st.dates(date(2020, 1, 1), date(2023, 1, 1)))
    for number in range(draw(st.integers(0, 3))):
        last = draw(st.booleans())
        end = None if last else day + timedelta(draw(st.integers(30, 700)))
        company = draw(st.sampled_from((OURS, OTHERS)))
        made.append(fact("contract", id=1 + number, company_id=company, start=day, end=end))
        if end is None:
            break
        day = end + timedelta(draw(st.sampled_from((0, 0, 40))))
    return made


@st.composite
def others(draw: st.DrawFn) -> list[Any]:
    """Ratings, orders, exits, measures, committees, disclosures, hazards, complaints, visits."""
    made: list[Any] = []
    published = sorted(draw(st.lists(DAYS, max_size=3, unique=True)))
    for number, day in enumerate(published, 1):
        made.append(
            fact(
                "rating",
                id=number,
                round_id=number,
                round_no=number,
                star=draw(st.integers(0, 5)),
                cutoff_on=day - timedelta(20),
                published_on=day,
                includes_ladder=draw(st.booleans()),
            )
        )
    for number in range(draw(st.integers(0, 2))):
        issued = draw(DAYS)
        done = draw(maybe(after(issued, 90)))
        made.append(
            fact(
                "order",
                id=number,
                violation_id=number,
                issued_on=issued,
                due_on=issued + timedelta(20),
                done_on=done,
            )
        )
        made.append(
            fact(
                "measure",
                id=number,
                kind=draw(st.sampled_from(("talk", "exit", "star_down"))),
                company_id=OURS,
                compound_id=HERE,
                due_on=issued,
                decided_on=draw(maybe(after(issued, 50))),
            )
        )
    for number in range(draw(st.integers(0, 2))):
        opened = draw(DAYS)
        made.append(
            fact(
                "exit_case",
                id=number,
                company_id=draw(st.sampled_from((OURS, OTHERS))),
                opened_on=opened,
                withdrawn_on=draw(maybe(after(opened))),
            )
        )
        start = draw(DAYS)
        made.append(
            fact(
                "committee",
                id=number,
                kind=("committee", "pmc")[number],
                start=start,
                end=draw(maybe(after(start, 900).map(lambda day: day + timedelta(1)))),
                term_start=start,
                term_end=draw(maybe(after(start, 900))),
            )
        )
        made.append(
            fact(
                "disclosure",
                id=number,
                kind=("fees", "revenue")[number],
                disclosed=draw(st.booleans()),
                start=start,
            )
        )
        found = draw(DAYS)
        made.append(
            fact(
                "hazard",
                id=number,
                found_on=found,
                due_on=found + timedelta(9),
                cleared_on=draw(maybe(after(found, 40))),
            )
        )
        made.append(fact("complaint", id=number, received_on=found, due_on=found + timedelta(15)))
        made.append(
            fact(
                "inspection",
                id=number,
                inspected_on=draw(DAYS),
                reason=draw(st.sampled_from(("routine", "key_target", "fee_check"))),
                agency_kind=draw(st.sampled_from(("housing", "street", "fire"))),
            )
        )
    return made


@st.composite
def compounds(draw: st.DrawFn) -> CompoundFacts:
    """A compound with its two companies and what these did elsewhere."""
    here = [draw(violations(number)) for number in range(1, 1 + draw(st.integers(0, 5)))]
    away = [draw(violations(100 + number, ELSEWHERE)) for number in range(draw(st.integers(0, 3)))]
    companies = {
        number: company_facts(
            number,
            violations=tuple(one for one in (*here, *away) if one.company_id == number),
        )
        for number in (OURS, OTHERS)
    }
    return compound_facts(draw(services()), here, draw(others()), companies=companies)


SETTINGS: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {},
    optional={
        "ladder.count": st.just("events"),
        "ladder.scope": st.sampled_from(("company", "company_in_compound")),
        "ladder.rung4_spreads": st.just(True),
        "ladder.window": st.just(9),
        "ladder.rectified_counts": st.just(False),
        "ladder.on_change": st.just("per_compound"),
        "credit.counts": st.just("all"),
        "stars.reduction_life": st.just("until_round"),
        "stars.unrated": st.just("low"),
        "exit.low_basis": st.just("effective"),
        "exit.autoclose": st.just(True),
        "exit.reach": st.just("all_served"),
        "key_target.release": st.just("next_round"),
        "measures.binding": st.just("due"),
        "selfgov.expired": st.just("replace"),
    },
)
"""Some settings another way."""
