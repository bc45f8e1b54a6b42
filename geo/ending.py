"""Ends facts that hold for a span of days, so that others can take their place."""

from pathlib import Path
from string import Template

from sqlalchemy import Connection, text

from geo.history import set_aside_listed
from geo.models import Base

_END = Template(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
_SHORTENED = Template(Path(__file__).with_name("ending_shortened.sql").read_text(encoding="utf-8"))


def end_listed(connection: Connection, name: str, listed: str) -> int:
    """End believed rows of a dated table (``schema.table``); returns how many.

    ``listed`` is a temporary table of the program with ``id`` and ``day``, the first day on which
    the row holds no more. What was believed so far is set aside; a row that begins on that day or
    later never held and is superseded itself.
    """
    names = {"table": Base.metadata.tables[name].fullname, "listed": listed}
    connection.execute(text(_SHORTENED.substitute(names)))
    set_aside_listed(connection, name, "shortened")
    return connection.execute(text(_END.substitute(names))).rowcount
