"""How long to wait after failed sign-ins: slower and slower, and nobody locked out by another.

Three counts are kept, none of them a lock. What is refused is a *login from an address*, and an
address that fails with many logins; so a correct password from an address without failures is
taken at once, whatever strangers elsewhere have tried. A login that many addresses have failed with
only makes each further failure cost its address more.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, text

from access import addresses
from access.logins import normalised

PAIR_FREE = 3
"""Failures of a login from one address that cost nothing: mistyped passwords."""

PAIR_CAP = timedelta(minutes=15)

CONTESTED = 20
"""Failures of a login from everywhere within a day, from which on there are no free ones."""

ADDRESS_FREE = 30
"""Failures of one address that cost nothing: an office shares one address."""

ADDRESS_CAP = timedelta(minutes=1)

_FORGET = {
    "pair": timedelta(days=1),
    "login": timedelta(days=1),
    "address": timedelta(hours=1),
}
_KEPT = max(_FORGET.values())


@dataclass(frozen=True)
class Asker:
    """Who tries to sign in: the hashed keys of the login from the address, of each by itself."""

    pair: bytes
    login: bytes
    address: bytes


def asker(login: str, address: str) -> Asker:
    """The keys of a login, as typed, and an address; IPv6 counts by its network of 64 bits."""
    who, where = normalised(login), addresses.network(address)
    return Asker(_key("pair", who, where), _key("login", who), _key("address", where))


def pair_wait(failures: int, contested: bool = False) -> timedelta:
    """After so many failures of a login from one address: 2, 4, 8 s … to a quarter of an hour.

    ``contested``: the login fails from everywhere, so it starts with 32 s after the first.
    """
    exponent = failures + 4 if contested else failures - PAIR_FREE
    return _doubled(exponent, PAIR_CAP)


def address_wait(failures: int) -> timedelta:
    """After so many failures of one address: doubling every ten, to a minute at most."""
    return _doubled(-(-(failures - ADDRESS_FREE) // 10), ADDRESS_CAP)


def claim(connection: Connection, asks: Asker, now: datetime) -> timedelta | None:
    """How long the asker must still wait, None when it may try now.

    Whoever may try holds the pair's row until the transaction ends, so a login is tried from an
    address once at a time and guesses sent at once do not slip through before they are counted.
    """
    keys = {"pair": asks.pair, "address": asks.address, "now": now}
    connection.execute(text(_OPEN), keys)
    until: datetime | None = connection.scalar(text(_LOCK), keys)
    elsewhere: datetime | None = connection.scalar(text(_ADDRESS), keys)
    latest = max(one for one in (until, elsewhere, now) if one is not None)
    return latest - now if latest > now else None


def failed(connection: Connection, asks: Asker, now: datetime) -> timedelta:
    """Count a failure; how long the asker must now wait. Counts past their time are removed."""
    everywhere = _count(connection, "login", asks.login, now)
    here = _count(connection, "address", asks.address, now)
    pair = _count(connection, "pair", asks.pair, now)
    waits = {
        ("pair", asks.pair): pair_wait(pair, contested=everywhere >= CONTESTED),
        ("address", asks.address): address_wait(here),
    }
    for (kind, key), wait in waits.items():
        values = {"kind": kind, "key": key, "until": now + wait}
        connection.execute(text(_UNTIL), values)
    connection.execute(text(_PRUNE), {"before": now - _KEPT})
    return max(waits.values())


def succeeded(connection: Connection, asks: Asker) -> None:
    """Forget the login's failures from that address; the address's own count only fades."""
    connection.execute(text(_FORGIVE), {"pair": asks.pair})


def spend(connection: Connection, state: str, now: datetime) -> bool:
    """Let a sign-in through the provider be answered once; whether it had not been before.

    It is kept as a hash for as long as failures are, far longer than the sign-in lasts.
    """
    values = {"key": _key("state", state), "now": now}
    fresh = connection.execute(text(_SPEND), values).rowcount == 1
    connection.execute(text(_PRUNE), {"before": now - _KEPT})
    return fresh


def _count(connection: Connection, kind: str, key: bytes, now: datetime) -> int:
    values = {"kind": kind, "key": key, "now": now, "since": now - _FORGET[kind]}
    return int(connection.execute(text(_COUNT), values).scalar_one())


def _doubled(exponent: int, cap: timedelta) -> timedelta:
    if exponent < 1:
        return timedelta(0)
    # The cap is reached long before the power grows large.
    return min(cap, timedelta(seconds=2 ** min(exponent, 20)))


def _key(*parts: str) -> bytes:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).digest()


_OPEN = """
INSERT INTO access.attempt (kind, key, failures, last_failed_at, next_allowed_at)
VALUES ('pair', :pair, 0, :now, :now) ON CONFLICT DO NOTHING
"""

_LOCK = """
SELECT next_allowed_at FROM access.attempt WHERE kind = 'pair' AND key = :pair FOR UPDATE
"""

_ADDRESS = "SELECT next_allowed_at FROM access.attempt WHERE kind = 'address' AND key = :address"

_COUNT = """
INSERT INTO access.attempt AS had (kind, key, failures, last_failed_at, next_allowed_at)
VALUES (:kind, :key, 1, :now, :now)
ON CONFLICT (kind, key) DO UPDATE SET
    failures = CASE WHEN had.last_failed_at < :since THEN 1 ELSE had.failures + 1 END,
    last_failed_at = :now
RETURNING failures
"""

_UNTIL = """
UPDATE access.attempt SET next_allowed_at = :until WHERE kind = :kind AND key = :key
"""

# A few at a time, and none that another transaction holds: no sign-in waits for the cleaning.
_PRUNE = """
DELETE FROM access.attempt WHERE (kind, key) IN (
    SELECT kind, key FROM access.attempt WHERE last_failed_at < :before
    ORDER BY last_failed_at LIMIT 100 FOR UPDATE SKIP LOCKED
)
"""

_SPEND = """
INSERT INTO access.attempt (kind, key, last_failed_at, next_allowed_at)
VALUES ('state', :key, :now, :now)
ON CONFLICT (kind, key) DO NOTHING
"""

_FORGIVE = "DELETE FROM access.attempt WHERE kind = 'pair' AND key = :pair"
