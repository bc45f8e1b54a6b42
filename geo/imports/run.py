"""One file in one transaction: read, checked, written, and what could not be, kept with reasons."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyproj
import shapely
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from geo import crs, dates, noted
from geo.boundaries.renew import lock
from geo.demonstration import is_on
from geo.errors import AtlasError
from geo.imports import (
    compounds,
    datum,
    duplicates,
    facts,
    held,
    places,
    record,
    references,
    staged,
)
from geo.imports.city import ELSEWHERE, city_of
from geo.imports.datum import Evidence
from geo.imports.given_back import given_back
from geo.imports.options import COMPLAINT_DAYS, Options
from geo.imports.problems import REASONS, Problem, Verdict
from geo.imports.profile import Profile, load
from geo.imports.readers import open_source
from geo.imports.reading import Reading
from geo.imports.report import Report
from geo.imports.staged import Writing, Written
from geo.imports.table import Source, sheet_and_number

SAMPLE = 2000
EXAMPLES = 20

Progress = Callable[[str, int, int | None], None]
"""Told the step, how many rows are through it, and of how many where that is known."""

Within = Callable[[Connection, Profile, Written], None]
"""What else happens in the transaction, after the facts are written: statuses, audit."""

Admit = Callable[[Connection], None]
"""Raises RefusedError where the file is not for its sender to import."""

WRITERS: dict[str, Callable[[Connection, Profile, Writing], Written]] = {
    "compounds": compounds.write,
    "streets": places.write,
    "communities": places.write,
}
"""Kinds that are written in a way of their own; all others by :func:`geo.imports.facts.write`."""


@dataclass
class Run:
    """What the steps of one import share."""

    profile: Profile
    path: Path
    options: Options
    report: Report
    progress: Progress
    within: Iterable[Within]
    admit: Admit
    actor: str
    import_id: int | None
    complaint_days: Callable[[str], int]
    city: str = ELSEWHERE
    repairs: dict[str, list[tuple[int, float]]] = field(default_factory=dict)
    back: dict[int, int] = field(default_factory=dict)
    discarded: set[int] = field(default_factory=set)

    @property
    def own_city(self) -> str | None:
        """The city that the file is for; None where it may be for any."""
        return None if self.city == ELSEWHERE else self.city


def run(
    engine: Engine,
    kind: str,
    path: Path,
    options: Options | None = None,
    *,
    import_id: int | None = None,
    progress: Progress | None = None,
    within_transaction: Iterable[Within] = (),
    admit: Admit = lambda _connection: None,
    confirm: Callable[[Evidence], bool] | None = None,
    actor: str | None = None,
    complaint_days: Callable[[str], int] = lambda _city: COMPLAINT_DAYS,
    name: str | None = None,
) -> Report:
    """Import a file of a kind in one transaction: all accepted rows, or none.

    Rows that are rejected or in doubt are kept in ``imports.held_row`` with their reasons. With
    more rejected rows than ``options.max_errors`` no fact is written, but the held rows are kept. A
    dry run without ``import_id`` leaves nothing behind. One event of the audit tells of the file
    and of what it brought. ``admit`` is asked first, and again before the facts are committed.
    ``confirm`` is shown the evidence for a guessed datum before anything is written; it is asked
    only where the evidence is decisive. ``complaint_days`` tells of a city how many days it gives
    to answer a complaint. ``name`` is what the file is called in the report; its own by default.
    Raises AtlasError, with the database as it was, where the file as a whole cannot be read; it is
    for whoever entered the file as ``import_id`` to say there what becomes of it then.
    """
    options = options or Options()
    profile = load(kind)
    report = Report(kind=profile.kind, file=name or path.name, import_id=import_id)
    try:
        if import_id is not None:
            with engine.begin() as connection:
                record.begin(connection, import_id)
        shared = Run(
            profile=profile,
            path=path,
            options=options,
            report=report,
            progress=progress or (lambda _step, _done, _total: None),
            within=within_transaction,
            admit=admit,
            actor=actor or noted.whoever(),
            import_id=import_id,
            complaint_days=complaint_days,
        )
        _import(engine, shared, confirm)
    except Exception as error:
        raise _plain(error, path) from error
    return report


def _import(engine: Engine, run: Run, confirm: Callable[[Evidence], bool] | None) -> None:
    with engine.connect() as connection, connection.begin() as transaction:
        run.admit(connection)
        with open_source(
            run.path, sheet=run.options.sheet, encoding=run.options.encoding, profile=run.profile
        ) as source:
            lasting = _bring(connection, run, source, confirm)
        if not lasting:
            transaction.rollback()


def _bring(
    connection: Connection, run: Run, source: Source, confirm: Callable[[Evidence], bool] | None
) -> bool:
    """Read, check and write one file; whether anything of that is to stay."""
    run.report.format = source.format
    run.report.made_up = is_on(connection)
    run.city = city_of(connection, run.options) or ELSEWHERE
    # What one import finds unknown, another of the city must not write meanwhile.
    lock(connection, run.city)
    reading = Reading(source, run.profile, run.options)
    with run.report.timed("datum"):
        _look_ahead(connection, run, reading)
        _settle_datum(connection, run, reading, confirm)
    lasting = run.import_id is not None or not run.options.dry_run
    if lasting:
        run.import_id = run.report.import_id = record.open_file(
            connection, run.import_id, run.profile.kind, run.path, run.options, run.actor
        )
    savepoint = connection.begin_nested()
    written = _read_and_write(connection, run, reading)
    problems = _problems(connection)
    _count(run, written, problems)
    if run.report.state == "done":
        for also in run.within:
            also(connection, run.profile, written)
        run.admit(connection)
        savepoint.commit()
    else:
        savepoint.rollback()
    with run.report.timed("held rows"):
        _keep_held(connection, run, reading, problems, lasting)
    if lasting:
        _close(connection, run, reading)
    return lasting


def _close(connection: Connection, run: Run, reading: Reading) -> None:
    """Keep what became of the file; the audit is told where it became facts."""
    assert run.import_id is not None  # noqa: S101 - told to mypy
    record.keep_repairs(connection, run.import_id, reading.layouts, run.repairs)
    city = run.own_city
    digest = record.digest_of(run.path)
    record.close(connection, run.import_id, digest, city, run.report, reading.layouts)
    if run.report.state == "done":
        said = {"sha256": digest, "source": run.options.source, "city_code": run.city}
        record.note(connection, run.import_id, run.profile.table, said, run.report, run.actor)


def _look_ahead(connection: Connection, run: Run, reading: Reading) -> None:
    """Learn how far the loaded districts reach, and fetch the shapes of rows that come back."""
    row = connection.execute(
        text(
            "SELECT ST_XMin(e) AS west, ST_YMin(e) AS south,"
            " ST_XMax(e) AS east, ST_YMax(e) AS north"
            " FROM (SELECT ST_Extent(geom) AS e FROM registry.district_boundary"
            " WHERE superseded_at IS NULL AND upper_inf(valid)"
            " AND (city_code = :city OR :city = :elsewhere)) AS d"
        ),
        {"city": run.city, "elsewhere": ELSEWHERE},
    ).one()
    if row.west is not None and run.options.outside == "review":
        reading.reach = (row.west, row.south, row.east, row.north)
    numbers: set[int] = set()
    for chunk, matched in reading.chunks():
        if not matched.held:
            break
        numbers.update(given_back(chunk, matched).held)
    if numbers - {0}:
        kept = held.shapes(
            connection, sorted(numbers - {0}), kind=run.profile.kind, city=run.own_city
        )
        for number, (wkb, told) in kept.items():
            reading.datum = told or reading.datum
            if wkb is not None:
                shape = shapely.from_wkb([wkb])
                reading.kept[number] = (crs.to_wgs84(shape, told) if told else shape)[0]


def _settle_datum(
    connection: Connection,
    run: Run,
    reading: Reading,
    confirm: Callable[[Evidence], bool] | None,
) -> None:
    """Which datum the coordinates are in: as asked for, as declared, or guessed on evidence."""
    sample = reading.sample(SAMPLE if run.options.datum == "guess" else 1)
    if sample is None:
        return
    if run.options.datum == "guess":
        evidence = datum.guess(connection, sample[0], run.city, sample[1])
        run.report.evidence = evidence.sentences("zh") + evidence.sentences("en")
        if not evidence.decisive or (confirm is not None and not confirm(evidence)):
            said = "; ".join(evidence.sentences("en"))
            raise AtlasError(
                f"{run.path.name}: the datum could not be settled by guessing ({said}); "
                f"nothing was written; give --datum {', '.join(crs.DATUMS)} or EPSG:n"
            )
        reading.datum = evidence.best
    elif run.options.datum is not None or reading.datum is None:
        reading.datum = datum.declared_or_ask(reading.source.crs, run.options.datum, run.path.name)
    run.report.datum = reading.datum


def _read_and_write(connection: Connection, run: Run, reading: Reading) -> Written:
    report = run.report
    staged.create(connection, run.profile)
    present: set[str] = set()
    with report.timed("reading"):
        for part in reading.prepared():
            present |= set(part.values.columns)
            staged.add_rows(
                connection,
                run.profile,
                part.rows,
                part.values,
                part.shapes,
                part.approximate,
                part.decisions,
            )
            staged.add_problems(connection, part.problems)
            report.read += part.read
            report.skipped += part.skipped
            run.back |= part.held
            run.discarded |= part.discarded
            for code, mended in part.repairs.items():
                run.repairs.setdefault(code, []).extend(mended)
            run.progress("reading", report.read, reading.source.total)
    report.left_out = reading.left_out
    report.unused = sorted({name for one in reading.mappings.values() for name in one.unused})
    run.progress("writing", report.read, report.read)
    writing = Writing(
        import_id=run.import_id or 0,
        city=run.city,
        on=run.options.on or dates.today(),
        present=frozenset(present),
        correct=run.options.correct,
        outside=run.options.outside,
        source=run.options.source,
        actor=run.actor,
        complaint_days=run.complaint_days(run.city),
        made_up=report.made_up,
    )
    with report.timed("references"):
        connection.execute(text("ANALYZE staged"))
        references.resolve(connection, run.profile, writing)
        staged.drop_held(connection)
        report.repeated = duplicates.refuse(connection, run.profile)
        staged.drop_held(connection)
    with report.timed("writing"):
        return WRITERS.get(run.profile.kind, facts.write)(connection, run.profile, writing)


def _problems(connection: Connection) -> dict[int, list[Problem]]:
    """What is wrong, by row."""
    found: dict[int, list[Problem]] = {}
    for row in connection.execute(
        text('SELECT "row", code, field, value, given FROM problem ORDER BY "row", field, code')
    ):
        problem = Problem(row[0], row.code, row.field, row.value, row.given)
        if problem not in found.setdefault(row[0], []):
            found[row[0]].append(problem)
    return found


def _verdict(problems: Iterable[Problem]) -> Verdict:
    """One reason to reject a row is enough."""
    verdicts = {REASONS[problem.code].verdict for problem in problems}
    return "rejected" if "rejected" in verdicts else "review"


def _count(run: Run, written: Written, problems: dict[int, list[Problem]]) -> None:
    report, options = run.report, run.options
    verdicts = Counter(_verdict(found) for found in problems.values())
    report.rejected, report.review = verdicts["rejected"], verdicts["review"]
    report.new, report.updated = written.new, written.updated
    report.unchanged = written.unchanged
    report.noted.update(written.noted)
    report.reasons.update(
        code for found in problems.values() for code in {problem.code for problem in found}
    )
    report.repairs.update({code: len(mended) for code, mended in run.repairs.items()})
    if options.max_errors is not None and report.rejected > options.max_errors:
        report.state = "refused"
    elif options.dry_run:
        report.state = "dry_run"


def _keep_held(
    connection: Connection,
    run: Run,
    reading: Reading,
    problems: dict[int, list[Problem]],
    lasting: bool,
) -> None:
    """Find the cells of the held rows in the file again and keep them with their reasons."""
    if run.report.state == "done" and run.import_id is not None:
        # A row that is held again goes on under its new number.
        settled = run.discarded.union(run.back.values())
        held.resolve(connection, settled, run.import_id, city=run.own_city)
    if not problems:
        return
    rows = list(_held_rows(reading, run.profile, problems))
    run.report.examples = [
        {
            "sheet": reading.layouts[sheet_and_number(one.row)[0]].sheet,
            "number": sheet_and_number(one.row)[1],
            "verdict": one.verdict,
            "reasons": [
                {"field": found.field, "zh": found.reason_zh, "en": found.reason_en}
                for found in one.findings
            ],
        }
        for one in rows[:EXAMPLES]
    ]
    if lasting and run.import_id is not None:
        whose = {"kind": run.profile.kind, "city": run.own_city}
        held.store(connection, run.import_id, reading.layouts, rows, **whose)


def _held_rows(
    reading: Reading, profile: Profile, problems: dict[int, list[Problem]]
) -> Iterator[held.HeldRow]:
    for chunk, _ in reading.chunks():
        for position, row in enumerate(chunk.rows.tolist()):
            if row not in problems:
                continue
            shape = None if chunk.shapes is None else chunk.shapes[position]
            yield held.held_row(
                row,
                _verdict(problems[row]),
                chunk.cells.iloc[position].tolist(),
                None if shape is None else shapely.to_wkb(shape),
                problems[row],
                profile,
            )


def _plain(error: Exception, path: Path | None) -> Exception:
    """An error of the connection in words; any other as it is."""
    where = f"{path.name}: " if path else ""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return AtlasError(
            f"{where}the connection to the database was lost; nothing was written; "
            "import the file again"
        )
    if isinstance(error, pyproj.exceptions.ProjError):
        return AtlasError(f"{where}the coordinates cannot be converted ({error})")
    return error
