"""The package's SQL files, and which column of a recorded compound a row gives what."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from string import Template

from sqlalchemy import TextClause, text

from geo.imports.profile import Profile
from geo.imports.staged import Writing

ELSEWHERE = "000000"
"""The city of compounds that lie in no city that is loaded."""

ELSEWHERE_NAME = "未划定城市"

_NAME = (
    "CASE WHEN staged.name_generated AND NOT held.name_generated AND held.source <> :source"
    " THEN held.{0} ELSE coalesce(staged.{0}, held.{0}) END"
)


@cache
def statement(name: str, **parts: str) -> TextClause:
    """A statement by its file's name; ``${...}`` in it is filled with parts the program made."""
    script = Path(__file__).with_name(f"{name}.sql").read_text(encoding="utf-8")
    return text(Template(script).substitute(parts))


def given_columns(profile: Profile, writing: Writing) -> dict[str, str]:
    """By column of ``registry.compound``, as ``held``: what it becomes by the row, as ``staged``.

    An empty cell leaves what is recorded. A name made up by another source than the recorded one
    never replaces a real name.
    """
    plain = {
        one.column: f"coalesce(staged.{one.name}, held.{one.column})"
        for one in profile.fields
        if one.column is not None and one.name in writing.present
    }
    named = {column: _NAME.format(column) for column in ("name", "name_generated")}
    return plain | {column: made for column, made in named.items() if column in plain}


def as_json(columns: Mapping[str, str]) -> str:
    """The arguments of ``jsonb_build_object`` for these columns."""
    return ", ".join(f"'{column}', {made}" for column, made in columns.items())
