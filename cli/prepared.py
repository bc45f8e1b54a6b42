"""A database that is ready for facts: at this program's schema, with catalogue and duties."""

from collections.abc import Callable
from importlib.metadata import version

from sqlalchemy import Connection, Engine

from access.credentials import installation_secret
from access.enforce import enforce
from audit.record import record
from cli.acting import operator
from geo.cluster import database_url
from geo.database import engine
from geo.migrate import upgrade
from geo.settings import DatabaseSettings
from oversight import catalogue, duties

Step = Callable[[str, Callable[[], object]], object]
"""Does a piece of the preparation; its name may be told."""


def prepared_engine() -> Engine:
    """The database of the settings, brought up to date first; nothing is done twice."""
    made = engine(database_url(DatabaseSettings()))
    prepare(made)
    return made


def prepare(
    target: Engine,
    step: Step = lambda _name, work: work(),
    fill: Callable[[Engine], None] = lambda _target: None,
) -> None:
    """Bring a database to where facts can be written; what is done stays as it is.

    ``fill`` may bring cities: it comes before the duties, which are those of the cities there are.
    """
    step("schema", lambda: upgrade(target))
    step("roles and row policies", lambda: enforced(target))
    step("violation catalogue", lambda: _load(target, catalogue.load, "oversight.violation_type"))
    fill(target)
    step("duties of the list", lambda: load_duties(target))


def load_duties(target: Engine) -> int:
    """Write the duties of the cities there are; how many are new."""
    return _load(target, duties.load, "oversight.duty")


def _load(target: Engine, load: Callable[[Connection], int], table: str) -> int:
    """Bring what the policies say of a table; the audit is told where that changed rows."""
    with target.begin() as connection:
        rows = load(connection)
        if rows:
            said = {"rows": rows, "source": f"policies of program {version('compound-atlas')}"}
            record(connection, "load", table, after=said, actor=operator().actor)
    return rows


def enforced(target: Engine) -> bool:
    """Put the rules of access into a database that others may be at work on; was there any need."""
    with target.begin() as connection:
        return enforce(connection, installation_secret())
