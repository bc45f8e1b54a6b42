"""A provider of the tests' own: it does all a real one must, and lies where it is told to."""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "atlas-map", "the secret of the client"

Claims = dict[str, Any]


def new_key() -> RSAKey:
    return RSAKey.generate_key(2048, auto_kid=True)


@dataclass
class Lies:
    """How the next answers differ from the truth."""

    claims: Callable[[Claims], Claims] = lambda claims: claims
    sign: Callable[[Claims], str] | None = None
    token: Callable[[], tuple[int, dict[str, str], bytes]] | None = None
    issuer: str | None = None


@dataclass
class Provider:
    """The provider's state; codes are taken once, from whom they were given to."""

    issuer: str = ""
    key: RSAKey = field(default_factory=new_key)
    lies: Lies = field(default_factory=Lies)
    asked: Counter[str] = field(default_factory=Counter)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def consent(self, url: str, subject: str) -> dict[str, str]:
        """What the browser brings back when ``subject`` has let the client in."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert url.startswith(f"{self.issuer}/authorize?")
        assert (query["client_id"], query["response_type"]) == (CLIENT, "code")
        assert query["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self.codes[code] = {**query, "sub": subject}
        return {"code": code, "state": query["state"], "iss": self.issuer, "session_state": "x.y"}

    def description(self) -> dict[str, Any]:
        return {
            "issuer": self.lies.issuer or self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "authorization_response_iss_parameter_supported": True,
        }

    def exchange(self, authorization: str, form: dict[str, str]) -> tuple[int, Claims]:
        """The token endpoint (RFC 6749, 4.1.3; RFC 7636, 4.6)."""
        given = base64.b64decode(authorization.removeprefix("Basic ")).decode()
        if given != f"{CLIENT}:{SECRET}":
            return 401, {"error": "invalid_client"}
        asked = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if (
            asked is None
            or challenge != asked["code_challenge"]
            or form["redirect_uri"] != asked["redirect_uri"]
        ):
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        told = {"iss": self.issuer, "aud": CLIENT, "sub": asked["sub"], "nonce": asked["nonce"]}
        claims = self.lies.claims({**told, "iat": now, "exp": now + 300})
        signed = (self.lies.sign or self.signed)(claims)
        return 200, {"access_token": "an access token", "token_type": "Bearer", "id_token": signed}

    def signed(self, claims: Claims) -> str:
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key)


@contextmanager
def provider() -> Iterator[Provider]:
    """The provider on a free port of the loopback."""
    made = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.asked[self.path] += 1
            if self.path == "/keys":
                self._json(200, {"keys": [made.key.as_dict(private=False)]})
            else:
                assert self.path == "/.well-known/openid-configuration"
                self._json(200, made.description())

        def do_POST(self) -> None:
            made.asked[self.path] += 1
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            if made.lies.token is not None:
                self._send(*made.lies.token())
                return
            form = {name: values[0] for name, values in parse_qs(body).items()}
            self._json(*made.exchange(self.headers["Authorization"], form))

        def _json(self, status: int, body: dict[str, Any]) -> None:
            self._send(status, {"Content-Type": "application/json"}, json.dumps(body).encode())

        def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        made.issuer = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield made
        server.shutdown()
