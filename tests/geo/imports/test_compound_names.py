"""How alike two names of compounds are."""

import pytest

from geo.imports.compounds.names import OTHER_PART, similarity
from geo.imports.profile import load


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("阳光花园", "阳光花园小区"),
        ("阳光花园（二期）", "阳光花园2期"),
        ("Ａ区·湖畔", "a区湖畔"),
        ("十一村", "11村"),
    ],
)
def test_what_offices_write_differently_does_not_count(first: str, second: str) -> None:
    assert similarity([first], [second]).tolist() == [1.0]


@pytest.mark.parametrize(
    ("first", "second"), [("湖畔嘉苑一期", "湖畔嘉苑二期"), ("幸福里东区", "幸福里西区")]
)
def test_parts_of_one_estate_are_less_alike_than_their_letters(first: str, second: str) -> None:
    (alike,) = similarity([first], [second]).tolist()
    matching = load("compounds").matching
    assert matching is not None
    assert alike < OTHER_PART
    assert alike < matching.doubt_name


def test_a_name_that_is_only_a_kind_of_place_stays_a_name() -> None:
    assert similarity(["小区"], ["花园"]).tolist() == [0.0]
