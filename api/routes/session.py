"""Signing in and out, and under which grant one acts."""

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection, text

from access import demo, grants, sessions, signing_in
from access.audit import Writer
from access.grants import Grant
from access.passwords import BusyError
from access.roles import PUBLIC, ROLES
from access.sessions import Limits, SignedIn
from api import client, loopback
from api.errors import Problem
from api.parameters import NoParameters
from api.people import Knows
from api.sign_on import SignOn
from api.viewer import (
    Knowing,
    Viewer,
    Viewing,
    cookie_name,
    give_cookie,
    refuse_foreign,
    refuse_in_clear,
    take_cookie,
)
from geo.demonstration import is_on
from geo.errors import AtlasError

router = APIRouter(tags=["session"])

LIMITS = Limits()
_PRIVATE = {"Cache-Control": "no-store"}
_SMALL = 8 * 1024

_NAMES = text("""
    SELECT COALESCE(
        (SELECT name FROM registry.city WHERE code = :area),
        (SELECT name FROM registry.district WHERE code = :area),
        (SELECT name FROM registry.street WHERE code = :area),
        (SELECT name FROM registry.company WHERE id = :company),
        (SELECT name FROM oversight.agency WHERE id = :agency))
""")


class Body(BaseModel):
    """What is sent; a field that is not known is refused."""

    model_config = ConfigDict(extra="forbid")


class SignInBody(Body):
    """Login and password; the grant to act under where one holds several."""

    login: str = Field(min_length=1, max_length=200)
    password: str = Field(min_length=1, max_length=200)
    grant_id: int | None = Field(default=None, ge=1, le=2**63 - 1)


class GrantBody(Body):
    """The grant to act under."""

    grant_id: int = Field(ge=1, le=2**63 - 1)


class DemoBody(Body):
    """The part to play: its login, or ``public`` for nobody."""

    part: str = Field(min_length=1, max_length=200)


class PasswordBody(Body):
    """The password so far, and the one to come."""

    password: str = Field(min_length=1, max_length=200)
    new_password: str = Field(min_length=1, max_length=400)


@router.get("/session", summary="Who is signed in, in which role")
async def session(
    request: Request, viewer: Knowing, people: Knows, _none: Annotated[NoParameters, Query()]
) -> JSONResponse:
    """The role acted in, over what, and the other grants one holds; ``public`` for nobody.

    ``demo`` lists the parts that anybody at this machine may play, null where there is none;
    ``sign_on`` is what the provider is called through which one may sign in (``/session/oidc``).
    ``must_change``: until the password is changed one sees what the public sees.
    """
    return JSONResponse(await _answer(request, people, viewer), headers=_PRIVATE)


@router.post("/session/demo", summary="Play a part of the demonstration")
async def play(
    request: Request, people: Knows, body: DemoBody, _none: Annotated[NoParameters, Query()]
) -> JSONResponse:
    """Opens an ordinary session in that role, under the real policies; only at this machine."""
    refuse_foreign(request)
    reason = loopback.not_from_here(request)
    if reason is not None:
        raise Problem(403, f"{reason}: parts are played at the machine itself only")
    previous = request.cookies.get(cookie_name(request))
    writer = Writer(body.part, request.scope.get("request_id"), client.of(request).address)
    if body.part == PUBLIC:
        if previous is not None:
            await people.run(partial(sessions.sign_out, token=previous, writer=writer))
        told = await _answer(request, people, Viewer())
        response = JSONResponse(told, headers=_PRIVATE)
        take_cookie(request, response)
        return response
    try:
        done = await people.run(
            partial(demo.act, login=body.part, writer=writer, previous=previous)
        )
    except AtlasError as error:
        raise Problem(404, str(error), parameter="part") from None
    return await _signed_in(request, people, done)


@router.post("/session", summary="Sign in with a password")
async def sign_in(
    request: Request, people: Knows, body: SignInBody, _none: Annotated[NoParameters, Query()]
) -> JSONResponse:
    """Opens a session and gives it to the browser as a cookie.

    After failures one has to wait, longer each time: 429 with Retry-After.
    """
    refuse_in_clear(request)
    refuse_foreign(request)
    try:
        done = await people.run(
            partial(
                signing_in.sign_in,
                login=body.login,
                password=body.password,
                address=client.of(request).address or "",
                grant_id=body.grant_id,
                previous=request.cookies.get(cookie_name(request)),
                request_id=request.scope.get("request_id"),
                limits=LIMITS,
            )
        )
    except BusyError as error:
        raise _busy(error) from None
    if isinstance(done, signing_in.Refused):
        raise _refusal(done, 401)
    return await _signed_in(request, people, done)


@router.delete("/session", status_code=204, summary="Sign out")
async def sign_out(
    request: Request, viewer: Knowing, people: Knows, _none: Annotated[NoParameters, Query()]
) -> Response:
    """Ends the session and lets the browser forget it."""
    if viewer.token is not None:
        await people.run(
            partial(sessions.sign_out, token=viewer.token, writer=_writer(request, viewer))
        )
    response = Response(status_code=204, headers=_PRIVATE)
    take_cookie(request, response)
    return response


