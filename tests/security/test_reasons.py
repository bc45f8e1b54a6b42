"""What follows for a company rests on facts everywhere; each reader is told their own of them."""

from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import ProgrammingError

from access.roles import kind_of
from access.told import FACTS, LISTS
from tests.security.conftest import BOUND, Person, acting

SPREAD = text("""
    SELECT s.company_id
    FROM oversight.company_status AS s
    JOIN oversight.violation AS v
      ON v.id IN (SELECT jsonb_array_elements_text(s.detail -> 'counting')::bigint)
    WHERE upper_inf(s.valid)
    GROUP BY 1
    HAVING count(*) FILTER (WHERE v.area_code LIKE :below) BETWEEN 1 AND count(*) - 1
    ORDER BY 1
""")


@pytest.fixture(scope="module")
def spread(city: Engine, people: Mapping[str, Person]) -> list[int]:
    """Companies whose rung rests on breaches within the district officer's area and beyond."""
    with city.connect() as connection:
        found = connection.scalars(SPREAD, {"below": f"{people['district_officer'].bound}%"}).all()
    assert found
    return list(found)


def facts(status: dict[str, Any]) -> set[tuple[str, int]]:
    listed = {(kind, number) for name, kind in LISTS.items() for number in status.get(name, ())}
    return listed | {
        (fact["kind"], fact["id"]) for reason in status["reasons"] for fact in reason["facts"]
    }


def in_area(city: Engine, found: set[tuple[str, int]], area: str) -> set[tuple[str, int]]:
    """Those that lie in the area, asked of the database as its owner."""
    inside = set()
    with city.connect() as connection:
        for kind, number in found:
            table, key = FACTS[kind]
            sql = f"SELECT 1 FROM {table} WHERE {key} = :id AND area_code LIKE :below LIMIT 1"
            if connection.scalar(text(sql), {"id": number, "below": f"{area}%"}) is not None:
                inside.add((kind, number))
    return inside


def test_a_district_reads_its_own_facts_and_the_number_of_the_others(
    city: Engine,
    people: Mapping[str, Person],
    clients: Mapping[str, httpx.Client],
    spread: list[int],
) -> None:
    area = str(people["district_officer"].bound)
    for company in spread:
        path = f"/companies/{company}/status"
        whole = clients["auditor"].get(path).json()
        own = clients["district_officer"].get(path).json()
        assert own["rung"] == whole["rung"]
        assert own["counting_outside"] == len(whole["counting"]) - len(own["counting"]) > 0
        assert facts(own) == in_area(city, facts(whole), area)
        for shown, full in zip(own["reasons"], whole["reasons"], strict=True):
            assert shown["outside"] == len(full["facts"]) - len(shown["facts"])
            assert (f"{shown['outside']} fact" in shown["en"]) == (shown["outside"] > 0)


def test_no_list_of_a_status_names_what_its_reader_may_not_see(
    city: Engine, people: Mapping[str, Person], clients: Mapping[str, httpx.Client]
) -> None:
    """A company's people see its compounds, and of these no referral and only their own leads."""
    company = people["company_user"].bound
    with city.connect() as connection:
        compounds = connection.scalars(
            text(
                "SELECT compound_id FROM oversight.status WHERE company_id = :company"
                " AND upper_inf(valid) AND detail::text LIKE '%referral%'"
            ),
            {"company": company},
        ).all()
    assert compounds
    for compound in compounds:
        path = f"/compounds/{compound}/status"
        assert clients["auditor"].get(path).json()["referrals_due"] is not None
        named = {kind for kind, _ in facts(clients["company_user"].get(path).json())}
        assert named.isdisjoint({"referral", "lead"})


BOUNDED = sorted(role for role in BOUND if kind_of(role, "640100") != "all")
STATUSES = {
    "compound": ("oversight.status", "compound_id"),
    "company": ("oversight.company_status", "company_id"),
}
ALL_OF_THEM = """
    SELECT {key}, detail, reasons FROM {table} WHERE valid @> current_date ORDER BY 1 LIMIT 400
"""


def refs(detail: dict[str, Any], reasons: list[dict[str, Any]]) -> list[tuple[str, int | None]]:
    """All that a stored status names: kind and number, place by place."""
    return [
        *(
            (fact.split()[0], int(fact.split()[1]))
            for reason in reasons
            for fact in (reason[2] if len(reason) > 2 else ())
        ),
        *((kind, one) for name, kind in LISTS.items() for one in detail.get(name, ())),
        *(
            ref
            for kind, *_, measure, violation in detail.get("measures", ())
            for ref in (
                ("exit" if kind == "exit" else "measure", measure),
                ("violation", violation),
            )
        ),
        *(("violation", number) for _, number in detail.get("committee_steps_due", ())),
    ]


def visible(connection: Connection, kind: str) -> set[int]:
    """The facts of a kind that the row policies leave whoever is acting."""
    table, key = FACTS[kind]
    return set(connection.scalars(text(f"SELECT {key} FROM {table}")))


@pytest.mark.parametrize("role", BOUNDED)
@pytest.mark.parametrize("whose", STATUSES)
def test_sql_tells_a_scope_no_fact_that_its_row_policies_hide(
    city: Engine,
    engines: Mapping[str, Engine],
    people: Mapping[str, Person],
    role: str,
    whose: str,
) -> None:
    table, key = STATUSES[whose]
    with city.connect() as connection:
        kept = connection.execute(text(ALL_OF_THEM.format(table=table, key=key))).all()
    with acting(engines, people[role]) as connection:
        seen = {kind: visible(connection, kind) for kind in FACTS}
        own = set(connection.scalars(text(f"SELECT {key} FROM {table}")))
        for number, detail, reasons in kept:
            told = connection.scalar(
                text(f"SELECT {whose} FROM access.told(:whose, :number, current_date)"),
                {"whose": whose, "number": number},
            )
            assert (told is not None) == (number in own)
            if told is None:
                continue
            expected = [
                (kind, 0 if one and kind in seen and one not in seen[kind] else one)
                for kind, one in refs(detail, reasons)
            ]
            assert refs(told["detail"], told["reasons"]) == expected
            assert _rest(told["detail"]) == _rest(detail)


def _rest(detail: dict[str, Any]) -> dict[str, Any]:
    lists = {*LISTS, "measures", "committee_steps_due"}
    return {name: one for name, one in detail.items() if name not in lists} | {
        name: len(detail[name]) for name in lists & detail.keys()
    }


@pytest.mark.parametrize("role", BOUNDED)
@pytest.mark.parametrize("column", ["detail", "reasons"])
@pytest.mark.parametrize("whose", STATUSES)
def test_no_scope_reads_the_columns_that_name_facts_of_everywhere(
    engines: Mapping[str, Engine],
    people: Mapping[str, Person],
    role: str,
    column: str,
    whose: str,
) -> None:
    with (
        acting(engines, people[role]) as connection,
        pytest.raises(ProgrammingError, match="permission denied"),
    ):
        connection.execute(text(f"SELECT {column} FROM {STATUSES[whose][0]}"))
