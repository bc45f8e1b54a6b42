"""Facts know the smallest area they lie in, and move with their compound."""

import pytest
from sqlalchemy import Connection, Engine, text

CHILDREN = {
    "registry.contract_manager": "contract_id",
    "registry.committee_step": "committee_id",
    "registry.member": "committee_id",
    "oversight.order_extension": "order_id",
}
PARENTS = {
    "registry.contract_manager": "registry.contract",
    "registry.committee_step": "registry.committee",
    "registry.member": "registry.committee",
    "oversight.order_extension": "oversight.rectification_order",
}


@pytest.fixture
def connection(city: Engine):
    with city.connect() as made:
        yield made


def placed(connection: Connection) -> list[str]:
    return list(
        connection.scalars(
            text(
                "SELECT table_name FROM registry.placed WHERE by_table = 'registry.compound'"
                " ORDER BY 1"
            )
        )
    )


def test_every_table_with_an_area_has_it_indexed(connection: Connection) -> None:
    lacking = connection.scalars(
        text("""
            SELECT a.attrelid::regclass::text FROM pg_attribute AS a
            JOIN pg_class AS c ON c.oid = a.attrelid AND c.relkind = 'r'
            JOIN pg_namespace AS n ON n.oid = c.relnamespace AND n.nspname <> 'access'
            WHERE a.attname = 'area_code' AND NOT EXISTS (
                SELECT FROM pg_index AS i WHERE i.indrelid = a.attrelid
                AND i.indkey[0] = a.attnum)
        """)
    ).all()
    assert lacking == []


def test_a_fact_lies_where_its_compound_does(connection: Connection) -> None:
    for table in placed(connection):
        astray = connection.scalar(
            text(f"""
                SELECT count(*) FROM {table} AS f
                JOIN registry.compound AS c ON c.id = f.compound_id
                WHERE f.area_code <> COALESCE(c.street_code, c.district_code, c.city_code)
            """)
        )
        assert astray == 0, table


def test_what_names_another_fact_lies_where_that_does(connection: Connection) -> None:
    for table, column in CHILDREN.items():
        astray = connection.scalar(
            text(f"""
                SELECT count(*) FROM {table} AS f JOIN {PARENTS[table]} AS p ON p.id = f.{column}
                WHERE f.area_code <> p.area_code
            """)
        )
        assert astray == 0, table


def test_a_measure_against_a_company_as_such_belongs_to_the_city(connection: Connection) -> None:
    made = connection.scalar(
        text("""
            INSERT INTO oversight.measure (city_code, kind, company_id, due_on, area_code)
            SELECT city_code, 'talk', id, '2026-01-01', '640104001' FROM registry.company LIMIT 1
            RETURNING area_code
        """)
    )
    assert made == "640100"


def test_facts_follow_a_compound_to_another_street(connection: Connection) -> None:
    compound, street, other = connection.execute(
        text("""
            SELECT c.id, c.street_code, (SELECT max(code) FROM registry.street)
            FROM registry.compound AS c JOIN registry.committee AS m ON m.compound_id = c.id
            JOIN registry.member AS p ON p.committee_id = m.id
            WHERE c.street_code < (SELECT max(code) FROM registry.street) LIMIT 1
        """)
    ).one()
    assert street != other
    moving = text("UPDATE registry.compound SET street_code = :street WHERE id = :id")
    connection.execute(moving, {"street": other, "id": compound})
    for table in placed(connection):
        found = connection.scalars(
            text(f"SELECT DISTINCT area_code FROM {table} WHERE compound_id = :id"),
            {"id": compound},
        ).all()
        assert found in ([], [other]), table
    members = text("""
        SELECT DISTINCT p.area_code FROM registry.member AS p
        JOIN registry.committee AS m ON m.id = p.committee_id WHERE m.compound_id = :id
    """)
    assert connection.scalars(members, {"id": compound}).all() == [other]


def test_an_area_that_is_given_is_not_believed(connection: Connection) -> None:
    changed = connection.scalar(
        text("""
            UPDATE oversight.violation SET area_code = '999999999'
            WHERE id = (SELECT min(id) FROM oversight.violation) RETURNING area_code
        """)
    )
    assert changed != "999999999"
