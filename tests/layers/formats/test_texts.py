"""GeoJSON, its sequences and CSV, of rows made by hand."""

import csv
import json
from datetime import date
from io import StringIO

import pytest

from geo.imports.escapes import unescape
from tests.layers.formats.made import row, text

DANGEROUS = (
    "=1+1",
    "+SUM(A1)",
    "-2+3",
    "@cmd",
    "\tx",
    "\rx",
    "\n=x",
    "＝1",
    "＋1",
    "－1",
    "＠x",
    "'=1",
)
WKT = "MULTIPOLYGON(((106 38,106 39,107 39,106 38)))"


def lines(content: bytes) -> list[list[str]]:
    return list(csv.reader(StringIO(content.decode(), newline="")))


@pytest.mark.parametrize("dangerous", DANGEROUS)
def test_no_text_of_a_csv_can_be_taken_for_a_formula(dangerous: str) -> None:
    ((_, name, note, *_rest),) = lines(
        text("csv", [row(1, dangerous, f"{dangerous},x", geometry=WKT)])
    )[1:]
    assert (name[0], note[0]) == ("'", "'")
    assert unescape(name) == dangerous


@pytest.mark.parametrize(
    "harmless", ["银川小区", "a=b", "1-2", " =1", "", 'say "yes", twice\nover', "640104", "镕㐀𠀀€"]
)
def test_other_texts_of_a_csv_are_as_they_were(harmless: str) -> None:
    (found,) = lines(text("csv", [row(1, harmless, geometry=WKT)]))[1:]
    assert found[1] == harmless


def test_numbers_of_a_csv_stay_numbers() -> None:
    content = text("csv", [row(7, "x", None, -3, -0.5, True, date(2026, 1, 2), geometry=WKT)])
    assert content.decode() == (
        "id,name,note,level,depth,open,seen_on,geometry\r\n"
        f'7,"x",,-3,-0.5,true,2026-01-02,"{WKT}"\r\n'
    )


def test_nothing_is_not_an_empty_text_in_csv() -> None:
    content = text("csv", [row(7, "", None, opened=False, geometry=WKT)]).decode()
    assert content.splitlines()[1].startswith('7,"",,,,false,,')


def test_a_csv_without_geometry_has_no_column_for_it() -> None:
    assert b"geometry" not in text("csv", [row(1, geometry=WKT)], geometry=False)


def test_a_byte_order_mark_comes_when_asked_for() -> None:
    assert text("csv", [], "utf-8-bom").startswith(b"\xef\xbb\xbfid,name")
    assert text("csv", []).startswith(b"id,name")


FEATURES = [
    (number, "[]", json.dumps({"type": "Feature", "id": number}).encode()) for number in range(5)
]


@pytest.mark.parametrize("many", [0, 1, 5])
def test_a_collection_is_one_document_and_counts_its_features(many: int) -> None:
    found = json.loads(text("geojson", FEATURES[:many]))
    assert found["numberReturned"] == many
    assert [one["id"] for one in found["features"]] == list(range(many))


@pytest.mark.parametrize("many", [0, 1, 5])
def test_every_text_of_a_sequence_stands_between_separator_and_line_feed(many: int) -> None:
    first, *texts = text("geojsonseq", FEATURES[:many]).split(b"\x1e")
    assert first == b""
    assert [json.loads(one)["id"] for one in texts] == list(range(many))
    assert all(one.endswith(b"\n") for one in texts)


def test_lines_are_features() -> None:
    found = text("ndjson", FEATURES).splitlines()
    assert [json.loads(one)["id"] for one in found] == list(range(5))
