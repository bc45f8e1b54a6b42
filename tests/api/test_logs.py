"""What the service and its database write about requests: nothing that anybody sent."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, text

from tests.api import raw, register
from tests.api.facts import SENT
from tests.people import token_of
from tests.support import Service, served

WORD = "a-token-nobody-may-read"
PHONE = "13912345678"
SECRETS = (WORD, PHONE, "张三丰", "秘密小区", "%E7%A7%98", "chocolate", "Bearer", "wrong-password")
COMPLAINT = {
    **SENT["complaints"],
    "person": {"name": "张三丰", "phone": PHONE, "statement": f"请回电 {PHONE}"},
}


def _drive(service: Service) -> None:
    """Requests that are answered, refused and broken, each with something secret."""
    with httpx.Client(base_url=service.url, timeout=60) as client:
        token = token_of(service.engine, "administrator")
        client.headers.update({"Cookie": "atlas=chocolate"})
        client.get("/imports", headers={"Authorization": f"Bearer {WORD}"})
        client.headers["Authorization"] = f"Bearer {token}"
        for path in ("/collections/compounds/items", "/compounds/1", "/nowhere", "/imports"):
            client.get(path, params={"q": "秘密小区", "phone": PHONE})
        client.get(f"/compounds/{PHONE}")
        client.get(f"/{PHONE}/{WORD}")
        client.get("/imports", headers={"Authorization": "Basic wrong-password"})
        client.get("/collections", headers={"Host": f"{WORD}.example"})
        client.get("/collections", headers={"X-Forwarded-For": PHONE, "User-Agent": WORD})
        assert client.post("/complaints", json=COMPLAINT).status_code == 201
        bad = {**COMPLAINT, "person": {**COMPLAINT["person"], "phone": f"{PHONE}x"}}
        client.post("/complaints", json=bad)
        client.post("/complaints", content=f'{{"phone": {PHONE}'.encode())
        client.post("/imports", data={"kind": PHONE}, files={"file": (f"{PHONE}.csv", b"x")})
    raw.send(service, raw.head(service, f"GET /{PHONE}?{WORD} HTTP/9.9"))
    raw.send(service, raw.head(service, f"GET /?{PHONE * 1000} HTTP/1.1"))


def _break(service: Service, sent: dict[str, Any]) -> None:
    """Let a table go missing, so that the database refuses what it is given."""
    with service.engine.begin() as connection:
        connection.execute(text("ALTER TABLE oversight.complaint_person RENAME COLUMN phone TO p"))
    try:
        with httpx.Client(base_url=service.url, timeout=60) as client:
            token = token_of(service.engine, "administrator")
            client.headers["Authorization"] = f"Bearer {token}"
            answer = client.post("/complaints", json=sent)
        assert answer.status_code == 500
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.json()["request_id"] == answer.headers["x-request-id"]
        assert PHONE not in answer.text
    finally:
        with service.engine.begin() as connection:
            connection.execute(
                text("ALTER TABLE oversight.complaint_person RENAME COLUMN p TO phone")
            )


def _refuse(service: Service, sent: dict[str, Any]) -> None:
    """Have the database refuse the row, which it would tell in full, and the statement with it."""
    table = "ALTER TABLE oversight.complaint_person"
    with service.engine.begin() as connection:
        connection.execute(text(f"{table} ADD CONSTRAINT silent CHECK (phone IS NULL) NOT VALID"))
    try:
        with httpx.Client(base_url=service.url, timeout=60) as client:
            token = token_of(service.engine, "administrator")
            client.headers["Authorization"] = f"Bearer {token}"
            assert client.post("/complaints", json=sent).status_code == 422
    finally:
        with service.engine.begin() as connection:
            connection.execute(text(f"{table} DROP CONSTRAINT silent"))


def _log_of_the_database(engine: Engine) -> str:
    """What the server has logged so far; nothing where it is not ours and logs elsewhere."""
    with engine.connect() as connection:
        return (
            connection.scalar(text("SELECT pg_read_file('server.log', 0, 100000000, true)")) or ""
        )


def test_a_request_s_line_bears_the_id_that_it_was_answered(
    database: Engine, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    asked = {
        "/collections/districts/items": 200,
        "/collections/compounds/tiles/WebMercatorQuad/12/1573/3257": 204,
        "/collections/districts/items?limit=x": 400,
        "/collections/districts/items/1": 404,
        "/nowhere": 404,
        "/imports": 401,
    }
    answered = {}
    with served(database, log=log, log_level="info") as service:
        # The last one twice: what is kept in memory is a request of its own.
        for path in (*asked, "/collections/districts/items"):
            answer = httpx.get(f"{service.url}{path}")
            assert answer.status_code == asked[path], path
            answered[answer.headers["x-request-id"]] = answer.status_code
            if answer.status_code >= 400:
                assert answer.json()["request_id"] == answer.headers["x-request-id"]
    assert len(answered) == len(asked) + 1
    lines = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
    told = [
        (line["request_id"], line["status"])
        for line in lines
        if line["event"] == "request" and line["request_id"] in answered
    ]
    assert told == list(answered.items())


@pytest.mark.parametrize("level", ["debug", "warning"])
def test_no_log_holds_what_anybody_sent(database: Engine, tmp_path: Path, level: str) -> None:
    if level == "debug":
        register.found(database)
    log = tmp_path / "log"
    settings = {"log_level": level, "spool": str(tmp_path / "spool")}
    before = _log_of_the_database(database)
    with served(database, log=log, **settings) as service:
        _drive(service)
        _break(service, COMPLAINT)
        _refuse(service, COMPLAINT)
    written = log.read_text()
    told = _log_of_the_database(database).removeprefix(before)
    if before:
        assert "column complaint_person.phone does not exist" in told
        assert 'violates check constraint "silent"' in told
    for secret in SECRETS:
        assert secret not in written, secret
        assert secret not in told, secret
    lines = [json.loads(line) for line in written.splitlines() if line.startswith("{")]
    (error,) = (line for line in lines if line["event"] == "unexpected error")
    assert error["sqlstate"] == "42703"
    assert any("api/writes.py" in frame for frame in error["at"])
    if level == "debug":
        routes = {line["route"] for line in lines if line["event"] == "request"}
        assert {"/compounds/{compound_id}", "/complaints", None} <= routes
