"""Back-to-back contracts of one company are one service (T3, T5)."""

from typing import Any

import pytest

from oversight.assess import assess, history
from oversight.rules.service import Services
from oversight.status import Status
from tests.oversight.making import (
    OTHERS,
    OURS,
    broken,
    compound_facts,
    contract,
    day,
    policy,
    rating,
)

SEAM = "2024-06-01"
JOINED = (contract("2020-01-01", SEAM), contract(SEAM, id=2))
"""Two contracts of our company without a day between."""
APART = (contract("2020-01-01", "2024-05-31"), contract(SEAM, id=2))
"""The same with one day on which nobody serves."""


def status(services: tuple[Any, ...], *facts: Any, on: str, **settings: Any) -> Status:
    return assess(compound_facts(services, *facts), policy(**settings), day(on))


def test_contracts_of_one_company_without_a_day_between_are_one_service() -> None:
    (service,) = Services(JOINED).all
    assert (service.company_id, service.start, service.end) == (OURS, day("2020-01-01"), None)
    assert service.contract_ids == (1, 2)
    assert len(Services(APART).all) == 2
    others = (contract("2020-01-01", SEAM), contract(SEAM, id=2, company_id=OTHERS))
    assert [one.company_id for one in Services(others).all] == [OURS, OTHERS]


def test_a_rung_goes_on_over_the_seam_of_two_contracts() -> None:
    spans = history(compound_facts(JOINED, broken(2)), policy(), day("2024-12-31"))
    rungs = [(span.start, span.status.rung) for span in spans if span.status.rung]
    assert [rung for _, rung in rungs] == sorted(rung for _, rung in rungs)
    for on in ("2024-05-31", SEAM, "2024-06-02", "2024-12-31"):
        found = status(JOINED, broken(2), on=on)
        assert (found.rung, found.rung_since) == (2, day("2024-02-01"))
    assert status(APART, broken(2), on="2024-05-31").rung == 0


@pytest.mark.parametrize(("services", "since"), [(JOINED, "2024-03-01"), (APART, SEAM)])
def test_an_exit_case_goes_on_over_the_seam_and_ends_where_service_does(
    services: tuple[Any, ...], since: str
) -> None:
    assert status(services, broken(3), on="2024-05-30").exit_since == day("2024-03-01")
    found = status(services, broken(3), on=SEAM)
    assert (found.exit_ground, found.exit_since) == ("third_rung", day(since))


@pytest.mark.parametrize(("services", "ground"), [(JOINED, "two_low_rounds"), (APART, None)])
def test_low_rounds_before_and_after_the_seam_are_of_one_company(
    services: tuple[Any, ...], ground: str | None
) -> None:
    rounds = (rating(1, 2, "2023-12-01"), rating(2, 2, "2024-12-01"))
    assert status(services, rounds, on="2024-12-31").exit_ground == ground
    both = status(services, rounds, on="2024-12-31", **{"exit.same_company": False})
    assert both.exit_ground == "two_low_rounds"
