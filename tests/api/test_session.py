"""Signing in and out, acting under a grant, and playing a part of the demonstration."""

import asyncio
import threading
from collections.abc import Iterator

import httpx
import pytest
from sqlalchemy import Connection, Engine, text

from access import accounts, demo, grants, passwords, sessions, tokens
from access.accounts import Account
from access.roles import Scope
from api.app import create_app
from tests.people import WRITER, client_of
from tests.support import Service, new_database, served
from tests.uploads import companies, send

PASSWORD = "an unusual sentence to sign in with"  # noqa: S105 - of this test only
CHANGE = {"password": PASSWORD, "new_password": "three slow rivers meet"}


def _account(connection: Connection, login: str, name: str) -> Account:
    """Somebody with a password; in a demonstration everybody is made up."""
    return accounts.add(connection, WRITER, login, name, PASSWORD, synthetic=True)


@pytest.fixture(scope="module")
def service(
    server: str, city_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    """The service over a sample city of its own, in which somebody has two grants."""
    with new_database(server, city_template) as made:
        with made.begin() as connection:
            demo.start(connection)
            account = _account(connection, "li", "李四")
            grants.give(connection, WRITER, account.id, "district_officer", Scope("640106"))
            grants.give(connection, WRITER, account.id, "street_officer", Scope("640104001"))
        with served(made, spool=str(tmp_path_factory.mktemp("home") / "spool")) as running:
            yield running


@pytest.fixture
def browser(service: Service) -> Iterator[httpx.Client]:
    """A browser on the service's own page."""
    origin = {"Origin": service.url, "Sec-Fetch-Site": "same-origin"}
    with httpx.Client(base_url=service.url, headers=origin, timeout=60) as made:
        yield made


def sign_in(browser: httpx.Client) -> httpx.Response:
    return browser.post("/session", json={"login": "li", "password": PASSWORD})


def test_nobody_is_signed_in_at_first(browser: httpx.Client) -> None:
    found = browser.get("/session").json()
    assert (found["signed_in"], found["role"], found["grants"]) == (False, "public", [])


def test_signing_in_gives_a_cookie_that_no_script_reads(browser: httpx.Client) -> None:
    answer = sign_in(browser)
    assert answer.status_code == 200
    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith("atlas_dev=")
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "domain" not in cookie
    assert answer.json()["over"] == {"code": "640106", "name": "金凤区"}
    assert browser.get("/session").json()["login"] == "li"


def test_one_acts_under_one_grant_at_a_time(browser: httpx.Client) -> None:
    held = sign_in(browser).json()["grants"]
    before = browser.cookies["atlas_dev"]
    other = next(one["id"] for one in held if not one["current"])
    assert browser.post("/session/grant", json={"grant_id": other}).status_code == 200
    assert browser.get("/session").json()["over"]["code"] == "640104001"
    assert browser.cookies["atlas_dev"] != before
    with httpx.Client(base_url=str(browser.base_url), cookies={"atlas_dev": before}) as old:
        assert old.get("/session").json()["signed_in"] is False


def test_signing_out_ends_the_session_itself(browser: httpx.Client) -> None:
    sign_in(browser)
    token = browser.cookies["atlas_dev"]
    assert browser.delete("/session").status_code == 204
    with httpx.Client(base_url=str(browser.base_url), cookies={"atlas_dev": token}) as thief:
        assert thief.get("/session").json()["signed_in"] is False


def test_a_session_that_somebody_prepared_is_not_taken_over(browser: httpx.Client) -> None:
    browser.post("/session/demo", json={"part": "demo-street"})
    prepared = browser.cookies["atlas_dev"]
    sign_in(browser)
    assert browser.cookies["atlas_dev"] != prepared
    with httpx.Client(base_url=str(browser.base_url), cookies={"atlas_dev": prepared}) as other:
        assert other.get("/session").json()["signed_in"] is False


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_foreign_page_changes_nothing_with_the_cookie(
    browser: httpx.Client, headers: dict[str, str]
) -> None:
    sign_in(browser)
    answers = [
        browser.delete("/session", headers=headers),
        browser.post("/session", json={"login": "li", "password": PASSWORD}, headers=headers),
        browser.post("/session/demo", json={"part": "demo-admin"}, headers=headers),
        browser.post("/hazards", json={}, headers=headers),
    ]
    assert {answer.status_code for answer in answers} <= {400, 403}
    assert [answer.status_code for answer in answers[:3]] == [403] * 3
    assert browser.get("/session").json()["login"] == "li"


def test_a_change_that_does_not_say_where_it_comes_from_is_refused(
    browser: httpx.Client,
) -> None:
    sign_in(browser)
    for name in ("Origin", "Sec-Fetch-Site"):
        del browser.headers[name]
    assert browser.delete("/session").status_code == 403


def test_the_password_is_not_guessed_behind_an_open_session(
    service: Service, browser: httpx.Client
) -> None:
    with service.engine.begin() as connection:
        account = _account(connection, "zhao", "赵六")
        grants.give(connection, WRITER, account.id, "district_officer", Scope("640106"))
    browser.post("/session", json={"login": "zhao", "password": PASSWORD}).raise_for_status()
    tried = {**CHANGE, "password": "not it"}
    answers = [browser.post("/session/password", json=tried) for _ in range(5)]
    assert {answer.json()["parameter"] for answer in answers} == {"password"}
    assert answers[0].status_code == 422
    assert "is not right" in answers[0].json()["detail"]
    assert [answer.status_code for answer in answers[3:]] == [429, 429]
    assert int(answers[-1].headers["Retry-After"]) >= 1
    # Not even the right one is taken before that time.
    assert browser.post("/session/password", json=CHANGE).status_code == 429


def test_a_token_changes_no_password(service: Service) -> None:
    with service.engine.begin() as connection:
        account = _account(connection, "qian", "钱七")
        grants.give(connection, WRITER, account.id, "district_officer", Scope("640106"))
        token, _ = tokens.create(connection, WRITER, account.id, "for a script", 30)
    with client_of(service.url, token) as script:
        answer = script.post("/session/password", json=CHANGE)
    assert answer.status_code == 403
    assert 'token "for a script" may not change the password' in answer.json()["detail"]
    with httpx.Client(base_url=service.url, headers={"Origin": service.url}) as browser:
        signed_in = browser.post("/session", json={"login": "qian", "password": PASSWORD})
        assert signed_in.status_code == 200


def test_a_weak_new_password_is_told_as_the_new_one(browser: httpx.Client) -> None:
    sign_in(browser)
    sent = {"password": PASSWORD, "new_password": "password1234"}
    answer = browser.post("/session/password", json=sent)
    assert (answer.status_code, answer.json()["parameter"]) == (422, "new_password")


def test_when_too_many_are_hashing_a_change_may_be_asked_again(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    with service.engine.begin() as connection:
        account = accounts.of_login(connection, "li")
        session = sessions.begin(
            connection,
            account.id,
            grants.current(connection, account.id)[0].id,
            writer=WRITER,
        )
    monkeypatch.setattr(passwords, "PATIENCE", 0.01)
    monkeypatch.setattr(passwords, "_slots", threading.BoundedSemaphore(1))

    async def asked() -> httpx.Response:
        app = create_app(service.engine.url.render_as_string(hide_password=False))
        bearer = {"Authorization": f"Bearer {session.token}"}
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(
                transport=httpx.ASGITransport(app), base_url="http://localhost", headers=bearer
            ) as client,
        ):
            return await client.post("/session/password", json=CHANGE)

    with passwords._slot():
        answer = asyncio.run(asked())
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert "parameter" not in answer.json()


def test_a_wrong_password_and_an_unknown_login_are_told_alike(browser: httpx.Client) -> None:
    wrong = browser.post("/session", json={"login": "li", "password": "something else now"})
    unknown = browser.post("/session", json={"login": "nobody", "password": PASSWORD})
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json()["detail"] == unknown.json()["detail"]


def test_guessing_is_slowed_down_and_says_for_how_long(
    browser: httpx.Client, service: Service
) -> None:
    with service.engine.begin() as connection:
        _account(connection, "wang", "王五")
    answers = [
        browser.post("/session", json={"login": "wang", "password": f"wrong {number} of these"})
        for number in range(6)
    ]
    slowed = [answer for answer in answers if answer.status_code == 429]
    assert slowed
    assert int(slowed[0].headers["retry-after"]) >= 1


def test_parts_are_played_under_the_real_policies(browser: httpx.Client) -> None:
    offered = [one["part"] for one in browser.get("/session").json()["demo"]]
    assert offered[:2] == ["demo-planner", "demo-district"]
    assert offered[-1] == "public"
    assert browser.post("/session/demo", json={"part": "demo-district"}).status_code == 200
    assert browser.get("/session").json()["over"]["code"] == "640106"
    own = browser.get("/collections/compounds/counts", params={"by": "key_target"}).json()
    assert {None} < {one["value"] for one in own["counts"]}
    assert browser.post("/session/demo", json={"part": "public"}).json()["signed_in"] is False
    assert browser.get("/session").json()["signed_in"] is False


@pytest.mark.parametrize("headers", [{"X-Forwarded-For": "203.0.113.7"}, {"Via": "1.1 proxy"}])
def test_parts_are_played_at_the_machine_itself_only(
    browser: httpx.Client, headers: dict[str, str]
) -> None:
    assert browser.get("/session", headers=headers).json()["demo"] is None
    answer = browser.post("/session/demo", json={"part": "demo-admin"}, headers=headers)
    assert answer.status_code == 403


def test_a_demonstration_takes_made_up_rows_only(service: Service) -> None:
    with service.engine.connect() as connection, pytest.raises(Exception, match="demonstration"):
        connection.execute(text("UPDATE registry.compound SET synthetic = false WHERE id = 1"))


def test_what_is_entered_in_a_demonstration_is_made_up(
    browser: httpx.Client, service: Service
) -> None:
    browser.post("/session/demo", json={"part": "demo-planner"})
    with service.engine.connect() as connection:
        compound = connection.scalar(text("SELECT min(id) FROM registry.compound"))
    sent = {"compound_id": compound, "type_code": "T9.no_drill", "found_on": "2026-03-09"}
    answer = browser.post("/hazards", json=sent)
    assert answer.status_code == 201, answer.text
    assert answer.json()["fact"]["synthetic"] is True


def test_who_sends_a_file_is_told_that_it_will_count_as_made_up(browser: httpx.Client) -> None:
    browser.post("/session/demo", json={"part": "demo-planner"})
    sent, dry = send(browser, companies(1)), send(browser, companies(1), dry_run="true")
    assert sent.status_code == dry.status_code == 202, sent.text
    assert "atlas demo end" in sent.json()["note"]["en"]
    assert "note" not in dry.json()
    for one in (sent, dry):
        assert browser.delete(one.headers["location"]).status_code == 204


def test_ending_it_takes_its_accounts_sessions_and_tokens(server: str, city_template: str) -> None:
    with new_database(server, city_template) as made:
        with made.begin() as connection:
            demo.start(connection)
            planner = accounts.of_login(connection, "demo-planner")
            token, _ = tokens.create(connection, WRITER, planner.id, "left behind", 30)
        with made.begin() as connection:
            assert demo.end(connection) >= 7
        assert _count(made, "access.account") == _count(made, "access.session") == 0
        told = text(
            "SELECT after ->> 'sessions_ended' FROM audit.event"
            " WHERE action = 'delete account' AND before ->> 'login' = 'demo-planner'"
        )
        with made.connect() as connection:
            assert connection.scalars(told).all() == ["1"]
        with served(made) as service, client_of(service.url, token) as client:
            assert client.get("/session").status_code == 401
            assert httpx.get(f"{service.url}/session").json()["demo"] is None
        with made.begin() as connection:
            connection.execute(text("UPDATE registry.compound SET synthetic = false WHERE id = 1"))


def test_a_token_that_is_revoked_is_worth_nothing(service: Service) -> None:
    with service.engine.begin() as connection:
        planner = accounts.of_login(connection, "demo-planner")
        token, made = tokens.create(connection, WRITER, planner.id, "for a script", 30)
    with client_of(service.url, token) as script:
        assert script.get("/session").json()["login"] == "demo-planner"
        with service.engine.begin() as connection:
            tokens.revoke(connection, WRITER, made.id)
        assert script.get("/session").status_code == 401
        assert script.get("/collections/compounds/items").status_code == 401


def _count(made: Engine, table: str) -> int:
    with made.connect() as connection:
        return connection.scalar(text(f"SELECT count(*) FROM {table}")) or 0
