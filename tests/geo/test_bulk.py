"""A table filled in bulk has afterwards just the indexes and references it had before."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import IntegrityError

from geo import bulk, schema

TABLE = "registry.compound"
STATUSES = "oversight.status"
DUTIES = "oversight.duty"
INDEXES = text(
    "SELECT count(*) FROM pg_index WHERE indrelid = CAST('registry.compound' AS regclass)"
)
INSERT = text("""
    INSERT INTO registry.compound (city_code, code, name, district_code, geom, source)
    SELECT :city, 'N' || number, '甲', :district,
           ST_Multi(ST_MakeEnvelope(106, 38, 106.001, 38.001, 4326)), 'test'
    FROM generate_series(1, CAST(:count AS integer)) AS number,
         generate_series(1, CAST(:times AS integer))
""")


@pytest.fixture
def connection(database: Engine) -> Iterator[Connection]:
    """A transaction that is taken back after the test, with a city."""
    with database.connect() as made:
        made.execute(text("INSERT INTO registry.city (code, name) VALUES ('910100', '试验市')"))
        yield made
        made.rollback()


def _fill(
    connection: Connection, count: int = 1, times: int = 1, district: str | None = None
) -> None:
    given = {"count": count, "times": times, "city": "910100", "district": district}
    connection.execute(INSERT, given)


def test_the_schema_is_afterwards_what_it_was(database: Engine) -> None:
    before = schema.dump(database)
    with database.begin() as connection:
        (all_of_them,) = connection.execute(INDEXES).one()
        with bulk.without_indexes(connection, TABLE):
            assert connection.execute(INDEXES).scalar_one() < all_of_them
    assert schema.dump(database) == before


@pytest.mark.parametrize("first", [(), ("status_valid_excl", "status_pkey")])
def test_a_replaced_table_has_what_the_old_one_had(
    database: Engine, first: tuple[str, ...]
) -> None:
    with database.begin() as connection:
        connection.execute(text(f"GRANT SELECT ON {STATUSES} TO pg_monitor"))
        connection.execute(text(f"GRANT SELECT (rung) ON {STATUSES} TO pg_read_all_stats"))
    before = schema.dump(database)
    with (
        database.begin() as connection,
        bulk.replaced(connection, [STATUSES], first=first) as coming,
    ):
        empty = text(f"SELECT count(*) FROM {coming[STATUSES]}")
        assert connection.execute(empty).scalar_one() == 0
    assert schema.dump(database) == before
    with database.connect() as connection:
        granted = text(
            f"SELECT has_table_privilege('pg_monitor', '{STATUSES}', 'SELECT'),"
            f" has_column_privilege('pg_read_all_stats', '{STATUSES}', 'rung', 'SELECT'),"
            f" has_column_privilege('pg_read_all_stats', '{STATUSES}', 'reasons', 'SELECT')"
        )
        assert tuple(connection.execute(granted).one()) == (True, True, False)


def test_others_read_the_table_that_is_being_replaced(database: Engine) -> None:
    with (
        database.begin() as connection,
        bulk.replaced(connection, [STATUSES]),
        database.begin() as other,
    ):
        other.execute(text("SET LOCAL lock_timeout = '1s'"))
        assert other.execute(text(f"SELECT count(*) FROM {STATUSES}")).scalar_one() == 0
        other.execute(text("SELECT count(*) FROM registry.compound"))


def test_what_is_put_in_place_of_a_table_must_fit_its_references(connection: Connection) -> None:
    with (
        pytest.raises(IntegrityError, match="duty_city_code_fkey"),
        bulk.replaced(connection, [DUTIES]) as coming,
    ):
        connection.execute(
            text(
                f"INSERT INTO {coming[DUTIES]} (city_code, row, level, role, body)"
                " VALUES ('910101', 'T3', 'city', 'lead', 'housing')"
            )
        )


def test_a_row_that_refers_to_nothing_is_still_refused(connection: Connection) -> None:
    with (
        pytest.raises(IntegrityError, match="compound_district_code_fkey"),
        bulk.without_indexes(connection, TABLE),
    ):
        _fill(connection, district="910101")


def test_a_number_given_twice_is_still_refused(connection: Connection) -> None:
    with (
        pytest.raises(IntegrityError, match="compound_city_code_code_key"),
        bulk.without_indexes(connection, TABLE),
    ):
        _fill(connection, times=2)


def test_an_outline_that_crosses_itself_is_still_refused(connection: Connection) -> None:
    knot = "SRID=4326;MULTIPOLYGON(((0 0, 1 1, 1 0, 0 1, 0 0)))"
    with (
        pytest.raises(IntegrityError, match="compound_geom_check"),
        bulk.without_indexes(connection, TABLE),
    ):
        connection.execute(
            text(
                "INSERT INTO registry.compound (city_code, code, name, geom, source)"
                " VALUES ('910100', 'K', '结', CAST(:knot AS geometry), 'test')"
            ),
            {"knot": knot},
        )


def test_only_many_rows_beside_few_are_worth_it(connection: Connection) -> None:
    assert not bulk.worth_it(connection, TABLE, bulk.LEAST_ROWS - 1)
    assert bulk.worth_it(connection, TABLE, bulk.LEAST_ROWS)
    _fill(connection, bulk.LEAST_ROWS)
    assert not bulk.worth_it(connection, TABLE, bulk.LEAST_ROWS)
    assert bulk.worth_it(connection, TABLE, bulk.LEAST_ROWS + 1)
