"""The provider: where it is asked, with which keys it signs, whom it says somebody is."""

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import anyio
import httpx
from authlib.oauth2.client import OAuth2Client
from authlib.oauth2.rfc6749.parameters import prepare_token_request
from authlib.oidc.discovery import get_well_known_url
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from access.oidc import fetching, tokens
from access.oidc.flow import Flow
from access.oidc.refusal import NotSignedInError
from access.oidc.settings import Registration

KEPT = 3600.0
"""Seconds after which addresses and keys are asked for anew, so that a withdrawn key goes."""

PAUSE = 10.0
"""Seconds for which a provider that did not answer is left alone, and everybody told at once."""

LONGEST_SUBJECT = 255
"""Characters (OpenID Connect Core, 2)."""

_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_ERROR = re.compile(r"[a-z_]{1,60}")


@dataclass
class _Known:
    """What the provider says of itself, and when it was asked."""

    metadata: Mapping[str, Any]
    keys: KeySet
    asked: float


class Provider:
    """Sends browsers to the provider, and learns from it who came back."""

    def __init__(
        self, registered: Registration, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Nothing is asked yet: a provider that is down keeps nobody from starting."""
        self.registered = registered
        self._clock = clock
        self._known: _Known | None = None
        self._failed: float | None = None
        self._asking = anyio.Lock()
        self._http: httpx.AsyncClient | None = None

    async def close(self) -> None:
        """End the connections."""
        if self._http is not None:
            await self._http.aclose()

    async def authorization(self, flow: Flow, redirect_uri: str) -> str:
        """Where to send a browser (RFC 6749, 4.1.1, with PKCE S256). Raises NotSignedInError."""
        known = await self._ask()
        url, _ = self._client(known).create_authorization_url(
            known.metadata["authorization_endpoint"],
            state=flow.state,
            code_verifier=flow.verifier,
            nonce=flow.nonce,
            redirect_uri=redirect_uri,
        )
        return str(url)

    async def subject(self, flow: Flow, code: str, redirect_uri: str) -> str:
        """By what the provider knows whoever came back with this code.

        Raises
        ------
        NotSignedInError
            The provider does not answer, does not take the code, or its answer proves nothing.
        """
        known = await self._ask()
        answer = await self._exchanged(known, flow, code, redirect_uri)
        try:
            claims = self._proven(known, flow, answer)
        except tokens.UnknownKeyError:
            claims = await self._proven_anew(known, flow, answer)
        found = claims.get(self.registered.claim)
        if not isinstance(found, str) or not 1 <= len(found) <= LONGEST_SUBJECT:
            raise NotSignedInError("token", error=f"no {self.registered.claim}")
        if not found.isprintable():
            raise NotSignedInError("token", error=f"unprintable {self.registered.claim}")
        return found

    def issued(self, issuer: str | None) -> bool:
        """Whether an answer to the browser names this provider (RFC 9207), or no other."""
        promised = self._known and self._known.metadata.get(
            "authorization_response_iss_parameter_supported"
        )
        if issuer is None:
            return promised is not True
        return issuer == self.registered.issuer

    async def _exchanged(
        self, known: _Known, flow: Flow, code: str, redirect_uri: str
    ) -> Mapping[str, Any]:
        """What the token endpoint gives for a code."""
        client = self._client(known)
        body = prepare_token_request(
            "authorization_code", code=code, redirect_uri=redirect_uri, code_verifier=flow.verifier
        )
        auth = client.client_auth(client.token_endpoint_auth_method)
        url, headers, body = auth.prepare(
            "POST", known.metadata["token_endpoint"], dict(_FORM), body
        )
        answer = await fetching.ask(self._client_of_http(), "POST", url, headers, body)
        if answer.status >= 500:
            raise NotSignedInError("unreachable")
        if answer.status != 200:
            raise NotSignedInError("code", error=error_code(answer.body.get("error")))
        return answer.body

    def _proven(self, known: _Known, flow: Flow, answer: Mapping[str, Any]) -> Mapping[str, Any]:
        access_token = answer.get("access_token")
        return tokens.proven(
            answer.get("id_token"),
            known.keys,
            issuer=self.registered.issuer,
            client=self.registered.client,
            nonce=flow.nonce,
            access_token=access_token if isinstance(access_token, str) else None,
            now=datetime.now(UTC),
        )

    async def _proven_anew(
        self, known: _Known, flow: Flow, answer: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """Ask for the keys once more: the provider may have changed them since."""
        known.keys = await self._keys(known.metadata["jwks_uri"])
        try:
            return self._proven(known, flow, answer)
        except tokens.UnknownKeyError:
            raise NotSignedInError("token", error="signature") from None

    async def _ask(self) -> _Known:
        """What is known of the provider, asked for at most once an hour."""
        async with self._asking:
            now = self._clock()
            if self._known is not None and now - self._known.asked <= KEPT:
                return self._known
            if self._failed is not None and now - self._failed <= PAUSE:
                raise NotSignedInError("unreachable")
            try:
                self._known = await self._described()
            except NotSignedInError:
                self._failed = self._clock()
                raise
            return self._known

    async def _described(self) -> _Known:
        url = get_well_known_url(self.registered.issuer, external=True)
        metadata = (await self._fetched(url)).body
        self._check(metadata)
        keys = await self._keys(metadata["jwks_uri"])
        return _Known(metadata, keys, self._clock())

    def _check(self, metadata: Mapping[str, Any]) -> None:
        """Refuse a description that is another's, or that would send secrets in the open."""
        if metadata.get("issuer") != self.registered.issuer:
            raise NotSignedInError("token", error="issuer")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            url = metadata.get(name)
            if not isinstance(url, str) or not self.registered.reaches(url.partition("?")[0]):
                raise NotSignedInError("token", error=name)

    async def _keys(self, url: str) -> KeySet:
        try:
            return KeySet.import_key_set(dict((await self._fetched(url)).body))  # type: ignore[arg-type]  # checked by it
        except (JoseError, ValueError, TypeError, KeyError):
            raise NotSignedInError("token", error="keys") from None

    async def _fetched(self, url: str) -> fetching.Answer:
        answer = await fetching.ask(self._client_of_http(), "GET", url)
        if answer.status != 200:
            raise NotSignedInError("unreachable")
        return answer

    def _client_of_http(self) -> httpx.AsyncClient:
        if self._http is None:
            self._http = fetching.client()
        return self._http

    def _client(self, known: _Known) -> OAuth2Client:
        methods = known.metadata.get("token_endpoint_auth_methods_supported")
        basic = not isinstance(methods, list) or "client_secret_basic" in methods
        return OAuth2Client(
            session=None,
            client_id=self.registered.client,
            client_secret=self.registered.secret,
            token_endpoint_auth_method="client_secret_basic" if basic else "client_secret_post",
            scope=self.registered.scope,
            code_challenge_method="S256",
        )


def error_code(given: object) -> str:
    """A provider's error as it may be shown: a word of RFC 6749, or nothing of it."""
    known = isinstance(given, str) and _ERROR.fullmatch(given)
    return str(given) if known else "error"
