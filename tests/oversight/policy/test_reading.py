"""The violation catalogue says what the list names, and refuses a policy that does not."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from geo.errors import AtlasError
from oversight import catalogue

ENTRY = """
[[violation]]
code = "{code}"
family = "prohibition"
row = "T3"
name = "违规"
name_en = "Breach"
severity = "minor"
"""
NINE = "".join(ENTRY.format(code=f"P{number}") for number in range(1, 10))


def test_the_nine_prohibitions_are_of_row_t3() -> None:
    nine = [kind for kind in catalogue.read() if kind.family == "prohibition"]
    assert [kind.code for kind in nine] == [f"P{number}" for number in range(1, 10)]
    assert {kind.row for kind in nine} == {"T3"}


def test_every_family_of_the_list_has_its_row() -> None:
    rows = {(kind.family, kind.row) for kind in catalogue.read()}
    assert rows == {
        ("prohibition", "T3"),
        ("conduct", "T7"),
        ("safety", "T9"),
        ("committee", "T11"),
        ("public_management", "T13"),
    }


def test_types_that_count_as_a_prohibition_are_those_the_reading_names() -> None:
    counting = {kind.code: kind.counts_as for kind in catalogue.read() if kind.counts_as}
    assert counting == {
        "T7.fees_raised": "P7",
        "T13.charges_unlawful": "P7",
        "T13.illegal_building": "P1",
        "T13.business_unlawful": "P8",
    }


def test_the_six_disclosures_and_four_emergency_plans_each_have_a_type() -> None:
    known = {kind.code for kind in catalogue.read()}
    for what in ("contract", "content", "telephone", "method", "fees", "revenue"):
        assert f"T7.{what}_undisclosed" in known
    for what in ("fire", "public_order", "public_health", "extreme_weather"):
        assert f"T9.no_plan_{what}" in known


def test_loading_twice_changes_nothing(database: Engine) -> None:
    with database.begin() as connection:
        catalogue.load(connection)
        assert catalogue.load(connection) == 0


def test_a_changed_name_is_written(database: Engine) -> None:
    with database.begin() as connection:
        connection.execute(
            text("UPDATE oversight.violation_type SET name = '旧名' WHERE code = 'P1'")
        )
        assert catalogue.load(connection) == 1


@pytest.mark.parametrize(
    ("policy", "complaint"),
    [
        (NINE.replace('"P9"', '"P8"'), "'P8' is listed twice"),
        (NINE.replace('"P9"', '"P10"'), r"\['P9'\] are missing"),
        (NINE.replace('"minor"', '"mild"', 1), "'P1': severity 'mild'"),
        (NINE.replace('row = "T3"', 'row = "T99"', 1), "'P1': row 'T99'"),
        (NINE.replace('name_en = "Breach"\n', "", 1), "'P1': the key 'name_en' is missing"),
        (NINE + 'counts_as = "P0"', "'P9': counts_as 'P0'"),
        (NINE + 'colour = "red"', "'P9': unknown key 'colour'"),
    ],
)
def test_a_faulty_policy_is_refused_by_name(tmp_path: Path, policy: str, complaint: str) -> None:
    file = tmp_path / "city.toml"
    file.write_text(policy, "utf-8")
    with pytest.raises(AtlasError, match=complaint):
        catalogue.read(file)
