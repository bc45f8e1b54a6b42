"""Finds the compounds, companies, districts … that rows name by number or by name.

Exactly first; then but for spaces, brackets, width and case; then but for what an office adds to a
name or leaves out (阳光花园 is 阳光花园小区 where only one compound can be meant).
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from geo.imports import derived, staged
from geo.imports.problems import Reason, reasons
from geo.imports.profile import Field, Profile
from geo.imports.staged import Writing
from geo.models import codes

_LOOK_UP, _LOOSELY, _SETTLE = (
    Path(__file__).with_name(f"{name}.sql").read_text("utf-8")
    for name in ("references", "references_loosely", "references_settle")
)

NOISE = " \t\n()[]{}<>-_.,:;'\"`·•・.。、《》〈〉【】〖〗「」『』〔〕“”‘’—–…/\\|~#*&"
"""What does not count in a name, after NFKC has made full-width characters narrow."""

PLACES = ("district", "street", "community")
"""Units inside one another; a row's own narrow what else it names."""

HELPED = 200
"""So many unknown names of a field are given with names close to them."""

reasons(
    unknown_reference=Reason(
        zh="{title}“{value}”没有登记{close_zh}。请核对名称或改填编号；确属新增的，先导入它",
        en='{title} "{value}" is not known{close_en}. Check the name or give the number;'
        " if it is new, import it first",
    ),
    ambiguous_reference=Reason(
        zh="{title}“{value}”对应不止一个：{candidates}。请改填编号，或填写所在区、街道",
        en='{title} "{value}" may be any of {candidates}. Give the number, or the district and'
        " street",
        verdict="review",
    ),
)


@dataclass(frozen=True)
class Thing:
    """What a reference may mean: a query of ``key, code, name`` and the places a thing lies in.

    ``suffix`` matches what an office adds to such a name or leaves out. ``numbered`` things are
    known by a bigint, others by their code.
    """

    query: str
    suffix: str = "$^"
    numbered: bool = False


THINGS = {
    "district": Thing(
        "SELECT code AS key, code, name, NULL::text AS district_code, NULL::text AS street_code,"
        " NULL::text AS community_code FROM registry.district WHERE city_code = :city",
        "(区|县|市)$",
    ),
    "street": Thing(
        "SELECT code AS key, code, name, district_code, NULL::text AS street_code,"
        " NULL::text AS community_code FROM registry.street WHERE city_code = :city",
        "(街道办事处|街道办|街道|办事处|人民政府)$",
    ),
    "community": Thing(
        "SELECT code AS key, code, name, left(street_code, 6) AS district_code, street_code,"
        " NULL::text AS community_code FROM registry.community WHERE city_code = :city",
        "(社区)?(居民委员会|居委会|村民委员会|村委会)$|(社区|村)$",
    ),
    "compound": Thing(
        "SELECT id::text AS key, code, name, district_code, street_code, community_code"
        " FROM registry.compound WHERE city_code = :city AND superseded_at IS NULL",
        "(住宅小区|小区|住宅区)$",
        numbered=True,
    ),
    "company": Thing(
        "SELECT id::text AS key, code, name, NULL::text AS district_code,"
        " NULL::text AS street_code, NULL::text AS community_code"
        " FROM registry.company WHERE city_code = :city AND superseded_at IS NULL",
        "(股份有限公司|有限责任公司|有限公司|公司)$",
        numbered=True,
    ),
    "agency": Thing(
        "SELECT id::text AS key, NULL::text AS code, name, district_code,"
        " NULL::text AS street_code, NULL::text AS community_code"
        " FROM oversight.agency WHERE city_code = :city AND superseded_at IS NULL",
        numbered=True,
    ),
    "violation": Thing(
        "SELECT id::text AS key, code, code AS name, NULL::text AS district_code,"
        " NULL::text AS street_code, NULL::text AS community_code FROM oversight.violation"
        " WHERE city_code = :city AND superseded_at IS NULL AND code IS NOT NULL",
        numbered=True,
    ),
    "violation_type": Thing(
        "SELECT kind.code AS key, kind.code, named.name, NULL::text AS district_code,"
        " NULL::text AS street_code, NULL::text AS community_code"
        " FROM oversight.violation_type AS kind"
        " CROSS JOIN LATERAL (VALUES (kind.name), (kind.name_en)) AS named (name)",
    ),
}
"""By what a field refers to; in the order in which places narrow what is inside them."""

NAMED = {
    "district": "registry.district",
    "street": "registry.street",
    "community": "registry.community",
    "compound": "registry.compound",
    "company": "registry.company",
    "agency": "oversight.agency",
    "violation": "oversight.violation",
    "violation_type": "oversight.violation_type",
}
"""The table of what a field refers to."""

