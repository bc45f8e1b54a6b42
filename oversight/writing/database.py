"""A writing transaction: kept or undone, begun again where it met another, refusals in words."""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from sqlalchemy import CheckConstraint, Connection, Engine, Table, text
from sqlalchemy.exc import DBAPIError

from geo.models.base import Base
from oversight.store.locks import Retry
from oversight.writing.refusals import Busy, Conflict, Forbidden, Refusal

ATTEMPTS = 3
LOCK_SECONDS = 5
STATEMENT_SECONDS = 15

_AGAIN = {"40001", "40P01"}
_TOO_LONG = {"55P03", "57014"}
_MEETS = {"23503", "23505", "23P01"}
"""Foreign keys, unique keys, exclusions: other rows than the one that is written."""


_SET = text("""
    SELECT set_config(name, value, true)
    FROM unnest(CAST(:names AS text[]), CAST(:values AS text[])) AS given (name, value)
""")


def transact[T](
    engine: Engine,
    work: Callable[[Connection], T],
    *,
    keep: bool = True,
    settings: Mapping[str, str] = MappingProxyType({}),
) -> T:
    """Do the work in a transaction, undone where it is not to be kept.

    ``settings`` say whose transaction it is, to row policies and the audit.

    A transaction that met another is begun again, at most three times. Raises Refusal where the
    database refuses what is written, Busy where it is locked for more than five seconds.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return _once(engine, work, keep=keep, settings=settings)
        except Retry:
            if attempt == ATTEMPTS:
                raise _busy() from None
        except DBAPIError as error:
            code = getattr(error.orig, "pgcode", None)
            if code in _TOO_LONG or (code in _AGAIN and attempt == ATTEMPTS):
                raise _busy() from None
            if code not in _AGAIN:
                raise _refusal(error) from error
    raise AssertionError("the last attempt returns or raises")


def _once[T](
    engine: Engine, work: Callable[[Connection], T], *, keep: bool, settings: Mapping[str, str]
) -> T:
    limits = {"lock_timeout": f"{LOCK_SECONDS}s", "statement_timeout": f"{STATEMENT_SECONDS}s"}
    given = {**limits, **settings}
    with engine.connect() as connection, connection.begin() as transaction:
        connection.execute(_SET, {"names": list(given), "values": list(given.values())})
        done = work(connection)
        if not keep:
            transaction.rollback()
        return done


def _busy() -> Busy:
    return Busy(
        "an import, or somebody who writes about the same company, holds what this touches; try "
        "again in a few seconds"
    )


def _refusal(error: DBAPIError) -> Exception:
    """A constraint in words; what is no constraint stays what it was.

    What follows from the row alone is named; what follows from others is told in one way a table.
    """
    code = getattr(error.orig, "pgcode", None) or ""
    told = getattr(error.orig, "diag", None)
    table = Base.metadata.tables.get(
        f"{getattr(told, 'schema_name', None)}.{getattr(told, 'table_name', None)}"
    )
    if code == "42501":
        return Forbidden("this lies outside what your grant covers, or your role does not write it")
    if not code.startswith(("22", "23")):
        return error
    if table is None or told is None:
        return Refusal("a value is too large, or holds what the database cannot keep")
    if code == "23502":
        return Refusal(f"{told.column_name}: is needed", field=told.column_name)
    return _constrained(table, code, str(told.constraint_name or ""))


def _constrained(table: Table, code: str, name: str) -> Refusal:
    """What a constraint of the table forbids, by its SQLSTATE."""
    return _met(table) if code in _MEETS else _checked(table, name)


def _met(table: Table) -> Conflict:
    """One answer for whatever it met, for that may be a row the writer must not know of."""
    what = _words(table)
    met = [f"a {what} with this code"] if "code" in table.c else []
    met.append(f"a {what} of the same kind that holds on some of these days")
    return Conflict(
        f"this {what} contradicts what is recorded: there is {' or '.join(met)}, or what it refers "
        "to is no longer there; read what there is, then end or correct that, or give another code"
    )


def _checked(table: Table, name: str) -> Refusal:
    """A check in words: which dates must follow each other, or which field does not fit."""
    for constraint in table.constraints:
        if not isinstance(constraint, CheckConstraint) or constraint.name != name:
            continue
        named = [
            word
            for word in dict.fromkeys(re.findall(r"[a-z_]+", str(constraint.sqltext)))
            if word in table.c
        ]
        if name.endswith("_order_check"):
            return Refusal(f"{named[0]}: {' ≤ '.join(named)} must hold", field=named[0])
        field = _field(table, name.removesuffix("_check"))
        if field not in table.c and named:
            field = named[0]
        others = [word for word in named if word != field]
        fitting = f" with {', '.join(others)} as stated" if others else ""
        return Refusal(f"{field}: does not fit{fitting}", field=field)
    return Refusal(f"a {_words(table)} cannot be like this")


def _field(table: Table, name: str) -> str:
    return name.removeprefix(f"{table.name}_")


def _words(table: Table) -> str:
    return table.name.replace("_", " ")
