"""What a status rests on is told as far as its reader sees the facts, by PostgreSQL itself.

Statuses are worked out over all facts, also those elsewhere. So their columns of reasons are read
by nobody whose scope has bounds, but through a function that asks the row policies' conditions.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path

from access.rules import KINDS, RULES

FACTS = {
    "violation": ("oversight.violation", "id"),
    "order": ("oversight.rectification_order", "id"),
    "rating": ("oversight.rating", "id"),
    "referral": ("oversight.referral", "id"),
    "measure": ("oversight.measure", "id"),
    "exit_case": ("oversight.exit_case", "id"),
    "hazard": ("oversight.hazard", "id"),
    "complaint": ("oversight.complaint", "id"),
    "lead": ("oversight.lead", "id"),
    "committee": ("registry.committee", "id"),
    "contract": ("registry.contract", "id"),
    "compound": ("oversight.status", "compound_id"),
}
"""By kind of fact the table whose row policies say who sees it, and the column of its number.

A compound everybody sees, but what follows for it only who sees its status. Facts of other kinds
(``WITH_STATUS``) are seen by just those who see the status that names them.
"""

WITH_STATUS = {
    "inspection": "planning.inspection",
    "disclosure": "registry.disclosure",
    "utility": "registry.utility",
    "guard_filing": "registry.guard_filing",
    "emergency_plan": "registry.emergency_plan",
    "plaque": "registry.plaque",
}
"""Kinds of facts of the compound itself, with the same row policies as its status."""

LISTS = {
    "counting": "violation",
    "orders_open": "order",
    "orders_overdue": "order",
    "referrals_due": "violation",
    "referrals_overdue": "referral",
    "hazards_open": "hazard",
    "hazards_overdue": "hazard",
    "complaints_open": "complaint",
    "exits_open": "compound",
}
"""Fields of a status that list facts by number, and their kind."""

_TEMPLATE = Path(__file__).with_name("told.sql").read_text("utf-8")
_ASKED = re.compile(r"\(SELECT access\.(\w+)\(\)\)")
_TYPES = {
    "codes": "text[]",
    "cities": "text[]",
    "compounds": "bigint[]",
    "violations": "bigint[]",
    "company_id": "bigint",
    "agency_id": "bigint",
}
"""What the conditions ask of whoever is signed in; the functions see to it once for all facts."""


def functions() -> str:
    """The functions ``access.seen`` and ``access.told``, from the rules."""
    filled = {
        "parameters": ", ".join(f"my_{name} {kind}" for name, kind in _TYPES.items()),
        "arguments": ", ".join(f"my_{name}" for name in _TYPES),
        "declared": "\n    ".join(_declared()),
        "among": "\n    ".join(_among(kind) for kind in FACTS),
        "of_compound": _condition("oversight.status"),
        "of_company": _condition("oversight.company_status"),
        "asked": "{" + ",".join(FACTS) + "}",
        "lists": json.dumps(LISTS),
    }
    return re.sub(r"\{(\w+)\}", lambda name: filled.get(name[1], name[0]), _TEMPLATE)


def _declared() -> Iterator[str]:
    """What there is to know of whoever asks, as far as their kind of scope has anything of it."""
    for name, kind in _TYPES.items():
        scopes = sorted(
            f"'atlas_{scope}'"
            for scope in KINDS
            for table in (*(table for table, _ in FACTS.values()), "oversight.company_status")
            if name in _ASKED.findall(RULES[table].condition(scope) or "")
        )
        known = ", ".join(dict.fromkeys(scopes))
        yield (f"my_{name} {kind} := CASE WHEN session_user IN ({known}) THEN access.{name}() END;")


def _among(kind: str) -> str:
    table, key = FACTS[kind]
    # Of a status's spans one is enough.
    last = " AND upper_inf(valid)" if kind == "compound" else ""
    return (
        f"IF '{kind}' = ANY(kinds) THEN RETURN QUERY"  # noqa: S608 - names of our own
        f" SELECT '{kind}', {key} FROM {table} WHERE {key} = ANY(ARRAY("
        f"SELECT n FROM unnest(kinds, numbers) AS f (k, n) WHERE k = '{kind}'))"
        f"{last} AND {_condition(table)}; END IF;"
    )


def _condition(table: str) -> str:
    """The condition of each kind of scope; a few rows found by their key are held against it."""
    found = {scope: RULES[table].condition(scope) for scope in KINDS}
    cases = " ".join(
        f"WHEN 'atlas_{scope}' THEN {_ASKED.sub(r'my_\1', condition)}"
        for scope, condition in found.items()
        if condition is not None and scope != "public"
    )
    return f"CASE session_user {cases} ELSE false END"
