"""Which form an answer takes, by ``f`` and by ``Accept``."""

import pytest

from api.errors import Problem
from api.negotiation import Form, chosen

FORMS = (
    Form("geojson", "application/geo+json"),
    Form("json", "application/geo+json"),
    Form("html", "text/html"),
    Form("csv", "text/csv; charset=utf-8"),
)
FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
GDAL = "application/geo+json, application/json"


@pytest.mark.parametrize(
    ("accept", "name"),
    [
        (None, "geojson"),
        ("", "geojson"),
        ("*/*", "geojson"),
        (GDAL, "geojson"),
        ("application/json", "geojson"),
        (FIREFOX, "html"),
        ("text/html", "html"),
        ("TEXT/HTML; charset=utf-8", "html"),
        ("text/csv", "csv"),
        ("text/*", "html"),
        ("text/html;q=0.4, application/geo+json;q=0.5", "geojson"),
        ("text/html;q=0, */*;q=0.1", "geojson"),
        ("application/geo+json;q=0, */*", "html"),
        ("application/json, text/html", "geojson"),
        ("text/html, application/json", "geojson"),
        ("image/png", "geojson"),
        ("text/html;q=much", "geojson"),
        (";;,,", "geojson"),
    ],
)
def test_what_is_accepted_decides(accept: str | None, name: str) -> None:
    assert chosen(None, accept, FORMS).name == name


@pytest.mark.parametrize("name", [form.name for form in FORMS])
def test_a_name_has_the_last_word(name: str) -> None:
    assert chosen(name, FIREFOX, FORMS).name == name


@pytest.mark.parametrize("name", ["", "JSON", "xml", "text/html", "x" * 5000])
def test_a_name_that_is_not_there_is_refused(name: str) -> None:
    with pytest.raises(Problem, match="one of geojson, json, html, csv") as refused:
        chosen(name, None, FORMS)
    assert (refused.value.status, refused.value.parameter) == (400, "f")
    assert len(refused.value.detail) < 200
