"""Row policies leave the indexes of what is asked in use, for every kind of scope."""

from collections.abc import Mapping

import pytest
from sqlalchemy import Engine, text

from tests.security.conftest import Person, acting

BOX = "ST_MakeEnvelope(106.2, 38.4, 106.21, 38.41, 4326)"
PUBLIC_QUESTIONS = {
    "&&": (f"SELECT id FROM registry.compound WHERE geom && {BOX}", "compound_geom_gist"),
    "ST_Intersects": (
        f"SELECT id FROM registry.compound WHERE ST_Intersects(geom, {BOX})",
        "compound_geom_gist",
    ),
    "ST_DWithin": (
        "SELECT id FROM registry.compound"
        " WHERE ST_DWithin(geom, ST_SetSRID(ST_MakePoint(106.2, 38.4), 4326), 0.01)",
        "compound_geom_gist",
    ),
    "ILIKE": ("SELECT id FROM registry.compound WHERE name ILIKE '%翠湖府%'", "compound_name"),
    "daterange @>": (
        "SELECT effective_star FROM oversight.status_public"
        " WHERE compound_id = 7 AND valid @> DATE '2026-01-01'",
        "status_public_pkey",
    ),
}
"""Of tables that everybody reads whole: the index that must serve."""

SCOPED_QUESTIONS = {
    "by area": ("SELECT count(*) FROM oversight.violation", "violation_area_code_idx"),
    "by compound": (
        "SELECT rung FROM oversight.status WHERE compound_id = 7 AND valid @> DATE '2026-01-01'",
        "status_",
    ),
    "array @>": (
        "SELECT compound_id FROM oversight.status WHERE measures_due @> ARRAY['exit']",
        "status_area_code_idx",
    ),
}
"""Of tables with a filter: the index an office of a district must be served by."""

KINDS = ("public", "district_officer", "company_user", "agency_officer", "inspector", "auditor")


def plan(engines: Mapping[str, Engine], person: Person, question: str) -> str:
    """How PostgreSQL would answer a person, were the table too large to be read whole."""
    with acting(engines, person) as connection:
        connection.execute(text("SET LOCAL enable_seqscan = off"))
        return "\n".join(connection.scalars(text(f"EXPLAIN {question}")))


@pytest.mark.parametrize("question", PUBLIC_QUESTIONS)
@pytest.mark.parametrize("role", KINDS)
def test_what_everybody_reads_is_found_by_its_index(
    engines: Mapping[str, Engine], people: Mapping[str, Person], role: str, question: str
) -> None:
    sql, index = PUBLIC_QUESTIONS[question]
    found = plan(engines, people[role], sql)
    assert index in found, found
    assert "Index Cond" in found, found


@pytest.mark.parametrize("question", SCOPED_QUESTIONS)
def test_a_district_is_found_by_its_index(
    engines: Mapping[str, Engine], people: Mapping[str, Person], question: str
) -> None:
    sql, index = SCOPED_QUESTIONS[question]
    found = plan(engines, people["district_officer"], sql)
    assert index in found, found
    assert "Index Cond" in found, found


@pytest.mark.parametrize(
    "role", ["district_officer", "company_user", "inspector", "agency_officer"]
)
def test_a_scope_is_asked_once_a_query(
    engines: Mapping[str, Engine], people: Mapping[str, Person], role: str
) -> None:
    found = plan(engines, people[role], "SELECT count(*) FROM oversight.violation")
    assert "InitPlan" in found, found
    assert "SubPlan" not in found, found


@pytest.mark.parametrize("role", ["auditor", "administrator"])
def test_who_sees_all_is_asked_nothing(
    engines: Mapping[str, Engine], people: Mapping[str, Person], role: str
) -> None:
    found = plan(engines, people[role], "SELECT count(*) FROM oversight.violation")
    assert "Plan" not in found, found
    assert "access." not in found, found
