"""Signing in through a provider: the whole way, and every way to get in wrongly."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from oidc_provider_mock import run_server_in_thread
from sqlalchemy import Engine, text

from access.credentials import installation_secret
from access.oidc.flow import Flow, Sealer, begun
from api import budgets
from tests.api.oidc.conftest import (
    CALLBACK,
    FLOW,
    SESSION,
    a_browser,
    come_back,
    leave,
    person,
    settings,
    signed_nobody_in,
    state_of,
    who,
)
from tests.api.oidc.provider import SECRET, Provider, new_key
from tests.support import Service, served


def test_a_real_provider_lets_somebody_in(database: Engine) -> None:
    with run_server_in_thread() as mock:
        issuer = f"http://localhost:{mock.server_port}"
        person(database, issuer, "li", "li@id.example")
        with served(database, **settings(issuer)) as service, a_browser(service) as browser:
            url = leave(browser, "/#compound=7")
            back = httpx.post(url, data={"sub": "li@id.example"}).headers["location"]
            assert back.startswith(f"{service.url}{CALLBACK}?")
            answer = browser.get(back)
            assert (answer.status_code, answer.headers["location"]) == (303, "/#compound=7")
            assert who(browser) == "li"
    with database.connect() as connection:
        event = connection.execute(
            text(
                "SELECT actor, host(address), request_id FROM audit.event"
                " WHERE action = 'sign in' ORDER BY id DESC LIMIT 1"
            )
        ).one()
    assert event[:2] == ("li", "127.0.0.1")
    assert event[2] is not None


def test_a_real_provider_may_change_its_keys(database: Engine) -> None:
    with run_server_in_thread() as mock:
        port = mock.server_port
    issuer = f"http://localhost:{port}"
    person(database, issuer, "wang", "w-1")
    with served(database, **settings(issuer)) as service:
        # A provider that is made anew signs with another key.
        for _ in range(2):
            with run_server_in_thread(port), a_browser(service) as browser:
                back = httpx.post(leave(browser), data={"sub": "w-1"}).headers["location"]
                assert browser.get(back).status_code == 303
                assert who(browser) == "wang"


def test_keys_are_asked_for_once_more_where_one_is_not_known(
    browser: httpx.Client, ours: Provider
) -> None:
    assert come_back(browser, ours).status_code == 303
    before = ours.asked["/keys"]
    ours.key = new_key()
    assert come_back(browser, ours).status_code == 303
    assert come_back(browser, ours).status_code == 303
    assert ours.asked["/keys"] == before + 1


def test_the_session_is_an_ordinary_one_and_takes_the_place_of_the_last(
    browser: httpx.Client, ours: Provider, service: Service
) -> None:
    first = come_back(browser, ours)
    cookies = first.headers.get_list("set-cookie")
    given = next(one.lower() for one in cookies if one.startswith(f"{SESSION}="))
    assert "httponly" in given
    assert "samesite=lax" in given
    assert "domain" not in given
    before = browser.cookies[SESSION]
    assert come_back(browser, ours).status_code == 303
    assert browser.cookies[SESSION] != before
    with httpx.Client(base_url=service.url, cookies={SESSION: before}) as thief:
        assert who(thief) is None


def test_a_session_that_somebody_prepared_is_not_taken_over(
    browser: httpx.Client, ours: Provider
) -> None:
    browser.cookies.set(SESSION, "prepared-by-somebody", domain="127.0.0.1", path="/")
    come_back(browser, ours)
    assert browser.cookies[SESSION] != "prepared-by-somebody"
    assert who(browser) == "zhang"


def test_the_page_learns_what_it_is_called(browser: httpx.Client) -> None:
    offered = {"zh": "政务统一身份认证", "en": "政务统一身份认证"}
    assert browser.get("/session").json()["sign_on"] == offered


def test_where_no_provider_is_set_there_is_none(database: Engine) -> None:
    with served(database) as service, a_browser(service) as browser:
        assert browser.get("/session").json()["sign_on"] is None
        for path in ("/session/oidc", f"{CALLBACK}?code=x&state=y"):
            answer = browser.get(path)
            assert (answer.status_code, "no provider is set" in answer.text) == (404, True)


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "/\t/evil.example/",
        "\\\\evil.example",
        "javascript:alert(1)",
        "evil",
        "/a\\b",
        "/银川",
        "/" + "a" * 1000,
        "",
    ],
)
def test_nobody_is_sent_on_to_another_site(browser: httpx.Client, target: str) -> None:
    answer = browser.get("/session/oidc", params={"next": target})
    assert answer.status_code == 400
    assert answer.json()["parameter"] == "next"
    assert FLOW not in browser.cookies


def test_a_sign_in_that_another_began_opens_nothing(
    browser: httpx.Client, ours: Provider, service: Service
) -> None:
    """Login CSRF: the attacker's own callback, opened in the victim's browser."""
    with a_browser(service) as attacker:
        brought = ours.consent(leave(attacker), "s-1")
        signed_nobody_in(browser.get(CALLBACK, params=brought), browser, 400)
        leave(browser)
        signed_nobody_in(browser.get(CALLBACK, params=brought), browser, 400)


@pytest.mark.parametrize("made_by", ["nobody", "another service", "eleven minutes ago"])
def test_what_the_browser_keeps_is_ours_and_ten_minutes_old_at_most(
    browser: httpx.Client, ours: Provider, made_by: str
) -> None:
    flow: Flow = begun("/")
    now = datetime.now(UTC)
    sealed = {
        "nobody": lambda: json.dumps({"state": flow.state}),
        "another service": lambda: Sealer(b"another secret").seal(flow, now),
        "eleven minutes ago": lambda: Sealer(installation_secret()).seal(
            flow, now - timedelta(minutes=11)
        ),
    }[made_by]()
    brought = {**ours.consent(leave(browser), "s-1"), "state": flow.state}
    browser.cookies.clear()
    browser.cookies.set(FLOW, sealed, domain="127.0.0.1", path="/")
    signed_nobody_in(browser.get(CALLBACK, params=brought), browser, 400)


def test_the_seal_shows_nothing_and_is_the_installation_s(browser: httpx.Client) -> None:
    url = leave(browser)
    sealed = browser.cookies[FLOW]
    opened = Sealer(installation_secret()).opened(sealed, datetime.now(UTC))
    assert opened is not None
    assert opened.state == state_of(url)
    assert opened.verifier not in url
    for hidden in (opened.state, opened.nonce, opened.verifier):
        assert hidden not in sealed


def test_coming_back_twice_opens_one_session(
    browser: httpx.Client, ours: Provider, service: Service
) -> None:
    brought = ours.consent(leave(browser), "s-1")
    kept = browser.cookies[FLOW]
    assert browser.get(CALLBACK, params=brought).status_code == 303
    asked = ours.asked["/token"]
    with a_browser(service) as thief:
        thief.cookies.set(FLOW, kept, domain="127.0.0.1", path="/")
        signed_nobody_in(thief.get(CALLBACK, params=brought), thief, 400)
    assert ours.asked["/token"] == asked


def test_a_code_that_was_used_or_stolen_opens_nothing(
    browser: httpx.Client, ours: Provider, service: Service
) -> None:
    used = ours.consent(leave(browser), "s-1")
    assert browser.get(CALLBACK, params=used).status_code == 303
    with a_browser(service) as thief:
        again = {**used, "state": state_of(leave(thief))}
        signed_nobody_in(thief.get(CALLBACK, params=again), thief, 401)
        # Not used yet, but begun in another browser: PKCE's secret is not the one it was made for.
        stolen = {**ours.consent(leave(browser), "s-1"), "state": state_of(leave(thief))}
        answer = thief.get(CALLBACK, params=stolen)
        signed_nobody_in(answer, thief, 401)
        assert "invalid_grant" in answer.text


def test_who_has_no_account_is_told_what_to_tell(browser: httpx.Client, ours: Provider) -> None:
    answer = come_back(browser, ours, "<i>new</i>@id")
    signed_nobody_in(answer, browser, 403)
    assert "&lt;i&gt;new&lt;/i&gt;@id" in answer.text
    assert "管理员" in answer.text


def test_a_name_or_address_links_nobody(browser: httpx.Client, ours: Provider) -> None:
    named = {"email": "zhang", "email_verified": True, "preferred_username": "zhang"}
    ours.lies.claims = lambda claims: {**claims, **named}
    signed_nobody_in(come_back(browser, ours, "somebody-else"), browser, 403)


@pytest.mark.parametrize(("subject", "said"), [("s-gone", "停用"), ("s-idle", "角色")])
def test_a_disabled_account_and_one_without_a_role_stay_out(
    browser: httpx.Client, ours: Provider, subject: str, said: str
) -> None:
    answer = come_back(browser, ours, subject)
    signed_nobody_in(answer, browser, 403)
    assert said in answer.text


@pytest.mark.usefixtures("service")
def test_over_tls_the_cookies_are_the_host_s_alone(database: Engine, ours: Provider) -> None:
    proxied = {
        "X-Forwarded-For": "203.0.113.7",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "map.example.cn",
    }
    behind = {"proxies": "127.0.0.0/8", "allowed_hosts": "map.example.cn"}
    with (
        served(database, **behind, **settings(ours.issuer)) as service,
        httpx.Client(base_url=service.url, headers=proxied, timeout=30) as proxy,
    ):
        begun_ = proxy.get("/session/oidc")
        url, kept = begun_.headers["location"], begun_.headers["set-cookie"]
        assert "redirect_uri=https%3A%2F%2Fmap.example.cn%2Fsession%2Foidc%2Fcallback" in url
        assert kept.startswith("__Host-atlas-oidc=")
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=lax"} <= set(kept.split("; "))
        sent = {"Cookie": kept.partition(";")[0]}
        done = proxy.get(CALLBACK, params=ours.consent(url, "s-1"), headers=sent)
        given = done.headers.get_list("set-cookie")
        assert done.status_code == 303
        assert any(one.startswith("__Host-atlas=") and "Secure" in one for one in given)
        plain = proxy.get("/session/oidc", headers={"X-Forwarded-Proto": "http"})
        assert (plain.status_code, "TLS" in plain.text) == (403, True)


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_page_of_another_site_begins_no_sign_in(browser: httpx.Client, site: str) -> None:
    answer = browser.get("/session/oidc", headers={"Sec-Fetch-Site": site})
    assert answer.status_code == 403
    assert FLOW not in browser.cookies


def test_the_way_there_and_back_counts_as_signing_in() -> None:
    for path in ("/session/oidc", CALLBACK):
        assert budgets.of({"path": path, "method": "GET"}) == "sign-in"
    assert budgets.of({"path": "/session", "method": "GET"}) == "reads"


def test_nothing_secret_is_logged(browser: httpx.Client, ours: Provider, log: Path) -> None:
    url = leave(browser)
    brought = ours.consent(url, "s-1")
    sealed = browser.cookies[FLOW]
    assert browser.get(CALLBACK, params=brought).status_code == 303
    token = browser.cookies[SESSION]
    come_back(browser, ours, "a-subject-nobody-knows")
    written = log.read_text("utf-8")
    assert CALLBACK in written
    flow = Sealer(installation_secret()).opened(sealed, datetime.now(UTC))
    assert flow is not None
    secrets = (brought["code"], token, sealed, flow.state, flow.nonce, flow.verifier, SECRET)
    for hidden in (*secrets, "an access token", "a-subject-nobody-knows"):
        assert hidden not in written
