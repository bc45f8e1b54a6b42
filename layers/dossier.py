"""The dossier of one compound: where it is, who serves it, how it was rated, who answers for it."""

from datetime import date

from layers.layer import read_sql
from layers.statement import Statement, bind

_SQL = read_sql(__file__)


def dossier(compound_id: int, *, as_of: date) -> Statement:
    """One row with the dossier as JSON text, as of a day; no row where there is no such compound.

    Violations are those proven by the day; an order's deadline includes extensions granted by it.
    """
    return bind(_SQL, {"compound_id": compound_id, "as_of": as_of})
