"""Figures of districts, streets and shapes on days, read from the histories of statuses and facts.

No rule is worked out here: stars, key targets and orders are as the assessment wrote them for the
day (``oversight.status``, T3 and T5). What somebody may see, row security decides.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from geo.models.codes import VIOLATION_FAMILIES
from layers.facts import readers
from layers.layer import read_sql
from layers.statement import Statement, bind

INSPECTED_DAYS = 365
"""A compound counts as inspected (T4, T10) for so many days after a visit."""
MOST_MONTHS = 36
MOST_PLACES = 20

_FIGURES = read_sql(__file__)
_PLACED, _WITHIN, _CIRCLE, _LISTED, _NEARBY, _PLACES = (
    read_sql(__file__, f"_{name}")
    for name in ("placed", "within", "circle", "listed", "nearby", "places")
)
_MEMBER = "/*member*/"

_STATUS = readers("oversight.status")
_VIOLATION = readers("oversight.violation")
_INSPECTION = readers("planning.inspection") & _STATUS


@dataclass(frozen=True)
class Label:
    """What a figure is called, and the rows of the list it serves."""

    zh: str
    en: str
    rows: tuple[str, ...] = ()


LABELS: Mapping[str, Label] = {
    "compounds": Label("小区数", "Compounds"),
    "households": Label("户数", "Households"),
    "households_unknown": Label("户数不详的小区", "Compounds of unknown households"),
    "assessed": Label("当日已有评估的小区", "Compounds with a status on the day"),
    "synthetic": Label("示例小区", "Compounds made up for the sample"),
    "stars": Label("有效星级分布", "Compounds by effective star", ("T5", "T6")),
    "key_targets": Label("重点整治对象", "Key targets", ("T5",)),
    "exit_cases": Label("清退中的小区", "Compounds with an exit case", ("T3", "T5")),
    "orders_open": Label("未完成限期整改", "Rectification orders open", ("T3",)),
    "orders_overdue": Label("逾期限期整改", "Rectification orders overdue", ("T3",)),
    "compounds_overdue": Label("有逾期整改的小区", "Compounds with an overdue order", ("T3",)),
    "hazards_open": Label("未消除隐患", "Hazards not cleared", ("T9", "T10")),
    "violations": Label("违规（按大类）", "Violations by family", ("T3", "T7", "T9", "T11", "T13")),
    "inspected": Label("一年内检查过的小区", "Compounds inspected within a year", ("T4", "T10")),
    "inspected_share": Label("检查覆盖率", "Inspected share", ("T4", "T10")),
    "per_1000_households": Label("每千户", "Per 1,000 households", ("T1",)),
}


class Circle(NamedTuple):
    """What lies within metres of a point (degrees, WGS 84) along the ellipsoid."""

    lon: float
    lat: float
    radius: float


def placed(places: Sequence[str], days: Sequence[date]) -> Statement:
    """Figures of districts and streets, by code and day."""
    return _figures(_PLACED, places, days, {})


def within(shape: bytes, days: Sequence[date]) -> Statement:
    """Figures of the compounds whose outline lies in a shape (EWKB, WGS 84); the code is empty."""
    return _figures(_WITHIN, [""], days, {"shape": shape})


def listed(shape: bytes, *, as_of: date, after: int, limit: int) -> Statement:
    """Up to ``limit`` + 1 of the compounds in a shape, by number, after one of them."""
    values = {"shape": shape, "as_of": as_of, "after": after, "rows": limit + 1}
    return bind(_LISTED.replace(_MEMBER, _WITHIN), values)


def around(circle: Circle, days: Sequence[date]) -> Statement:
    """Figures of the compounds whose label point lies in a circle; the code is empty."""
    return _figures(_CIRCLE, [""], days, circle._asdict())


def nearby(circle: Circle, *, as_of: date, limit: int) -> Statement:
    """Up to ``limit`` of the compounds in a circle, by metres from its middle."""
    values = {**circle._asdict(), "as_of": as_of, "rows": limit}
    return bind(_NEARBY.replace(_MEMBER, _CIRCLE), values)


def named(places: Sequence[str]) -> Statement:
    """Districts and streets: code, name, level, what lies above, and a district's streets."""
    return bind(_PLACES, {"places": list(places)})


def _figures(
    member: str, places: Sequence[str], days: Sequence[date], more: Mapping[str, Any]
) -> Statement:
    values = {
        "places": list(places),
        "days": list(days),
        "inspected_days": INSPECTED_DAYS,
        **more,
    }
    return bind(_FIGURES.replace(_MEMBER, member), values)


def known(kind: str) -> frozenset[str]:
    """The figures that a kind of scope may ask for, by name in :data:`LABELS`."""
    names = {"compounds", "households", "households_unknown", "assessed", "synthetic", "stars"}
    if kind in _STATUS:
        names |= {"key_targets", "exit_cases", "orders_open", "orders_overdue"}
        names |= {"compounds_overdue", "hazards_open"}
    if kind in _VIOLATION:
        names |= {"violations"}
    if kind in _INSPECTION:
        names |= {"inspected", "inspected_share"}
    if kind in _STATUS & _VIOLATION:
        names |= {"per_1000_households"}
    return frozenset(names)


def figures(row: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """One row of :func:`placed` or :func:`within` as a kind of scope is told it.

    What the kind may not know is absent. ``per_1000_households`` divides by the households of the
    compounds that are seen, and is None where these are 0 or unknown. ``covers`` tells of how many
    of the compounds assessed the scoped figures are.
    """
    names = known(kind)
    said: dict[str, Any] = {
        "compounds": row["compounds"] or 0,
        "households": row["households"] or 0,
        "households_unknown": row["households_unknown"] or 0,
        "assessed": row["assessed"] or 0,
        "synthetic": row["synthetic"] or 0,
        "stars": {
            **{str(star): row[f"star_{star}"] or 0 for star in (5, 4, 3, 2, 1, 0)},
            "unrated": row["unrated"] or 0,
        },
        **{
            name: row[name] or 0
            for name in (
                *("key_targets", "exit_cases", "orders_open", "orders_overdue"),
                *("compounds_overdue", "hazards_open", "inspected"),
            )
        },
    }
    families = row["families"] or {}
    none = {"total": 0, "proven": 0, "open": 0}
    said["violations"] = {
        "total": {key: sum(one[key] for one in families.values()) for key in none},
        **{family: families.get(family, none) for family in VIOLATION_FAMILIES},
    }
    seen, households = row["seen"] or 0, row["seen_households"] or 0
    said["inspected_share"] = round(said["inspected"] / seen, 4) if seen else None
    said["per_1000_households"] = {
        "violations": _per_1000(said["violations"]["total"]["total"], households),
        "violations_open": _per_1000(said["violations"]["total"]["open"], households),
        "orders_overdue": _per_1000(said["orders_overdue"], households),
    }
    told = {name: said[name] for name in LABELS if name in names}
    if kind in _STATUS:
        told["covers"] = {"compounds": seen, "of": said["assessed"]}
    return told


def _per_1000(count: int, households: int) -> float | None:
    return round(1000 * count / households, 3) if households else None