FAMILIES = {
    "prohibition": ("九不准", "九项禁止", "nine prohibitions"),
    "conduct": ("经营服务行为", "经营服务", "服务行为", "service conduct"),
    "safety": ("安全", "安全管理", "安全生产"),
    "committee": ("业主组织", "业委会", "owners' committees"),
    "public_management": ("公共管理", "public management"),
}
"""The words for a family of breaches, beside its code."""


def resolve(connection: Connection, profile: Profile, writing: Writing) -> None:
    """Add to ``staged`` what its references mean, and what follows from other facts.

    A reference field ``x`` becomes ``x_code`` (text; places and types of violation) or ``x_id``
    (bigint); see :func:`resolved`. A jurisdiction's ``breach`` becomes ``type_code`` or ``family``.
    Rows naming what is not known, or several things, get a problem and leave ``staged``.
    """
    fields = [one for one in profile.fields if one.type == "reference"]
    for refers, thing in THINGS.items():
        for one in (field for field in fields if field.refers == refers):
            kind = "bigint" if thing.numbered else "text"
            _add(connection, f"{resolved(one)} {kind}")
            if one.name in writing.present:
                assigned = f"{resolved(one)} = settled.key::{kind}"
                _look_up(connection, profile, one.name, thing, assigned, writing.city)
    if profile.kind == "jurisdictions":
        _resolve_breach(connection, profile, writing)
    derived.add(connection, profile, writing)
    staged.drop_held(connection)


def resolved(field: Field) -> str:
    """The column of ``staged`` that holds what a reference means."""
    numbered = field.refers is not None and THINGS[field.refers].numbered
    return f"{field.name}_id" if numbered else f"{field.name}_code"


def _resolve_breach(connection: Connection, profile: Profile, writing: Writing) -> None:
    """A breach is one type of violation or a family of them."""
    rows = ", ".join(
        f"({_quoted('f' + family)}, {_quoted(family)}, {_quoted(word)})"
        for family, words in FAMILIES.items()
        for word in words
    )
    assert FAMILIES.keys() == set(codes.VIOLATION_FAMILIES)  # noqa: S101 - one list, two places
    nowhere = "NULL::text AS district_code, NULL::text AS street_code, NULL::text AS community_code"
    types = THINGS["violation_type"].query
    either = Thing(
        f"SELECT 't' || key AS key, code, name, {nowhere} FROM ({types}) AS kind UNION ALL"  # noqa: S608 - names of our own
        f" SELECT key, code, name, {nowhere} FROM (VALUES {rows}) AS family (key, code, name)"
    )
    _add(connection, "type_code text", "family text")
    assigned = (
        "type_code = CASE WHEN settled.key LIKE 't%' THEN substr(settled.key, 2) END,"
        " family = CASE WHEN settled.key LIKE 'f%' THEN substr(settled.key, 2) END"
    )
    _look_up(connection, profile, "breach", either, assigned, writing.city)


def _look_up(
    connection: Connection, profile: Profile, name: str, thing: Thing, assigned: str, city: str
) -> None:
    """Find what the rows name in one field, and say of which rows it cannot be told."""
    parts: dict[str, str] = {
        "field": f'staged."{name}"',
        "things": thing.query,
        "assigned": assigned,
    } | {place: _stated(profile, name, place) for place in PLACES}
    given = {"city": city, "noise": NOISE, "suffix": thing.suffix, "name": name, "helped": HELPED}
    if _run(connection, _LOOK_UP, parts, given):
        _run(connection, _LOOSELY, parts, given)
    connection.execute(text("SET LOCAL pg_trgm.similarity_threshold = 0.2"))
    _run(connection, _SETTLE, parts, given)


def _stated(profile: Profile, name: str, place: str) -> str:
    """The district (street, community) a row states and the field lies in, empty where none."""
    refers = next(one.refers for one in profile.fields if one.name == name)
    inside = (*PLACES, "compound")
    if refers in inside and place in inside[: inside.index(refers)]:
        for one in profile.fields:
            if one.refers == place:
                return f"coalesce(staged.{resolved(one)}, '')"
    return "''"


def _run(connection: Connection, script: str, parts: dict[str, str], given: dict[str, Any]) -> Any:
    """Run a script whose names are the program's; the value it selects last, if it does."""
    done = connection.execute(text(script.format(**parts)), given)
    return done.scalar() if done.returns_rows else None


def _add(connection: Connection, *columns: str) -> None:
    for one in columns:
        connection.execute(text(f"ALTER TABLE staged ADD COLUMN {one}"))


def _quoted(word: str) -> str:
    return "'" + word.replace("'", "''") + "'"
