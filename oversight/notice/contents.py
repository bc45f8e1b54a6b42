"""What a notice says: each agency with what it answers for, on what ground, and its telephone."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection, text

from geo.models.codes import JURISDICTION_ROLES, UTILITY_KINDS
from oversight.jurisdiction import WHOLE, Answer, Claim, claims_of, resolve
from oversight.policy import of_city
from oversight.policy.model import Policy, ViolationType

_HEADS = text(Path(__file__).with_suffix(".sql").read_text("utf-8"))
_IN_STREET = text(
    "SELECT id FROM registry.compound"
    " WHERE street_code = :street AND superseded_at IS NULL ORDER BY name, id"
)

FAMILIES = {
    "prohibition": ("物业服务“九不准”", "Nine prohibitions"),
    "conduct": ("物业服务行为", "Conduct of the service"),
    "safety": ("安全生产", "Safety"),
    "committee": ("业主委员会履职", "Owners' committee"),
    "public_management": ("小区公共管理", "Public management"),
}
ROLES = {
    "accept": ("受理", "accepts"),
    "enforce": ("执法", "enforces"),
    "lead": ("牵头", "leads"),
    "support": ("配合", "supports"),
}
UTILITIES = dict(
    zip(UTILITY_KINDS, ("供水", "排水", "供电", "供气", "供热", "通信", "有线电视"), strict=True)
)
"""What is supplied to the end user (最后一公里, T13)."""


class Head(NamedTuple):
    """The compound a notice is for; ``synthetic`` where it is invented."""

    id: int
    code: str
    name: str
    city_code: str
    city: str
    district: str | None
    street: str | None
    community: str | None
    address: str | None
    synthetic: bool
    company: str | None


class Power(NamedTuple):
    """What an agency does in one role: whole families, or single types of breach."""

    role: str
    families: tuple[str, ...]
    types: tuple[ViolationType, ...]


class Supplier(NamedTuple):
    """Who supplies the compound with what, and where to call (T13)."""

    kind: str
    name: str
    hotline: str | None


class Entry(NamedTuple):
    """One agency on the notice; ``areas`` names drawn areas and parts, where not the whole.

    ``presence`` says when it comes to the compound (常态化进驻, T14).
    """

    agency_id: int
    kind: str
    name: str
    level: str
    powers: tuple[Power, ...]
    hotlines: tuple[str, ...]
    legal_bases: tuple[str, ...]
    areas: tuple[tuple[str, float], ...]
    presence: str | None


class Notice(NamedTuple):
    """A compound's notice as of a day; ``answers`` are what it was made of, one a type."""

    head: Head
    as_of: date
    entries: tuple[Entry, ...]
    suppliers: tuple[Supplier, ...]
    answers: tuple[Answer, ...]


def notices(connection: Connection, compounds: Collection[int], day: date) -> Iterator[Notice]:
    """The notices of compounds, in order of name; numbers that are no compound's are left out."""
    for row in connection.execute(_HEADS, {"ids": list(compounds), "as_of": day}).all():
        *named, suppliers, presences = row
        head = Head(*named)
        policy = of_city(head.city_code)
        claims = claims_of(connection, head.id, day)
        answers = tuple(resolve(claims, kind, policy) for kind in policy.violations)
        entries = tuple(_entries(answers, policy, dict(presences)))
        supplied = sorted((Supplier(*one) for one in suppliers), key=_listed)
        yield Notice(head, day, entries, tuple(supplied), answers)


def of_street(connection: Connection, street_code: str) -> list[int]:
    """The compounds of a street today, in order of name."""
    return list(connection.scalars(_IN_STREET, {"street": street_code}))


def _listed(supplier: Supplier) -> int:
    """The place of a supply in the list's order."""
    return UTILITY_KINDS.index(supplier.kind)


def _entries(
    answers: tuple[Answer, ...], policy: Policy, presences: Mapping[int, str]
) -> Iterator[Entry]:
    """Agencies in the order of how much they do, each with its powers."""
    held: dict[int, dict[str, list[str]]] = {}
    claims: dict[int, list[Claim]] = {}
    for answer in answers:
        for role, chosen in answer.by_role.items():
            for claim in chosen:
                held.setdefault(claim.agency_id, {}).setdefault(role, []).append(answer.type_code)
                claims.setdefault(claim.agency_id, []).append(claim)
    order = sorted(
        held,
        key=lambda agency: (
            -len(held[agency].get("enforce", ())) - len(held[agency].get("accept", ())),
            agency,
        ),
    )
    for agency in order:
        own = claims[agency]
        yield Entry(
            agency_id=agency,
            kind=own[0].agency_kind,
            name=own[0].agency_name,
            level=own[0].agency_level,
            powers=tuple(
                _power(role, held[agency][role], policy)
                for role in JURISDICTION_ROLES
                if role in held[agency]
            ),
            hotlines=_distinct(one.hotline for one in own),
            legal_bases=_distinct(one.legal_basis for one in own),
            areas=tuple(
                dict.fromkeys(
                    (one.area_name or one.area, one.share)
                    for one in own
                    if one.area == "custom" or one.share < WHOLE
                )
            ),
            presence=presences.get(agency),
        )


def _power(role: str, codes: list[str], policy: Policy) -> Power:
    """Families that are held wholly by name, the rest type by type."""
    held = set(codes)
    families = tuple(
        family
        for family in FAMILIES
        if held.issuperset(one.code for one in policy.violations if one.family == family)
        and any(one.family == family for one in policy.violations)
    )
    single = tuple(
        one for one in policy.violations if one.code in held and one.family not in families
    )
    return Power(role, families, single)


def _distinct(values: Iterator[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for one in values if one))
