"""What a policy says is kept in the database: catalogue, duties, versions."""

from sqlalchemy import Engine, text

from geo import boundaries
from oversight import catalogue, duties, policy
from oversight.policy import versions


def test_loading_the_catalogue_twice_changes_nothing(database: Engine) -> None:
    with database.begin() as connection:
        catalogue.load(connection)
        assert catalogue.load(connection) == 0


def test_a_changed_name_is_written(database: Engine) -> None:
    with database.begin() as connection:
        connection.execute(
            text("UPDATE oversight.violation_type SET name = '旧名' WHERE code = 'P1'")
        )
        assert catalogue.load(connection) == 1


def test_duties_are_written_once_and_only_where_their_city_is(database: Engine) -> None:
    with database.begin() as connection:
        assert duties.load(connection) == 0
    boundaries.add_city(database, "640100")
    with database.begin() as connection:
        assert duties.load(connection) == len(policy.load().duties)
        assert duties.load(connection) == 0
        assert connection.scalar(text("SELECT bool_or(synthetic) FROM oversight.duty")) is False


def test_a_version_is_kept_once_with_what_it_said(database: Engine) -> None:
    made = policy.load()
    with database.begin() as connection:
        assert versions.kept(connection, made.city, made.version) is None
        versions.keep(connection, made)
        versions.keep(connection, made)
        kept = versions.kept(connection, made.city, made.version)
    assert kept is not None
    assert kept["ladder"]["count"] == made.ladder.count
    assert len(kept["violations"]) == len(made.violations)
