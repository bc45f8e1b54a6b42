"""Pages of other sites that may read the service, where any are named."""

from collections.abc import Sequence
from typing import Any

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from api.errors import document

EXPOSED = ("ETag", "Location", "Retry-After", "X-Request-Id", "RateLimit", "RateLimit-Policy")
ACCEPTED = ("Authorization", "If-Match", "If-None-Match", "Idempotency-Key", "Content-Crs")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


class CrossOrigin(CORSMiddleware):
    """Starlette's, whose refusals become problem documents like all others."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a preflight request, or add the headers to what is answered."""
        if scope["type"] == "http" and _is_preflight(scope):
            answer: Any = self.preflight_response(Headers(scope=scope))
            if answer.status_code != 200:
                answer = _refused(scope, answer)
            await answer(scope, receive, send)
            return
        if scope["type"] == "http" and scope["method"] not in self.allow_methods:
            # A form of any page may be sent without asking first; its answer is not for that page.
            await self.app(scope, receive, send)
            return
        await super().__call__(scope, receive, send)


def rules(origins: Sequence[str]) -> dict[str, Any]:
    """What pages of the origins may do: anybody's only read; never with a cookie."""
    anyone = "*" in origins
    return {
        "allow_origins": tuple(origins),
        "allow_methods": ("GET", "HEAD") if anyone else METHODS,
        "allow_headers": ACCEPTED[2:3] if anyone else ACCEPTED,
        "allow_credentials": False,
        "expose_headers": EXPOSED,
    }


def _is_preflight(scope: Scope) -> bool:
    headers = Headers(scope=scope)
    return (
        scope["method"] == "OPTIONS"
        and "origin" in headers
        and "access-control-request-method" in headers
    )


def _refused(scope: Scope, answer: Response) -> Response:
    kept = {
        name: value
        for name, value in answer.headers.items()
        if name == "vary" or name.startswith("access-control-")
    }
    said = bytes(answer.body).decode()
    return document(
        Request(scope), answer.status_code, f"{said}: see ATLAS_CORS_ORIGINS", headers=kept
    )
