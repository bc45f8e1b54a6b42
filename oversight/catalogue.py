"""The violation catalogue in the database: the kinds of breach the list names."""

from collections.abc import Sequence

from sqlalchemy import Connection, text

from oversight.policy import load as load_policy
from oversight.policy.model import ViolationType

_UPSERT = text("""
    INSERT INTO oversight.violation_type AS t (code, family, row, name, name_en, severity, referral)
    VALUES (:code, :family, :row, :name, :name_en, :severity, :referral)
    ON CONFLICT (code) DO UPDATE
    SET (family, row, name, name_en, severity, referral) =
        (EXCLUDED.family, EXCLUDED.row, EXCLUDED.name, EXCLUDED.name_en, EXCLUDED.severity,
         EXCLUDED.referral)
    WHERE t IS DISTINCT FROM EXCLUDED
""")


def load(connection: Connection, types: Sequence[ViolationType] | None = None) -> int:
    """Write the catalogue, by default Yinchuan's; return how many rows changed.

    Facts refer to its codes. What a type costs and brings is each city's own policy.
    """
    return sum(
        connection.execute(
            _UPSERT,
            {
                "code": kind.code,
                "family": kind.family,
                "row": kind.row,
                "name": kind.name,
                "name_en": kind.name_en,
                "severity": kind.severity,
                "referral": list(kind.referral),
            },
        ).rowcount
        for kind in (load_policy().violations if types is None else types)
    )
