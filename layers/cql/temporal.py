"""Relations of spans of time (OGC 21-065r2, table 14), both ends included."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import ColumnElement


class Span(NamedTuple):
    """From one instant to another, which may be the same."""

    start: ColumnElement[Any]
    end: ColumnElement[Any]


UNITS: Mapping[str, tuple[ColumnElement[Any], ColumnElement[Any]]] = {
    "date": (sa.literal_column("date '-infinity'"), sa.literal_column("date 'infinity'")),
    "timestamp": (
        sa.literal_column("timestamptz '-infinity'"),
        sa.literal_column("timestamptz 'infinity'"),
    ),
}
"""What is compared, with the instants before and after all others."""


def _meet(a: Span, b: Span) -> ColumnElement[bool]:
    return sa.and_(a.start <= b.end, a.end >= b.start)


RELATIONS: Mapping[str, Callable[[Span, Span], ColumnElement[bool]]] = {
    "t_after": lambda a, b: a.start > b.end,
    "t_before": lambda a, b: a.end < b.start,
    "t_contains": lambda a, b: sa.and_(a.start < b.start, a.end > b.end),
    "t_disjoint": lambda a, b: sa.or_(a.end < b.start, a.start > b.end),
    "t_during": lambda a, b: sa.and_(a.start > b.start, a.end < b.end),
    "t_equals": lambda a, b: sa.and_(a.start == b.start, a.end == b.end),
    "t_finishedby": lambda a, b: sa.and_(a.start < b.start, a.end == b.end),
    "t_finishes": lambda a, b: sa.and_(a.start > b.start, a.end == b.end),
    "t_intersects": _meet,
    "t_meets": lambda a, b: a.end == b.start,
    "t_metby": lambda a, b: a.start == b.end,
    "t_overlappedby": lambda a, b: sa.and_(a.start > b.start, a.start < b.end, a.end > b.end),
    "t_overlaps": lambda a, b: sa.and_(a.start < b.start, a.end > b.start, a.end < b.end),
    "t_startedby": lambda a, b: sa.and_(a.start == b.start, a.end > b.end),
    "t_starts": lambda a, b: sa.and_(a.start == b.start, a.end < b.end),
}
"""By the lower-case name of the function."""
