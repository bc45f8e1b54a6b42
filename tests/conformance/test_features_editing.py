"""OGC API Features, part 4 (draft 20-002): create, replace, delete, update, locking, features."""

import json
from collections.abc import Iterator
from itertools import count
from typing import Any

import httpx
import pytest
from pyproj import Transformer
from sqlalchemy import Engine

from tests.api import register
from tests.conformance.requirements import of
from tests.people import client_of, token_of
from tests.support import served

requirement = of("ogcapi-features-4/1.0")

GEOJSON = "application/geo+json"
MERGE_PATCH = "application/merge-patch+json"
ITEMS = "/collections/hazards/items"
EPSG_4507 = "http://www.opengis.net/def/crs/EPSG/0/4507"
PLACE = [106.0111, 38.4011]
_days = count(1)


@pytest.fixture(scope="module")
def editor(database: Engine) -> Iterator[httpx.Client]:
    """An office of a city of three compounds, which writes its facts."""
    register.found(database)
    with (
        served(database) as service,
        client_of(service.url, token_of(database, "city_officer")) as made,
    ):
        yield made


def feature(**properties: Any) -> dict[str, Any]:
    """A hazard as a feature; each is found on a day of its own."""
    found_on = f"2026-02-{next(_days) % 28 + 1:02}"
    stated = {"compound_id": 1, "type_code": "T9.no_drill", "found_on": found_on, **properties}
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": PLACE},
        "properties": stated,
    }


def sent(
    client: httpx.Client, method: str, path: str, body: Any, kind: str = GEOJSON, **headers: str
) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.request(
        method, path, content=json.dumps(body), headers={"Content-Type": kind, **named}
    )


def created(client: httpx.Client, **properties: Any) -> str:
    """The address of a new feature."""
    answer = sent(client, "POST", ITEMS, feature(**properties))
    assert answer.status_code == 201, answer.text
    return str(answer.headers["location"])


def etag(client: httpx.Client, path: str) -> str:
    return str(client.get(path).raise_for_status().headers["etag"])


def numbers(client: httpx.Client) -> set[int]:
    return {one["id"] for one in client.get(f"{ITEMS}?limit=1000").json()["features"]}


def allowed(answer: httpx.Response) -> set[str]:
    assert answer.status_code == 200
    return set(answer.headers["allow"].split(", "))


