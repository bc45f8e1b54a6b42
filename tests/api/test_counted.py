"""What finds more than is counted is not counted again for a second; nothing false is told."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, text

from access.credentials import installation_secret
from access.enforce import enforce
from api.app import create_app
from api.counted import MOST, SECONDS, Beyond
from api.settings import ServerSettings
from layers import items
from tests.support import new_database, until

ALL = '["compounds", {}]'
OTHER = '["compounds", {"district_code": "640105"}]'


def test_a_query_is_remembered_for_a_while() -> None:
    now = [100.0]
    beyond = Beyond(lambda: now[0])
    assert not beyond.knows(ALL)
    beyond.note(ALL, 0)
    assert beyond.knows(ALL)
    assert not beyond.knows(OTHER)
    now[0] += SECONDS / 2
    assert beyond.knows(ALL)
    now[0] += SECONDS / 2
    assert not beyond.knows(ALL)


def test_the_least_lately_noted_are_forgotten_first() -> None:
    beyond = Beyond()
    asked = [str(number) for number in range(MOST)]
    for one in asked:
        beyond.note(one, 0)
    beyond.note(asked[0], 0)
    beyond.note(ALL, 0)
    assert beyond.knows(asked[0])
    assert not beyond.knows(asked[1])
    assert beyond.knows(asked[2])
    assert beyond.knows(ALL)


def test_what_was_counted_before_a_change_says_nothing_after_it() -> None:
    beyond = Beyond()
    beyond.note(ALL, beyond.changes)
    before = beyond.changes
    beyond.forget()
    assert not beyond.knows(ALL)
    beyond.note(ALL, before)
    assert not beyond.knows(ALL)
    beyond.note(ALL, beyond.changes)
    assert beyond.knows(ALL)


@pytest.fixture
def changed(server: str, city_template: str) -> Iterator[Engine]:
    with new_database(server, city_template) as made:
        with made.begin() as connection:
            enforce(connection, installation_secret())
        yield made


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """No more than 50 features are counted."""
    monkeypatch.setattr(items, "MATCHED_BOUND", 50)


@pytest.mark.usefixtures("counted")
def test_what_is_too_many_is_counted_again_when_it_is_fewer(changed: Engine) -> None:
    url = changed.url.render_as_string(hide_password=False)
    settings = ServerSettings(cache_megabytes=0)
    with TestClient(create_app(url, settings), base_url="http://127.0.0.1") as client:
        beyond = client.app.state.database.beyond  # type: ignore[attr-defined]
        for many in (3, 4, 5):
            body = client.get(f"/collections/compounds/items?limit={many}").json()
            assert body["numberReturned"] == many
            assert "numberMatched" not in body
            assert len(beyond) == 1
        districts = client.get("/collections/districts/items?limit=2").json()
        assert districts["numberMatched"] == 6
        assert len(beyond) == 1
        with changed.begin() as connection:
            gone = "UPDATE registry.compound SET superseded_at = now() WHERE id > 40"
            connection.execute(text(gone))
        few = "/collections/compounds/items?limit=3"
        until(lambda: "numberMatched" in client.get(few).json())
        told = client.get(few).json()
        assert told["numberMatched"] == 40
        # The last page has fewer than it might, but others stand before it.
        (following,) = [one["href"] for one in told["links"] if one["rel"] == "next"]
        last = client.get(following.replace("limit=3", "limit=90")).json()
        assert (last["numberReturned"], last["numberMatched"]) == (37, 40)
