"""Pages of facts show what is in them as text, whatever it is."""

from sqlalchemy import text

from tests.api.register import Office
from tests.conformance.html import Page
from tests.support import Service

NASTY = """<script>alert(1)</script>"'&{{ 7 * 7 }}<img src=x onerror=alert(2)>"""


def test_a_name_is_never_markup(written: Service, writer: Office) -> None:
    with written.engine.begin() as connection:
        connection.execute(
            text("UPDATE registry.compound SET name = :name WHERE id = 2"), {"name": NASTY}
        )
    for path in ("/collections/compounds/items", "/collections/compounds/items/2"):
        answer = writer.client.get(path, params={"f": "html"})
        assert answer.status_code == 200
        page = Page(answer.text)
        assert NASTY in page.text
        assert not page.tags & {"script", "img"}


def test_what_a_client_sends_is_never_markup(writer: Office) -> None:
    answer = writer.client.get(
        "/collections/compounds/items", params={"f": "html", "q": "<b>x</b>\"'"}
    )
    assert answer.status_code == 200
    page = Page(answer.text)
    assert "b" not in page.tags


def test_a_drawing_names_who_drew_the_data(writer: Office, written: Service) -> None:
    with written.engine.begin() as connection:
        connection.execute(
            text("UPDATE registry.compound SET source = 'osm', source_ref = 'way/1' WHERE id = 1")
        )
    answer = writer.client.get("/collections/compounds/items", params={"f": "html"})
    assert "© OpenStreetMap contributors" in answer.text
