"""Staged compounds into ``registry.compound``: the steps in order."""

from collections.abc import Sequence
from contextlib import ExitStack

from sqlalchemy import Connection, text

from geo import bulk, drawn
from geo.assign import assign_compounds, assign_jurisdictions
from geo.derive import redraw_compounds
from geo.history import set_aside_listed
from geo.imports.compounds import identity, placing
from geo.imports.compounds.statements import as_json, given_columns, statement
from geo.imports.problems import Reason, reasons
from geo.imports.profile import Profile
from geo.imports.staged import Writing, Written

TABLE = "registry.compound"

reasons(
    code_taken=Reason(
        zh="编号“{code}”在本市已属于“{name}”：请改正编号",
        en='the code "{code}" is that of "{name}" in this city already; correct it',
    ),
    reference_twice=Reason(
        zh="来源编号“{value}”与本文件第 {other} 行相同：请改正其一",
        en='the source reference "{value}" is that of row {other} of this file as well; correct '
        "one of them",
    ),
)


def write(connection: Connection, profile: Profile, writing: Writing) -> Written:
    """Write the rows of ``staged`` that are in no doubt; the others leave it with their problems.

    Locks the table of compounds against other writers. Where the file brings more rows than the
    table holds, its indexes are made anew, and readers wait until the transaction ends
    (:mod:`geo.bulk`). Noted are ``slight_overlap``, ``allowed_overlap``, ``crosses_district``,
    ``unclear_place``, ``unclear_street`` and ``kept_office``, in rows.
    """
    assert profile.matching is not None, "compounds.toml has [matching]"  # noqa: S101 - a fault of the program
    connection.execute(text("SET LOCAL work_mem = '128MB'"))
    connection.execute(text(f"LOCK TABLE {TABLE} IN SHARE ROW EXCLUSIVE MODE"))
    _want_stated_places(connection)
    noted = identity.settle(connection, profile, writing)
    noted |= placing.settle(connection, writing, profile.matching)
    touched, kept = _update(connection, profile, writing)
    noted["kept_office"] = kept
    made = _insert(connection, writing)
    ids = sorted({*touched, *made})
    _reach(connection, ids, writing)
    total: int = connection.execute(text("SELECT count(*) FROM staged")).scalar_one()
    return Written(
        new=len(made),
        updated=len(touched),
        unchanged=total - len(made) - len(touched),
        noted={code: count for code, count in noted.items() if count},
        ids=ids,
    )


def _want_stated_places(connection: Connection) -> None:
    """A file without stated places has no resolved ones either."""
    columns = ", ".join(f"ADD COLUMN IF NOT EXISTS {one}_code text" for one in placing.LEVELS)
    connection.execute(text(f"ALTER TABLE staged {columns}"))


def _insert(connection: Connection, writing: Writing) -> list[int]:
    coming: int = connection.execute(
        text(
            "SELECT count(*) FROM staged"
            ' WHERE NOT EXISTS (SELECT FROM compared WHERE compared."row" = staged."row")'
        )
    ).scalar_one()
    if not coming:
        return []
    many = bulk.worth_it(connection, TABLE, coming)
    tables = (TABLE, *drawn.TABLES) if many else ()
    with ExitStack() as held:
        for table in tables:
            held.enter_context(bulk.without_indexes(connection, table))
        given = {"source": writing.source, "import_id": writing.import_id or None}
        made: list[int] = connection.execute(statement("insert"), given).scalar_one()
    for table in tables:
        connection.execute(text(f"ANALYZE {table}"))
    return made


def _update(connection: Connection, profile: Profile, writing: Writing) -> tuple[list[int], int]:
    """Change recorded compounds; returns the numbers of those, and how many an office keeps."""
    columns = given_columns(profile, writing)
    given = {
        "actor": writing.actor,
        "on": writing.on,
        "source": writing.source,
        "import_id": writing.import_id or None,
        "elsewhere": writing.outside == "elsewhere",
    }
    if writing.correct:
        recorded = as_json({column: f"held.{column}" for column in columns})
        connection.execute(
            statement("audit", recorded=recorded, given=as_json(columns)),
            {"actor": writing.actor, "source": writing.source, "import_id": writing.import_id},
        )
    connection.execute(statement("changes"))
    set_aside_listed(connection, TABLE, "changed_compound")
    redraw_compounds(
        connection, "redrawn_outline", writing.on, writing.import_id or None, writing.correct
    )
    assignments = ", ".join(f"{column} = {made}" for column, made in columns.items())
    connection.execute(statement("update", assignments=assignments), given)
    _place_again(connection, writing)
    moved = connection.execute(statement("decide"), given).scalars().all()
    changed = connection.scalars(text("SELECT id FROM compared WHERE changed OR redrawn")).all()
    kept = connection.execute(text("SELECT count(*) FROM compared WHERE kept")).scalar_one()
    return sorted({*changed, *moved}), kept


def _place_again(connection: Connection, writing: Writing) -> None:
    """Find the place of recorded compounds that were redrawn, unless a person just told it."""
    ids = connection.scalars(
        text(
            "SELECT compared.id FROM compared"
            ' JOIN settled ON settled."row" = compared."row" AND NOT settled.place_decided'
            ' JOIN staged ON staged."row" = compared."row"'
        )
    ).all()
    if ids:
        assign_compounds(connection, ids=ids, on=writing.on)


def _reach(connection: Connection, ids: Sequence[int], writing: Writing) -> None:
    """Which drawn jurisdictions reach the compounds, where there are any."""
    drawn = text(
        "SELECT EXISTS (SELECT FROM oversight.jurisdiction"
        " WHERE geom IS NOT NULL AND superseded_at IS NULL)"
    )
    if ids and connection.execute(drawn).scalar_one():
        assign_jurisdictions(connection, compound_ids=ids, on=writing.on)
