"""The duties are those of the list, and are real."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from geo import boundaries
from geo.errors import AtlasError
from geo.models.codes import ROWS
from oversight import duties


def test_every_row_of_the_list_has_a_lead_and_somebody_responsible() -> None:
    city, listed = duties.read()
    assert city == "640100"
    for role in ("lead", "responsible"):
        assert {duty.row for duty in listed if duty.role == role} == set(ROWS)


@pytest.mark.parametrize(
    ("row", "leads"),
    [
        ("T1", {"leading_group", "housing"}),
        ("T3", {"government", "housing"}),
        ("T7", {"development", "housing"}),
        ("T9", {"emergency", "fire"}),
        ("T12", {"street"}),
        ("T13", {"urban_enforcement", "police"}),
    ],
)
def test_who_leads_is_who_the_list_names(row: str, leads: set[str]) -> None:
    listed = duties.read()[1]
    assert {duty.body for duty in listed if (duty.row, duty.role) == (row, "lead")} == leads


def test_they_are_written_once_and_only_where_their_city_is(database: Engine) -> None:
    with database.begin() as connection:
        assert duties.load(connection) == 0
    boundaries.add_city(database, "640100")
    with database.begin() as connection:
        assert duties.load(connection) == len(duties.read()[1])
        assert duties.load(connection) == 0
        assert connection.scalar(text("SELECT bool_or(synthetic) FROM oversight.duty")) is False


def test_an_unknown_body_is_refused_by_name(tmp_path: Path) -> None:
    file = tmp_path / "city.toml"
    file.write_text(
        'city = "640100"\n[[duty]]\nrow = "T1"\nlevel = "city"\nlead = ["mayor"]\n', "utf-8"
    )
    with pytest.raises(AtlasError, match="'T1': lead 'mayor'"):
        duties.read(file)
