"""Sign-in through the provider, where one is set: what the routes need of it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Depends, Request, Response

from access.oidc.flow import LASTS, Flow, Sealer
from access.oidc.provider import Provider
from access.oidc.settings import Registration
from api.errors import Problem
from api.viewer import secure

COOKIE = "__Host-atlas-oidc"
COOKIE_ON_LOOPBACK = "atlas_oidc_dev"
"""Without Secure, where a page is served over HTTP by this machine to itself."""

LONGEST_COOKIE = 4096


@dataclass(frozen=True)
class SignOn:
    """The provider, and the seal on what browsers keep meanwhile."""

    provider: Provider
    sealer: Sealer

    @classmethod
    def of(cls, registered: Registration, secret: bytes) -> "SignOn":
        """With a key that follows from the installation's ``secret``."""
        return cls(Provider(registered), Sealer(secret))

    def offered(self) -> dict[str, Any]:
        """What the page calls it."""
        name = self.provider.registered.name
        return {"zh": name or "统一身份认证", "en": name or "single sign-on"}

    def give(self, request: Request, response: Response, flow: Flow) -> None:
        """Let the browser keep a sign-in that begins, until it comes back."""
        response.set_cookie(
            _cookie(request),
            self.sealer.seal(flow, datetime.now(UTC)),
            max_age=int(LASTS.total_seconds()),
            path="/",
            secure=secure(request),
            httponly=True,
            samesite="lax",
        )

    def taken(self, request: Request) -> Flow | None:
        """The sign-in that was begun in this browser; None where there is none that holds."""
        sealed = request.cookies.get(_cookie(request))
        if sealed is None or len(sealed) > LONGEST_COOKIE:
            return None
        return self.sealer.opened(sealed, datetime.now(UTC))


def forget(request: Request, response: Response) -> None:
    """Let the browser forget a sign-in that came back, however it ended."""
    response.delete_cookie(
        _cookie(request), path="/", secure=secure(request), httponly=True, samesite="lax"
    )


def _cookie(request: Request) -> str:
    return COOKIE if secure(request) else COOKIE_ON_LOOPBACK


async def _sign_on(request: Request) -> SignOn:
    found: SignOn | None = request.app.state.sign_on
    if found is None:
        raise Problem(404, "no provider is set here: sign in with a password")
    return found


SignsOn = Annotated[SignOn, Depends(_sign_on)]
"""The provider; 404 where none is set."""
