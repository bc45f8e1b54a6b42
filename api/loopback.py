"""Whether a request is made by somebody at this machine."""

import ipaddress
from urllib.parse import urlsplit

from fastapi import Request

_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")


def not_from_here(request: Request) -> str | None:
    """Why a request cannot be taken to be made by somebody at this machine; None where it can."""
    if request.client is None or not _loopback(request.client.host):
        return "the request comes from another machine"
    if any(name in request.headers for name in _FORWARDED):
        return "the request comes through a proxy"
    host = request.headers.get("host", "")
    # A name of somebody else's may be made to point here (DNS rebinding).
    if not _loopback(_hostname(host)):
        return f"the service is called {host!r}, which is not a name of this machine"
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc.lower() != host.lower():
        return f"the request comes from a page of {origin}"
    if request.headers.get("sec-fetch-site", "none") not in {"none", "same-origin"}:
        return "the request comes from a page of another site"
    return None


def _hostname(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _loopback(host: str) -> bool:
    if host.lower() == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback
