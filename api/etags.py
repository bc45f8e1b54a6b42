"""ETags (RFC 9110, 8.8.3): of answers, which need not be sent again, and of the states of facts.

They are digests keyed with a key that follows from the installation's secret, the same in each
process and after a restart. So nobody who comes by one, in a log or a cache, can try out what the
answer may have been. What a viewer is answered is cut to their scope before it is digested: no ETag
changes with a row they may not see.
"""

import hashlib

from fastapi import Request, Response


def keyed(key: bytes, content: bytes) -> str:
    """The strong ETag of what is answered, or of the digest of a fact's state, with its quotes."""
    return f'"{hashlib.blake2b(content, digest_size=12, key=key).hexdigest()}"'


def known(tag: str, said: str) -> bool:
    """Whether If-None-Match names the state, or any there is (RFC 9110, 13.1.2)."""
    words = {word.strip().removeprefix("W/") for word in said.split(",")}
    return tag in words or words == {"*"}


def answer(
    request: Request, body: str | bytes, media_type: str, cache: str = "no-cache"
) -> Response:
    """The body with its ETag; 304 without it where the client has it already."""
    content = body.encode() if isinstance(body, str) else body
    tag = keyed(request.app.state.etag_key, content)
    headers = {"ETag": tag, "Cache-Control": cache}
    if known(tag, request.headers.get("if-none-match", "")):
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=media_type, headers=headers)
