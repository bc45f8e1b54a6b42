"""Features of layers of facts are written: the same facts and statuses at other addresses."""

from typing import Any

import httpx
import pytest
from sqlalchemy import text

from tests.api.facts import SENT
from tests.api.register import Office, count, digest
from tests.people import client_of, token_of
from tests.support import Service

LAYERS = {"self-government": "committees"} | {
    name: name
    for name in (
        *("violations", "complaints", "leads", "hazards", "orders", "inspections", "utilities"),
    )
}
ITEMS = "/collections/violations/items"


def feature(resource: str, **changed: Any) -> dict[str, Any]:
    """A fact as an office sends it, as a feature."""
    stated = {**SENT[resource], **changed}
    point = stated.pop("point", None)
    geometry = None if point is None else {"type": "Point", "coordinates": point}
    return {"type": "Feature", "geometry": geometry, "properties": stated}


def state(client: httpx.Client, path: str) -> dict[str, str]:
    """What a change of a feature must send of the state it was read in."""
    return {"If-Match": client.get(path).raise_for_status().headers["etag"]}


@pytest.mark.parametrize("layer", LAYERS)
def test_a_feature_lives_as_the_fact_it_is(writer: Office, layer: str) -> None:
    resource, client = LAYERS[layer], writer.client
    made = client.post(f"/collections/{layer}/items", json=feature(resource))
    assert made.status_code == 201, made.text
    number, path = made.json()["fact"]["id"], made.headers["location"]
    assert path == f"/collections/{layer}/items/{number}"
    fact = client.get(f"/{resource}/{number}")
    assert fact.json()["fact"] == made.json()["fact"]
    assert fact.headers["etag"] == made.headers["etag"] == state(client, path)["If-Match"]
    replaced = client.put(path, json=feature(resource), headers=state(client, path))
    assert replaced.status_code == 200, replaced.text
    kept = {**fact.json()["fact"], "recorded_at": replaced.json()["fact"]["recorded_at"]}
    assert replaced.json()["fact"] == kept
    gone = client.delete(path, headers=state(client, path))
    assert gone.status_code == 200, gone.text
    assert client.get(path).status_code == 404
    assert client.get(f"/{resource}/{number}").status_code == 404


def test_what_is_withdrawn_counts_no_more_and_stays_known(writer: Office, written: Service) -> None:
    writer.enter("notices", **{**SENT["notices"], "compound_id": 1})
    made = writer.client.post(ITEMS, json=feature("violations", type_code="P6"))
    (entered,) = made.json()["changed"]
    path, number = made.headers["location"], made.json()["fact"]["id"]
    headers, asked = state(writer.client, path), {"reason": "重复录入"}
    before = digest(written.engine)
    tried = writer.client.delete(path, headers=headers, params={**asked, "dry_run": "true"})
    assert (tried.status_code, tried.json()["dry_run"]) == (200, True)
    assert digest(written.engine) == before
    gone = writer.client.delete(path, headers=headers, params=asked)
    (changed,) = gone.json()["changed"]
    assert changed["before"] == entered["after"]
    assert changed["after"] == entered["before"]
    assert "etag" not in gone.headers
    kept = "SELECT superseded_at IS NOT NULL FROM oversight.violation WHERE id = :id"
    assert count(written.engine, kept, id=number) is True
    told = "SELECT reason FROM audit.event WHERE action = 'withdraw' AND row_key = :id"
    assert count(written.engine, told, id=str(number)) == "重复录入"


def test_what_others_rest_on_is_not_withdrawn(writer: Office) -> None:
    violation = writer.enter("violations", **{**SENT["violations"], "type_code": "P7"})
    order = writer.enter(
        "orders", compound_id=1, violation_id=violation["id"], issued_on="2026-03-06"
    )
    path = f"{ITEMS}/{violation['id']}"
    refused = writer.client.delete(path, headers=state(writer.client, path))
    assert refused.status_code == 409
    assert f"order {order['id']} rest" in refused.json()["detail"]
    resting = f"/collections/orders/items/{order['id']}"
    for one in (resting, path):
        assert writer.client.delete(one, headers=state(writer.client, one)).status_code == 200


def test_an_order_goes_with_its_extensions(writer: Office, written: Service) -> None:
    number = writer.enter("orders", **SENT["orders"])["id"]
    writer.stepped("orders", number, "extend", on="2026-03-10", due_on="2026-05-06", reason="雨")
    path = f"/collections/orders/items/{number}"
    assert writer.client.get(path).json()["properties"]["due_on"] == "2026-05-06"
    assert writer.client.delete(path, headers=state(writer.client, path)).status_code == 200
    left = "SELECT count(*) FROM oversight.order_extension WHERE superseded_at IS NULL"
    assert count(written.engine, f"{left} AND order_id = :id", id=number) == 0


