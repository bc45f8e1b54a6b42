"""Assesses whole cities anew: workers read and assess parts of them, one transaction writes.

What a worker does is a function of the facts in the database, which the writer's locks keep still.
"""

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date
from importlib import import_module
from io import StringIO
from typing import Any

from sqlalchemy import Connection, Engine, text

from geo import dates
from geo.boundaries.renew import lock as lock_city
from geo.bulk import replaced
from geo.database import engine as make_engine
from geo.errors import AtlasError
from oversight.assess import company_history, history
from oversight.policy import of_city, versions
from oversight.store import rows, writing
from oversight.store.public import PUBLIC, publish
from oversight.store.reading import read_companies, read_compounds
from oversight.store.writing import COMPANIES, COMPOUNDS, Kept

COMPOUNDS_A_PART = 1000
COMPANIES_A_PART = 250
FEW = 3
"""Parts that are not worth starting other processes for."""
SECONDS = 15
"""How long a scheduler and its workers are waited for."""

_KINDS = {
    "compound": (COMPOUNDS, "registry.compound", COMPOUNDS_A_PART),
    "company": (COMPANIES, "registry.company", COMPANIES_A_PART),
}

Progress = Callable[[int, int], None]
"""Told how many parts are written, and of how many."""


@dataclass(frozen=True)
class Part:
    """Some compounds or companies of one city."""

    kind: str
    city: str
    ids: tuple[int, ...]


@dataclass(frozen=True)
class Task:
    """Where the facts are and what is asked of them; its address holds a password."""

    url: str = field(repr=False)
    on: date
    today_only: bool


@dataclass(frozen=True)
class Rebuilt:
    """How many were assessed, and how many rows were written."""

    cities: int
    compounds: int
    companies: int
    rows: int


def rebuild(
    engine: Engine,
    *,
    cities: Sequence[str] | None = None,
    today_only: bool = False,
    on: date | None = None,
    scheduler: str | None = None,
    workers: int = 2,
    progress: Progress | None = None,
) -> Rebuilt:
    """Assess every compound and company of cities (all, unless named) and write what follows.

    The whole history is replaced; with ``today_only`` just what holds from today (``on``) on, where
    it differs. Writers of these cities wait meanwhile; readers see what was written before until
    all is. ``scheduler`` is the address of a dask scheduler whose workers reach the database;
    without it so many local processes assess, and none for a few parts.
    """
    task = Task(engine.url.render_as_string(hide_password=False), on or dates.today(), today_only)
    with engine.begin() as connection:
        codes = _cities(connection, cities)
        for city in codes:
            lock_city(connection, city)
            versions.keep(connection, of_city(city))
        parts = list(_parts(connection, codes))
        written = 0
        with ExitStack() as held:
            compare = today_only and _any_written(connection, codes)
            public = PUBLIC
            if compare:
                targets = _stage(connection)
            else:
                targets, public = _targets(connection, codes, whole=cities is None, held=held)
                _check_cities(connection, cities, codes)
            results = _assessed(parts, task, scheduler, workers)
            for number, (part, lines) in enumerate(results, 1):
                kept = _KINDS[part.kind][0]
                written += lines.count("\n")
                _copy(connection, kept, targets[kept], lines)
                if kept is COMPOUNDS and not compare:
                    publish(connection, part.ids, statuses=targets[kept], public=public)
                if progress is not None:
                    progress(number, len(parts))
        if compare:
            written = sum(
                _write_today(connection, kept, task.on) for kept in (COMPOUNDS, COMPANIES)
            )
            publish(connection, _differing(connection, COMPOUNDS))
        counts = {
            kind: sum(len(part.ids) for part in parts if part.kind == kind) for kind in _KINDS
        }
    return Rebuilt(len(codes), counts["compound"], counts["company"], written)


def assess_part(part: Part, task: Task) -> str:
    """The rows of a part, as COPY reads them; opens a connection of its own that only reads."""
    source = make_engine(task.url)
    try:
        with _uncollected(), source.connect() as connection:
            connection.execute(text("SET default_transaction_read_only = on; SET jit = off"))
            return writing.copy_text(_rows(connection, part, task))
    finally:
        source.dispose()


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the collector of cycles: records have none, and looking for them takes a third."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _rows(connection: Connection, part: Part, task: Task) -> Iterator[rows.Row]:
    policy = of_city(part.city)
    since = task.on if task.today_only else None
    if part.kind == "compound":
        for compound in read_compounds(connection, part.ids, policy):
            for span in history(compound, policy, task.on, since):
                yield rows.status_row(span, part.city, policy.version)
    else:
        for company in read_companies(connection, part.ids, policy):
            for found in company_history(company, policy, task.on, since):
                yield rows.company_row(found, part.city, policy.version)


