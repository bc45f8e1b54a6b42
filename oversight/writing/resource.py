"""What can be written: a table, the bodies it takes, and what its facts touch."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Table

from geo.models.base import Base
from oversight.policy import Policy
from oversight.writing.bodies.common import Body, StepBody, correction

type Values = dict[str, Any]
"""Columns of a fact with their values."""

type Knows = Callable[[bytes], bool]
"""Whether a writer knows the state of a fact that has this digest."""

type Found = Mapping[str, Mapping[str, Any]]
"""The rows a fact refers to, by the column that refers to them."""


@dataclass(frozen=True)
class Draft:
    """A fact about to be entered: its columns, what they refer to, and the city's policy."""

    connection: Connection
    values: Values
    found: Found
    policy: Policy


@dataclass(frozen=True)
class Resource:
    """One kind of fact.

    ``name`` is its path, ``row`` the row of the list that asks for it. ``machine`` names its life
    cycle in :mod:`oversight.lifecycle`. Facts that hold over a span follow each other among those
    of the same ``follows`` columns (None: they do not follow). ``needs`` are references without
    which it is no fact. ``companies``: what follows for its company follows from it too.
    ``children`` are what a life cycle adds, by name and the column that refers to the fact;
    ``person`` where personal data are kept apart. ``complete`` fills in what was left out.
    """

    name: str
    one: str
    row: str
    title: str
    model: type[Base]
    body: type[Body]
    steps: tuple[type[StepBody], ...] = ()
    machine: str | None = None
    follows: tuple[str, ...] | None = None
    replaces: bool = True
    needs: tuple[str, ...] = ("compound_id",)
    companies: bool = False
    children: Mapping[str, tuple[type[Base], str]] = field(default_factory=dict)
    person: tuple[type[Base], str] | None = None
    complete: Sequence[Callable[[Draft], None]] = ()
    fixed: frozenset[str] = frozenset()

    @property
    def table(self) -> Table:
        """The table of its facts."""
        table = self.model.__table__
        assert isinstance(table, Table)  # noqa: S101 - told to mypy
        return table

    @property
    def full_name(self) -> str:
        """``schema.table``."""
        return f"{self.table.schema}.{self.table.name}"

    @property
    def correction(self) -> type[Body]:
        """The body of a correction."""
        return correction(self.body, but=self.fixed)
