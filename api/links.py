"""Links between resources (RFC 8288), as OGC APIs write them."""

from urllib.parse import urlencode

from fastapi import Request


def link(href: str, rel: str, kind: str, title: str) -> dict[str, str]:
    """One link of a JSON document."""
    return {"href": href, "rel": rel, "type": kind, "title": title}


def absolute(request: Request, path: str) -> str:
    """A path of this service with the scheme and host the client used."""
    return f"{str(request.base_url).rstrip('/')}{path}"


def with_parameters(request: Request, **changed: str | None) -> str:
    """The address of this request with some query parameters changed, or dropped where None."""
    parameters = {**request.query_params, **changed}
    kept = {name: value for name, value in parameters.items() if value is not None}
    query = f"?{urlencode(kept)}" if kept else ""
    return f"{absolute(request, request.url.path)}{query}"
