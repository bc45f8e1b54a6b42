"""Two who write about one company follow each other, and none loses what the other found."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Connection, Engine, text

from geo import dates
from oversight.store import locks
from oversight.store.refresh import refresh
from oversight.store.stored import company_at, status_at

ROUNDS = 50
HERE, THERE, OURS, OTHERS = 1, 2, 7, 8


@pytest.fixture(scope="module")
def city(database: Engine) -> Engine:
    """Two compounds that two companies serve."""
    with database.begin() as connection:
        connection.execute(text("INSERT INTO registry.city VALUES ('649900', '试验市')"))
        for number in (OURS, OTHERS):
            connection.execute(
                text(
                    "INSERT INTO registry.company (id, city_code, code, name)"
                    " VALUES (:id, '649900', 'K' || :id, '物业' || :id)"
                ),
                {"id": number},
            )
        for number in (HERE, THERE):
            connection.execute(
                text(
                    "INSERT INTO registry.compound (id, city_code, code, name, geom, source)"
                    " VALUES (:id, '649900', 'C' || :id, '小区' || :id,"
                    " ST_Multi(ST_MakeEnvelope(106, 38, 106.01, 38.01, 4326)), 'office')"
                ),
                {"id": number},
            )
            _contract(connection, number, OURS, "2022-01-01")
    return database


def test_two_writers_at_one_company_never_lose_a_rung(city: Engine) -> None:
    today = dates.today()
    for _ in range(ROUNDS):
        with city.begin() as connection:
            connection.execute(text("DELETE FROM oversight.violation"))
            _renew(connection, HERE, THERE)
        _together(lambda: _broken(city, HERE, "P1"), lambda: _broken(city, THERE, "P2"))
        with city.connect() as connection:
            company = company_at(connection, OURS, today)
            assert company is not None
            assert len(company.status.counting) == 2
            for compound in (HERE, THERE):
                status = status_at(connection, compound, today)
                assert status is not None
                assert status.status.rung == 1


def test_two_writers_in_one_compound_reach_the_second_rung(city: Engine) -> None:
    for _ in range(ROUNDS):
        with city.begin() as connection:
            connection.execute(text("DELETE FROM oversight.violation"))
            _renew(connection, HERE)
        _together(lambda: _broken(city, HERE, "P1"), lambda: _broken(city, HERE, "P2"))
        with city.connect() as connection:
            status = status_at(connection, HERE, dates.today())
            assert status is not None
            assert status.status.rung == 2


def test_crossing_sets_never_wait_for_each_other_in_a_ring(city: Engine) -> None:
    def take(compounds: list[int], companies: list[int]) -> None:
        for _ in range(ROUNDS):
            with city.begin() as connection:
                locks.lock(connection, compounds, companies)

    _together(
        lambda: take([HERE, THERE], [OTHERS]),
        lambda: take([THERE, HERE], [OURS]),
        lambda: take([THERE], [OTHERS, OURS]),
    )


def test_a_company_that_comes_meanwhile_is_told(city: Engine) -> None:
    waiting = threading.Event()

    def late() -> None:
        with city.begin() as connection:
            waiting.set()
            locks.lock(connection, [THERE])

    with ThreadPoolExecutor(1) as other:
        with city.begin() as connection:
            locks.lock(connection, [THERE], [OTHERS])
            running = other.submit(late)
            waiting.wait(5)
            _until_somebody_waits(city)
            connection.execute(
                text(
                    "UPDATE registry.contract SET valid = '[2022-01-01,2026-01-01)'"
                    " WHERE compound_id = :there"
                ),
                {"there": THERE},
            )
            _contract(connection, THERE, OTHERS, "2026-01-01")
        with pytest.raises(locks.Retry):
            running.result(5)


def test_many_compounds_take_their_city_whole(city: Engine) -> None:
    with city.begin() as connection, city.begin() as other:
        locks.lock(connection, [HERE, *range(10_000, 10_000 + locks.MANY)])
        other.execute(text("SET LOCAL lock_timeout = '50ms'"))
        with pytest.raises(Exception, match="lock timeout"):
            locks.lock(other, [THERE])


def _contract(connection: Connection, compound: int, company: int, start: str) -> None:
    connection.execute(
        text(
            "INSERT INTO registry.contract (city_code, compound_id, company_id, kind, valid)"
            " VALUES ('649900', :compound, :company, 'ordinary', daterange(:start, NULL))"
        ),
        {"compound": compound, "company": company, "start": start},
    )


def _broken(city: Engine, compound: int, code: str) -> None:
    """Enter a violation that our company committed in a compound."""
    with city.begin() as connection:
        locks.lock(connection, [compound], [OURS])
        connection.execute(
            text(
                "INSERT INTO oversight.violation (city_code, compound_id, type_code,"
                " offender_kind, company_id, severity, found_on, confirmed_on)"
                " VALUES ('649900', :compound, :code, 'company', :company, 'general',"
                " '2026-01-05', '2026-01-09')"
            ),
            {"compound": compound, "code": code, "company": OURS},
        )
        _renew(connection, compound)


def _renew(connection: Connection, *compounds: int) -> None:
    refresh(connection, compounds=compounds, companies=[OURS])


def _together(*works: Callable[[], None]) -> None:
    """Begin all at the same time and wait for the last."""
    start = threading.Barrier(len(works))

    def run(work: Callable[[], None]) -> None:
        start.wait(5)
        work()

    with ThreadPoolExecutor(len(works)) as threads:
        for done in [threads.submit(run, work) for work in works]:
            done.result(60)


def _until_somebody_waits(city: Engine) -> None:
    with city.connect() as connection:
        for _ in range(100):
            found = text(
                "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'advisory'"
            )
            if connection.scalar(found):
                return
            connection.execute(text("SELECT pg_sleep(0.02)"))
    raise AssertionError("nobody waits")
