"""Who answers for which breach in which compound on which day (管辖; T13, T14).

The most specific area comes first: a drawn one, then street, district, city; in it a claim to the
very type of breach comes before one to its family. What an area leaves uncovered of the compound
falls to the next.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, text

from geo.imports.city import ELSEWHERE
from geo.models.codes import JURISDICTION_ROLES
from oversight.policy.model import Policy, ViolationType

_CLAIMS = text(Path(__file__).with_suffix(".sql").read_text("utf-8"))
PROBLEMS_SQL = Path(__file__).with_name("jurisdiction_problems.sql").read_text("utf-8").strip()
"""Drawn areas, overlaps and gaps as of ``:as_of``, one row each with its MultiPolygon (4326)."""

_PROBLEMS = text(f"""
    SELECT id, problem, role, city_code, district_code, street_code, area_name, breaches,
           agencies, area_m2, ST_AsGeoJSON(geom, 6)
    FROM ({PROBLEMS_SQL}) AS f
    WHERE problem <> 'area' AND (CAST(:city AS text) IS NULL OR city_code = :city)
    ORDER BY problem, city_code, district_code, street_code, role, id
""")  # noqa: S608 - the text of a file of the program

_UNRECORDED = text("""
    SELECT t.code, t.name
    FROM registry.city AS t
    WHERE t.code <> :elsewhere AND (CAST(:city AS text) IS NULL OR t.code = :city)
      AND EXISTS (
          SELECT FROM registry.compound AS c
          WHERE c.city_code = t.code AND c.superseded_at IS NULL
      )
      AND NOT EXISTS (
          SELECT FROM oversight.jurisdiction AS j
          WHERE j.city_code = t.code AND j.valid @> CAST(:as_of AS date)
            AND j.superseded_at IS NULL
      )
    ORDER BY t.code
