"""What must hold after any crash: nothing twice, nothing half, statuses as a rebuild has them."""

from collections.abc import Collection

from sqlalchemy import Engine, text

from oversight.store.rebuild import rebuild
from tests.oversight.store.kept import written


def all_there_once(database: Engine, table: str, acknowledged: Collection[int]) -> None:
    """The facts that were acknowledged are there and no others, each entered once on record."""
    entered = text(
        "SELECT CAST(row_key AS bigint) FROM audit.event"
        " WHERE table_name = :table AND action = 'enter'"
    )
    with database.connect() as connection:
        found = connection.scalars(text(f"SELECT id FROM {table}")).all()
        events = connection.scalars(entered, {"table": table}).all()
    assert sorted(found) == sorted(acknowledged) == sorted(events)


def statuses_agree(database: Engine) -> None:
    """What is kept of statuses is what a full rebuild makes of the facts."""
    kept = written(database)
    rebuild(database, workers=1)
    assert kept == written(database)
