"""Rows of one file that mean the same fact."""

from pathlib import Path
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Integer,
    MetaData,
    Table,
    Text,
    and_,
    cast,
    column,
    false,
    func,
    insert,
    literal,
    or_,
    select,
    table,
    text,
    true,
)

from geo.imports import staged
from geo.imports.plan import Plan, plan
from geo.imports.problems import Reason, reasons
from geo.imports.profile import Profile

_DROP, _REFUSE = (
    Path(__file__).with_name(f"{name}.sql").read_text("utf-8")
    for name in ("duplicates", "duplicates_refuse")
)

_SAMENESS = Table(
    "sameness",
    MetaData(),
    Column("row", BigInteger),
    Column("place", Integer),
    Column("key", Text),
    Column("alone", Boolean),
    prefixes=["TEMPORARY"],
    postgresql_on_commit="DROP",
)

reasons(
    duplicate_in_file=Reason(
        zh="与本文件第{rows}行指同一条记录，内容却不同。请只保留正确的一行，或填写各自的编号",
        en="means the same as row {rows} of this file but says something else. Keep the right one,"
        " or give each its number",
    ),
)


def refuse(connection: Connection, profile: Profile) -> int:
    """Drop staged rows that repeat another word for word, and hold those that contradict another.

    Which fact a row means is told as in :meth:`geo.imports.draft.Draft.recognise`; references are
    resolved already. Returns how many rows were dropped as repeated.
    """
    made = plan(profile)
    connection.execute(text("DROP TABLE IF EXISTS sameness"))
    _SAMENESS.create(connection)
    told: list[ColumnElement[bool]] = []
    for place, fields in enumerate(profile.identity):
        _note(connection, made, place, fields, told)
    repeated = connection.execute(text(_DROP)).rowcount
    connection.execute(text(_REFUSE))
    staged.drop_held(connection)
    return repeated


def _note(
    connection: Connection,
    made: Plan,
    place: int,
    fields: tuple[str, ...],
    told: list[ColumnElement[bool]],
) -> None:
    """Note the rows' keys by one identity; ``told`` are the earlier ones' conditions."""
    keys = made.identity(fields, lambda one: one.value)
    key = cast(keys[0], Text) if len(keys) == 1 else cast(func.jsonb_build_array(*keys), Text)
    whole = keys[0].is_not(None) if len(keys) == 1 else true()
    rows = table("staged", column("row", BigInteger))
    values: list[Any] = [rows.c.row, literal(place), key, ~or_(false(), *told)]
    connection.execute(
        insert(_SAMENESS).from_select(
            list(_SAMENESS.c.keys()), select(*values).select_from(rows).where(and_(whole))
        )
    )
    told.append(whole)
