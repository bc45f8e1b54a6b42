"""Assesses whole cities anew: workers read and assess parts of them, one transaction writes.

What a worker does is a function of the facts in the database, which the writer's locks keep still.
"""

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date
from importlib import import_module
from io import BytesIO
from typing import Any

from sqlalchemy import Connection, Engine, text

from geo import dates, noted
from geo.boundaries.renew import lock as lock_city
from geo.bulk import replaced
from geo.database import engine as make_engine
from geo.drawn import cells_later
from geo.errors import AtlasError
from oversight.assess import company_history, history
from oversight.policy import of_city, versions
from oversight.store import comparing, rows, writing
from oversight.store.public import PUBLIC, publish, publish_first
from oversight.store.reading import areas, read_companies, read_compounds
from oversight.store.writing import COMPANIES, COMPOUNDS, Kept

COMPOUNDS_A_PART = 1000
COMPANIES_A_PART = 250
FEW = 3
"""Parts that are not worth starting other processes for."""
NAMED = 20
"""Cities that the audit has by their codes; of more, the first."""
SECONDS = 15
"""How long a scheduler and its workers are waited for."""

_KINDS = {
    "compound": (COMPOUNDS, "registry.compound", COMPOUNDS_A_PART),
    "company": (COMPANIES, "registry.company", COMPANIES_A_PART),
}

_FIRST = (
    "status_pkey",
    "status_valid_excl",
    "status_area_code_idx",
    "status_city_code_idx",
    "status_company_id_idx",
    "status_compound_id_open_idx",
    "status_holds_until_idx",
    "status_public_pkey",
    "status_public_city_code_idx",
    "status_public_compound_id_open_idx",
)
"""Made before the rows, beside which they are filled: in the end one core alone would have to do
with the dearest, and a history of a country's cities is larger than memory, which each would read
once more."""

_QUIET = {"distributed.worker.profile.enabled": False}
"""Local workers are not looked at a hundred times a second."""
_AT_ONCE = 1 << 20
"""Bytes handed to COPY in one piece."""

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
            held.enter_context(cells_later(connection))
            compare = today_only and comparing.any_written(connection, codes)
            anew = cities is None and not compare
            public = PUBLIC
            if compare:
                targets = comparing.stage(connection)
            else:
                targets, public = _targets(connection, codes, whole=anew, held=held)
                _check_cities(connection, cities, codes)
            results = _assessed(parts, task, scheduler, workers)
            for number, (part, lines) in enumerate(results, 1):
                kept = _KINDS[part.kind][0]
                written += _copy(connection, kept, targets[kept], lines, made_here=anew)
                if kept is COMPOUNDS and not compare:
                    publish_first(connection, part.ids, statuses=targets[kept], public=public)
                if progress is not None:
                    progress(number, len(parts))
        if compare:
            written = sum(
                comparing.write(connection, kept, task.on) for kept in (COMPOUNDS, COMPANIES)
            )
            publish(connection, comparing.differing(connection, COMPOUNDS))
        counts = {
            kind: sum(len(part.ids) for part in parts if part.kind == kind) for kind in _KINDS
        }
        done = Rebuilt(len(codes), counts["compound"], counts["company"], written)
        _note(connection, codes, done, task)
    return done


def _note(connection: Connection, codes: Sequence[str], done: Rebuilt, task: Task) -> None:
    """One event for all: statuses are derived, so what each was before is not told."""
    if codes:
        said = {**asdict(done), "codes": codes[:NAMED], "today_only": task.today_only}
        noted.note(connection, "refresh", "oversight.status", {**said, "on": task.on})


def assess_part(part: Part, task: Task) -> bytes:
    """The rows of a part, as COPY reads them; opens a connection of its own that only reads."""
    source = make_engine(task.url)
    try:
        with _uncollected(), source.connect() as connection:
            connection.execute(text("SET default_transaction_read_only = on; SET jit = off"))
            return writing.copy_text(_rows(connection, part, task), _KINDS[part.kind][0])
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
        placed = areas(connection, part.ids)
        for compound in read_compounds(connection, part.ids, policy):
            area = placed[compound.id]
            for span in history(compound, policy, task.on, since):
                yield (*rows.status_row(span, part.city, policy.version), area)
    else:
        for company in read_companies(connection, part.ids, policy):
            for found in company_history(company, policy, task.on, since):
                yield rows.company_row(found, part.city, policy.version)


def _assessed(
    parts: Sequence[Part], task: Task, scheduler: str | None, workers: int
) -> Iterator[tuple[Part, bytes]]:
    """Parts with their rows, as they come."""
    if scheduler is None and (len(parts) <= FEW or workers < 2):
        for part in parts:
            yield part, assess_part(part, task)
        return
    distributed = _distributed()
    with _client(scheduler, workers) as client:
        waiting = list(reversed(parts))
        sent: dict[str, Part] = {}
        many = 2 * max(len(client.nthreads()), 1)

        def send() -> Any:
            part = waiting.pop()
            future = client.submit(assess_part, part, task, pure=False)
            sent[future.key] = part
            return future

        running = distributed.as_completed([send() for _ in range(min(many, len(waiting)))])
        for future in running:
            # Bytes alone come as they are; in a tuple they would be copied into a pickle and out.
            yield sent.pop(future.key), future.result()
            future.release()
            if waiting:
                running.add(send())


@contextmanager
def _client(scheduler: str | None, workers: int) -> Iterator[Any]:
    if scheduler is not None:
        with _asked(scheduler) as client:
            yield client
        return
    distributed = _distributed()
    with (
        import_module("dask").config.set(_QUIET),
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
        replacing = replaced(connection, tables, first=_FIRST, later=["placed"])
        coming = held.enter_context(replacing)
    else:
        coming = {table: table for table in tables}
        for table in tables:
            connection.execute(
                text(f"DELETE FROM {table} WHERE city_code = ANY(:cities)"),  # noqa: S608 - names of our own
                {"cities": list(cities)},
            )
    return {kept: coming[kept.table] for kept in (COMPOUNDS, COMPANIES)}, coming[PUBLIC]


def _copy(connection: Connection, kept: Kept, table: str, lines: bytes, *, made_here: bool) -> int:
    """Add what a part's worker wrote; returns how many rows."""
    cursor = connection.connection.cursor()
    try:
        into = writing.copy_into(table, kept, made_here=made_here)
        cursor.copy_expert(into, BytesIO(lines), _AT_ONCE)
        return int(cursor.rowcount)
    finally:
        cursor.close()
