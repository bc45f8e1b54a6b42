"""What everybody may know of statuses, in a table of its own that no row policy filters."""

from collections.abc import Collection
from pathlib import Path

from sqlalchemy import Connection, text

PUBLIC = "oversight.status_public"

_PUBLISH = Path(__file__).with_suffix(".sql").read_text("utf-8")


def publish(connection: Connection, compounds: Collection[int]) -> None:
    """Tell everybody what is now written of compounds: star, round, company, disclosures."""
    if compounds:
        gone = text(f"DELETE FROM {PUBLIC} WHERE compound_id = ANY(:ids)")  # noqa: S608
        connection.execute(gone, {"ids": list(compounds)})
        publish_first(connection, compounds, statuses="oversight.status", public=PUBLIC)


def publish_first(
    connection: Connection, compounds: Collection[int], *, statuses: str, public: str
) -> None:
    """As :func:`publish`, of compounds of which nothing is told yet.

    ``statuses`` and ``public`` are the tables read and written, names of the program.
    """
    cursor = connection.connection.cursor()
    try:
        sql = _PUBLISH.format(statuses=statuses, public=public)
        cursor.execute(sql, {"ids": list(compounds)})
    finally:
        cursor.close()
