"""What it costs to say in each transaction who asks, and what other ways would save.

    ATLAS_DATABASE_URL=$(.venv/bin/atlas db url) .venv/bin/python -m bench.entering

Copies the database of the address (the sample city, which nobody may be using) and asks it as a
district officer, on eight connections and on one, in three ways that take turns: BEGIN, set, query,
COMMIT, as the service does; BEGIN and set sent as one text; one call of a function that sets and
asks. Prints queries/s on eight connections, and the median milliseconds on one.
"""

import asyncio
import os
import re
import statistics
import time
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import uvloop
from sqlalchemy import make_url, text

from access.credentials import address, installation_secret
from access.enforce import LOGINS
from geo.database import asyncpg_dsn
from geo.dates import today
from layers import items
from layers.registry import LAYERS
from layers.statement import Statement
from tests.people import token_of
from tests.support import new_database

ROUNDS, SECONDS, CONNECTIONS = 5, 1.5, 8
DISTRICT = "640106"
_SET = "SELECT set_config('atlas.session', $1, true)"

Way = Callable[[Any, Statement, str], Awaitable[Any]]


async def _four(connection: Any, asked: Statement, token: str) -> Any:
    async with connection.transaction():
        await connection.fetchval(_SET, token)
        return await connection.fetch(asked.sql, *asked.arguments)


async def _three(connection: Any, asked: Statement, token: str) -> Any:
    await connection.execute(f"BEGIN; SELECT set_config('atlas.session', '{token}', true)")
    found = await connection.fetch(asked.sql, *asked.arguments)
    await connection.execute("COMMIT")
    return found


async def _call(connection: Any, asked: Statement, token: str) -> Any:
    places = ", ".join(f"${number}" for number in range(1, len(asked.arguments) + 2))
    name = f"public.bench_{abs(hash(asked.sql))}"
    return await connection.fetch(f"SELECT * FROM {name}({places})", token, *asked.arguments)


WAYS: dict[str, Way] = {
    "BEGIN, set, query, COMMIT": _four,
    "BEGIN and set as one, query, COMMIT": _three,
    "one call that sets and asks": _call,
}


def _asked(own: int) -> dict[str, Statement]:
    page = items.page(
        LAYERS["violations"], items.Selection(today()), items.Form(), items.Page(limit=10)
    )
    fact = "SELECT area_code, severity, found_on FROM oversight.violation WHERE id = $1"
    told = "SELECT access.told('oversight.status', $1, $2)::text"
    return {
        "a fact by its number": Statement(fact, (own,)),
        "a status": Statement(told, (own, today())),
        "a page of ten violations": page,
    }


async def _make(url: str, asked: Statement) -> None:
    """The function of a query: the token before its parameters."""
    connection = await asyncpg.connect(asyncpg_dsn(url))
    prepared = await connection.prepare(asked.sql)
    given = ["token text", *(f"g{n} {one.name}" for n, one in enumerate(prepared.get_parameters()))]
    told = [f"t{n} {one.type.name}" for n, one in enumerate(prepared.get_attributes())]
    shifted = re.sub(r"\$(\d+)", lambda found: f"${int(found[1]) + 1}", asked.sql)
    await connection.execute(f"""
        CREATE FUNCTION public.bench_{abs(hash(asked.sql))}({", ".join(given)})
        RETURNS TABLE ({", ".join(told)}) LANGUAGE plpgsql AS $bench$
        BEGIN
            PERFORM set_config('atlas.session', token, true);
            RETURN QUERY {shifted};
        END $bench$""")
    await connection.close()


async def _rate(connections: list[Any], way: Way, asked: Statement, token: str) -> list[float]:
    """Seconds of every query that was asked."""
    end, spent = time.perf_counter() + SECONDS, []

    async def ask(connection: Any) -> None:
        while (began := time.perf_counter()) < end:
            await way(connection, asked, token)
            spent.append(time.perf_counter() - began)

    await asyncio.gather(*(ask(one) for one in connections))
    return spent


async def _measure(owner: str, viewer: str, own: int, token: str) -> None:
    connections = [await asyncpg.connect(asyncpg_dsn(viewer)) for _ in range(CONNECTIONS)]
    print("| asked | how | queries/s | median ms |\n|---|---|---|---|")
    for name, asked in _asked(own).items():
        await _make(owner, asked)
        found = [await way(connections[0], asked, token) for way in WAYS.values()]
        assert found[0]
        assert len({str([tuple(row) for row in rows]) for rows in found}) == 1
        rates: dict[str, list[float]] = {how: [] for how in WAYS}
        times: dict[str, list[float]] = {how: [] for how in WAYS}
        for _ in range(ROUNDS):
            for how, way in WAYS.items():
                many = await _rate(connections, way, asked, token)
                rates[how].append(len(many) / SECONDS)
                times[how] += await _rate(connections[:1], way, asked, token)
        for how in WAYS:
            rate, taken = statistics.median(rates[how]), statistics.median(times[how])
            print(f"| {name} | {how} | {rate:,.0f} | {taken * 1000:.2f} |", flush=True)
    for one in connections:
        await one.close()


def main() -> None:
    url = os.environ["ATLAS_DATABASE_URL"]
    with new_database(url, str(make_url(url).database)) as database:
        with database.connect() as connection:
            own = connection.scalar(
                text(
                    "SELECT max(v.compound_id) FROM oversight.violation AS v"
                    " JOIN oversight.violation AS w ON w.id = v.compound_id"
                    " WHERE left(v.area_code, 6) = :code AND left(w.area_code, 6) = :code"
                ),
                {"code": DISTRICT},
            )
        token = token_of(database, "district_officer", area_code=DISTRICT)
        owner = database.url.render_as_string(hide_password=False)
        viewer = address(owner, LOGINS["area"], installation_secret())
        uvloop.run(_measure(owner, viewer, int(own or 0), token))


if __name__ == "__main__":
    main()
