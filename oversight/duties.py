"""Who leads and who is responsible for each row of the task list (牵头单位, 责任单位)."""

import tomllib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from geo.errors import AtlasError
from geo.models import codes
from oversight.catalogue import POLICY

_INSERT = text("""
    INSERT INTO oversight.duty (city_code, row, level, role, body)
    SELECT code, :row, :level, :role, :body FROM registry.city WHERE code = :city
    ON CONFLICT DO NOTHING
""")


@dataclass(frozen=True)
class Duty:
    """One body's part in one row of the list, at city or county level."""

    row: str
    level: str
    role: str
    body: str


def read(policy: Path = POLICY) -> tuple[str, list[Duty]]:
    """The city of a policy file and its ``[[duty]]`` entries, one duty a body.

    Raises AtlasError naming the entry and the value that is out of its code list.
    """
    content = tomllib.loads(policy.read_text("utf-8"))
    entries = content.get("duty", [])
    return content["city"], [duty for entry in entries for duty in _parse(entry, policy)]


def load(connection: Connection, policy: Path = POLICY) -> int:
    """Write the duties of the policy's city, once that city is there; return how many are new."""
    city, duties = read(policy)
    return sum(
        connection.execute(_INSERT, {"city": city, **asdict(one)}).rowcount for one in duties
    )


def _parse(entry: dict[str, Any], policy: Path) -> Iterator[Duty]:
    where = f"{policy.name}: duty of row {entry.get('row', '?')!r}"
    _check(where, "row", entry.get("row"), codes.ROWS)
    _check(where, "level", entry.get("level"), codes.LEVELS)
    for role in codes.DUTY_ROLES:
        for body in entry.get(role, []):
            _check(where, role, body, codes.DUTY_BODIES)
            yield Duty(entry["row"], entry["level"], role, body)


def _check(where: str, key: str, value: object, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise AtlasError(f"{where}: {key} {value!r} is not one of {allowed}")
