"""Loads sample cities: one city in one transaction, or a nation city by city."""

import itertools
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date

from sqlalchemy import Connection, Engine, text

from geo import boundaries, dates, noted
from geo.assign import assign_compounds, assign_jurisdictions
from geo.boundaries import gazetteer
from geo.derive import derive_compounds
from geo.errors import AtlasError
from geo.sample import city, copy
from geo.sample.read import is_loaded, read_setting
from geo.sample.setting import Frames

YINCHUAN = "640100"
COMPOUNDS = 1500
SEED = 640100

MOST_IN_ONE_CITY = 3000
"""More compounds than this are spread over many cities."""

_CITIES = 320  # of China's 337 prefectures and municipalities, so that one without room may fail

type Progress = Callable[[str, int], None]


def build(
    engine: Engine,
    city_code: str = YINCHUAN,
    compounds: int = COMPOUNDS,
    seed: int = SEED,
    until: date | None = None,
) -> dict[str, int]:
    """Load the sample of one city in one transaction; the number of rows by table.

    ``until`` is the last day of its facts, today in Asia/Shanghai if not given. The same city,
    compounds, seed and day over the same boundaries make the same rows. Raises AtlasError where
    the city has no boundaries, has a sample already, or no room.
    """
    until = check(compounds, seed, until)
    with engine.begin() as connection:
        facts = _rows(connection, city_code, compounds, seed, until)
        _write(connection, city_code, facts, until, seed)
        connection.execute(text("ANALYZE"))
    return {name: len(frame) for name, frame in facts.items()}


def fill(
    engine: Engine,
    compounds: int,
    seed: int = SEED,
    until: date | None = None,
    first: str = YINCHUAN,
    *,
    progress: Progress = lambda city_code, total: None,
) -> int:
    """Spread compounds over China's cities, each a transaction; return how many were loaded.

    Boundaries are added where they are missing; a city that has a sample already, or no room, is
    passed over. While one city is written the next is drawn. ``progress`` is told each city and
    the compounds so far. Raises AtlasError where ``first`` is unknown or the cities do
    not suffice.
    """
    until = check(compounds, seed, until)
    gazetteer.read_city(first)
    size = max(COMPOUNDS, -(-compounds // _CITIES))
    total, cities = 0, _cities(first)
    with ThreadPoolExecutor(1) as ahead:
        following = ahead.submit(_next, engine, cities, min(size, compounds), seed, until)
        for number in itertools.count(1):
            city_code, facts = following.result()
            total += len(facts["registry.compound"])
            wanted = min(size, compounds - total)
            if wanted > 0:
                following = ahead.submit(_next, engine, cities, wanted, seed, until)
            with engine.begin() as connection:
                _write(connection, city_code, facts, until, seed)
                if number.bit_count() == 1:
                    connection.execute(text("ANALYZE"))
            progress(city_code, total)
            if wanted <= 0:
                break
    with engine.begin() as connection:
        connection.execute(text("ANALYZE"))
    return total


def check(compounds: int, seed: int, until: date | None) -> date:
    """The last day of a sample; AtlasError where the figures make no sense."""
    if compounds < 1:
        raise AtlasError(f"--compounds {compounds} makes no city; ask for 1 or more")
    if seed < 0:
        raise AtlasError(f"--seed {seed} is negative; give a number from 0 on")
    today = dates.today()
    if until is not None and not date(2010, 1, 1) <= until <= today:
        raise AtlasError(f"--until {until} is not between 2010-01-01 and today, {today}")
    return until or today


def _rows(connection: Connection, city_code: str, compounds: int, seed: int, until: date) -> Frames:
    if is_loaded(connection, city_code):
        raise AtlasError(f"city {city_code} has sample compounds already; nothing was added")
    return city.rows(read_setting(connection, city_code, compounds, seed, until))


def _write(connection: Connection, city_code: str, facts: Frames, until: date, seed: int) -> None:
    """Stream the rows, then derive and assign as for any other source.

    Compounds are made up street by street, so the largest share is the place, however small.
    """
    copy.write(connection, facts, city_code)
    derive_compounds(connection, city=city_code)
    assign_compounds(connection, city=city_code, on=until, clear=0)
    assign_jurisdictions(connection, city=city_code, on=until)
    rows = {name: len(frame) for name, frame in facts.items()}
    said = {"city_code": city_code, "source": f"sample, seed {seed}", "until": until, "rows": rows}
    noted.note(connection, "sample", "registry.compound", said)


def _cities(first: str) -> Iterator[str]:
    """The first city, then the others with boundaries in the package, in code order."""
    yield first
    for code in gazetteer.available()["code"]:
        if code != first and code.endswith("00") and code < "700000":
            yield code


def _next(
    engine: Engine, cities: Iterator[str], compounds: int, seed: int, until: date
) -> tuple[str, Frames]:
    """The next city that has room, with its rows; its boundaries are added if need be."""
    reason = "none was left to try"
    for code in cities:
        try:
            with engine.begin() as connection:
                if is_loaded(connection, code):
                    continue
            if not boundaries.is_loaded(engine, code):
                boundaries.add_city(engine, code)
            with engine.begin() as connection:
                return code, _rows(connection, code, compounds, seed, until)
        except AtlasError as error:
            reason = str(error)
    raise AtlasError(f"no city is left for the rest of the compounds ({reason}); ask for fewer")
