"""Whether a file may become facts, asked again when its turn comes: much may have ended since."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, text

from access.grants import day_of
from access.rules import IMPORTING
from audit.record import Who, act_as
from geo.errors import RefusedError
from geo.imports.record import Submitter

_STANDS = text("""
    SELECT a.login, a.disabled_at, g.role, g.area_code, g.revoked_at, lower(g.valid) AS since,
           upper(g.valid) AS until
    FROM access.role_grant AS g JOIN access.account AS a ON a.id = g.account_id
    WHERE g.id = :grant AND a.id = :account
""")


def admit(connection: Connection, by: Submitter, city: str | None) -> None:
    """Let the transaction be the submitter's, in whose name the audit has what it writes.

    Raises
    ------
    RefusedError
        The account is disabled or gone, the grant the file was sent under has ended or was revoked,
        its role may not import, or it is for another city.
    """
    found = connection.execute(_STANDS, {"grant": by.grant_id, "account": by.account_id}).first()
    reason = _against(found, city, day_of(datetime.now(UTC)))
    if reason is not None:
        raise RefusedError(f"not imported: {reason}; nothing was written")
    act_as(
        connection,
        Who(
            found.login if found else by.actor,
            account_id=by.account_id,
            grant_id=by.grant_id,
            session_id=by.session_id,
            request_id=by.request_id,
            address=by.address,
        ),
    )


def _against(stands: Any, city: str | None, today: date) -> str | None:
    """What speaks against the import, None where nothing does."""
    if stands is None:
        return "the account or the grant it was sent under is gone: sign in and send it again"
    return _ended(stands, today) or _beyond(stands, city)


def _ended(stands: Any, today: date) -> str | None:
    """Whether the account or the grant is no more."""
    if stands.disabled_at is not None:
        return f'the account "{stands.login}" was disabled after it was sent'
    if stands.revoked_at is not None:
        return "the grant it was sent under was revoked"
    if not stands.since <= today or (stands.until is not None and stands.until <= today):
        return f"the grant it was sent under does not hold on {today}"
    return None


def _beyond(stands: Any, city: str | None) -> str | None:
    """Whether the grant does not go so far."""
    if stands.role not in IMPORTING:
        return f"the role {stands.role} may not import; one of {', '.join(sorted(IMPORTING))}"
    if stands.area_code is not None and stands.area_code != city:
        return f"it is for city {city}, the grant covers {stands.area_code} only"
    return None
