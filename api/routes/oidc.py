"""Signing in through the office's own provider (OpenID Connect, code flow with PKCE)."""

from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import Annotated

import jinja2
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import AfterValidator, BaseModel, Field

from access import backoff, identities
from access.oidc import flow as flows
from access.oidc.flow import Flow
from access.oidc.provider import error_code
from access.oidc.refusal import NotSignedInError, Why
from access.sessions import Limits, SignedIn
from api import client
from api.errors import Problem, document
from api.headers import STYLED_POLICY
from api.links import absolute, prefers_html
from api.parameters import Strict
from api.people import Knows, People
from api.sign_on import SignOn, SignsOn, forget
from api.viewer import cookie_name, give_cookie, refuse_in_clear

router = APIRouter(tags=["session"])

LIMITS = Limits()
CALLBACK = "/session/oidc/callback"

_STATUS: dict[Why, int] = {
    "flow": 400,
    "spent": 400,
    "denied": 403,
    "code": 401,
    "token": 401,
    "unreachable": 503,
    "unknown": 403,
    "disabled": 403,
    "no_role": 403,
}


def _local(target: str) -> str:
    if not flows.is_local(target):
        raise ValueError("is not a path of this service, as /#compound=1")
    return target


class StartQuery(Strict):
    """Where to go when one is signed in."""

    next: Annotated[str, AfterValidator(_local)] = Field(
        default="/", description="A path of this service, with its query and fragment"
    )


class CallbackQuery(BaseModel):
    """What the provider sends back; of what else it sends no use is made (RFC 6749, 4.1.2)."""

    state: str = ""
    code: str = ""
    error: str | None = None
    iss: str | None = None


@router.get("/session/oidc", summary="Sign in through the provider", status_code=303)
async def start(
    request: Request, sign_on: SignsOn, query: Annotated[StartQuery, Query()]
) -> Response:
    """Sends the browser to the provider, from where it comes back signed in."""
    if request.headers.get("sec-fetch-site", "none") not in {"none", "same-origin"}:
        raise Problem(403, "the sign-in was asked for by a page of another site: open / first")
    refuse_in_clear(request)
    flow = flows.begun(query.next)
    try:
        url = await sign_on.provider.authorization(flow, absolute(request, CALLBACK))
    except NotSignedInError as error:
        return _refused(request, error)
    response = RedirectResponse(url, 303, headers={"Cache-Control": "no-store"})
    sign_on.give(request, response, flow)
    return response


@router.get(CALLBACK, summary="Come back from the provider", status_code=303)
async def callback(
    request: Request, sign_on: SignsOn, people: Knows, query: Annotated[CallbackQuery, Query()]
) -> Response:
    """Opens a session as the account that is linked to whom the provider has proven."""
    refuse_in_clear(request)
    flow = sign_on.taken(request)
    try:
        done = await _signed_in(request, sign_on, people, flow, query)
    except NotSignedInError as error:
        response = _refused(request, error)
    else:
        assert flow is not None  # noqa: S101 - told to mypy
        response = RedirectResponse(flow.target, 303, headers={"Cache-Control": "no-store"})
        give_cookie(request, response, done.token, LIMITS)
    forget(request, response)
    return response


async def _signed_in(
    request: Request, sign_on: SignOn, people: People, flow: Flow | None, query: CallbackQuery
) -> SignedIn:
    """Who came back, once: the browser, then the provider, then the account."""
    if flow is None or not flow.answers(query.state) or not sign_on.provider.issued(query.iss):
        raise NotSignedInError("flow")
    if not await people.run(partial(backoff.spend, state=flow.state, now=datetime.now(UTC))):
        raise NotSignedInError("spent")
    if query.error is not None or not query.code:
        raise NotSignedInError("denied", error=error_code(query.error))
    subject = await sign_on.provider.subject(flow, query.code, absolute(request, CALLBACK))
    return await people.run(
        partial(
            identities.sign_in,
            issuer=sign_on.provider.registered.issuer,
            subject=subject,
            address=client.of(request).address or "",
            previous=request.cookies.get(cookie_name(request)),
            request_id=request.scope.get("request_id"),
            limits=LIMITS,
        )
    )


def _refused(request: Request, error: NotSignedInError) -> Response:
    """A page for people, a problem document for programs."""
    status = _STATUS[error.why]
    headers = {"Retry-After": "10"} if status == 503 else {}
    if not prefers_html(request):
        return document(request, status, error.en, headers=headers)
    page = _page().render(zh=error.zh, en=error.en, request_id=request.scope.get("request_id"))
    told = {"Cache-Control": "no-store", "Content-Security-Policy": STYLED_POLICY, **headers}
    return HTMLResponse(page, status, headers=told)


@cache
def _page() -> jinja2.Template:
    file = Path(__file__).with_name("refused.html")
    return jinja2.Environment(autoescape=True).from_string(file.read_text("utf-8"))
