"""Row policies leave the indexes of what is asked in use, for every kind of scope."""

import re
from collections.abc import Mapping

import pytest
from sqlalchemy import Engine, text

from access.rules import RULES
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

NEAR = "ST_SetSRID(ST_MakePoint(106.2, 38.4), 4326)"
SHAPES = {
    "&&": f"geom && {BOX}",
    "ST_Intersects": f"ST_Intersects(geom, {BOX})",
    "ST_DWithin": f"ST_DWithin(geom, {NEAR}, 0.01)",
}
SCOPED_QUESTIONS = {
    "oversight.complaint": {**SHAPES, "ILIKE": "code ILIKE '%翠湖府%'"},
    "oversight.hazard": {**SHAPES, "ILIKE": "description ILIKE '%翠湖府%'"},
    "registry.fire_feature": SHAPES,
    "oversight.lead": {"ILIKE": "statement ILIKE '%翠湖府%'"},
    "oversight.referral": {"ILIKE": "answer ILIKE '%翠湖府%'"},
    "oversight.violation": {"ILIKE": "evidence ILIKE '%翠湖府%'", "by itself": "true"},
    "oversight.rectification_order": {"ILIKE": "requirement ILIKE '%翠湖府%'"},
    "oversight.status": {
        "daterange @>": "valid @> DATE '2026-01-01'",
        "array @>": "measures_due @> ARRAY['exit']",
    },
    "oversight.rating": {"daterange @>": "valid @> DATE '2026-01-01'"},
    "registry.contract": {"daterange @>": "valid @> DATE '2026-01-01'"},
    "registry.presence": {"daterange @>": "valid @> DATE '2026-01-01'"},
}
"""Of tables with a filter on their rows, by table and operator."""

BOUND = (
    *("public", "district_officer", "street_officer"),
    *("company_user", "agency_officer", "inspector"),
)
ASKED = [(table, named) for table, asked in SCOPED_QUESTIONS.items() for named in asked]
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


@pytest.mark.parametrize(("table", "named"), ASKED)
@pytest.mark.parametrize("role", BOUND)
def test_a_scope_finds_its_rows_by_its_own_index(
    engines: Mapping[str, Engine],
    people: Mapping[str, Person],
    role: str,
    table: str,
    named: str,
) -> None:
    person = people[role]
    found = plan(engines, person, _question(table, named))
    own = RULES[table].condition(person.kind)
    if own is None:
        # PostgreSQL 15 still walks the table, so the service does not ask; no operator is.
        assert re.search(r"One-Time Filter: false|Filter: \(false AND", found), found
        return
    column = own.split()[0]
    assert re.search(rf"Index Cond: .*\b{column} =", found), found
    assert "InitPlan" in found, found
    assert "SubPlan" not in found, found
    assert "Seq Scan" not in found, found
    assert not re.search(r"(Filter|Cond): .*access\.", found), found


@pytest.mark.parametrize(("table", "named"), ASKED)
@pytest.mark.parametrize("role", ["auditor", "administrator"])
def test_who_sees_all_is_asked_nothing(
    engines: Mapping[str, Engine],
    people: Mapping[str, Person],
    role: str,
    table: str,
    named: str,
) -> None:
    found = plan(engines, people[role], _question(table, named))
    assert "Plan" not in found, found
    assert "access." not in found, found
    if named in SHAPES:
        assert f"{table.partition('.')[2]}_geom_gist" in found, found
        assert "Index Cond: (geom &&" in found, found


def test_a_lookup_by_compound_goes_by_the_compound(
    engines: Mapping[str, Engine], people: Mapping[str, Person]
) -> None:
    question = (
        "SELECT rung FROM oversight.status WHERE compound_id = 7 AND valid @> DATE '2026-01-01'"
    )
    found = plan(engines, people["district_officer"], question)
    assert re.search(r"Index Cond: .*compound_id = 7", found), found


def _question(table: str, named: str) -> str:
    return f"SELECT count(*) FROM {table} WHERE {SCOPED_QUESTIONS[table][named]}"