@router.post("/session/grant", summary="Act under another of one's grants")
async def act_under(
    request: Request,
    viewer: Viewing,
    people: Knows,
    body: GrantBody,
    _none: Annotated[NoParameters, Query()],
) -> JSONResponse:
    """The session goes on under the other grant, with a new cookie."""
    who = viewer.signed_in
    try:
        done = await people.run(
            partial(
                sessions.act_under,
                session=who,
                grant_id=body.grant_id,
                writer=_writer(request, viewer),
            )
        )
    except AtlasError as error:
        raise Problem(409, str(error), parameter="grant_id") from None
    return await _signed_in(request, people, done)


@router.post("/session/password", status_code=204, summary="Change one's password")
async def change_password(
    request: Request,
    viewer: Knowing,
    people: Knows,
    body: PasswordBody,
    _none: Annotated[NoParameters, Query()],
) -> Response:
    """All other sessions of the person end; the present one goes on.

    A wrong old password counts as a failed sign-in: after several one has to wait, 429 with
    Retry-After. A program's token changes no password.
    """
    who = viewer.signed_in
    if who.session_kind == "token":
        raise Problem(
            403,
            f'token "{who.token_name}" may not change the password: sign in with login and '
            "password (POST /session) and change it there",
        )
    try:
        refused = await people.run(
            partial(
                signing_in.change_password,
                writer=_writer(request, viewer),
                login=who.login,
                old=body.password,
                new=body.new_password,
                session_id=who.session_id,
            )
        )
    except BusyError as error:
        raise _busy(error) from None
    except AtlasError as error:
        raise Problem(422, str(error), parameter="new_password") from None
    if refused is not None:
        raise _refusal(refused, 422, "password")
    return Response(status_code=204, headers=_PRIVATE)


def _busy(error: BusyError) -> Problem:
    return Problem(503, str(error), headers={"Retry-After": "2"})


def _refusal(refused: signing_in.Refused, status: int, parameter: str | None = None) -> Problem:
    """A password that was wrong, or was not even tried since one has to wait: 429 then."""
    seconds = round(refused.retry_after.total_seconds())
    headers = {"Retry-After": str(seconds)} if seconds else None
    return Problem(429 if seconds else status, refused.reason, parameter=parameter, headers=headers)


async def _signed_in(request: Request, people: Knows, done: SignedIn) -> JSONResponse:
    viewer = Viewer(done.session, done.token)
    response = JSONResponse(await _answer(request, people, viewer), headers=_PRIVATE)
    give_cookie(request, response, done.token, LIMITS)
    return response


async def _answer(request: Request, people: Knows, viewer: Viewer) -> dict[str, Any]:
    """Who asks, and by which other way one may sign in."""
    here = loopback.not_from_here(request) is None
    told = await people.run(partial(_told, viewer=viewer, here=here))
    sign_on: SignOn | None = request.app.state.sign_on
    return {**told, "sign_on": sign_on and sign_on.offered()}


def _writer(request: Request, viewer: Viewer) -> Writer:
    return Writer(viewer.actor, request.scope.get("request_id"), client.of(request).address)


def _told(connection: Connection, viewer: Viewer, here: bool) -> dict[str, Any]:
    """Who asks; ``here``: at this machine, where parts of a demonstration may be played."""
    who = viewer.who
    held = [] if who is None else grants.current(connection, who.account_id)
    return {
        "signed_in": who is not None,
        "kind": PUBLIC if who and who.must_change else viewer.kind,
        "role": viewer.role,
        "role_name": _role_name(viewer.role),
        "login": who and who.login,
        "name": who and who.name,
        "over": who and _over(connection, who.grant),
        "has_password": bool(who and who.has_password),
        "must_change": bool(who and who.must_change),
        "expires_at": who and who.expires_at.isoformat(),
        "grants": [_grant(connection, one, who.grant.id) for one in held] if who else [],
        "demo": _parts() if here and is_on(connection) else None,
    }


def _parts() -> list[dict[str, Any]]:
    played = [{"part": one.login, "zh": one.zh, "en": one.en} for one in demo.PARTS]
    return [*played, {"part": PUBLIC, "zh": "公众", "en": "Public"}]


def _grant(connection: Connection, one: Grant, current: int) -> dict[str, Any]:
    return {
        "id": one.id,
        "role": one.role,
        "role_name": _role_name(one.role),
        "over": _over(connection, one),
        "current": one.id == current,
    }


def _role_name(role: str) -> dict[str, str]:
    if role == PUBLIC:
        return {"zh": "公众", "en": "public"}
    return {"zh": ROLES[role].zh, "en": ROLES[role].en}


def _over(connection: Connection, grant: Grant) -> dict[str, Any] | None:
    """What a grant is bound to, with its name."""
    scope = grant.scope
    code = scope.area_code or scope.company_id or scope.agency_id or scope.inspector_id
    if code is None:
        return None
    names = {"area": scope.area_code, "company": scope.company_id, "agency": scope.agency_id}
    return {"code": str(code), "name": connection.scalar(_NAMES, names)}
