"""The violation catalogue: the kinds of breach the task list names (T3, T7, T9, T11, T13)."""

import tomllib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from sqlalchemy import Connection, text

from geo.errors import AtlasError
from geo.models import codes

POLICY = Path(__file__).parents[1] / "data" / "policy" / "yinchuan.toml"

_UPSERT = text("""
    INSERT INTO oversight.violation_type (code, family, row, name, name_en, severity)
    VALUES (:code, :family, :row, :name, :name_en, :severity)
    ON CONFLICT (code) DO UPDATE
    SET (family, row, name, name_en, severity) = (EXCLUDED.family, EXCLUDED.row, EXCLUDED.name,
                                                  EXCLUDED.name_en, EXCLUDED.severity)
    WHERE violation_type IS DISTINCT FROM EXCLUDED
""")


@dataclass(frozen=True)
class ViolationType:
    """One kind of breach; ``counts_as`` is the prohibition it counts as by a company (T3)."""

    code: str
    family: str
    row: str
    name: str
    name_en: str
    severity: str
    counts_as: str | None = None


def read(policy: Path = POLICY) -> list[ViolationType]:
    """The ``[[violation]]`` entries of a policy file, checked.

    Raises AtlasError naming the entry and key that is missing, unknown or out of its code list.
    """
    entries = tomllib.loads(policy.read_text("utf-8")).get("violation", [])
    types = [_parse(entry, policy) for entry in entries]
    _check_codes(types, policy)
    return types


def load(connection: Connection, types: Sequence[ViolationType] | None = None) -> int:
    """Write the catalogue into ``oversight.violation_type``; return how many rows changed."""
    rows = [asdict(kind) for kind in (read() if types is None else types)]
    return sum(connection.execute(_UPSERT, row).rowcount for row in rows)


def _parse(entry: dict[str, str], policy: Path) -> ViolationType:
    where = f"{policy.name}: violation {entry.get('code', '?')!r}"
    known = {field.name for field in fields(ViolationType)}
    for key in entry.keys() - known:
        raise AtlasError(f"{where}: unknown key {key!r}; known are {', '.join(sorted(known))}")
    for key in known - {"counts_as"} - entry.keys():
        raise AtlasError(f"{where}: the key {key!r} is missing")
    for key, allowed in (
        ("family", codes.VIOLATION_FAMILIES),
        ("row", codes.ROWS),
        ("severity", codes.SEVERITIES),
        ("counts_as", (None, *codes.PROHIBITIONS)),
    ):
        if entry.get(key) not in allowed:
            raise AtlasError(f"{where}: {key} {entry.get(key)!r} is not one of {allowed}")
    return ViolationType(**entry)


def _check_codes(types: Sequence[ViolationType], policy: Path) -> None:
    seen: set[str] = set()
    for kind in types:
        if kind.code in seen:
            raise AtlasError(f"{policy.name}: violation {kind.code!r} is listed twice")
        seen.add(kind.code)
    missing = set(codes.PROHIBITIONS) - seen
    if missing:
        raise AtlasError(f"{policy.name}: the prohibitions {sorted(missing)} are missing (T3)")