@requirement("/req/create-replace-delete/options-op")
@requirement("/req/create-replace-delete/options-response")
@requirement("/req/create-replace-delete/options-accept-post")
def test_methods_are_told_for_collections_and_features(editor: httpx.Client) -> None:
    of_all = editor.options(ITEMS)
    assert allowed(of_all) == {"GET", "HEAD", "OPTIONS", "POST"}
    assert GEOJSON in of_all.headers["accept-post"]
    of_one = editor.options(created(editor))
    assert allowed(of_one) == {"GET", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE"}
    assert "accept-post" not in of_one.headers


@requirement("/req/create-replace-delete/post-op")
@requirement("/req/create-replace-delete/post-body")
@requirement("/req/create-replace-delete/post-response")
@requirement("/req/create-replace-delete/post-response-rid")
@pytest.mark.parametrize("member", [{}, {"id": 987_654}])
def test_a_feature_is_created_under_a_number_of_its_own(
    editor: httpx.Client, member: dict[str, Any]
) -> None:
    before = numbers(editor)
    body = feature(severity="serious")
    answer = sent(editor, "POST", ITEMS, {**body, **member})
    assert answer.status_code == 201
    found = editor.get(answer.headers["location"])
    assert found.status_code == 200
    new = found.json()
    assert new["id"] not in before
    assert answer.headers["location"].endswith(f"/{new['id']}")
    assert new["geometry"] == body["geometry"]
    assert new["properties"].items() >= body["properties"].items()


@requirement("/req/create-replace-delete/post-content-type")
@requirement("/req/create-replace-delete/put-content-type")
@requirement("/req/update/patch-content-type")
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_what_is_sent_must_say_its_media_type(editor: httpx.Client, method: str) -> None:
    path = created(editor)
    headers = {"If-Match": etag(editor, path)}
    body = json.dumps(feature()).encode()
    to = ITEMS if method == "POST" else path
    silent = editor.request(method, to, content=body, headers=headers)
    assert (silent.status_code, silent.json()["parameter"]) == (400, "Content-Type")
    other = editor.request(
        method, to, content=body, headers={**headers, "Content-Type": "text/xml"}
    )
    assert other.status_code == 415
    assert GEOJSON in other.headers["accept-patch" if method == "PATCH" else "accept-post"]


@requirement("/req/create-replace-delete/put-op")
@requirement("/req/create-replace-delete/put-body")
@requirement("/req/create-replace-delete/put-response")
@requirement("/req/optimistic-locking-etags/put-etag-response")
def test_a_feature_is_replaced_whole(editor: httpx.Client) -> None:
    path = created(editor, severity="minor", description="楼道堆物", due_on="2026-06-01")
    old = etag(editor, path)
    body = {**feature(severity="serious"), "geometry": None}
    answer = sent(editor, "PUT", path, body, If_Match=old)
    assert answer.status_code == 200, answer.text
    fact = answer.json()["fact"]
    assert (fact["description"], fact["point"]) == (None, None)
    assert fact["due_on"] != "2026-06-01"
    found = editor.get(path)
    assert found.json()["properties"].items() >= body["properties"].items()
    assert found.headers["etag"] == answer.headers["etag"] != old


@requirement("/req/create-replace-delete/put-rid")
@requirement("/req/features/geojson-create-replace")
def test_a_number_in_the_body_of_a_replacement_is_ignored(editor: httpx.Client) -> None:
    path, other = created(editor), created(editor)
    body = {**feature(severity="serious"), "id": int(other.rpartition("/")[2])}
    untouched = editor.get(other).json()
    answer = sent(editor, "PUT", path, body, If_Match=etag(editor, path))
    assert answer.status_code == 200
    found = editor.get(path).json()
    assert path.endswith(f"/{found['id']}")
    assert found["geometry"] == body["geometry"]
    assert editor.get(other).json() == untouched


@requirement("/req/create-replace-delete/put-rid-exception")
@pytest.mark.parametrize("headers", [{}, {"If_Match": '"xyz"'}, {"If_Match": "*"}])
def test_what_is_not_there_is_not_made_by_replacing(
    editor: httpx.Client, headers: dict[str, str]
) -> None:
    answer = sent(editor, "PUT", f"{ITEMS}/987655", feature(), **headers)
    assert answer.status_code == 404
    assert editor.get(f"{ITEMS}/987655").status_code == 404


@requirement("/req/create-replace-delete/delete-op")
@requirement("/req/create-replace-delete/delete-response")
@requirement("/req/optimistic-locking-etags/ifmatch-delete-op")
@requirement("/req/optimistic-locking-etags/ifmatch-delete-eval")
def test_a_feature_is_deleted_in_the_state_it_was_read_in(editor: httpx.Client) -> None:
    path = created(editor)
    stale = editor.delete(path, headers={"If-Match": '"0"'})
    assert stale.status_code == 412
    assert editor.delete(path).status_code == 428
    assert editor.get(path).status_code == 200
    answer = editor.delete(path, headers={"If-Match": etag(editor, path)})
    assert answer.status_code == 200, answer.text
    assert editor.get(path).status_code == 404
    assert editor.delete(path, headers={"If-Match": '"0"'}).status_code == 404


@requirement("/req/update/methods")
@requirement("/req/update/options-accept-patch")
def test_the_documents_of_a_change_are_told(editor: httpx.Client) -> None:
    told = editor.options(created(editor))
    assert "PATCH" in allowed(told)
    assert set(told.headers["accept-patch"].split(", ")) >= {GEOJSON, MERGE_PATCH}


@requirement("/req/update/update-patch-op")
@requirement("/req/update/update-patch-body")
@requirement("/req/update/update-patch-response")
@requirement("/req/update/rid")
@requirement("/req/features/update-json-merge-patch")
@pytest.mark.parametrize("kind", [MERGE_PATCH, GEOJSON])
def test_parts_of_a_feature_are_changed(editor: httpx.Client, kind: str) -> None:
    path = created(editor, severity="minor", code=f"隐-{next(_days)}")
    before = editor.get(path).json()
    moved = {"type": "Point", "coordinates": [106.0105, 38.4005]}
    change = {"id": 5, "geometry": moved, "properties": {"severity": "serious", "code": None}}
    answer = sent(editor, "PATCH", path, change, kind, If_Match=etag(editor, path))
    assert answer.status_code == 200, answer.text
    after = editor.get(path).json()
    changed = {"severity": "serious", "code": None}
    assert after["properties"] == {**before["properties"], **changed}
    assert (after["id"], after["geometry"]) == (before["id"], moved)


@requirement("/req/optimistic-locking-etags/get-etag-response")
def test_every_feature_bears_the_etag_of_its_fact(editor: httpx.Client) -> None:
    path = created(editor)
    number = path.rpartition("/")[2]
    assert etag(editor, path) == etag(editor, f"/hazards/{number}")
    assert not etag(editor, path).startswith("W/")


@requirement("/req/optimistic-locking-etags/ifmatch-put-op")
@requirement("/req/optimistic-locking-etags/ifmatch-put-eval")
@requirement("/req/optimistic-locking-etags/ifmatch-patch-op")
@requirement("/req/optimistic-locking-etags/ifmatch-patch-eval")
@requirement("/req/optimistic-locking-etags/patch-etag-response")
@pytest.mark.parametrize(("method", "kind"), [("PUT", GEOJSON), ("PATCH", MERGE_PATCH)])
def test_nobody_overwrites_another(editor: httpx.Client, method: str, kind: str) -> None:
    path = created(editor, severity="minor")
    before = editor.get(path)
    body = feature() if method == "PUT" else {"properties": {"severity": "serious"}}
    stale = sent(editor, method, path, body, kind, If_Match='"0"')
    assert stale.status_code == 412
    assert stale.headers["etag"] == before.headers["etag"]
    assert sent(editor, method, path, body, kind).status_code == 428
    assert editor.get(path).json() == before.json()
    done = sent(editor, method, path, body, kind, If_Match=before.headers["etag"])
    assert done.status_code == 200
    assert done.headers["etag"] == etag(editor, path) != before.headers["etag"]


@requirement("/req/features/resources-endpoint")
@requirement("/req/features/resource-endpoint")
def test_mutable_features_are_those_of_the_collections(editor: httpx.Client) -> None:
    created(editor)
    mutable = set()
    for one in editor.get("/collections").json()["collections"]:
        assert one["itemType"] == "feature"
        items = f"/collections/{one['id']}/items"
        if "POST" not in allowed(editor.options(items)):
            assert allowed(editor.options(f"{items}/1")) == {"GET", "HEAD", "OPTIONS"}
            continue
        mutable.add(one["id"])
        for shown in editor.get(f"{items}?limit=2").json()["features"]:
            assert "PUT" in allowed(editor.options(f"{items}/{shown['id']}"))
    assert mutable == {
        *("violations", "complaints", "leads", "hazards", "orders", "inspections", "utilities"),
        "self-government",
    }


@requirement("/req/features/content-crs-header")
@requirement("/req/features/default-crs")
@requirement("/req/features/crs-other-crs")
def test_places_are_read_in_the_system_that_is_told(editor: httpx.Client) -> None:
    by_default = editor.get(created(editor)).json()
    transform = Transformer.from_crs("OGC:CRS84", "EPSG:4507").transform
    body = feature()
    body["geometry"] = {"type": "Point", "coordinates": transform(*PLACE)}
    answer = sent(editor, "POST", ITEMS, body, Content_Crs=f"<{EPSG_4507}>")
    assert answer.status_code == 201, answer.text
    same = editor.get(answer.headers["location"]).json()
    assert same["geometry"]["coordinates"] == pytest.approx(
        by_default["geometry"]["coordinates"], abs=1e-6
    )
    unsupported = sent(
        editor, "POST", ITEMS, feature(), Content_Crs="<http://www.opengis.net/def/crs/EPSG/0/1>"
    )
    assert (unsupported.status_code, unsupported.json()["parameter"]) == (400, "Content-Crs")
    undeclared = sent(editor, "POST", ITEMS, body)
    assert (undeclared.status_code, undeclared.json()["parameter"]) == (400, "geometry")
