"""Layers as of a record time: what was believed at a moment, under the number of the fact."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, text

from api.moments import record_time
from geo.dates import today
from layers import items
from layers.items import Selection
from layers.registry import LAYERS
from layers.statement import Statement
from tests.api import register
from tests.api.facts import SENT
from tests.api.register import Office
from tests.people import client_of, token_of
from tests.support import Service, served

KEPT = [layer for layer in LAYERS.values() if layer.believed is not None]
ITEMS = "/collections/violations/items"


@pytest.fixture(scope="module")
def written(database: Engine) -> Iterator[Service]:
    register.found(database)
    with served(database) as made:
        yield made


@pytest.fixture
def writer(written: Service) -> Iterator[Office]:
    with client_of(written.url, token_of(written.engine, "city_officer")) as made:
        yield Office(made)


def now(engine: Engine) -> str:
    """A moment after all that was written, as it is asked for."""
    with engine.connect() as connection:
        moment = connection.scalar(text("SELECT clock_timestamp()"))
    return str(moment.astimezone(UTC).isoformat())


def shown(client: httpx.Client, path: str, **asked: str) -> dict[str, Any] | None:
    answer = client.get(path, params=asked)
    if answer.status_code == 404:
        return None
    return dict(answer.raise_for_status().json()["properties"])


def total(client: httpx.Client, **asked: str) -> int:
    counted = client.get("/collections/violations/counts", params={"by": "status", **asked})
    return int(counted.raise_for_status().json()["total"])


def rows(engine: Engine, statement: Statement) -> list[tuple[Any, ...]]:
    """What a statement for asyncpg answers, asked through another driver."""
    query, given = statement.sql, {}
    for place in range(len(statement.arguments), 0, -1):
        query = query.replace(f"${place}", f"(:v{place})")
        given[f"v{place}"] = statement.arguments[place - 1]
    with engine.connect() as connection:
        return [
            tuple(row) for row in connection.execute(text(query.replace("::", "\\:\\:")), given)
        ]


@pytest.mark.parametrize("layer", KEPT, ids=lambda layer: layer.id)
def test_what_is_believed_now_is_what_is_answered_without_a_record_time(
    city: Engine, layer: Any
) -> None:
    day, moment = today(), datetime.now(UTC) + timedelta(minutes=1)
    form, part = items.Form(), items.Page(None)
    plain = items.page(layer, Selection(day), form, part)
    believed = items.page(layer, Selection(day, known_at=moment), form, part)
    expected = rows(city, plain)
    if layer.id == "self-government":
        # Who acts unrecorded follows from statuses, which keep no record time.
        recorded = [row for row in expected if row[0] < 10**15]
        assert len(recorded) < len(expected)
        expected = recorded
    assert rows(city, believed) == expected
    # The sample city has no communities.
    assert expected or layer.id == "communities"


@pytest.mark.parametrize("layer", KEPT, ids=lambda layer: layer.id)
def test_nothing_was_believed_before_it_was_recorded(city: Engine, layer: Any) -> None:
    long_ago = datetime(2001, 1, 1, tzinfo=UTC)
    assert rows(city, items.matched(layer, Selection(today(), known_at=long_ago))) == [(0,)]


@pytest.mark.parametrize("layer", LAYERS.values(), ids=lambda layer: layer.id)
def test_without_a_record_time_the_queries_are_the_plain_ones(layer: Any) -> None:
    asked = items.one(layer, as_of=date(2026, 5, 1), feature_id=1)
    assert "version_of" not in asked.sql
    assert "recorded_at" not in asked.sql


def test_a_correction_leaves_what_was_believed_before(writer: Office, written: Service) -> None:
    fact = writer.enter("violations", **SENT["violations"])
    path = f"{ITEMS}/{fact['id']}"
    before = now(written.engine)
    assert writer.correct("violations", fact["id"], severity="minor").is_success
    between = now(written.engine)
    assert writer.correct("violations", fact["id"], severity="serious").is_success
    found = [
        (shown(writer.client, path, **asked) or {})["severity"]
        for asked in ({"known_at": before}, {"known_at": between}, {})
    ]
    assert found == [fact["severity"], "minor", "serious"]
    page = writer.client.get(ITEMS, params={"known_at": before, "limit": "1000"}).json()
    numbers = [one["id"] for one in page["features"]]
    assert numbers.count(fact["id"]) == 1
    assert page["numberMatched"] == total(writer.client, known_at=before) == len(numbers)
    exported = writer.client.get(
        "/collections/violations/export", params={"f": "geojson", "known_at": between}
    ).json()
    (one,) = [one for one in exported["features"] if one["id"] == fact["id"]]
    assert one["properties"]["severity"] == "minor"


def test_what_was_withdrawn_was_believed_before(writer: Office, written: Service) -> None:
    unknown = now(written.engine)
    fact = writer.enter("violations", **{**SENT["violations"], "type_code": "P3"})
    path, counted = f"{ITEMS}/{fact['id']}", total(writer.client)
    before = now(written.engine)
    headers = {"If-Match": writer.etag("violations", fact["id"])}
    assert writer.client.delete(path, headers=headers).status_code == 200
    assert shown(writer.client, path) is None
    assert shown(writer.client, path, known_at=unknown) is None
    known = shown(writer.client, path, known_at=before)
    assert known is not None
    assert known["type_code"] == "P3"
    assert total(writer.client, known_at=before) == counted == total(writer.client) + 1


def test_days_of_validity_and_of_record_are_asked_together(
    writer: Office, written: Service
) -> None:
    fact = writer.enter("violations", **{**SENT["violations"], "type_code": "P4"})
    path = f"{ITEMS}/{fact['id']}"
    before = now(written.engine)
    assert writer.correct("violations", fact["id"], found_on="2026-02-01").is_success
    day = {"as_of": "2026-02-10"}
    assert shown(writer.client, path, **day, known_at=before) is None
    corrected = shown(writer.client, path, **day)
    assert corrected is not None
    assert (corrected["found_on"], corrected["status"]) == ("2026-02-01", "found")
    later = shown(writer.client, path, as_of="2026-04-01", known_at=before)
    assert later is not None
    assert later["found_on"] == SENT["violations"]["found_on"]


def test_an_orders_deadline_is_as_it_was_believed(writer: Office, written: Service) -> None:
    number = writer.enter("orders", **SENT["orders"])["id"]
    path = f"/collections/orders/items/{number}"
    before = now(written.engine)
    writer.stepped("orders", number, "extend", on="2026-03-10", due_on="2026-05-06", reason="雨")
    extended = now(written.engine)
    headers = {"If-Match": writer.etag("orders", number)}
    assert writer.client.delete(path, headers=headers).status_code == 200
    due = [
        (shown(writer.client, path, known_at=moment) or {})["due_on"]
        for moment in (before, extended)
    ]
    assert due == ["2026-04-06", "2026-05-06"]


def test_a_day_is_its_end_in_china() -> None:
    assert record_time("2026-05-01") == datetime(2026, 5, 1, 15, 59, 59, 999999, tzinfo=UTC)
    assert record_time("2026-05-01T08:00:00+08:00") == datetime(2026, 5, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "said",
    ["yesterday", "2026-02-30", "2026-05-01T08:00:00", "2026-05-01T08:00:00 08:00", "20260501"],
)
def test_what_is_no_moment_is_named(writer: Office, said: str) -> None:
    answer = writer.client.get(ITEMS, params={"known_at": said})
    assert (answer.status_code, answer.json()["parameter"]) == (400, "known_at")


@pytest.mark.parametrize(
    "asked",
    [
        f"/collections/{layer.id}/{rest}"
        for layer in LAYERS.values()
        if layer.believed is None
        for rest in ("items?", "items/1?", "export?f=geojson&", "counts?by=")
        if layer.countable or not rest.startswith("counts")
    ],
)
def test_layers_that_keep_no_record_time_say_so(writer: Office, asked: str) -> None:
    path = f"{asked}{LAYERS[asked.split('/')[2]].countable[0]}&" if asked.endswith("by=") else asked
    answer = writer.client.get(f"{path}known_at=2026-05-01")
    assert (answer.status_code, answer.json()["parameter"]) == (400, "known_at")
    assert "believed" in answer.json()["detail"]


def test_a_cursor_is_of_one_record_time(writer: Office) -> None:
    for day in ("2026-04-01", "2026-04-02"):
        writer.enter("violations", **{**SENT["violations"], "found_on": day, "confirmed_on": None})
    page = writer.client.get(ITEMS, params={"limit": "1", "known_at": "2199-01-01"}).json()
    (following,) = [one["href"] for one in page["links"] if one["rel"] == "next"]
    assert writer.client.get(following).status_code == 200
    other = following.replace("2199-01-01", "2198-01-01")
    assert writer.client.get(other).json()["parameter"] == "next"


def test_an_agency_is_shown_what_was_believed_of_its_violations(
    writer: Office, written: Service
) -> None:
    fact = writer.enter("violations", **{**SENT["violations"], "type_code": "P5"})
    writer.enter("referrals", violation_id=fact["id"], agency_id=2, sent_on="2026-03-06")
    before = now(written.engine)
    assert writer.correct("violations", fact["id"], severity="minor").is_success
    token = token_of(written.engine, "agency_officer", agency_id=2)
    with client_of(written.url, token) as agency:
        known = shown(agency, f"{ITEMS}/{fact['id']}", known_at=before)
    assert known is not None
    assert known["severity"] == fact["severity"]


def test_others_see_no_more_of_the_past_than_of_today(written: Service, writer: Office) -> None:
    fact = writer.enter("violations", **SENT["violations"])
    before = now(written.engine)
    assert writer.correct("violations", fact["id"], severity="minor").is_success
    people: Mapping[str, dict[str, Any]] = {"company_user": {"company_id": 2}}
    for role, scope in people.items():
        with client_of(written.url, token_of(written.engine, role, **scope)) as client:
            assert shown(client, f"{ITEMS}/{fact['id']}", known_at=before) is None
    with client_of(written.url, None) as public:
        assert public.get(ITEMS, params={"known_at": before}).status_code == 401
