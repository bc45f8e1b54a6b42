"""Answers packed in the coding that a client would have: which, where, and under what ETag."""

import asyncio
import gzip
import random
import zlib
from collections.abc import Callable, Iterable
from typing import Any

import brotli
import httpx
import pytest
import zstandard
from starlette.types import Message, Receive, Scope, Send

from api import codings
from api.compression import SMALLEST, Compressed, packable
from tests.people import client_of
from tests.support import Service

TILE = "/collections/compounds/tiles/WebMercatorQuad/12/1573/3257"
LARGE = "小区".encode() * 20_000
TEXT = b"{" + b"1234567890, " * 200 + b"}"
TAGGED = [(b"content-type", b"application/json"), (b"etag", b'"7f3a"')]
UNPACK: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    "zstd": lambda body: zstandard.ZstdDecompressor().decompressobj().decompress(body),
}


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("", None),
        ("gzip", "gzip"),
        ("GZip", "gzip"),
        ("x-gzip", "gzip"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip, br", "br"),
        ("br;q=1.0, gzip;q=0.5", "br"),
        ("br;q=0.5, gzip;q=1.0", "gzip"),
        ("br;q=0.5,gzip;q=0.8,zstd;q=0.7,*;q=0.1", "gzip"),
        ("gzip;q=0", None),
        ("gzip; q=0.000, br", "br"),
        ("*", "zstd"),
        ("*;q=0.5, zstd;q=0", "br"),
        ("*;q=0", None),
        ("gzip, *;q=0", "gzip"),
        ("identity;q=0", None),
        ("identity;q=0, gzip;q=0.1", "gzip"),
        ("identity;q=0, *", "zstd"),
        ("identity, gzip;q=0.5", None),
        ("identity;q=0.5, gzip;q=0.5", "gzip"),
        ("identity", None),
        ("deflate, compress", None),
        ("gzip;q=nan", None),
        ("gzip;q=inf", None),
        ("gzip;q=2", None),
        ("gzip;q=-1, br;q=0.1", "br"),
        (",, ;, gzip", "gzip"),
    ],
)
def test_the_coding_with_the_highest_weight_is_taken(accepted: str, coding: str | None) -> None:
    assert codings.chosen([accepted]) == coding
    if "," in accepted:
        assert codings.chosen(accepted.split(",")) == coding


@pytest.mark.parametrize("coding", UNPACK)
def test_what_is_packed_whole_or_in_pieces_is_what_was_given(coding: str) -> None:
    assert UNPACK[coding](codings.packed(LARGE, coding)) == LARGE
    packer = codings.PACKERS[coding]()
    pieces = [packer.piece(LARGE[place : place + 7_001]) for place in range(0, len(LARGE), 7_001)]
    assert UNPACK[coding](b"".join([*pieces, packer.end()])) == LARGE


@pytest.mark.parametrize(
    ("media_type", "packs"),
    [
        ("application/json", True),
        ("application/problem+json; charset=utf-8", True),
        ("application/vnd.google-earth.kml+xml", True),
        ("application/geo+json-seq", True),
        ("Text/CSV", True),
        ("image/svg+xml", True),
        ("application/vnd.mapbox-vector-tile", True),
        ("image/png", False),
        ("application/pdf", False),
        ("application/zip", False),
        ("application/vnd.apache.parquet", False),
        ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", False),
        ("", False),
    ],
)
def test_only_texts_and_tiles_are_packed(media_type: str, *, packs: bool) -> None:
    assert packable(media_type) is packs


class Answers:
    """An application that sends what it is told to, and what came of it."""

    def __init__(self, headers: Iterable[tuple[bytes, bytes]], *pieces: bytes, status: int = 200):
        self.start: Message = {
            "type": "http.response.start",
            "status": status,
            "headers": list(headers),
        }
        self.pieces = pieces
        self.asked: dict[bytes, bytes] = {}
        self.after_each: list[int] = []
        self.sent: list[Message] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked = dict(scope["headers"])
        await send(self.start)
        for number, piece in enumerate(self.pieces, 1):
            more = number < len(self.pieces)
            await send({"type": "http.response.body", "body": piece, "more_body": more})
            self.after_each.append(len(self.body))

    @property
    def body(self) -> bytes:
        return b"".join(one.get("body", b"") for one in self.sent[1:])

    @property
    def headers(self) -> dict[str, str]:
        return {name.decode().lower(): value.decode() for name, value in self.sent[0]["headers"]}


