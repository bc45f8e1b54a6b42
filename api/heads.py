"""HEAD wherever there is GET: the same headers, and no body (RFC 9110, 9.3.2). Pure ASGI."""

from starlette.types import ASGIApp, Receive, Scope, Send

WITHOUT_BODY = "atlas.without_body"
"""In the scope where nobody will see the body, for answers that are dear to make."""


class Heads:
    """Lets routes answer HEAD as GET; the server, which sees HEAD, leaves the body out."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on as GET."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return
        asked = {**scope, "method": "GET", WITHOUT_BODY: True}
        try:
            await self._app(asked, receive, send)
        finally:
            # The log names the route, which the router writes into what it was given.
            if "route" in asked:
                scope["route"] = asked["route"]
