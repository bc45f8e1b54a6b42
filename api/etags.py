"""Answers with a digest of what is in them: an unchanged one need not be sent again.

The digest is keyed with the installation's secret, so that nobody who comes by one, in a log or a
cache, can try out what the answer may have been. What a viewer is answered is cut to their scope
before it is digested: no ETag changes with a row they may not see.
"""

import hashlib

from fastapi import Request, Response


def answer(
    request: Request, body: str | bytes, media_type: str, cache: str = "no-cache"
) -> Response:
    """The body with its ETag; 304 without it where the client has it already."""
    content = body.encode() if isinstance(body, str) else body
    key: bytes = request.app.state.etag_key
    tag = f'"{hashlib.blake2b(content, digest_size=12, key=key).hexdigest()}"'
    headers = {"ETag": tag, "Cache-Control": cache}
    known = {
        word.strip().removeprefix("W/")
        for word in request.headers.get("if-none-match", "").split(",")
    }
    if tag in known:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=media_type, headers=headers)
