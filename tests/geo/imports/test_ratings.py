"""Rating rounds and results as offices send them: at once, one after the other, out of order."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, Engine

from tests.geo.imports.small_city import bring, rows_of, small_city

ROUND = {"round": "2024", "cutoff_on": "2024-05-31", "published_on": "2024-06-15"}
NEXT = {"round": "2025", "cutoff_on": "2025-05-31", "published_on": "2025-06-15"}


@pytest.fixture
def city(database: Engine) -> Iterator[Connection]:
    with small_city(database) as connection:
        yield connection


def result(of: dict[str, Any], compound: str, star: int | None, **also: Any) -> dict[str, Any]:
    return of | {"compound": compound, "star": star} | also


def results(city: Connection, compound: str = "C1") -> list[tuple[Any, ...]]:
    return rows_of(
        city,
        "SELECT star, lower(valid)::text, upper(valid)::text FROM oversight.rating"
        " JOIN registry.compound AS c ON c.id = compound_id"
        " WHERE rating.superseded_at IS NULL AND c.code = :code ORDER BY valid",
        code=compound,
    )


@pytest.mark.parametrize("order", [(ROUND, NEXT), (NEXT, ROUND)])
def test_a_result_holds_until_the_next_in_whatever_order_rounds_come(
    city: Connection, order: tuple[dict[str, Any], ...]
):
    stars = {"2024": 2, "2025": 4}
    for one in order:
        bring(city, "rating_rounds", [result(one, "C1", stars[one["round"]])])
    assert results(city) == [(2, "2024-06-15", "2025-06-15"), (4, "2025-06-15", None)]


def test_both_rounds_in_one_file_twice_change_nothing(city: Connection):
    rows = [result(NEXT, "C1", 4), result(ROUND, "C1", 2), result(ROUND, "C2", 0)]
    assert bring(city, "rating_rounds", rows).counts == (3, 0, 0)
    assert bring(city, "rating_rounds", rows).counts == (0, 0, 3)
    assert rows_of(city, "SELECT count(*) FROM oversight.rating") == [(3,)]
    assert rows_of(city, "SELECT count(*) FROM oversight.rating_round") == [(2,)]


def test_a_round_is_announced_and_published_later(city: Connection):
    announced = {name: ROUND[name] for name in ("round", "cutoff_on")}
    assert bring(city, "rating_rounds", [announced]).counts == (1, 0, 0)
    early = bring(city, "rating_rounds", [result(announced, "C1", 3)])
    assert early.codes == [(2, "round_unpublished", "round")]
    assert bring(city, "rating_rounds", [ROUND]).counts == (0, 1, 0)
    assert bring(city, "rating_rounds", [result(announced, "C1", 3)]).counts == (1, 0, 0)
    assert results(city) == [(3, "2024-06-15", None)]


def test_rows_that_disagree_about_their_round_are_refused(city: Connection):
    rows = [result(ROUND, "C1", 3), result(ROUND | {"cutoff_on": "2024-04-30"}, "C2", 3)]
    outcome = bring(city, "rating_rounds", rows)
    assert [code for _, code, _ in outcome.codes] == ["round_contradicts_itself"] * 2


def test_what_contradicts_a_recorded_round_holds_all_its_rows(city: Connection):
    bring(city, "rating_rounds", [ROUND])
    other = ROUND | {"cutoff_on": "2024-04-30"}
    outcome = bring(city, "rating_rounds", [result(other, "C1", 3), result(other, "C2", 3)])
    assert outcome.codes == [(2, "contradicts", "cutoff_on"), (3, "contradicts", "cutoff_on")]
    assert results(city) == []


def test_another_star_waits_for_a_decision_or_corrects(city: Connection):
    bring(city, "rating_rounds", [result(ROUND, "C1", 3)])
    outcome = bring(city, "rating_rounds", [result(ROUND, "C1", 4)])
    assert outcome.problems == [(2, "contradicts", "star", "4", {"recorded": "3"})]
    row = result(ROUND, "C1", 4)
    assert bring(city, "rating_rounds", [row], correct=True).counts == (0, 1, 0)
    assert results(city) == [(4, "2024-06-15", None)]


def test_a_result_needs_compound_and_star(city: Connection):
    rows = [result(ROUND, "C1", None), ROUND | {"star": 3}]
    outcome = bring(city, "rating_rounds", rows)
    assert outcome.codes == [(2, "missing_value", "star"), (3, "missing_value", "compound")]


def test_a_round_published_on_another_day_moves_all_its_results(city: Connection):
    bring(city, "rating_rounds", [result(ROUND, "C1", 2), result(ROUND, "C2", 3)])
    bring(city, "rating_rounds", [result(NEXT, "C1", 4), result(NEXT, "C2", 4)])
    bring(city, "rating_rounds", [NEXT | {"published_on": "2025-07-01"}])
    for compound in ("C1", "C2"):
        assert [one[1:] for one in results(city, compound)] == [
            ("2024-06-15", "2025-07-01"),
            ("2025-07-01", None),
        ]


def test_two_rounds_cannot_be_published_for_a_compound_on_one_day(city: Connection):
    bring(city, "rating_rounds", [result(ROUND, "C1", 2), result(NEXT, "C1", 4)])
    same = NEXT | {"published_on": ROUND["published_on"], "cutoff_on": ROUND["cutoff_on"]}
    third = result(ROUND | {"round": "2024b"}, "C1", 5)
    assert bring(city, "rating_rounds", [third]).codes == [(2, "results_same_day", "published_on")]
    moved = bring(city, "rating_rounds", [same], correct=True)
    assert moved.codes == [(2, "results_same_day", "published_on")]


def test_the_result_is_that_of_the_company_serving_on_publication(city: Connection):
    bring(
        city,
        "contracts",
        [{"compound": "C1", "company": "91640100A", "valid_from": "2020-01-01"}],
    )
    bring(city, "rating_rounds", [result(ROUND, "C1", 3), result(ROUND, "C2", 3)])
    query = (
        "SELECT c.code FROM oversight.rating LEFT JOIN registry.company AS c ON c.id = company_id"
        " ORDER BY compound_id"
    )
    assert rows_of(city, query) == [("91640100A",), (None,)]
