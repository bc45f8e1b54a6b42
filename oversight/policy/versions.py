"""Keeps in the database each version of a policy that made a status."""

import json
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, text

from geo.noted import note
from oversight.policy.model import Policy

_KEEP = text("""
    INSERT INTO oversight.policy (city_code, version, content)
    VALUES (:city, :version, CAST(:content AS jsonb))
    ON CONFLICT DO NOTHING
""")
_KEPT = text("SELECT 1 FROM oversight.policy WHERE city_code = :city AND version = :version")
_CONTENT = text(
    "SELECT content FROM oversight.policy WHERE city_code = :city AND version = :version"
)


def keep(connection: Connection, policy: Policy) -> None:
    """Keep a policy once under its city and version; the audit is told of its first use."""
    named = {"city": policy.city, "version": policy.version}
    if connection.execute(_KEPT, named).first() is None:
        content = {name: value for name, value in asdict(policy).items() if name != "types"}
        said = json.dumps(content, ensure_ascii=False, default=str)
        if connection.execute(_KEEP, {**named, "content": said}).rowcount:
            used = {"city_code": policy.city, "version": policy.version, "name": policy.name}
            note(connection, "use policy", "oversight.policy", used)


def kept(connection: Connection, city_code: str, version: str) -> dict[str, Any] | None:
    """What a version said, as the tables of its file; None where it was never used."""
    found: dict[str, Any] | None = connection.scalar(
        _CONTENT, {"city": city_code, "version": version}
    )
    return found
