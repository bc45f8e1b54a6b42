"""One cell of an office's file, read as a field of a type."""

from typing import Any

import pandas

from geo.imports.cells import parse
from geo.imports.profile import Field

SEVERITIES = {
    "minor": ["轻微"],
    "general": ["一般", "业主（居民）"],
    "serious": ["严重"],
}


def a(kind: str, **more: Any) -> Field:
    """A field of a type."""
    if kind == "code":
        more.setdefault("codes", SEVERITIES)
    return Field(name="field", type=kind, title="栏", title_en="Field", **more)


def read(field: Field, cell: Any) -> Any:
    """The value of one cell, which must be readable; None where it is blank."""
    values, unread = parse(field, pandas.Series([cell], dtype=object))
    assert not unread, unread
    return None if pandas.isna(values.iloc[0]) else values.iloc[0]


def why(field: Field, cell: Any) -> str:
    """The code of the reason for which one cell cannot be read."""
    values, unread = parse(field, pandas.Series([cell], dtype=object))
    assert values.isna().all()
    assert [one.position for one in unread] == [0], values.iloc[0]
    return unread[0].code


def given_with(field: Field, cell: Any) -> dict[str, Any]:
    """What fills the sentence of the reason for which one cell cannot be read."""
    return parse(field, pandas.Series([cell], dtype=object))[1][0].given
