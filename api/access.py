"""Who may import and see what imports hold, until people have accounts.

With ``ATLAS_IMPORT_TOKEN`` set, whoever sends it. Without it, only this machine: a peer on the
loopback that names the service by a loopback name and is not sent by the page of another site.
"""

import hmac
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request

from api import client
from api.errors import Problem
from api.hosts import hostname, is_loopback

_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")


def _importer(request: Request) -> str:
    """The name under which an import is entered; Problem 403 where it is not allowed."""
    token = request.app.state.intake.settings.import_token
    if token is not None and token.get_secret_value():
        return _by_token(request, token.get_secret_value())
    reason = _not_from_here(request)
    if reason:
        raise Problem(
            403,
            f"{reason}: without a token only this machine may import; set ATLAS_IMPORT_TOKEN and "
            "send it as Authorization: Bearer …",
        )
    return "local"


Importer = Annotated[str, Depends(_importer)]


def _by_token(request: Request, token: str) -> str:
    kind, _, given = request.headers.get("authorization", "").partition(" ")
    # Both are bytes of any length; the comparison takes the same time wherever they differ.
    if kind.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), token.encode()):
        return "token"
    raise Problem(
        403, "imports need the token of ATLAS_IMPORT_TOKEN, sent as Authorization: Bearer …"
    )


def _not_from_here(request: Request) -> str | None:
    """Why a request cannot be taken to be made by somebody at this machine."""
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
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc.lower() != host.lower():
        return f"the request comes from a page of {origin}"
    if request.headers.get("sec-fetch-site", "none") not in {"none", "same-origin"}:
        return "the request comes from a page of another site"
    return None
