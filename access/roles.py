"""The roles people hold, what each is bound to, and the kind of scope that follows."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from geo.errors import AtlasError
from geo.models.codes import OFFICE_ROLES

Need = Literal["nothing", "city", "district", "street", "agency", "inspector", "company"]
Kind = Literal["all", "area", "company", "agency", "inspector", "public"]

PUBLIC: Kind = "public"
"""The kind of scope of whoever is not signed in."""


@dataclass(frozen=True)
class Role:
    """A role with its names; ``needs`` is what a grant of it must name (a city officer may)."""

    code: str
    zh: str
    en: str
    needs: Need


ROLES: Mapping[str, Role] = MappingProxyType(
    {
        role.code: role
        for role in (
            Role("administrator", "管理员", "administrator", "nothing"),
            Role("city_officer", "市级", "city officer", "city"),
            Role("district_officer", "县（市）区", "district officer", "district"),
            Role("street_officer", "街道", "street officer", "street"),
            Role("agency_officer", "执法部门", "agency officer", "agency"),
            Role("inspector", "检查员", "inspector", "inspector"),
            Role("company_user", "物业公司", "company user", "company"),
            Role("auditor", "审计", "auditor", "nothing"),
        )
    }
)

_AREAS: Mapping[Need, tuple[str, str]] = MappingProxyType(
    {
        "city": (r"[0-9]{4}00", "6 digits ending in 00, as 640100 (GB/T 2260)"),
        "district": (r"[0-9]{4}(?!00)[0-9]{2}", "6 digits, as 640104 (GB/T 2260)"),
        "street": (r"[0-9]{9}", "9 digits, as 640104001 (GB/T 10114)"),
    }
)


@dataclass(frozen=True)
class Scope:
    """What a grant is bound to: the code of an area, or the number of a body; often one of them."""

    area_code: str | None = None
    company_id: int | None = None
    agency_id: int | None = None
    inspector_id: int | None = None


def role_of(code: str) -> Role:
    """The role of that code.

    Raises
    ------
    AtlasError
        There is no such role.
    """
    if code not in ROLES:
        raise AtlasError(f'role "{code}" is not one of {", ".join(OFFICE_ROLES)}')
    return ROLES[code]


def kind_of(role: str, area_code: str | None = None) -> Kind:
    """Which kind of scope a role has: over all, over an area, or over one body's own.

    An administrator, an auditor and a city officer without a city see all.
    """
    needs = role_of(role).needs
    if needs == "nothing" or (needs == "city" and area_code is None):
        return "all"
    if needs in _AREAS:
        return "area"
    return needs  # type: ignore[return-value]  # the other needs are kinds by the same name


def check_scope(role: str, scope: Scope) -> None:
    """Refuse a scope that is not exactly the one the role is bound to.

    The database holds the same rules as checks of ``access.role_grant``.

    Raises
    ------
    AtlasError
        Something is missing, does not belong to the role, or is not a code of that kind of area.
    """
    needs = role_of(role).needs
    given = {
        "area": scope.area_code,
        "company": scope.company_id,
        "agency": scope.agency_id,
        "inspector": scope.inspector_id,
    }
    wanted = "area" if needs in _AREAS else needs
    for name, value in given.items():
        if value is not None and name != wanted:
            bound = f"it takes {_said(wanted)}" if wanted != "nothing" else "it covers all"
            raise AtlasError(f"role {role} does not take {_said(name)} ({value}): {bound}")
    if wanted in given and given[wanted] is None and needs != "city":
        raise AtlasError(f"role {role} needs {_said(wanted)}: name it")
    if needs in _AREAS and scope.area_code is not None:
        pattern, said = _AREAS[needs]
        if not re.fullmatch(pattern, scope.area_code, re.ASCII):
            raise AtlasError(
                f'role {role}: area "{scope.area_code}" is not the code of a {needs}, {said}'
            )


def _said(name: str) -> str:
    return f"an {name}" if name[0] in "aei" else f"a {name}"
