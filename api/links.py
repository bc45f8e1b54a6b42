"""Links between resources (RFC 8288), as OGC APIs write them, and who follows them."""

from urllib.parse import urlencode

from fastapi import Request

REL = "http://www.opengis.net/def/rel/ogc/1.0"
"""Before the names of relations that OGC registered."""


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


def prefers_html(request: Request) -> bool:
    """Whether a person asks, by a browser, rather than a program."""
    accepted = request.headers.get("accept", "")
    html, json = accepted.find("text/html"), accepted.find("json")
    return html >= 0 and (json < 0 or html < json)