def _assessed(
    parts: Sequence[Part], task: Task, scheduler: str | None, workers: int
) -> Iterator[tuple[Part, str]]:
    """Parts with their rows, as they come."""
    if scheduler is None and (len(parts) <= FEW or workers < 2):
        for part in parts:
            yield part, assess_part(part, task)
        return
    distributed = _distributed()
    with _client(scheduler, workers) as client:
        waiting = list(reversed(parts))
        many = 2 * max(len(client.nthreads()), 1)

        def send() -> Any:
            part = waiting.pop()
            return client.submit(_task, part, task, pure=False)

        running = distributed.as_completed([send() for _ in range(min(many, len(waiting)))])
        for future in running:
            yield future.result()
            future.release()
            if waiting:
                running.add(send())


def _task(part: Part, task: Task) -> tuple[Part, str]:
    return part, assess_part(part, task)


@contextmanager
def _client(scheduler: str | None, workers: int) -> Iterator[Any]:
    if scheduler is not None:
        with _asked(scheduler) as client:
            yield client
        return
    distributed = _distributed()
    with (
        distributed.LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            dashboard_address=":0",
            silence_logs=40,
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client


def _asked(scheduler: str) -> Any:
    """A client of a scheduler that answers and has workers; raises AtlasError where it does not."""
    try:
        client = _distributed().Client(scheduler, timeout=SECONDS)
    except (OSError, ValueError) as error:
        raise AtlasError(
            f"--scheduler {scheduler}: no dask scheduler answers there ({error}); give the address "
            "it printed when it started, as tcp://10.0.0.7:8786"
        ) from None
    try:
        client.wait_for_workers(1, timeout=SECONDS)
    except TimeoutError:
        client.close()
        raise AtlasError(
            f"--scheduler {scheduler}: it has no workers; start some with dask worker {scheduler}"
        ) from None
    return client


def _distributed() -> Any:
    """The library, which loads slowly and has no annotations."""
    return import_module("distributed")


def _cities(connection: Connection, cities: Sequence[str] | None) -> list[str]:
    """The cities that have compounds or companies, or the named ones."""
    if cities is not None:
        return sorted(set(cities))
    found = text("""
        SELECT t.code FROM registry.city AS t
        WHERE EXISTS (SELECT FROM registry.compound AS c WHERE c.city_code = t.code)
           OR EXISTS (SELECT FROM registry.company AS y WHERE y.city_code = t.code)
        ORDER BY 1
    """)
    return list(connection.scalars(found))


def _check_cities(
    connection: Connection, cities: Sequence[str] | None, locked: Sequence[str]
) -> None:
    """Refuse to go on where a city came before the tables were locked: its rows would be lost."""
    came = set(_cities(connection, cities)) - set(locked)
    if came:
        raise AtlasError(
            f"city {', '.join(sorted(came))} got its first compounds or companies meanwhile;"
            " nothing was changed, run atlas refresh again"
        )


def _parts(connection: Connection, cities: Sequence[str]) -> Iterator[Part]:
    for kind, (_, table, size) in _KINDS.items():
        for city in cities:
            listed = text(
                f"SELECT id FROM {table}"  # noqa: S608 - one of two names
                " WHERE city_code = :city AND superseded_at IS NULL ORDER BY id"
            )
            ids = connection.scalars(listed, {"city": city}).all()
            for start in range(0, len(ids), size):
                yield Part(kind, city, tuple(ids[start : start + size]))


def _targets(
    connection: Connection, cities: Sequence[str], *, whole: bool, held: ExitStack
) -> tuple[dict[Kept, str], str]:
    """Where the new rows go: into tables that take the place of these, or in place of a city's.

    The tables of statuses, and that of what everybody may know.
    """
    tables = [COMPOUNDS.table, COMPANIES.table, PUBLIC]
    if whole:
        coming = [held.enter_context(replaced(connection, table)) for table in tables]
    else:
        coming = tables
        for table in tables:
            connection.execute(
                text(f"DELETE FROM {table} WHERE city_code = ANY(:cities)"),  # noqa: S608 - names of our own
                {"cities": list(cities)},
            )
    return {COMPOUNDS: coming[0], COMPANIES: coming[1]}, coming[2]


def _copy(connection: Connection, kept: Kept, table: str, lines: str) -> None:
    statement = f"COPY {table} ({', '.join(kept.columns)}) FROM STDIN"
    cursor = connection.connection.cursor()
    try:
        cursor.copy_expert(statement, StringIO(lines))
    finally:
        cursor.close()


def _any_written(connection: Connection, cities: Sequence[str]) -> bool:
    """Whether there are statuses of the cities that today's are to be compared with."""
    found = (
        f"SELECT FROM {kept.table} WHERE city_code = ANY(:cities)"
        for kept in (COMPOUNDS, COMPANIES)
    )
    exists = text(f"SELECT EXISTS ({' UNION ALL '.join(found)})")
    return bool(connection.scalar(exists, {"cities": list(cities)}))


def _stage(connection: Connection) -> dict[Kept, str]:
    """Tables for what holds today, to be compared with what is written."""
    for kept in (COMPOUNDS, COMPANIES):
        connection.execute(
            text(
                f"CREATE TEMPORARY TABLE {_staged(kept)} ON COMMIT DROP AS"  # noqa: S608 - names of our own
                f" SELECT {', '.join(kept.columns)} FROM {kept.table} LIMIT 0"
            )
        )
    return {kept: _staged(kept) for kept in (COMPOUNDS, COMPANIES)}


def _write_today(connection: Connection, kept: Kept, on: date) -> int:
    """End the open rows that differ and begin new ones; returns how many began."""
    same = [name for name in kept.columns if name not in {kept.key, "valid", "holds_until"}]
    staged = _staged(kept)
    known = {"on": on}
    connection.execute(text(f"ANALYZE {staged}"))
    connection.execute(
        text(f"""
            CREATE TEMPORARY TABLE {staged}_differs ON COMMIT DROP AS
            SELECT n.{kept.key} AS id
            FROM {staged} AS n
            LEFT JOIN {kept.table} AS s ON s.{kept.key} = n.{kept.key} AND upper_inf(s.valid)
            WHERE s.{kept.key} IS NULL
               OR ({_listed("n", same)}) IS DISTINCT FROM ({_listed("s", same)})
        """)  # noqa: S608 - names of the program
    )
    connection.execute(
        text(f"""
            UPDATE {kept.table} AS s SET holds_until = n.holds_until
            FROM {staged} AS n
            WHERE s.{kept.key} = n.{kept.key} AND upper_inf(s.valid)
              AND s.holds_until IS DISTINCT FROM n.holds_until
        """)  # noqa: S608 - names of our own
    )
    connection.execute(
        text(f"""
            DELETE FROM {kept.table} AS s USING {staged}_differs AS d
            WHERE s.{kept.key} = d.id AND upper_inf(s.valid) AND lower(s.valid) >= :on
        """),  # noqa: S608 - names of our own
        known,
    )
    connection.execute(
        text(f"""
            UPDATE {kept.table} AS s
            SET valid = daterange(lower(s.valid), :on), holds_until = :on
            FROM {staged}_differs AS d
            WHERE s.{kept.key} = d.id AND upper_inf(s.valid)
        """),  # noqa: S608 - names of our own
        known,
    )
    return connection.execute(
        text(f"""
            INSERT INTO {kept.table} ({", ".join(kept.columns)})
            SELECT {_listed("n", kept.columns)}
            FROM {staged} AS n JOIN {staged}_differs AS d ON d.id = n.{kept.key}
        """)  # noqa: S608 - names of our own
    ).rowcount


def _differing(connection: Connection, kept: Kept) -> Sequence[int]:
    """Those whose rows were rewritten by :func:`_write_today`."""
    return connection.scalars(text(f"SELECT id FROM {_staged(kept)}_differs")).all()  # noqa: S608


def _staged(kept: Kept) -> str:
    return f"coming_{kept.table.partition('.')[2]}"


def _listed(alias: str, names: Iterable[str]) -> str:
    return ", ".join(f"{alias}.{name}" for name in names)
