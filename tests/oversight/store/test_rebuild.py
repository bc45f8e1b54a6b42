"""A rebuild writes the same rows whoever assesses: this process, local ones, a scheduler's."""

from collections.abc import Iterator
from datetime import date

import pytest
from distributed import LocalCluster
from sqlalchemy import Engine, text

from geo.errors import AtlasError
from oversight.store import rebuild as module
from oversight.store.lacking import lacking
from oversight.store.rebuild import Part, Task, rebuild
from tests.oversight.store.kept import CITY, forget, written


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    """The address of a dask scheduler with two local workers."""
    with LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=":0"
    ) as cluster:
        yield cluster.scheduler_address


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of a few compounds, so that even a small city is worth several processes."""
    monkeypatch.setattr(module, "FEW", 0)
    kinds = {kind: (kept, table, 7) for kind, (kept, table, _) in module._KINDS.items()}
    monkeypatch.setattr(module, "_KINDS", kinds)


@pytest.mark.usefixtures("small_parts")
def test_here_in_local_processes_and_by_a_scheduler_the_rows_are_the_same(
    filled: Engine, today: date, scheduler: str
) -> None:
    seen = []
    here = rebuild(filled, on=today, workers=1)
    rows = written(filled)
    for how in ({"workers": 2}, {"scheduler": scheduler}):
        forget(filled)
        told = rebuild(
            filled, on=today, progress=lambda done, total: seen.append((done, total)), **how
        )
        assert told == here
        assert written(filled) == rows
    assert seen[-1][0] == seen[-1][1] > 6


@pytest.mark.usefixtures("small_parts")
def test_todays_statuses_are_the_same_by_a_scheduler(
    filled: Engine, today: date, scheduler: str
) -> None:
    forget(filled)
    rebuild(filled, on=today, today_only=True, workers=1)
    rows = written(filled)
    forget(filled)
    rebuild(filled, on=today, today_only=True, scheduler=scheduler)
    assert written(filled) == rows
    assert len(rows["oversight.status"]) == 40


def test_one_city_is_rebuilt_and_others_stay(filled: Engine, today: date) -> None:
    rebuild(filled, on=today, workers=1)
    rows = written(filled)
    assert rebuild(filled, cities=[CITY], on=today, workers=1).compounds == 40
    assert written(filled) == rows
    with filled.begin() as connection:
        connection.execute(
            text("INSERT INTO registry.city VALUES ('649900', '试验市') ON CONFLICT DO NOTHING")
        )
    assert rebuild(filled, cities=["649900"], on=today, workers=1).rows == 0
    assert written(filled) == rows


@pytest.fixture
def newcomer(filled: Engine) -> Iterator[int]:
    """A company of a city that has no compound yet."""
    with filled.begin() as connection:
        connection.execute(
            text("INSERT INTO registry.city VALUES ('649900', '试验市') ON CONFLICT DO NOTHING")
        )
        number = connection.scalar(
            text(
                "INSERT INTO registry.company (city_code, code, name)"
                " VALUES ('649900', 'NEW', '新来物业') RETURNING id"
            )
        )
    yield number
    with filled.begin() as connection:
        for table, key in (("oversight.company_status", "company_id"), ("registry.company", "id")):
            connection.execute(text(f"DELETE FROM {table} WHERE {key} = :id"), {"id": number})


@pytest.mark.parametrize("today_only", [False, True])
def test_companies_of_a_city_without_compounds_have_their_status(
    filled: Engine, today: date, newcomer: int, today_only: bool
) -> None:
    forget(filled)
    rebuild(filled, on=today, today_only=today_only, workers=1)
    assert [row[0] for row in written(filled)["oversight.company_status"]].count(newcomer) == 1


def test_today_of_one_city_leaves_another_as_it_is(
    filled: Engine, today: date, newcomer: int
) -> None:
    forget(filled)
    rebuild(filled, cities=["649900"], on=today, today_only=True, workers=1)
    rebuild(filled, cities=[CITY], on=today, today_only=True, workers=1)
    rows = written(filled)
    assert newcomer in {row[0] for row in rows["oversight.company_status"]}
    assert len(rows["oversight.status"]) == 40


def test_a_city_that_comes_before_the_tables_are_locked_loses_nothing(
    filled: Engine, today: date, newcomer: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rebuild(filled, on=today, workers=1)
    rows = written(filled)
    listed = module._cities
    answers = iter([[CITY]])
    monkeypatch.setattr(module, "_cities", lambda *given: next(answers, None) or listed(*given))
    with pytest.raises(AtlasError, match="649900 got its first"):
        rebuild(filled, on=today, workers=1)
    assert written(filled) == rows


def test_a_rebuild_that_fails_leaves_what_was_written(
    filled: Engine, today: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    rebuild(filled, on=today, workers=1)
    rows = written(filled)

    def fail(*_: object) -> str:
        raise RuntimeError("the worker is gone")

    monkeypatch.setattr(module, "assess_part", fail)
    with pytest.raises(RuntimeError, match="gone"):
        rebuild(filled, on=today, workers=1)
    assert written(filled) == rows


def test_the_password_is_not_shown_where_tasks_are(today: date) -> None:
    task = Task("postgresql://atlas:secret@h/atlas", today, today_only=False)
    assert "secret" not in f"{task} {Part('compound', CITY, (1,))}"


def test_cities_without_statuses_or_of_an_earlier_policy_are_told(
    filled: Engine, today: date
) -> None:
    forget(filled)
    with filled.connect() as connection:
        assert [(one.city, one.compounds) for one in lacking(connection)] == [(CITY, 40)]
    rebuild(filled, on=today, workers=1)
    with filled.begin() as connection:
        assert lacking(connection) == []
        connection.execute(
            text(
                "UPDATE oversight.status SET policy_version = 'earlier'"
                " WHERE upper_inf(valid) AND compound_id % 4 = 0"
            )
        )
        assert [(one.city, one.compounds) for one in lacking(connection)] == [(CITY, 10)]
