"""No scope is left on a pooled connection."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import Engine

from access import sessions
from access.credentials import installation_secret
from api.database import Database, Seen
from api.settings import ServerSettings
from api.viewer import Viewer
from layers.statement import Statement
from tests.security.conftest import Person

REQUESTS = 10_000
AT_ONCE = 32
SEEN = Statement(
    "SELECT COALESCE(min(area_code), '-') || ' ' || COALESCE(max(area_code), '-') || ' '"
    " || count(*) FROM oversight.exit_case",
    (),
)
ROLES = ("district_officer", "street_officer", "auditor", "public")


def test_ten_thousand_interleaved_requests_of_four_roles_never_cross(
    city: Engine, people: Mapping[str, Person]
) -> None:
    viewers = {role: _viewer(city, people[role]) for role in ROLES}
    with ThreadPoolExecutor(1) as thread:  # a browser's loop may run in this one
        answers = thread.submit(lambda: asyncio.run(_ask(city, viewers))).result()
    for role in ROLES:
        assert len(answers[role]) == 1, answers[role]
        assert answers[role].total() == REQUESTS // len(ROLES)
    assert len({next(iter(found)) for found in answers.values()}) == len(ROLES)
    district = people["district_officer"].bound
    low, high, _ = next(iter(answers["district_officer"])).split()
    assert low.startswith(str(district))
    assert high.startswith(str(district))


def _viewer(city: Engine, person: Person) -> Viewer:
    if person.token is None:
        return Viewer()
    with city.connect() as connection:
        return Viewer(sessions.who(connection, person.token), person.token)


async def _ask(city: Engine, viewers: Mapping[str, Viewer]) -> dict[str, Counter[str]]:
    url = city.url.render_as_string(hide_password=False)
    database = Database(url, installation_secret(), ServerSettings(pool_size=3))
    await database.open()
    found: dict[str, Counter[str]] = {role: Counter() for role in viewers}
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(role: str) -> None:
        async with gate:
            found[role][await Seen(database, viewers[role]).value(SEEN)] += 1

    roles = list(viewers)
    await asyncio.gather(*(one(roles[number % len(roles)]) for number in range(REQUESTS)))
    await database.close()
    return found
