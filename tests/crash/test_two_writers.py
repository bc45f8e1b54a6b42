"""Two officers write about one company at once: statuses are what a full rebuild makes of it all.

Each schedule says who begins, how many facts each writes and of which kind, and how long each
waits before it locks and before it writes a status. Both really commit, as different people.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import partial
from itertools import batched
from random import Random
from threading import Barrier, local
from typing import Any

import pytest
from pydantic import BaseModel
from sqlalchemy import Connection, Engine, event, text

from access.credentials import address, installation_secret
from access.enforce import LOGINS
from geo import dates
from geo.database import engine
from oversight.policy import of_city
from oversight.store.rebuild import rebuild
from oversight.writing import fact
from oversight.writing.audit import Writer
from oversight.writing.database import transact
from oversight.writing.refusals import Busy, Conflict, Forbidden, Refusal
from oversight.writing.resources import RESOURCES
from tests.api import register
from tests.oversight.store.kept import under, written
from tests.people import token_of

SCHEDULES = 200
MOST_FACTS = 3
LONGEST_WAIT = 0.003
"""Seconds; a write here takes about as long as a few of these."""
FORGOTTEN_EVERY = 40
"""Schedules after which all facts go, so that histories stay short."""

CITY = register.CITY
STREETS = {"649904001": (1, 4), "649905001": (2, 5)}
"""The compounds in which each officer writes; one company serves them all."""
PROHIBITIONS = ("P1", "P2", "P3", "P4", "P5")
PROVEN = {"type_code": "P6", "offender_kind": "company"}
HAZARDS = ("T9.no_drill", "T9.fire_lane_obstructed")
COMPARED_EVERY = 2
READINGS: Mapping[str, Mapping[str, Any]] = {
    "each compound for itself": {"scope": "mixed", "rung4_spreads": False},
    "the company over all": {"scope": "company", "rung4_spreads": True},
}
"""Readings of T3: under the second one a compound's status follows from its company's."""

_BESIDE = """
    INSERT INTO registry.district (code, city_code, name) VALUES ('649905', '649900', '西城区');
    INSERT INTO registry.street (code, district_code, city_code, name, kind)
    VALUES ('649905001', '649905', '649900', '解放街街道', 'subdistrict');
    INSERT INTO registry.compound
        (id, city_code, code, name, district_code, street_code, geom, source)
    SELECT number, '649900', 'C' || number, '小区' || number, '649904', '649904001',
           ST_Multi(ST_MakeEnvelope(106 + number * 0.01, 38.4, 106.002 + number * 0.01, 38.402,
                                    4326)), 'office'
    FROM generate_series(4, 5) AS number;
    UPDATE registry.compound SET district_code = '649905', street_code = '649905001'
    WHERE id IN (2, 5);
    INSERT INTO registry.contract (city_code, compound_id, company_id, kind, filed, valid)
    VALUES ('649900', 4, 1, 'ordinary', true, '[2024-01-01,)'),
           ('649900', 5, 1, 'ordinary', true, '[2024-01-01,)');
"""
_FORGET = """
    TRUNCATE oversight.violation, oversight.rectification_order, oversight.measure,
        oversight.hazard, oversight.lead, registry.disclosure CASCADE
"""
_RESOURCES = {resource.name: resource for resource in RESOURCES}
WRITER = Writer("test")
_pace = local()


def random_of(seed: float) -> Random:
    """Choices that a schedule makes again each time."""
    return Random(seed)  # noqa: S311 - no secret


def _day(random: Random) -> date:
    return dates.today() - timedelta(days=random.randint(0, 200))


def _sometimes_today(random: Random) -> date | None:
    return random.choice((None, dates.today(), dates.today()))


def _one_of(*choices: str) -> Callable[[Random], str]:
    return lambda random: random.choice(choices)


COMING: Mapping[str, Mapping[str, Callable[[Random], Any]]] = {
    "violations": {
        "type_code": _one_of(*PROHIBITIONS),
        "offender_kind": lambda _random: "company",
        "found_on": _day,
        "confirmed_on": _sometimes_today,
    },
    "leads": {"reporter_kind": lambda _random: "resident", "reported_on": _day},
    "orders": {"issued_on": _day, "due_on": lambda _random: dates.today()},
    "measures": {
        "company_id": lambda _random: 1,
        "kind": _one_of("talk", "substandard", "exit", "blacklist", "restriction"),
        "due_on": _day,
    },
    "hazards": {"type_code": _one_of(*HAZARDS), "found_on": _day},
    "disclosures": {
        "kind": _one_of("fees", "revenue"),
        "disclosed": lambda random: random.random() < 0.5,
        "from": _day,
    },
}
"""The kinds of fact that are entered, and how their fields are chosen."""


@dataclass
class Officer:
    """A street officer at work: as whom, where, and the facts entered so far."""

    compounds: tuple[int, ...]
    token: str
    entered: list[tuple[str, int]] = field(default_factory=list)


@pytest.fixture
def city(fresh: Engine) -> Engine:
    """Four compounds of one company, two in each of two districts."""
    register.found(fresh)
    with fresh.begin() as connection:
        connection.execute(text(_BESIDE))
    return fresh


@pytest.fixture
def officers(city: Engine) -> list[Officer]:
    return [
        Officer(compounds, token_of(city, "street_officer", area_code=street))
        for street, compounds in STREETS.items()
    ]


@pytest.mark.parametrize("reading", READINGS)
def test_statuses_are_those_of_a_full_rebuild_after_any_schedule(
    city: Engine, officers: list[Officer], reading: str
) -> None:
    policy = of_city(CITY)
    read = replace(policy, ladder=replace(policy.ladder, **READINGS[reading]))
    seeds = range(SCHEDULES)[list(READINGS).index(reading) :: len(READINGS)]
    wrote = 0
    with under(read), _offices(city) as offices:
        for few in batched(seeds, COMPARED_EVERY, strict=True):
            if few[0] % FORGOTTEN_EVERY < 2 * COMPARED_EVERY:
                _begin_again(city, officers)
            wrote += sum(_together(offices, officers, random_of(seed)) for seed in few)
            kept = _statuses(city)
            rebuild(city, cities=[CITY], workers=1)
            assert kept == _statuses(city), f"schedules {few} left other statuses than a rebuild"
    assert wrote > 2 * len(seeds)


@contextmanager
def _offices(city: Engine) -> Iterator[Engine]:
    """Connections of the area kind, which wait where the thread's pace says so."""
    url = city.url.render_as_string(hide_password=False)
    made = engine(address(url, LOGINS["area"], installation_secret()))
    event.listen(made, "before_cursor_execute", _wait)
    try:
        yield made
    finally:
        made.dispose()


