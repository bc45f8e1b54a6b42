"""The service keeps to its own description, whatever is sent to it: Schemathesis over each route.

What fits the description and what does not are made up from it, the same each time; no answer is
an error of ours, each has a described status and form, and what does not fit is refused.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some
from hypothesis.errors import Unsatisfiable
from hypothesis.strategies import SearchStrategy
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)
from sqlalchemy import Engine, text

from api import openapi30
from api.app import create_app
from layers.registry import LAYERS
from oversight.writing.resources import RESOURCES
from tests.people import token_of
from tests.support import Service, new_database, served

UNLIMITED = {
    "reads_per_minute": "1000000",
    "writes_per_minute": "1000000",
    "sign_ins_per_minute": "1000000",
}
KEPT_TO = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
type Sent = Callable[[tuple[Case, bool]], None]

DEAR = ("/export", "/notice", "/notices")
"""Ends of paths whose answers take seconds: tried once, as it comes."""
REFUSED = [
    "400",
    "401",
    "403",
    "404",
    "405",
    "406",
    "409",
    "413",
    "414",
    "415",
    "422",
    "428",
    "431",
]
CONFIG = schemathesis.Config.from_dict(
    {"checks": {"negative_data_rejection": {"expected-statuses": REFUSED}}}
)
PLACES: dict[str, Any] = {
    "compound_id": 1,
    "company_id": 1,
    "featureId": 1,
    "import_id": 1,
    "style_id": "map",
    "code": "640104",
    "street_code": "640104001",
    "tileMatrix": "12",
    "tileRow": 1573,
    "tileCol": 3257,
}
"""What there is in the sample city, which made-up numbers seldom meet."""
_TABLES = {f"/{one.name}/": one.full_name for one in RESOURCES}


def _described() -> dict[str, Any]:
    """What ``/api`` answers, without the standards' templates of paths that stand there too."""
    app = create_app("postgresql://nobody@127.0.0.1:1/none")
    made = openapi30.described(app.openapi(), LAYERS)
    paths = {path: item for path, item in made["paths"].items() if "{collectionId}" not in path}
    return {**made, "paths": paths, "servers": [{"url": "http://127.0.0.1"}]}


OPERATIONS = {
    found.label: found
    for found in (
        one.ok()
        for one in schemathesis.openapi.from_dict(_described(), config=CONFIG).get_all_operations()
    )
}
READS = [label for label, one in OPERATIONS.items() if one.method == "get"]
WRITES = [label for label, one in OPERATIONS.items() if one.method != "get"]


@pytest.fixture(scope="module")
def register(server: str, city_template: str) -> Iterator[Engine]:
    """A sample city of the module's own, as what fits is written into it."""
    with new_database(server, city_template) as made:
        yield made


@pytest.fixture(scope="module")
def service(register: Engine) -> Iterator[Service]:
    with served(register, **UNLIMITED) as made:
        yield made


@pytest.fixture(scope="module")
def bearers(register: Engine) -> dict[str, dict[str, str]]:
    """By role the headers that somebody who holds it sends."""
    roles = ("administrator", "city_officer")
    tokens = {role: token_of(register, role) for role in roles}
    return {
        "public": {},
        **{role: {"Authorization": f"Bearer {token}"} for role, token in tokens.items()},
    }


@pytest.mark.parametrize("label", READS)
@pytest.mark.parametrize("role", ["public", "administrator"])
def test_reading(
    service: Service, bearers: dict[str, dict[str, str]], role: str, label: str
) -> None:
    # What does not fit is refused before it matters who asks.
    _try(service, label, bearers[role], fitting=1, unfit=1 if role == "public" else 0)


@pytest.mark.parametrize("label", WRITES)
def test_writing(service: Service, bearers: dict[str, dict[str, str]], label: str) -> None:
    # Who may do all that an office does; and whom nothing is allowed.
    _try(service, label, bearers["city_officer"], fitting=3, unfit=2)
    _try(service, label, bearers["administrator"], fitting=1, unfit=0)
    _try(service, label, bearers["public"], fitting=1, unfit=0)


def _try(
    service: Service, label: str, headers: dict[str, str], *, fitting: int, unfit: int
) -> None:
    operation = OPERATIONS[label]
    dear = operation.path.endswith(DEAR)
    places = PLACES | _number(service.engine, operation.path)
    for mode, number in ((GenerationMode.POSITIVE, fitting), (GenerationMode.NEGATIVE, unfit)):
        made = some.tuples(operation.as_strategy(generation_mode=mode), some.booleans())
        fits = mode == GenerationMode.POSITIVE
        if number:
            placed = places if fits and not dear else None
            _repeat(_sent(service, headers, placed), made, 1 if dear else number)


def _sent(service: Service, headers: dict[str, str], places: dict[str, Any] | None) -> Sent:
    """What sends one made-up request and looks at its answer."""

    def sent(one: tuple[Case, bool]) -> None:
        case, placed = one
        if places is not None and placed:
            _place(case, places)
        answer = case.call(base_url=service.url, headers=headers, timeout=120)
        case.validate_response(answer, checks=KEPT_TO, headers=headers)

    return sent


def _repeat(sent: Sent, made: SearchStrategy[tuple[Case, bool]], number: int) -> None:
    bounded = settings(
        max_examples=number,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    # Where nothing is asked for nothing can be wrong with it.
    with suppress(Unsatisfiable):
        bounded(given(one=made)(sent))()


def _place(case: Case, places: dict[str, Any]) -> None:
    """Have the request be about what there is."""
    for name in case.path_parameters or {}:
        case.path_parameters[name] = places[name]
    if isinstance(case.body, dict):
        for name in {"compound_id", "company_id"} & case.body.keys():
            case.body[name] = places[name]


def _number(engine: Engine, path: str) -> dict[str, int]:
    """The number of some fact of the kind that a path is about."""
    for start, table in _TABLES.items():
        if path.startswith(start):
            with engine.connect() as connection:
                return {"number": connection.scalar(text(f"SELECT min(id) FROM {table}")) or 1}
    return {}
