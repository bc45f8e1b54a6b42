"""Which statuses a written fact changed, as they are answered: before, after, and why."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from api import explained
from api.explained import Hidden
from oversight import policy
from oversight.status import CompanyStatus, Status


def differing[S: (Status, CompanyStatus)](
    subject: str,
    changes: Iterable[tuple[int, S | None, S]],
    city: str,
    hidden: Hidden = frozenset(),
) -> list[dict[str, Any]]:
    """Those whose status differs: number, before, after, why, and what no longer holds.

    ``subject`` is ``compound`` or ``company``; ``city`` the one whose policy made the statuses. A
    status that differs only in when it must be looked at again is passed over. Of ``hidden`` facts
    just the number is told.
    """
    return [
        {
            subject: number,
            "before": None if before is None else _told(before, city, hidden),
            "after": _told(after, city, hidden),
            "why": _only(after, before, city, hidden),
            "no_longer": [] if before is None else _only(before, after, city, hidden),
        }
        for number, before, after in changes
        if before is None or _lasting(before) != _lasting(after)
    ]


def _lasting[S: (Status, CompanyStatus)](status: S) -> S:
    return status._replace(holds_until=None)


def _told(status: Status | CompanyStatus, city: str, hidden: Hidden) -> dict[str, Any]:
    """A status without its reasons."""
    if isinstance(status, CompanyStatus):
        shown = explained.company_part(status._replace(reasons=()), _settings(city), hidden)
    else:
        shown = explained.status_part(status._replace(reasons=()), _settings(city), hidden)
        shown["company_id"] = status.company_id
    del shown["reasons"]
    return {**shown, "holds_until": status.holds_until and status.holds_until.isoformat()}


def _only(
    held: Status | CompanyStatus, other: Status | CompanyStatus | None, city: str, hidden: Hidden
) -> list[dict[str, Any]]:
    """The reasons of one status that the other does not have, in words."""
    known = set() if other is None else set(explained.every_reason(other))
    own = [reason for reason in explained.every_reason(held) if reason not in known]
    return explained.explained(own, _settings(city), hidden)


@cache
def _settings(city: str) -> dict[str, Any]:
    return explained.settings_of(policy.of_city(city))
