"""Asks the provider's server: bounded in time and size, and never sent on elsewhere."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import anyio
import httpx

from access.oidc.refusal import NotSignedInError

SECONDS = 10
"""For a request altogether, however slowly the answer comes."""

LARGEST = 256 * 1024
"""Bytes of an answer; a document of keys has a few thousand."""


@dataclass(frozen=True)
class Answer:
    """A JSON object that a server answered, and the status it came with."""

    status: int
    body: Mapping[str, Any]


def client() -> httpx.AsyncClient:
    """A client that follows no redirect: a secret goes where it was meant to, or nowhere."""
    return httpx.AsyncClient(
        follow_redirects=False,
        timeout=SECONDS,
        limits=httpx.Limits(max_connections=8),
        # What is compressed may be a thousand times larger than what was counted.
        headers={"Accept": "application/json", "Accept-Encoding": "identity"},
    )


async def ask(
    http: httpx.AsyncClient,
    method: str,
    url: str,
    headers: Mapping[str, str] | None = None,
    content: str | None = None,
) -> Answer:
    """What a server answers.

    Raises
    ------
    NotSignedInError
        ``unreachable``: no answer in time, or it is no JSON object or too large.
    """
    try:
        with anyio.fail_after(SECONDS):
            async with http.stream(method, url, headers=headers, content=content) as response:
                body = bytearray()
                async for chunk in response.aiter_raw():
                    body += chunk
                    if len(body) > LARGEST:
                        raise NotSignedInError("unreachable")
        found = json.loads(body)
    except (httpx.HTTPError, TimeoutError, ValueError, RecursionError):
        # The cause is not told on: it may quote the address or what was sent.
        raise NotSignedInError("unreachable") from None
    if not isinstance(found, dict):
        raise NotSignedInError("unreachable")
    return Answer(response.status_code, found)