def test_a_replacement_is_completed_as_a_new_fact_is(writer: Office) -> None:
    stated = {"severity": "serious", "evidence": "照片", "incident": "甲", "confirmed_on": None}
    fact = writer.enter("violations", **{**SENT["violations"], **stated})
    writer.stepped("violations", fact["id"], "confirm", on="2026-03-06")
    path = f"{ITEMS}/{fact['id']}"
    body = feature("violations", found_on="2026-03-04")
    for name in ("compound_id", "confirmed_on"):
        body["properties"].pop(name)
    answer = writer.client.put(path, json=body, headers=state(writer.client, path))
    assert answer.status_code == 200, answer.text
    after = answer.json()["fact"]
    assert (after["evidence"], after["incident"]) == (None, None)
    assert after["severity"] != "serious"
    assert (after["company_id"], after["found_on"]) == (1, "2026-03-04")
    assert (after["compound_id"], after["confirmed_on"]) == (1, "2026-03-06")


@pytest.mark.parametrize(("name", "value"), [("compound_id", 2), ("confirmed_on", "2026-03-09")])
def test_a_replacement_makes_no_other_fact(writer: Office, name: str, value: Any) -> None:
    fact = writer.enter("violations", **SENT["violations"])
    path = f"{ITEMS}/{fact['id']}"
    body = feature("violations", **{name: value})
    answer = writer.client.put(path, json=body, headers=state(writer.client, path))
    assert (answer.status_code, answer.json()["parameter"]) == (409, name)


def test_who_complained_stays_when_a_complaint_is_replaced(
    writer: Office, written: Service
) -> None:
    number = writer.enter("complaints", **SENT["complaints"])["id"]
    path = f"/collections/complaints/items/{number}"
    body = feature("complaints", channel="visit")
    body["properties"].pop("person")
    answer = writer.client.put(path, json=body, headers=state(writer.client, path))
    assert answer.status_code == 200, answer.text
    name = "SELECT name FROM oversight.complaint_person WHERE complaint_id = :id"
    assert count(written.engine, name, id=number) == "张三"


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
@pytest.mark.parametrize("street", ["111111111", "649801001"])
def test_a_complaint_moves_to_no_street_of_another_city(
    written: Service, writer: Office, method: str, street: str
) -> None:
    with written.engine.begin() as connection:
        connection.execute(
            text("""
                INSERT INTO registry.city (code, name) VALUES ('649800', '邻市')
                ON CONFLICT DO NOTHING;
                INSERT INTO registry.district (code, city_code, name)
                VALUES ('649801', '649800', '邻区') ON CONFLICT DO NOTHING;
                INSERT INTO registry.street (code, district_code, city_code, name, kind)
                VALUES ('649801001', '649801', '649800', '邻街道', 'subdistrict')
                ON CONFLICT DO NOTHING
            """)
        )
    path = f"/collections/complaints/items/{writer.enter('complaints', **SENT['complaints'])['id']}"
    before, body = digest(written.engine), feature("complaints", street_code=street)
    refused = writer.client.request(method, path, json=body, headers=state(writer.client, path))
    assert (refused.status_code, refused.json()["parameter"]) == (422, "street_code"), refused.text
    assert street in refused.json()["detail"]
    assert digest(written.engine) == before


@pytest.mark.parametrize(
    ("changed", "parameter"),
    [
        ({"geometry": {"type": "Point", "coordinates": [106.01, 38.4]}}, "geometry"),
        ({"geometry": {"type": "Point", "coordinates": [106.01, "x"]}}, "coordinates"),
        ({"type": "FeatureCollection"}, "type"),
        ({"properties": {**SENT["violations"], "status": "closed"}}, "status"),
        ({"properties": {**SENT["violations"], "compound_name": "甲"}}, "compound_name"),
        ({"properties": {}}, "type_code"),
    ],
)
def test_what_is_no_such_fact_is_named(
    writer: Office, changed: dict[str, Any], parameter: str
) -> None:
    answer = writer.client.post(ITEMS, json={**feature("violations"), **changed})
    assert (answer.status_code, answer.json()["parameter"]) == (400, parameter)


def test_a_place_is_said_once(writer: Office) -> None:
    body = feature("hazards")
    body["properties"]["point"] = [106.01, 38.4]
    answer = writer.client.post("/collections/hazards/items", json=body)
    assert answer.status_code == 400
    assert "geometry" in answer.json()["detail"]


