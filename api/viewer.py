"""Who asks: nobody in particular, or somebody under one of their grants.

A browser bears its session in a cookie, a program its token in ``Authorization``, as Bearer or as
the password of Basic (QGIS, GDAL and Excel know no other way).
"""

import base64
import binascii
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request, Response

from access.roles import PUBLIC, Kind
from access.sessions import Limits, Who
from api import client, loopback
from api.errors import Problem
from api.people import Knows

COOKIE = "__Host-atlas"
COOKIE_ON_LOOPBACK = "atlas_dev"
"""Without Secure, where a page is served over HTTP by this machine to itself."""

LONGEST_TOKEN = 200
_CHANGE_FIRST = (
    "the password is the one an administrator handed over: change it first (POST /session/password)"
)
_SAFE = {"GET", "HEAD", "OPTIONS"}


@dataclass(frozen=True)
class Viewer:
    """Who asks, with the token that says so; ``who`` is None for the public.

    ``must_change``: somebody is known, but by a password that was handed over; until they change it
    they are as the public, and refused what the public may not.
    """

    who: Who | None = None
    token: str | None = None
    must_change: bool = False

    @property
    def kind(self) -> Kind:
        """The kind of scope."""
        return PUBLIC if self.who is None else self.who.grant.kind

    @property
    def role(self) -> str:
        """The role acted in, ``public`` for nobody in particular."""
        return PUBLIC if self.who is None else self.who.grant.role

    @property
    def actor(self) -> str:
        """Under whose name something is entered."""
        return PUBLIC if self.who is None else self.who.login

    @property
    def signed_in(self) -> Who:
        """Who is signed in; Problem 401 where nobody is, 403 where the password comes first."""
        if self.must_change:
            raise Problem(403, _CHANGE_FIRST)
        if self.who is None:
            raise Problem(
                401,
                "sign in first, or send a token as Authorization: Bearer …",
                headers={"WWW-Authenticate": 'Bearer realm="atlas"'},
            )
        return self.who

    def must_be(self, *roles: str) -> None:
        """Refuse who is in none of these roles: 401 where nobody is signed in, else 403."""
        role = self.signed_in.grant.role
        if role not in roles:
            raise Problem(403, f"the role {role} may not do this; one of {', '.join(roles)}")


async def _known(request: Request, people: Knows) -> Viewer:
    """Who asks; 401 for a token that does not hold, 403 for a page of another site, or in clear."""
    token, kept = _sent(request), request.cookies.get(cookie_name(request))
    if token is not None or kept is not None:
        refuse_in_clear(request)
    if token is not None:
        who = await people.who(token) if len(token) <= LONGEST_TOKEN else None
        if who is None:
            raise Problem(
                401,
                "the token is not known, has expired or was revoked: make another (atlas tokens)",
                headers={"WWW-Authenticate": 'Basic realm="atlas", Bearer realm="atlas"'},
            )
        return Viewer(who, token)
    if kept is None or len(kept) > LONGEST_TOKEN:
        return Viewer()
    who = await people.who(kept)
    if who is None:
        return Viewer()
    if request.method not in _SAFE:
        refuse_foreign(request)
    return Viewer(who, kept)


async def _viewer(viewer: Annotated[Viewer, Depends(_known)]) -> Viewer:
    """Who asks, with nothing granted before a password that was handed over is changed."""
    if viewer.who is None or not viewer.who.must_change:
        return viewer
    if viewer.who.session_kind == "token":
        # A program would take what the public sees for all there is.
        raise Problem(403, _CHANGE_FIRST)
    return Viewer(must_change=True)


Knowing = Annotated[Viewer, Depends(_known)]
"""Who asks, for what is done before a password is changed: to look, to change it, to leave."""
Viewing = Annotated[Viewer, Depends(_viewer)]
"""Who asks."""


def borne(request: Request) -> str | None:
    """The token that a request bears in whichever way, whether or not it holds."""
    try:
        return _sent(request) or request.cookies.get(cookie_name(request))
    except Problem:
        return None


def refuse_in_clear(request: Request) -> None:
    """Refuse to take or give a secret that others on the way could read, before it is looked at."""
    if secure(request):
        return
    reason = loopback.elsewhere(request)
    if reason is not None:
        raise Problem(
            403,
            f"{reason}, and without TLS: passwords, tokens and sessions are taken over https only. "
            "Ask by https; whoever runs the service puts a reverse proxy with a certificate before "
            "it, and names it in ATLAS_PROXIES",
        )


def refuse_foreign(request: Request) -> None:
    """Refuse a change that the page of another site asked a browser for (CSRF).

    Browsers say where a request comes from (Fetch Metadata, or Origin); what says nothing is not a
    browser of today, and is refused too.
    """
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if site is not None and site != "same-origin":
        raise Problem(403, f"the request comes from another site (Sec-Fetch-Site: {site})")
    if origin is not None and not _own(request, origin):
        raise Problem(403, f"the request comes from a page of {origin}")
    if site is None and origin is None:
        raise Problem(
            403, "a change with a cookie must say where it comes from: send Origin, or use a token"
        )


def cookie_name(request: Request) -> str:
    """The name under which the cookie of a session is kept."""
    return COOKIE if secure(request) else COOKIE_ON_LOOPBACK


def secure(request: Request) -> bool:
    """Whether the request came over TLS."""
    return client.of(request).scheme == "https"


def give_cookie(request: Request, response: Response, token: str, limits: Limits) -> None:
    """Let the browser bear a session, where it was not refused (:func:`refuse_in_clear`)."""
    response.set_cookie(
        cookie_name(request),
        token,
        max_age=int(limits.absolute.total_seconds()),
        path="/",
        secure=secure(request),
        httponly=True,
        samesite="lax",
    )


def take_cookie(request: Request, response: Response) -> None:
    """Let the browser forget its session."""
    response.delete_cookie(
        cookie_name(request), path="/", secure=secure(request), httponly=True, samesite="lax"
    )


def _sent(request: Request) -> str | None:
    """The token of the header Authorization; None without one, 401 where it is none of the two."""
    header = request.headers.get("authorization")
    if header is None:
        return None
    kind, _, given = header.partition(" ")
    given = given.strip()
    if kind.lower() == "bearer" and given:
        return given
    if kind.lower() == "basic":
        try:
            _, _, password = base64.b64decode(given, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            password = ""
        if password:
            return password
    raise Problem(
        401,
        "Authorization is Bearer with a token, or Basic with the token as the password",
        headers={"WWW-Authenticate": 'Basic realm="atlas", Bearer realm="atlas"'},
    )


def _own(request: Request, origin: str) -> bool:
    said = urlsplit(origin)
    here = request.headers.get("host", "").lower()
    return said.netloc.lower() == here and said.scheme == client.of(request).scheme