""")

AREAS = ("custom", "street", "district", "city")
"""Kinds of area, most specific first."""
WHOLE = 0.99
"""A compound so far inside a street or district is taken to lie in no other."""
LEAST = 0.01
"""A smaller share of a compound is left to its neighbour: outlines touch by a few metres."""
_PAIRS = {"T3": "T4", "T5": "T6", "T7": "T8", "T9": "T10", "T11": "T12", "T13": "T14"}
"""The row of the county level beside that of the city level."""


class Claim(NamedTuple):
    """An agency's jurisdiction as far as it reaches a compound; ``share`` is of its area (0–1).

    ``within`` is the district a street or district area lies in.
    """

    id: int
    agency_id: int
    agency_kind: str
    agency_name: str
    agency_level: str
    role: str
    type_code: str | None
    family: str | None
    area: str
    area_name: str | None
    within: str | None
    share: float
    hotline: str | None
    legal_basis: str | None

    @property
    def ground(self) -> str:
        """What tells its area from others of the kind; a drawn one may have no name."""
        return self.area_name or f"#{self.id}"


class Answer(NamedTuple):
    """Who answers for one type of breach: claims by role, in order, and what is wrong with them.

    ``gaps`` are the roles (accept, enforce) nobody has over part of the compound; ``overlaps`` the
    roles that two agencies hold with equal rank. ``named`` are the bodies the list itself names
    for the row, by role (lead, responsible).
    """

    type_code: str
    by_role: dict[str, tuple[Claim, ...]]
    gaps: tuple[str, ...]
    overlaps: tuple[str, ...]
    named: dict[str, tuple[str, ...]]


class Problem(NamedTuple):
    """A gap, an overlap of equal rank, or a drawn area (``area``), with its outline as GeoJSON."""

    id: int
    problem: str
    role: str
    city_code: str
    district_code: str | None
    street_code: str | None
    area_name: str | None
    breaches: str
    agencies: str | None
    area_m2: float
    geojson: str


def claims_of(connection: Connection, compound_id: int, day: date) -> list[Claim]:
    """Every jurisdiction that reaches a compound on a day; none for a number that is none."""
    known = {"compound_id": compound_id, "as_of": day, "whole": WHOLE, "least": LEAST}
    return [Claim(*row) for row in connection.execute(_CLAIMS, known)]


def resolve(claims: Sequence[Claim], kind: ViolationType, policy: Policy) -> Answer:
    """Who answers for a type of breach, among the claims that reach a compound."""
    by_role, gaps, overlaps = {}, [], []
    for role in JURISDICTION_ROLES:
        fitting = [
            one
            for one in claims
            if one.role == role and (one.type_code == kind.code or _of_family(one, kind))
        ]
        chosen, covered = _most_specific(fitting)
        if role in {"accept", "enforce"}:
            if covered < 1 - LEAST:
                gaps.append(role)
            if _doubled(chosen, role):
                overlaps.append(role)
        if chosen:
            by_role[role] = tuple(_in_order(chosen, kind))
    return Answer(kind.code, by_role, tuple(gaps), tuple(overlaps), named(kind, policy))


def named(kind: ViolationType, policy: Policy) -> dict[str, tuple[str, ...]]:
    """The bodies the list names for the row of a breach, at both levels (牵头、责任单位)."""
    rows = {kind.row, _PAIRS.get(kind.row)}
    found: dict[str, dict[str, None]] = {"lead": {}, "responsible": {}}
    for duty in policy.duties:
        if duty.row in rows:
            found[duty.role].setdefault(duty.body)
    return {role: tuple(bodies) for role, bodies in found.items()}


def problems(connection: Connection, day: date, city_code: str | None = None) -> list[Problem]:
    """Gaps and overlaps of equal rank on a day, of one city or all that record jurisdictions."""
    known = {"as_of": day, "city": city_code}
    return [Problem(*row) for row in connection.execute(_PROBLEMS, known)]


def unrecorded(
    connection: Connection, day: date, city_code: str | None = None
) -> list[tuple[str, str]]:
    """Code and name of each city with compounds for which no jurisdiction is recorded on a day.

    Its gaps are no problems of single streets: nothing has been imported yet.
    """
    known = {"as_of": day, "city": city_code, "elsewhere": ELSEWHERE}
    return [(code, name) for code, name in connection.execute(_UNRECORDED, known)]


def _of_family(claim: Claim, kind: ViolationType) -> bool:
    return claim.type_code is None and claim.family == kind.family


def _most_specific(claims: Sequence[Claim]) -> tuple[list[Claim], float]:
    """Area by area until the whole compound is covered; the claims taken and the share covered.

    What drawn areas cover is taken off the streets and districts evenly, as nobody measured where
    they meet; what streets cover is taken off their own districts.
    """
    taken: list[Claim] = []
    drawn = _take(taken, _of_area(claims, "custom"), 1.0)
    left = 1.0 - min(1.0, sum(drawn.values()))
    streets = _take(taken, _of_area(claims, "street"), left)
    own = {one.ground: one.within for one in taken if one.area == "street"}
    rest = []
    for one in _of_area(claims, "district"):
        gone = sum(share for name, share in streets.items() if own[name] == one.within)
        rest.append(one._replace(share=one.share - gone / left if left else 0.0))
    districts = _take(taken, rest, left)
    left -= min(left, sum(streets.values()) + sum(districts.values()))
    city = _take(taken, _of_area(claims, "city"), left)
    return taken, 1.0 - left + sum(city.values())


def _of_area(claims: Sequence[Claim], area: str) -> list[Claim]:
    """Claims over areas of a kind; in each area those to the very type, where there are any."""
    here = [one for one in claims if one.area == area]
    exact = {one.ground for one in here if one.type_code is not None}
    return [one for one in here if one.type_code is not None or one.ground not in exact]


def _take(taken: list[Claim], claims: Sequence[Claim], left: float) -> dict[str, float]:
    """Take what claims have of what is left of the compound; the share of each of their areas."""
    shares: dict[str, float] = {}
    for one in claims:
        share = one.share * left
        if share >= LEAST:
            taken.append(one._replace(share=round(share, 4)))
            shares[one.ground] = max(shares.get(one.ground, 0.0), share)
    return shares


def _doubled(claims: Sequence[Claim], role: str) -> bool:
    """Whether two agencies hold a role with equal rank over the same ground.

    Several kinds of agency may enforce the same breach, as the list has it (P9: 市场监管、公安).
    """
    for number, one in enumerate(claims):
        for other in claims[number + 1 :]:
            same_ground = (one.area, one.ground) == (other.area, other.ground)
            drawn = one.area == other.area == "custom" and one.share + other.share > 1 + LEAST
            alike = role == "accept" or drawn or one.agency_kind == other.agency_kind
            if one.agency_id != other.agency_id and (same_ground or drawn) and alike:
                return True
    return False


def _in_order(claims: Iterable[Claim], kind: ViolationType) -> list[Claim]:
    """Most specific area first, larger share first; agencies as the policy refers breaches."""
    order = {agency: number for number, agency in enumerate(kind.referral)}

    def place(one: Claim) -> tuple[Any, ...]:
        return (
            AREAS.index(one.area),
            -one.share,
            order.get(one.agency_kind, len(order)),
            one.agency_kind,
            one.agency_id,
        )

    return sorted(claims, key=place)
