"""Which roles a person holds, over what and from when until when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, text
from sqlalchemy.dialects.postgresql import Range

from access import administrators
from access.audit import Writer, note
from access.roles import Kind, Scope, check_scope, kind_of
from geo.dates import ZONE
from geo.errors import AtlasError

COLUMNS = (
    "g.id AS grant_id, g.account_id, g.role, g.area_code, g.company_id, g.agency_id,"
    " g.inspector_id, g.valid, g.revoked_at AS grant_revoked_at"
)
"""What :func:`from_row` reads of ``access.role_grant g``."""


@dataclass(frozen=True)
class Grant:
    """A role over an area or body on the days of ``valid``, ``[from, to)``, unless revoked."""

    id: int
    account_id: int
    role: str
    scope: Scope
    valid: Range[date]
    revoked_at: datetime | None = None

    @property
    def kind(self) -> Kind:
        """The kind of its scope."""
        return kind_of(self.role, self.scope.area_code)

    def holds(self, day: date) -> bool:
        """Whether one can act under it on that day."""
        return self.revoked_at is None and self.valid.contains(day)


def day_of(moment: datetime) -> date:
    """The day of a moment in Asia/Shanghai, by which grants begin and end."""
    return moment.astimezone(ZONE).date()


def current(
    connection: Connection, account_id: int, now: datetime | None = None
) -> Sequence[Grant]:
    """The grants an account can act under today, in the order they were given."""
    day = day_of(now or datetime.now(UTC))
    return [grant for grant in of_account(connection, account_id) if grant.holds(day)]


def of_account(connection: Connection, account_id: int) -> Sequence[Grant]:
    """All grants of an account, revoked, past and future ones too."""
    rows = connection.execute(
        text(f"SELECT {COLUMNS} FROM access.role_grant g WHERE account_id = :id ORDER BY id"),  # noqa: S608 - our own constant
        {"id": account_id},
    ).mappings()
    return [from_row(row) for row in rows]


def give(
    connection: Connection,
    writer: Writer,
    account_id: int,
    role: str,
    scope: Scope | None = None,
    *,
    begin: date | None = None,
    end: date | None = None,
    now: datetime | None = None,
) -> Grant:
    """Let an account hold a role from ``begin`` (today) until the day before ``end``, if any.

    Raises
    ------
    AtlasError
        No such account or role, a scope that is not the role's, a place or body that is not known,
        or no day on which it holds.
    """
    scope = scope or Scope()
    check_scope(role, scope)
    _check_known(connection, role, scope)
    begin = begin or day_of(now or datetime.now(UTC))
    if end is not None and end <= begin:
        raise AtlasError(f"a grant from {begin} cannot end before {end}: name a later day")
    login = _login(connection, account_id)
    values = {
        "account": account_id,
        "role": role,
        "area": scope.area_code,
        "company": scope.company_id,
        "agency": scope.agency_id,
        "inspector": scope.inspector_id,
        "begin": begin,
        "end": end,
    }
    grant = from_row(connection.execute(text(_GIVE), values).mappings().one())
    note(connection, writer, "grant role", "access.role_grant", grant.id, after=_told(grant, login))
    return grant


def revoke(
    connection: Connection, writer: Writer, grant_id: int, *, now: datetime | None = None
) -> Grant:
    """Take a grant back; sessions and tokens under it end.

    Raises
    ------
    AtlasError
        There is no such grant, it was revoked before, or nobody would be left who administers.
    """
    now = now or datetime.now(UTC)
    with administrators.kept(connection, now):
        values = {"id": grant_id, "now": now}
        row = connection.execute(text(_REVOKE), values).mappings().one_or_none()
    if row is None:
        raise AtlasError(f"grant {grant_id}: there is none that could be revoked; atlas users list")
    grant = from_row(row)
    connection.execute(
        text(
            "UPDATE access.session SET revoked_at = :now"
            " WHERE grant_id = :id AND revoked_at IS NULL AND expires_at > :now"
        ),
        {"id": grant_id, "now": now},
    )
    told = _told(grant, _login(connection, grant.account_id))
    note(connection, writer, "revoke role", "access.role_grant", grant.id, before=told)
    return grant


def from_row(row: RowMapping) -> Grant:
    """The grant of a row with :data:`COLUMNS`."""
    valid = row["valid"]
    return Grant(
        id=row["grant_id"],
        account_id=row["account_id"],
        role=row["role"],
        scope=Scope(row["area_code"], row["company_id"], row["agency_id"], row["inspector_id"]),
        valid=Range(valid.lower, valid.upper),
        revoked_at=row["grant_revoked_at"],
    )


def _check_known(connection: Connection, role: str, scope: Scope) -> None:
    """Refuse a scope that names nothing; without foreign keys nobody else would."""
    for name, value in (
        (role.removesuffix("_officer"), scope.area_code),
        ("company", scope.company_id),
        ("agency", scope.agency_id),
        ("inspector", scope.inspector_id),
    ):
        if value is not None and connection.scalar(text(_KNOWN[name]), {"key": value}) is None:
            raise AtlasError(f"there is no {name} {value}: see that it was imported first")


def _login(connection: Connection, account_id: int) -> str:
    login = connection.scalar(
        text("SELECT login FROM access.account WHERE id = :id"), {"id": account_id}
    )
    if login is None:
        raise AtlasError(f"there is no account {account_id}: atlas users list")
    return str(login)


def _told(grant: Grant, login: str) -> dict[str, Any]:
    """What the audit keeps of a grant."""
    named = {name: value for name, value in vars(grant.scope).items() if value is not None}
    begin, end = grant.valid.lower, grant.valid.upper
    return {
        "account_id": grant.account_id,
        "login": login,
        "role": grant.role,
        **named,
        "from": begin.isoformat() if begin else None,
        "until": end.isoformat() if end else None,
    }


_GIVE = f"""
INSERT INTO access.role_grant AS g
    (account_id, role, area_code, company_id, agency_id, inspector_id, valid)
VALUES (:account, :role, :area, :company, :agency, :inspector,
    daterange(CAST(:begin AS date), CAST(:end AS date)))
RETURNING {COLUMNS}
"""  # noqa: S608 - our own constant

_REVOKE = f"""
UPDATE access.role_grant AS g SET revoked_at = :now WHERE id = :id AND revoked_at IS NULL
RETURNING {COLUMNS}
"""  # noqa: S608 - our own constant

_KNOWN = {
    "city": "SELECT 1 FROM registry.city WHERE code = :key",
    "district": "SELECT 1 FROM registry.district WHERE code = :key",
    "street": "SELECT 1 FROM registry.street WHERE code = :key",
    "company": "SELECT 1 FROM registry.company WHERE id = :key AND superseded_at IS NULL",
    "agency": "SELECT 1 FROM oversight.agency WHERE id = :key AND superseded_at IS NULL",
    "inspector": "SELECT 1 FROM planning.inspector WHERE id = :key AND superseded_at IS NULL",
}
