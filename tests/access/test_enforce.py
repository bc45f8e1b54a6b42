"""Roles and row policies follow the rules, and nothing else."""

from sqlalchemy import Engine, text

from access.credentials import installation_secret
from access.enforce import enforce
from geo import migrate
from geo.bulk import replaced

POLICIES = text("SELECT count(*) FROM pg_policies WHERE schemaname || '.' || tablename = :table")


def again(database: Engine) -> bool:
    with database.begin() as connection:
        return enforce(connection, installation_secret())


def policies(database: Engine, table: str) -> int:
    with database.connect() as connection:
        return connection.scalar(POLICIES, {"table": table}) or 0


def test_rules_that_hold_are_left_alone(fresh: Engine) -> None:
    assert again(fresh) is False


def test_a_policy_that_somebody_added_goes_when_the_rules_are_put_in_again(fresh: Engine) -> None:
    before = policies(fresh, "oversight.lead")
    with fresh.begin() as connection:
        connection.execute(text("CREATE POLICY hole ON oversight.lead TO PUBLIC USING (true)"))
        connection.execute(text("COMMENT ON SCHEMA access IS NULL"))
    assert again(fresh)
    assert policies(fresh, "oversight.lead") == before


def test_a_table_that_takes_anothers_place_keeps_its_policies(fresh: Engine) -> None:
    before = policies(fresh, "oversight.status")
    with fresh.begin() as connection, replaced(connection, ["oversight.status"]):
        pass
    assert policies(fresh, "oversight.status") == before > 0


def test_going_down_and_up_again_the_rules_are_put_in_again(fresh: Engine) -> None:
    before = policies(fresh, "audit.seal")
    migrate.downgrade(fresh, "0013")
    migrate.upgrade(fresh)
    assert policies(fresh, "audit.seal") == 0
    assert again(fresh)
    assert policies(fresh, "audit.seal") == before > 0
    migrate.downgrade(fresh)
    migrate.upgrade(fresh)
    assert again(fresh)
