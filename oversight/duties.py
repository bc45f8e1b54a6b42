"""Who leads and who is responsible for each row of the list, in the database."""

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import Connection, text

from oversight.policy import every
from oversight.policy.model import Policy

_INSERT = text("""
    INSERT INTO oversight.duty (city_code, row, level, role, body)
    SELECT code, :row, :level, :role, :body FROM registry.city WHERE code = :city
    ON CONFLICT DO NOTHING
""")


def load(connection: Connection, policies: Sequence[Policy] | None = None) -> int:
    """Write the duties of each policy's city, once that city is there; return how many are new."""
    return sum(
        connection.execute(_INSERT, {"city": policy.city, **asdict(duty)}).rowcount
        for policy in (every() if policies is None else policies)
        for duty in policy.duties
    )
