"""A database that is ready for facts: at this program's schema, with catalogue and duties."""

from collections.abc import Callable

from sqlalchemy import Engine

from access.credentials import installation_secret
from access.enforce import enforce
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
    with target.begin() as connection:
        step("roles and row policies", lambda: enforce(connection, installation_secret()))
    with target.begin() as connection:
        step("violation catalogue", lambda: catalogue.load(connection))
    fill(target)
    with target.begin() as connection:
        step("duties of the list", lambda: duties.load(connection))
