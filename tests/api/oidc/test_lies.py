"""Whatever the provider answers, only a token that proves who somebody is lets them in."""

from collections.abc import Callable

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey
from oidc_provider_mock import run_server_in_thread
from sqlalchemy import Engine

from tests.api.oidc.conftest import (
    CALLBACK,
    come_back,
    leave,
    settings,
    signed_nobody_in,
    state_of,
)
from tests.api.oidc.provider import CLIENT, SECRET, Claims, Provider, new_key, provider
from tests.support import served


def test_an_answer_of_another_provider_is_not_taken(browser: httpx.Client, ours: Provider) -> None:
    brought = ours.consent(leave(browser), "s-1")
    answer = browser.get(CALLBACK, params={**brought, "iss": "https://other.example"})
    signed_nobody_in(answer, browser, 400)
    brought = ours.consent(leave(browser), "s-1")
    del brought["iss"]
    signed_nobody_in(browser.get(CALLBACK, params=brought), browser, 400)


def test_who_does_not_consent_is_not_signed_in(browser: httpx.Client, ours: Provider) -> None:
    denied = {"error": "access_denied", "error_description": "<b>no</b>", "iss": ours.issuer}
    answer = browser.get(CALLBACK, params={**denied, "state": state_of(leave(browser))})
    signed_nobody_in(answer, browser, 403)
    assert "access_denied" in answer.text
    assert "<b>no" not in answer.text


LIES: dict[str, Callable[[Claims], Claims]] = {
    "aud": lambda claims: {**claims, "aud": "another-client"},
    "azp": lambda claims: {**claims, "aud": [CLIENT, "b"], "azp": "b"},
    "iss": lambda claims: {**claims, "iss": "https://other.example"},
    "nonce": lambda claims: {**claims, "nonce": "of another sign-in"},
    "no nonce": lambda claims: {name: claims[name] for name in claims if name != "nonce"},
    "exp": lambda claims: {**claims, "exp": claims["iat"] - 61},
    "no exp": lambda claims: {name: claims[name] for name in claims if name != "exp"},
    "iat": lambda claims: {**claims, "iat": claims["iat"] + 3600},
    "nbf": lambda claims: {**claims, "nbf": claims["iat"] + 3600},
    "at_hash": lambda claims: {**claims, "at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
    "no sub": lambda claims: {name: claims[name] for name in claims if name != "sub"},
    "sub": lambda claims: {**claims, "sub": ["s-1"]},
    "empty sub": lambda claims: {**claims, "sub": ""},
}


@pytest.mark.parametrize("lie", LIES)
def test_a_token_that_is_not_for_this_sign_in_proves_nothing(
    browser: httpx.Client, ours: Provider, lie: str
) -> None:
    ours.lies.claims = LIES[lie]
    answer = come_back(browser, ours)
    signed_nobody_in(answer, browser, 401)
    assert lie.removeprefix("no ").removeprefix("empty ") in answer.text


def test_clocks_may_differ_by_a_minute(browser: httpx.Client, ours: Provider) -> None:
    ours.lies.claims = lambda claims: {**claims, "exp": claims["iat"] - 30}
    assert come_back(browser, ours).status_code == 303


def _none(claims: Claims) -> str:
    return jwt.encode({"alg": "none"}, claims, new_key(), algorithms=["none"])


SIGNED: dict[str, Callable[[Provider], Callable[[Claims], str]]] = {
    "another's key": lambda ours: (
        lambda claims: jwt.encode({"alg": "RS256", "kid": ours.key.kid}, claims, new_key())
    ),
    "an unknown key": lambda _ours: (
        lambda claims: jwt.encode({"alg": "RS256", "kid": "unknown"}, claims, new_key())
    ),
    "nothing": lambda _ours: _none,
    "the client's secret": lambda ours: (
        lambda claims: jwt.encode(
            {"alg": "HS256", "kid": ours.key.kid}, claims, OctKey.import_key(SECRET)
        )
    ),
    "the public key": lambda ours: (
        lambda claims: jwt.encode(
            {"alg": "HS256", "kid": ours.key.kid},
            claims,
            OctKey.import_key(ours.key.as_pem(private=False).decode().replace("-----", "")),
        )
    ),
    "garbage": lambda _ours: lambda _claims: "not.a.token",
    "a megabyte": lambda _ours: lambda _claims: "a" * 100_000,
}


@pytest.mark.parametrize("how", SIGNED)
def test_a_token_that_the_provider_did_not_sign_proves_nothing(
    browser: httpx.Client, ours: Provider, how: str
) -> None:
    ours.lies.sign = SIGNED[how](ours)
    signed_nobody_in(come_back(browser, ours), browser, 401)


ANSWERS: dict[str, tuple[int, int, dict[str, str], bytes]] = {
    "an error": (401, 400, {}, b'{"error": "<script>alert(1)</script>"}'),
    "no token": (401, 200, {}, b"{}"),
    "no JSON": (503, 200, {}, b"<html>"),
    "a list": (503, 200, {}, b"[]"),
    "too much": (503, 200, {}, b'{"a": "' + b"a" * 300_000 + b'"}'),
    "a bomb": (503, 200, {"Content-Encoding": "gzip"}, b"\x1f\x8b\x08"),
    "broken": (503, 502, {}, b"{}"),
    "elsewhere": (401, 307, {"Location": "/elsewhere"}, b"{}"),
}


@pytest.mark.parametrize("how", ANSWERS)
def test_whatever_the_provider_answers_nobody_gets_in(
    browser: httpx.Client, ours: Provider, how: str
) -> None:
    expected, *answered = ANSWERS[how]
    ours.lies.token = lambda: (answered[0], answered[1], answered[2])
    answer = come_back(browser, ours)
    signed_nobody_in(answer, browser, expected)
    assert "<script>" not in answer.text
    assert ours.asked["/elsewhere"] == 0


def test_a_provider_that_is_down_is_said_to_be(database: Engine) -> None:
    with run_server_in_thread() as mock:
        port = mock.server_port
    with served(database, **settings(f"http://localhost:{port}")) as service:
        assert httpx.get(f"{service.url}/session").json()["sign_on"] is not None
        answer = httpx.get(f"{service.url}/session/oidc")
        assert answer.status_code == 503
        assert int(answer.headers["retry-after"]) > 0
        assert answer.json()["detail"].startswith("the provider does not answer")


def test_a_description_of_another_provider_is_not_believed(database: Engine) -> None:
    with provider() as other:
        other.lies.issuer = "http://127.0.0.1:1"
        with served(database, **settings(other.issuer)) as service:
            answer = httpx.get(f"{service.url}/session/oidc")
            assert (answer.status_code, "issuer" in answer.text) == (401, True)
