"""A database that is ready for facts: at this program's schema, with catalogue and duties."""

from sqlalchemy import Engine

from geo.cluster import database_url
from geo.database import engine
from geo.migrate import upgrade
from geo.settings import DatabaseSettings
from oversight import catalogue, duties


def prepared_engine() -> Engine:
    """The database of the settings, brought up to date first; nothing is done twice."""
    made = engine(database_url(DatabaseSettings()))
    upgrade(made)
    with made.begin() as connection:
        catalogue.load(connection)
        duties.load(connection)
    return made
