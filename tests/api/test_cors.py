"""Pages of other sites: none may read, but those that are named."""

import httpx
import pytest
from pydantic import ValidationError
from sqlalchemy import Engine

from api.cors import rules
from api.settings import GuardSettings
from tests.api.test_hardening import strict
from tests.support import Service, served

GIS = "https://gis.example.cn"
ASKS = {"Origin": GIS, "Access-Control-Request-Method": "GET"}


def test_no_other_site_may_read_unless_it_is_named(client: httpx.Client) -> None:
    for answer in (
        client.get("/collections", headers={"Origin": GIS}),
        client.options("/collections", headers=ASKS),
    ):
        assert not [name for name in answer.headers if name.startswith("access-control")]
    assert answer.status_code == 405


def test_a_named_site_may_read_and_write_without_cookies(guarded: Service) -> None:
    with httpx.Client(base_url=guarded.url, headers={"X-Forwarded-For": "198.51.100.70"}) as page:
        read = page.get("/compounds/0", headers={"Origin": GIS})
        assert read.headers["access-control-allow-origin"] == GIS
        assert "Origin" in read.headers["vary"]
        assert "access-control-allow-credentials" not in read.headers
        strict(read)
        asked = page.options(
            "/leads",
            headers={
                "Origin": GIS,
                "Access-Control-Request-Method": "POST",
                "Access-Control-Request-Headers": "authorization, content-type, if-match",
            },
        )
        assert asked.status_code == 200
        assert "PATCH" in asked.headers["access-control-allow-methods"]
        assert "access-control-allow-credentials" not in asked.headers
        strict(asked)


@pytest.mark.parametrize("origin", ["https://evil.example", "http://gis.example.cn", "null"])
def test_another_site_is_refused_with_a_problem(guarded: Service, origin: str) -> None:
    with httpx.Client(base_url=guarded.url, headers={"X-Forwarded-For": "198.51.100.71"}) as page:
        read = page.get("/compounds/0", headers={"Origin": origin})
        assert "access-control-allow-origin" not in read.headers
        asked = page.options("/collections", headers={**ASKS, "Origin": origin})
    assert asked.status_code == 400
    assert "ATLAS_CORS_ORIGINS" in asked.json()["detail"]
    assert "access-control-allow-origin" not in asked.headers
    strict(asked)


def test_every_site_may_only_read(city: Engine) -> None:
    with (
        served(city, cors_origins="*") as service,
        httpx.Client(base_url=service.url, headers={"Origin": GIS}) as page,
    ):
        assert page.get("/collections").headers["access-control-allow-origin"] == "*"
        assert page.options("/collections", headers=ASKS).status_code == 200
        sent = page.post("/leads", content="{}", headers={"Content-Type": "text/plain"})
        assert "access-control-allow-origin" not in sent.headers
        for method, headers in (("POST", ""), ("GET", "authorization")):
            refused = page.options(
                "/leads",
                headers={
                    "Access-Control-Request-Method": method,
                    **({"Access-Control-Request-Headers": headers} if headers else {}),
                },
            )
            assert refused.status_code == 400


def test_no_rule_allows_cookies() -> None:
    assert not rules(["*"])["allow_credentials"]
    assert not rules([GIS])["allow_credentials"]


@pytest.mark.parametrize(
    "origins", ["gis.example.cn", "https://gis.example.cn/", "*, https://a.cn", "https://*.cn"]
)
def test_an_origin_that_is_none_is_refused_at_the_start(
    monkeypatch: pytest.MonkeyPatch, origins: str
) -> None:
    monkeypatch.setenv("ATLAS_CORS_ORIGINS", origins)
    with pytest.raises(ValidationError, match="origin"):
        GuardSettings()


def test_a_proxy_that_is_no_address_is_refused_at_the_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ATLAS_PROXIES", "10.0.0.1, nginx")
    with pytest.raises(ValidationError, match="'nginx' is not an address"):
        GuardSettings()
    monkeypatch.setenv("ATLAS_PROXIES", "10.0.0.1, fd00::/8")
    assert len(GuardSettings().proxies) == 2