def test_a_repeat_under_its_key_is_answered_the_same(writer: Office) -> None:
    key = {"Idempotency-Key": "feature-1"}
    body = feature("violations", type_code="P9")
    first, again = (writer.client.post(ITEMS, json=body, headers=key) for _ in range(2))
    assert first.json() == again.json()
    assert first.headers["location"] == again.headers["location"]
    assert again.headers["idempotency-replayed"] == "true"
    path = first.headers["location"]
    given = {**state(writer.client, path), "Idempotency-Key": "feature-2"}
    gone = [writer.client.delete(path, headers=given) for _ in range(2)]
    assert [one.status_code for one in gone] == [200, 200]
    assert gone[0].json() == gone[1].json()


def test_collections_that_are_no_facts_tell_what_they_take(writer: Office) -> None:
    for method, path in (
        ("POST", "/collections/compounds/items"),
        ("PUT", "/collections/compounds/items/1"),
        ("DELETE", ITEMS),
        ("POST", f"{ITEMS}/1"),
    ):
        refused = writer.client.request(method, path, json=feature("violations"))
        assert refused.status_code == 405
        told = writer.client.options(path).headers["allow"]
        assert set(refused.headers["allow"].split(", ")) == set(told.split(", "))


def test_methods_are_told_by_who_asks(written: Service, writer: Office) -> None:
    path = f"{ITEMS}/{writer.enter('violations', **SENT['violations'])['id']}"
    for role, scope, expected in (
        ("district_officer", {"area_code": "649904"}, "GET, HEAD, OPTIONS, PUT, PATCH"),
        ("company_user", {"company_id": 1}, "GET, HEAD, OPTIONS"),
    ):
        token = token_of(written.engine, role, **scope)
        with client_of(written.url, token) as client:
            assert client.options(path).headers["allow"] == expected
    with client_of(written.url, None) as public:
        assert public.options(path).status_code == 401


def test_only_the_city_withdraws(written: Service, writer: Office) -> None:
    path = f"{ITEMS}/{writer.enter('violations', **SENT['violations'])['id']}"
    headers = state(writer.client, path)
    with client_of(written.url, None) as public:
        assert public.delete(path, headers=headers).status_code == 401
        assert public.post(ITEMS, json=feature("violations")).status_code == 401
    for role, scope in (
        ("company_user", {"company_id": 1}),
        ("district_officer", {"area_code": "649904"}),
        ("street_officer", {"area_code": "649904001"}),
        ("auditor", {}),
    ):
        with client_of(written.url, token_of(written.engine, role, **scope)) as client:
            assert client.delete(path, headers=headers).status_code == 403, role
    assert writer.client.delete(path, headers=headers).status_code == 200


def test_features_elsewhere_are_neither_seen_nor_written(written: Service, writer: Office) -> None:
    _another_district(written)
    path = f"{ITEMS}/{writer.enter('violations', **SENT['violations'])['id']}"
    elsewhere = token_of(written.engine, "district_officer", area_code="649906")
    headers = state(writer.client, path)
    with client_of(written.url, elsewhere) as client:
        assert client.get(path).status_code == 404
        change = {"properties": {"evidence": "x"}}
        assert client.patch(path, json=change, headers=headers).status_code == 404
        assert client.put(path, json=feature("violations"), headers=headers).status_code == 404
        entered = client.post(ITEMS, json=feature("violations", company_id=1))
        assert entered.status_code == 403
    cities = token_of(written.engine, "city_officer", area_code="649800")
    with client_of(written.url, cities) as client:
        assert client.delete(path, headers=headers).status_code == 404


def _another_district(written: Service) -> None:
    with written.engine.begin() as connection:
        connection.execute(
            text("""
                INSERT INTO registry.district (code, city_code, name)
                VALUES ('649906', '649900', '西城区') ON CONFLICT DO NOTHING;
                INSERT INTO registry.city (code, name) VALUES ('649800', '邻市')
                ON CONFLICT DO NOTHING
            """)
        )


def test_a_page_of_another_site_writes_no_feature(written: Service) -> None:
    token = token_of(written.engine, "city_officer")
    cookie = {"Cookie": f"atlas_dev={token}"}
    with client_of(written.url, None, cookie) as browser:
        for headers in ({"Origin": "https://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}):
            for method, path in (("POST", ITEMS), ("PUT", f"{ITEMS}/1"), ("DELETE", f"{ITEMS}/1")):
                answer = browser.request(method, path, json=feature("violations"), headers=headers)
                assert answer.status_code == 403, answer.text


def test_pages_of_features_are_not_kept_by_their_etags(writer: Office) -> None:
    path = f"{ITEMS}/{writer.enter('violations', **SENT['violations'])['id']}"
    known = {"If-None-Match": state(writer.client, path)["If-Match"]}
    assert writer.client.get(path, headers=known).status_code == 200
    shown = writer.client.get(path, headers={"Accept": "text/html"})
    assert (shown.status_code, "etag" in shown.headers) == (200, False)
    past = writer.client.get(path, params={"as_of": "2026-03-10"})
    assert (past.status_code, "etag" in past.headers) == (200, False)