def _wait(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
    """Wait before locks are asked for and before statuses are read or written."""
    if "pg_advisory" in statement or "oversight.status" in statement or "_status" in statement:
        time.sleep(_pace.random.uniform(0, LONGEST_WAIT))


def _together(offices: Engine, officers: list[Officer], random: Random) -> int:
    """Both at once, as one schedule says; how many facts were written or moved on."""
    start = Barrier(len(officers))
    late = random.randrange(len(officers))
    plans = [
        (officer, random.random(), random.uniform(0, LONGEST_WAIT) if n == late else 0.0)
        for n, officer in enumerate(officers)
    ]

    def work(officer: Officer, seed: float, delay: float) -> int:
        _pace.random = own = random_of(seed)
        start.wait(10)
        time.sleep(delay)
        return sum(_act(offices, officer, own) for _ in range(own.randint(1, MOST_FACTS)))

    with ThreadPoolExecutor(len(officers)) as threads:
        return sum(done.result(60) for done in [threads.submit(work, *plan) for plan in plans])


def _act(offices: Engine, officer: Officer, random: Random) -> bool:
    """Enter a fact or move one on; False where what is there does not allow it."""
    moving = officer.entered and random.random() < 0.4
    work = partial(_move_on if moving else _enter, officer=officer, random=random)
    try:
        fact_there = transact(offices, work, settings={"atlas.session": officer.token})
    except (Busy, Forbidden):
        raise
    except Refusal:
        return False
    if not moving:
        officer.entered.append(fact_there)
    return True


def _enter(connection: Connection, officer: Officer, random: Random) -> tuple[str, int]:
    name = "violations" if random.random() < 0.5 else random.choice(tuple(COMING))
    resource = _RESOURCES[name]
    fields = {one: choose(random) for one, choose in COMING[name].items()}
    body = resource.body(**{**fields, "compound_id": random.choice(officer.compounds)})
    return name, fact.enter(connection, resource, body, WRITER).fact["id"]


def _move_on(connection: Connection, officer: Officer, random: Random) -> tuple[str, int]:
    name, number = random.choice(officer.entered)
    resource = _RESOURCES[name]
    found = fact.read(connection, resource, number)
    step = random.choice(resource.steps)
    allowed = found.fact.get("steps", ["end"])
    word = step.model_json_schema()["properties"]["step"]["const"]
    if word not in allowed:
        raise Conflict("what it went through does not allow this step")
    body = step.model_validate({"step": word, **_fields(step, random)})
    fact.advance(connection, resource, number, body, found.digest.__eq__, WRITER)
    return name, number


def _fields(step: type[BaseModel], random: Random) -> dict[str, Any]:
    """What a step may be given, as far as it takes it."""
    proven = random.random() < 0.7
    given = {
        "on": _day(random),
        "due_on": dates.today() + timedelta(days=random.randint(-20, 20)),
        "reason": "理由",
        "authority": "住建局",
        "document": "文号",
        "outcome": "proven" if proven else "unproven",
        "violation": PROVEN if proven else None,
    }
    return {name: value for name, value in given.items() if name in step.model_fields}


def _begin_again(city: Engine, officers: list[Officer]) -> None:
    for officer in officers:
        officer.entered.clear()
    with city.begin() as connection:
        connection.execute(text(_FORGET))
    rebuild(city, cities=[CITY], workers=1)


def _statuses(city: Engine) -> dict[str, list[Any]]:
    """All that is kept of compounds and the company, and what everybody may know of it."""
    public = "SELECT * FROM oversight.status_public ORDER BY compound_id, valid"
    with city.connect() as connection:
        known = [tuple(row) for row in connection.execute(text(public))]
    return {**written(city), "oversight.status_public": known}