def asked(answers: Answers, accepted: str = "gzip", method: str = "GET", **more: str) -> Answers:
    headers = [(b"accept-encoding", accepted.encode())]
    headers += [(name.replace("_", "-").encode(), text.encode()) for name, text in more.items()]

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        answers.sent.append(message)

    scope: dict[str, Any] = {"type": "http", "method": method, "headers": headers}
    asyncio.run(Compressed(answers)(scope, receive, send))
    return answers


def test_each_coding_has_an_etag_of_its_own() -> None:
    found = {one: asked(Answers(TAGGED, TEXT), one).headers for one in ("identity", *UNPACK)}
    assert [one["etag"] for one in found.values()] == [
        '"7f3a"', '"7f3a-gzip"', '"7f3a-br"', '"7f3a-zstd"',
    ]  # fmt: skip
    assert {one["vary"] for one in found.values()} == {"Accept-Encoding"}
    assert [one.get("content-encoding") for one in found.values()] == [None, *UNPACK]
    weak = asked(Answers([TAGGED[0], (b"etag", b'W/"7f3a"')], TEXT))
    assert weak.headers["etag"] == 'W/"7f3a-gzip"'


def test_routes_know_the_etag_of_the_coding_that_would_be_sent_and_of_no_other() -> None:
    known = asked(Answers(TAGGED, status=304), if_none_match='"7f3a-gzip", W/"0-gzip", "7f3a-br"')
    assert known.asked[b"if-none-match"] == b'"7f3a", W/"0", "7f3a-br"'
    assert known.headers["etag"] == '"7f3a-gzip"'
    assert known.headers["vary"] == "Accept-Encoding"
    bare = asked(Answers(TAGGED, status=304), if_none_match='"7f3a"')
    assert bare.headers["etag"] == '"7f3a"'
    writer = asked(Answers(TAGGED, status=200), method="PATCH", if_match='"7f3a-br", "1-zstd"')
    assert writer.asked[b"if-match"] == b'"7f3a", "1"'


def test_the_etag_that_answers_a_write_is_of_the_state_and_not_of_the_answer() -> None:
    answer = asked(Answers(TAGGED, TEXT), method="POST")
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["etag"] == '"7f3a"'


@pytest.mark.parametrize("coding", UNPACK)
def test_pieces_are_sent_as_they_come(coding: str) -> None:
    headers = [*TAGGED, (b"content-length", b"3"), (b"accept-ranges", b"bytes")]
    pieces = [f"第{number}".encode() * 500 for number in range(4)]
    answer = asked(Answers(headers, *pieces), coding)
    assert answer.headers["content-encoding"] == coding
    assert not {"content-length", "accept-ranges"} & answer.headers.keys()
    assert answer.after_each == sorted(set(answer.after_each))
    assert answer.after_each[0] > 0
    assert UNPACK[coding](answer.body) == b"".join(pieces)
    if coding == "gzip":
        opened = zlib.decompressobj(31).decompress(answer.sent[1]["body"])
        assert opened == pieces[0]


@pytest.mark.parametrize(
    ("headers", "pieces", "status"),
    [
        ([(b"content-type", b"application/json")], (b"x" * (SMALLEST - 1),), 200),
        ([(b"content-type", b"image/png")], (LARGE,), 200),
        ([(b"content-type", b"image/png")], (LARGE, LARGE), 200),
        ([(b"content-type", b"text/css"), (b"content-encoding", b"br")], (LARGE,), 200),
        ([(b"content-type", b"text/css"), (b"content-range", b"bytes 0-9/99")], (LARGE,), 206),
        ([], (LARGE,), 200),
        ([], (b"",), 204),
    ],
)
def test_what_is_small_or_packed_or_a_part_is_left_alone(
    headers: list[tuple[bytes, bytes]], pieces: tuple[bytes, ...], status: int
) -> None:
    answer = asked(Answers(headers, *pieces, status=status))
    assert answer.body == b"".join(pieces)
    given = dict(headers).get(b"content-encoding", b"").decode()
    assert answer.headers.get("content-encoding", "") == given
    packs = packable(dict(headers).get(b"content-type", b"").decode()) and status == 200
    assert (answer.headers.get("vary") == "Accept-Encoding") is packs


