"""Who asks: proxies that are named are believed, all others are not."""

import ipaddress
import re

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import Headers

from api.client import _HEADERS, Hop, asked_by, group, parsed
from tests.api import raw
from tests.support import Service

PROXIES = tuple(ipaddress.ip_network(one) for one in ("127.0.0.0/8", "10.0.0.0/8", "fd00::/8"))
PUBLIC = "X-Forwarded-Host: map.example.cn"


def _asked(header: str, **given: str) -> Hop:
    headers = Headers({name.replace("_", "-"): value for name, value in given.items()})
    return asked_by(_HEADERS[header](headers), PROXIES)


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("6.6.6.6, 203.0.113.7", "203.0.113.7"),
        ("6.6.6.6, 203.0.113.7, 10.0.0.5", "203.0.113.7"),
        ("6.6.6.6, 203.0.113.7, 10.0.0.5, 10.9.9.9", "203.0.113.7"),
        ("10.0.0.4, 10.0.0.5", "10.0.0.4"),
        ("203.0.113.7:4711", "203.0.113.7"),
        ("2001:db8::7", "2001:db8::7"),
        ("[2001:db8::7]:4711", "2001:db8::7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("6.6.6.6, unknown, 10.0.0.5", "10.0.0.5"),
        ("6.6.6.6, unknown", None),
        ("6.6.6.6, 127.0.0.1.evil", None),
        ("", None),
    ],
)
def test_the_rightmost_address_that_is_no_proxys_asks(said: str, address: str | None) -> None:
    found = _asked("x-forwarded", x_forwarded_for=said).address
    assert found == (address and ipaddress.ip_address(address))


@pytest.mark.parametrize(
    ("said", "hop"),
    [
        ("for=203.0.113.7;proto=https;host=a.example", ("203.0.113.7", "https", "a.example")),
        ('For="[2001:db8::7]:4711"; Proto=HTTPS', ("2001:db8::7", "https", None)),
        ("for=6.6.6.6, for=203.0.113.7;proto=https", ("203.0.113.7", "https", None)),
        ('for=6.6.6.6, for=203.0.113.7;by="a,b;c\\"d", for=10.0.0.5', ("203.0.113.7", None, None)),
        ("for=unknown;proto=https", (None, "https", None)),
        ("for=_hidden", (None, None, None)),
        ('for="203.0.113.7', (None, None, None)),
        ("for=203.0.113.7 nonsense", (None, None, None)),
    ],
)
def test_forwarded_is_read_as_its_standard_says(
    said: str, hop: tuple[str | None, str | None, str | None]
) -> None:
    found = _asked("forwarded", forwarded=said)
    assert (found.address and str(found.address), found.scheme, found.host) == hop


def test_each_proxy_header_is_believed_only_where_proxies_write_it() -> None:
    both = {"x_forwarded_for": "6.6.6.6", "forwarded": "for=203.0.113.7"}
    assert _asked("forwarded", **both).address == ipaddress.ip_address("203.0.113.7")
    assert _asked("x-forwarded", **both).address == ipaddress.ip_address("6.6.6.6")


def test_scheme_and_host_are_those_of_the_hop_that_asked() -> None:
    said = _asked(
        "x-forwarded",
        x_forwarded_for="203.0.113.7, 10.0.0.5",
        x_forwarded_proto="https, http",
        x_forwarded_host="map.example.cn, inner",
    )
    assert (said.scheme, said.host) == ("https", "map.example.cn")
    said = _asked("x-forwarded", x_forwarded_for="203.0.113.7, 10.0.0.5", x_forwarded_proto="https")
    assert (said.scheme, said.host) == ("https", None)


@given(st.text(max_size=60), st.sampled_from(sorted(_HEADERS)))
def test_no_header_breaks_the_reading(text: str, header: str) -> None:
    encoded = text.encode("utf-8", "surrogatepass").decode("latin-1")
    hops = _HEADERS[header](Headers({"x-forwarded-for": encoded, "forwarded": encoded}))
    asked_by(hops, PROXIES)


def test_a_site_of_ipv6_counts_once_and_an_unreadable_address_too() -> None:
    assert group("2001:db8:1:2:3::4") == group("2001:db8:1:2::9") == "2001:db8:1:2::/64"
    assert group("2001:db8:1:3::4") != group("2001:db8:1:2::4")
    assert group("203.0.113.7") == group("::ffff:203.0.113.7") == "203.0.113.7"
    assert group(None) == group("nobody")
    assert parsed("fe80::1%eth0") == ipaddress.ip_address("fe80::1")


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-Host": "evil.example"},
        {"X-Forwarded-Proto": "https"},
        {"Forwarded": "for=203.0.113.7;proto=https;host=evil.example"},
    ],
)
def test_without_named_proxies_nothing_is_believed(
    client: httpx.Client, headers: dict[str, str]
) -> None:
    collections = str(client.base_url.join("/collections"))
    answer = httpx.get(collections, headers=headers)
    assert answer.json()["links"][0]["href"] == collections
    assert "strict-transport-security" not in answer.headers


def test_a_named_proxy_says_scheme_and_host(guarded: Service) -> None:
    def asked(*headers: str) -> raw.Answer:
        begun = raw.head(
            guarded, "GET /?f=json HTTP/1.1", "X-Forwarded-For: 198.51.100.9", *headers
        )
        return raw.send(guarded, begun)

    secure = asked("X-Forwarded-Proto: https", PUBLIC)
    assert b'"https://map.example.cn/collections"' in secure.content
    assert secure.headers["strict-transport-security"] == "max-age=31536000"
    plain = asked("X-Forwarded-Proto: http", PUBLIC)
    assert b'"http://map.example.cn/collections"' in plain.content
    assert "strict-transport-security" not in plain.headers
    assert asked("X-Forwarded-Proto: javascript", PUBLIC).content == plain.content
    assert asked("X-Forwarded-Host: evil.example").status == 421
    assert asked("X-Forwarded-Host: map.example.cn/x").status == 400
    ignored = asked("X-Forwarded-Proto: http", PUBLIC, "Forwarded: proto=https;host=evil.example")
    assert ignored.content == plain.content


def test_who_comes_through_a_proxy_is_not_at_this_machine(guarded: Service) -> None:
    """Parts of a demonstration are played at this machine; the proxy is at it, and not who asks."""
    origin = f"Origin: {guarded.url}"
    for header in ("X-Forwarded-For: 127.0.0.1", "X-Forwarded-For: ::1", "X: y"):
        body = b'{"part": "demo-admin"}'
        head = raw.head(
            guarded,
            "POST /session/demo HTTP/1.1",
            header,
            origin,
            "Content-Type: application/json",
            f"Content-Length: {len(body)}",
        )
        answer = raw.send(guarded, head + body)
        assert answer.status == 403
        assert re.search("through a proxy", answer.problem["detail"])
