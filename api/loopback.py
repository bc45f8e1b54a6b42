"""Whether a request is made by somebody at this machine."""

from urllib.parse import urlsplit

from fastapi import Request

from access.addresses import is_loopback
from api import client
from api.hosts import hostname

_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")


def not_from_here(request: Request) -> str | None:
    """Why a request cannot be taken to be made by somebody at this machine; None where it can.

    Nor by a page of another site in a browser at this machine.
    """
    reason = elsewhere(request)
    if reason is not None:
        return reason
    host = request.headers.get("host", "")
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc.lower() != host.lower():
        return f"the request comes from a page of {origin}"
    if request.headers.get("sec-fetch-site", "none") not in {"none", "same-origin"}:
        return "the request comes from a page of another site"
    return None


def elsewhere(request: Request) -> str | None:
    """Why a request cannot be taken to come from this machine to itself; None where it can."""
    asking = client.of(request)
    # A proxy that is not named says so too, and hides who asks.
    if asking.proxied or any(name in request.headers for name in _FORWARDED):
        return "the request comes through a proxy"
    if asking.address is None or not is_loopback(asking.address):
        return "the request comes from another machine"
    host = request.headers.get("host", "")
    # A name of somebody else's may be made to point here (DNS rebinding).
    if not is_loopback(hostname(host) or ""):
        return f"the service is called {host!r}, which is not a name of this machine"
    return None
