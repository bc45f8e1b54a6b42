"""What everybody may know of statuses, in a table of its own that no row policy filters."""

from collections.abc import Collection
from pathlib import Path

from sqlalchemy import Connection

PUBLIC = "oversight.status_public"

_PUBLISH = Path(__file__).with_suffix(".sql").read_text("utf-8")


def publish(
    connection: Connection,
    compounds: Collection[int],
    *,
    statuses: str = "oversight.status",
    public: str = PUBLIC,
) -> None:
    """Tell everybody what is now written of compounds: star, round, company, disclosures.

    ``statuses`` and ``public`` are the tables read and written, names of the program.
    """
    if not compounds:
        return
    given = {"ids": list(compounds)}
    cursor = connection.connection.cursor()
    try:
        cursor.execute(f"DELETE FROM {public} WHERE compound_id = ANY(%(ids)s)", given)  # noqa: S608
        cursor.execute(_PUBLISH.format(statuses=statuses, public=public), given)
    finally:
        cursor.close()
