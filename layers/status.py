"""The stored status of a compound or company on a day, with the policy that made it."""

from datetime import date

from layers.layer import read_sql
from layers.statement import Statement, bind

_COMPOUND = read_sql(__file__)
_COMPANY = read_sql(__file__.replace("status.py", "company_status.py"))


def compound_status(compound_id: int, *, as_of: date) -> Statement:
    """One row with the span that holds the day as JSON text; no row without such a compound.

    ``status`` is null where nothing was known by then, ``first_day`` then the first day anything
    was; ``policy`` is the content of the policy version that made it.
    """
    return bind(_COMPOUND, {"compound_id": compound_id, "as_of": as_of})


def company_status(company_id: int, *, as_of: date) -> Statement:
    """As :func:`compound_status`, with the compounds the company serves that day."""
    return bind(_COMPANY, {"company_id": company_id, "as_of": as_of})
