"""What is turned away at once: foreign hosts, and addresses in disguise."""

import re
from urllib.parse import unquote_to_bytes

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from api.errors import Problem, document
from api.hosts import Hosts, hostname

# Another program on the way may decode these before it compares paths, and we after.
_DISGUISED = re.compile(rb"\\|%2f|%5c|%(?![0-9a-f]{2})", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class Gate:
    """Answers a problem document, or lets the request through. Pure ASGI."""

    def __init__(self, app: ASGIApp, hosts: Hosts) -> None:
        """Wrap an application that answers under ``hosts``."""
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Look at Host and address, then go on."""
        app = self._app
        if scope["type"] == "http":
            try:
                self._check_host(Headers(scope=scope).getlist("host"))
                check_target(scope["raw_path"], scope["query_string"])
            except Problem as problem:
                app = document(
                    Request(scope), problem.status, problem.detail, parameter=problem.parameter
                )
        await app(scope, receive, send)

    def _check_host(self, given: list[str]) -> None:
        if len(given) != 1:
            raise Problem(400, f"there must be one Host header, not {len(given)}")
        name = hostname(given[0])
        if name is None:
            raise Problem(400, f"Host = {given[0][:200]!r}: is not a host's name")
        if name not in self._hosts:
            # RFC 9110, 7.4 and 15.5.20: whoever has the name point here is not served under it.
            raise Problem(
                421,
                f"Host = {name[:200]!r}: this service does not answer under that name; set "
                "ATLAS_ALLOWED_HOSTS (or ATLAS_PUBLIC_URL) if it should",
            )


def check_target(path: bytes, query: bytes) -> None:
    """Problem 400 where a path or query could be read in two ways."""
    if _DISGUISED.search(path):
        raise Problem(400, "the path holds a backslash, an encoded slash or a broken % escape")
    text = _decoded(path)
    if text is None:
        raise Problem(400, "the path is not UTF-8")
    if _CONTROL.search(text):
        raise Problem(400, "the path holds control characters")
    if {".", ".."} & set(text.split("/")):
        raise Problem(400, "the path holds . or .. segments; send it resolved")
    for pair in query.split(b"&"):
        asked = _decoded(pair)
        if asked is None or "\0" in asked:
            name = _decoded(pair.partition(b"=")[0])
            raise Problem(400, f"the parameter {name!r} is not text in UTF-8", parameter=name)


def _decoded(escaped: bytes) -> str | None:
    """The text, or None where it is not UTF-8: overlong forms are not."""
    try:
        return unquote_to_bytes(escaped).decode()
    except UnicodeDecodeError:
        return None
