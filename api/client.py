"""Who asks: the address and scheme of a client, also behind proxies that are named."""

import ipaddress
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest

from fastapi import Request
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Networks = Sequence[ipaddress.IPv4Network | ipaddress.IPv6Network]

_KEY = "atlas.client"
_REMEMBERED = 4096
"""Addresses that are not read anew each time."""


@dataclass(frozen=True)
class Client:
    """``address`` is None where it is not known; ``proxied`` where a named proxy speaks for it."""

    address: str | None
    scheme: str
    proxied: bool = False


@dataclass(frozen=True)
class Hop:
    """Whom a proxy says it was asked by; None for what it does not say."""

    address: Address | None = None
    scheme: str | None = None
    host: str | None = None


def of(request: Request) -> Client:
    """The client of a request."""
    client: Client = request.scope[_KEY]
    return client


@lru_cache(_REMEMBERED)
def group(address: str | None) -> str:
    """The name under which a client is counted: an IPv6 site has 2⁶⁴ addresses, and counts once."""
    found = parsed(address or "")
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)


@lru_cache(_REMEMBERED)
def parsed(text: str) -> Address | None:
    """An address, with or without a port; None for anything else (``unknown``, a name)."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


class Proxied:
    """Sets client, scheme and Host of a request to what a named proxy says; ignores all others."""

    def __init__(self, app: ASGIApp, proxies: Networks, header: str) -> None:
        """``header`` says which the proxies write: ``x-forwarded`` or ``forwarded``."""
        self._app = app
        self._proxies = proxies
        self._read = _HEADERS[header]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Find out who asks, then go on."""
        if scope["type"] == "http":
            self._resolve(scope)
        await self._app(scope, receive, send)

    def _resolve(self, scope: Scope) -> None:
        peer = scope.get("client") or ("", 0)
        address = parsed(peer[0])
        proxied = address is not None and _among(address, self._proxies)
        if proxied:
            said = asked_by(self._read(Headers(scope=scope)), self._proxies)
            _believe(scope, said)
            address = said.address or address
        if address is not None:
            scope["client"] = (str(address), 0 if proxied else peer[1])
        scope[_KEY] = Client(str(address) if address else None, scope["scheme"], proxied)


def asked_by(hops: Sequence[Hop], proxies: Networks) -> Hop:
    """The rightmost that is not a named proxy itself: what stands left of it, anyone may write."""
    found = Hop()
    for hop in reversed(hops):
        if hop.address is None:
            return found if found.address else hop
        found = hop
        if not _among(hop.address, proxies):
            break
    return found


def _among(address: Address, networks: Networks) -> bool:
    return any(address in one for one in networks)


def _believe(scope: Scope, said: Hop) -> None:
    if said.scheme in {"http", "https"}:
        scope["scheme"] = said.scheme
    if said.host:
        others = [one for one in scope["headers"] if one[0] != b"host"]
        scope["headers"] = [*others, (b"host", said.host.encode("latin-1"))]


def _x_forwarded(headers: Headers) -> list[Hop]:
    """Hops of X-Forwarded-For; scheme and host hop by hop, or the nearest proxy's for all."""
    addresses, schemes, hosts = (
        [one.strip() for line in headers.getlist(name) for one in line.split(",")]
        for name in ("x-forwarded-for", "x-forwarded-proto", "x-forwarded-host")
    )
    length = max(1, len(addresses))

    def spread(values: list[str]) -> list[str | None]:
        return [*values] if len(values) == length else [*values[-1:]] * length

    return [
        Hop(parsed(address or ""), scheme.lower() if scheme else None, host)
        for address, scheme, host in zip_longest(
            addresses or [""], spread(schemes), spread(hosts), fillvalue=None
        )
    ]


# One pair of an element, as for="[2001:db8::1]:4711", and what follows it (RFC 7239, 4).
_PAIR = re.compile(r'\s*(?:([\w!#$&*+.^`|~-]+)=("(?:[^"\\]|\\.)*"|[^\s",;]+))?\s*(,|;|$)', re.ASCII)


def _forwarded(headers: Headers) -> list[Hop]:
    """Hops of Forwarded (RFC 7239); a malformed one says nothing."""
    text = ",".join(headers.getlist("forwarded"))
    elements: list[dict[str, str]] = [{}]
    place = 0
    while place < len(text):
        pair = _PAIR.match(text, place)
        if pair is None:
            return [Hop()]
        if pair[1]:
            value = pair[2]
            if value.startswith('"'):
                value = re.sub(r"\\(.)", r"\1", value[1:-1])
            elements[-1][pair[1].lower()] = value
        if pair[3] == ",":
            elements.append({})
        place = pair.end()
    return [
        Hop(parsed(one.get("for", "")), one.get("proto", "").lower() or None, one.get("host"))
        for one in elements
    ]


_HEADERS: dict[str, Callable[[Headers], list[Hop]]] = {
    "x-forwarded": _x_forwarded,
    "forwarded": _forwarded,
}