def test_a_body_that_packing_makes_larger_is_left_alone() -> None:
    noise = random.Random(7).randbytes(SMALLEST)  # noqa: S311 - no secret
    answer = asked(Answers(TAGGED, noise), "br")
    assert answer.body == noise
    assert "content-encoding" not in answer.headers
    assert answer.headers["etag"] == '"7f3a"'


def test_head_says_what_get_would() -> None:
    got = asked(Answers(TAGGED, TEXT))
    assert asked(Answers(TAGGED, TEXT), method="HEAD").headers == got.headers
    # What would come in pieces is not made for nobody.
    stream = asked(Answers(TAGGED, TEXT, TEXT))
    assert asked(Answers(TAGGED, b""), method="HEAD").headers == stream.headers


# The running service


@pytest.fixture
def anyone(served_city: Service) -> Iterable[httpx.Client]:
    with client_of(served_city.url, None) as made:
        yield made


@pytest.mark.parametrize(
    "path",
    [
        "/collections/compounds/items",
        "/collections",
        "/api",
        "/styles",
        TILE,
        "/collections/compounds/export?f=geojsonseq",
        "/collections/districts/items/640104",
        "/nothing",
        "/livez",
    ],
)
@pytest.mark.parametrize("accepted", ["gzip", "br", "zstd", "gzip;q=0", "identity"])
def test_every_answer_that_may_be_packed_varies_with_what_is_accepted(
    anyone: httpx.Client, path: str, accepted: str
) -> None:
    answer = anyone.get(path, headers={"Accept-Encoding": accepted})
    assert "accept-encoding" in answer.headers["vary"].lower()
    assert len(answer.headers.get_list("vary")) == 1
    coding = answer.headers.get("content-encoding")
    assert coding in {accepted, None}
    if len(answer.content) > 2 * SMALLEST and accepted in UNPACK:
        assert coding == accepted
    head = anyone.head(path, headers={"Accept-Encoding": accepted})
    for name in ("content-encoding", "vary", "etag", "content-type", "content-length"):
        assert head.headers.get(name) == answer.headers.get(name), name


@pytest.mark.parametrize("path", [TILE, "/compounds/1/responsibilities"])
def test_what_a_client_has_is_confirmed_in_its_coding_only(anyone: httpx.Client, path: str) -> None:
    for coding in ("zstd", "identity", "gzip"):
        first = anyone.get(path, headers={"Accept-Encoding": coding})
        tag = first.headers["etag"]
        known = {"If-None-Match": tag}
        same = anyone.get(path, headers={"Accept-Encoding": coding, **known})
        assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", tag)
        assert "accept-encoding" in same.headers["vary"].lower()
        if "content-encoding" in first.headers:
            other = anyone.get(path, headers={"Accept-Encoding": "br", **known})
            assert other.status_code == 200
            assert other.content == first.content


@pytest.mark.parametrize("name", ["shp", "parquet", "xlsx", "fgb"])
def test_files_that_are_packed_themselves_are_sent_as_they_are(
    anyone: httpx.Client, name: str
) -> None:
    answer = anyone.get(f"/collections/districts/export?f={name}")
    assert answer.status_code == 200
    assert "content-encoding" not in answer.headers


@pytest.mark.parametrize("coding", UNPACK)
def test_an_export_is_packed_as_it_is_made(anyone: httpx.Client, coding: str) -> None:
    path = "/collections/compounds/export?f=geojsonseq"
    bare = anyone.get(path, headers={"Accept-Encoding": "identity"}).content
    with anyone.stream("GET", path, headers={"Accept-Encoding": coding}) as answer:
        assert answer.headers["content-encoding"] == coding
        raw = list(answer.iter_raw())
    assert UNPACK[coding](b"".join(raw)) == bare
    assert sum(map(len, raw)) < len(bare) / 2
