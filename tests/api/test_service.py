"""The service itself: health, landing page, headers, tiles, and a database that is gone."""

from pathlib import Path

import httpx
import mapbox_vector_tile
import pytest
from sqlalchemy import Engine, text

from access.credentials import installation_secret
from access.enforce import enforce
from geo import migrate
from geo.database import engine
from layers.compounds import COMPOUNDS
from tests.clusters import cluster_in
from tests.support import served

TILE = "/collections/compounds/tiles/WebMercatorQuad/10/393/814"


def test_it_lives_and_is_ready(client: httpx.Client) -> None:
    assert client.get("/livez").json() == {"status": "alive"}
    assert client.get("/readyz").json() == {"status": "ready", "revision": migrate.head()}


def test_programs_get_links_and_people_the_map(client: httpx.Client) -> None:
    links = client.get("/", headers={"Accept": "application/json"}).json()["links"]
    assert {link["rel"] for link in links} >= {"self", "service-desc", "service-doc", "data"}
    for link in links:
        assert client.get(link["href"]).status_code == 200, link
    page = client.get("/", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert page.headers["content-type"].startswith("text/html")


def test_what_a_messenger_appends_to_a_link_keeps_nobody_from_the_map(
    client: httpx.Client,
) -> None:
    page = client.get("/?utm_source=mail&from=singlemessage", headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    refused = client.get("/?utm_source=mail", headers={"Accept": "application/json"})
    assert (refused.status_code, refused.json()["parameter"]) == (400, "utm_source")
    assert "/docs" in refused.json()["detail"]


def test_every_answer_carries_strict_headers(client: httpx.Client) -> None:
    for address in ("/", "/readyz", "/nowhere", "/docs", TILE):
        headers = client.get(address).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-request-id"]


def test_the_api_describes_its_parameters(client: httpx.Client) -> None:
    described = client.get("/openapi.json").json()
    items = described["paths"]["/collections/compounds/items"]["get"]["parameters"]
    assert {one["name"] for one in items} == {
        "bbox", "bbox-crs", "filter", "filter-lang", "filter-crs", "as_of", "known_at",
        "datetime", "limit", "next", "sortby", "properties", "crs", "skipGeometry",
        "geometry-precision", "f", "encoding", "q", *COMPOUNDS.properties,
    }  # fmt: skip


def test_a_tile_is_sent_once_and_then_only_confirmed(client: httpx.Client) -> None:
    first = client.get(TILE)
    assert first.headers["content-type"] == "application/vnd.mapbox-vector-tile"
    assert set(mapbox_vector_tile.decode(first.content)) == {"compounds", "compounds_label"}
    again = client.get(TILE, headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""


def test_a_tile_without_anything_has_no_content(client: httpx.Client) -> None:
    answer = client.get("/collections/compounds/tiles/WebMercatorQuad/10/0/0")
    assert answer.status_code == 204


def test_pages_are_compressed_for_those_who_ask(client: httpx.Client) -> None:
    answer = client.get("/collections/compounds/items", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.json()["numberReturned"] == 100


def test_other_methods_are_refused(client: httpx.Client) -> None:
    answer = client.post("/collections/compounds/items")
    assert answer.status_code == 405
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_database_of_another_revision_is_not_ready(database: Engine) -> None:
    with served(database) as service, database.begin() as connection:
        assert httpx.get(f"{service.url}/readyz").status_code == 200
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
        connection.commit()
        answer = httpx.get(f"{service.url}/readyz")
    assert answer.status_code == 503
    assert "0001" in answer.json()["detail"]


def test_an_empty_city_answers_with_empty_pages(database: Engine) -> None:
    with database.begin() as connection:
        connection.execute(
            text("UPDATE alembic_version SET version_num = :head"), {"head": migrate.head()}
        )
    with served(database) as service:
        page = httpx.get(f"{service.url}/collections/compounds/items").json()
        assert page["features"] == []
        assert page["numberMatched"] == 0
        assert "extent" not in httpx.get(f"{service.url}/collections/compounds").json()


def test_a_database_that_is_gone_is_said_so_and_met_again(tmp_path: Path) -> None:
    with cluster_in(tmp_path / "home") as cluster:
        cluster.start()
        cluster.ensure_database()
        database = engine(cluster.url())
        migrate.upgrade(database)
        with database.begin() as connection:
            enforce(connection, installation_secret())
        database.dispose()
        with served(database) as service:
            cluster.stop()
            for address in ("/readyz", "/collections/compounds/items", TILE, "/compounds/1"):
                gone = httpx.get(f"{service.url}{address}")
                assert gone.status_code == 503, gone.text
                assert gone.headers["retry-after"]
                assert gone.headers["content-type"] == "application/problem+json"
            assert httpx.get(f"{service.url}/livez").status_code == 200
            cluster.start()
            assert httpx.get(f"{service.url}/readyz").status_code == 200


@pytest.mark.parametrize("address", ["/collections/compounds/items?limit=1", TILE, "/compounds/1"])
def test_no_cache_gives_one_person_what_another_was_answered(
    client: httpx.Client, public: httpx.Client, address: str
) -> None:
    own, everybodys = client.get(address), public.get(address)
    for answer in (own, everybodys):
        assert {"Authorization", "Cookie"} <= {
            word.strip() for word in answer.headers["vary"].split(",")
        }
    assert own.headers["cache-control"] == "private, no-cache"
    assert "private" not in everybodys.headers.get("cache-control", "")
