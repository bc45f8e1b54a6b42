"""Which budget a request is counted against, by method and route."""

from typing import Literal

from starlette.types import Scope

Budget = Literal["reads", "writes", "sign-in", "uploads"]

FREE = ("/livez", "/readyz", "/static/")
"""Never counted: who watches the service is not turned away, and files cost next to nothing."""

SIGN_IN = ("/session",)
"""Where secrets are tried."""

PROVIDER = ("/session/oidc",)
"""Where the provider is asked, for whoever comes; by GET, as browsers are sent there and back."""

UPLOADS = ("/imports",)
"""Where files come in, which take their time."""

ASKING = ("/within",)
"""Asked by POST, as a polygon does not fit into an address; nothing is written."""

_READING = {"GET", "HEAD", "OPTIONS"}


def of(scope: Scope) -> Budget | None:
    """The budget, or None where nothing is counted."""
    path, method = scope["path"], scope["method"]
    if path.startswith(FREE):
        return None
    if path.startswith(PROVIDER):
        return "sign-in"
    if method in _READING or path in ASKING:
        return "reads"
    if path in UPLOADS and method == "POST":
        return "uploads"
    if path.startswith(SIGN_IN):
        return "sign-in"
    return "writes"
