"""Reads a policy file: every key known, every value allowed, what hangs together checked."""

import hashlib
import json
import math
import re
import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from geo.models import codes
from oversight.policy.extending import FOLDER, PolicyError, content_of
from oversight.policy.model import Duty, Policy

DEFAULT = FOLDER / "yinchuan.toml"

_ARRAYS = {
    "": {"violation": "violations", "duty": "duties"},
    "ladder": {"rung": "rungs"},
    "inspection": {"duty": "duties"},
}
"""By table, the arrays of tables that are fields of another name."""


def read(path: Path) -> Policy:
    """The policy a file holds, with ``version`` a digest of what it says.

    A file that ``extends`` another holds only what differs (:mod:`oversight.policy.extending`).
    Raises AtlasError naming the file, the key and the value.
    """
    content = content_of(path)
    say = path.name
    for table, names in _ARRAYS.items():
        inner = content.get(table) if table else content
        if isinstance(inner, dict):
            _rename(inner, names, say, table)
    duties = _duties(content.get("duties", []), say)
    content["duties"] = []
    policy = _table(Policy, content, say, "", derived={"version", "types"})
    policy = replace(
        policy,
        duties=duties,
        version=_digest(content, duties),
        types={kind.code: kind for kind in policy.violations},
    )
    _check(policy, say)
    return policy


def _rename(content: dict[str, Any], names: dict[str, str], say: str, at: str) -> None:
    """Give the arrays of a table the names of their fields."""
    for key, name in names.items():
        if name in content:
            raise PolicyError(
                f"{say}: unknown key {_dotted(at, name)!r}; write [[{_dotted(at, key)}]]"
            )
        if key in content:
            content[name] = content.pop(key)


def _digest(content: dict[str, Any], duties: tuple[Duty, ...]) -> str:
    said = json.dumps(
        [content, [[one.row, one.level, one.role, one.body] for one in duties]],
        sort_keys=True,
        ensure_ascii=False,
        default=str,
    )
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def _table[T](
    kind: type[T],
    content: object,
    say: str,
    at: str,
    derived: frozenset[str] | set[str] = frozenset(),
) -> T:
    """A dataclass from a table of the same keys."""
    if not isinstance(content, dict):
        raise PolicyError(f"{say}: {at or 'the file'} must be a table, not {content!r}")
    hints = get_type_hints(kind)
    known = {one.name: one for one in fields(kind) if one.name not in derived}  # type: ignore[arg-type]
    for key in content.keys() - known.keys():
        raise PolicyError(
            f"{say}: unknown key {_dotted(at, key)!r}; known are {', '.join(sorted(known))}"
        )
    given = {}
    for name, one in known.items():
        if name in content:
            given[name] = _value(hints[name], content[name], say, _dotted(at, name))
        elif one.default is MISSING and one.default_factory is MISSING:
            raise PolicyError(f"{say}: the key {_dotted(at, name)!r} is missing")
    return kind(**given)


def _value(hint: Any, value: object, say: str, at: str) -> Any:
    """The value as its annotation wants it."""
    if is_dataclass(hint):
        return _table(hint, value, say, at)  # type: ignore[arg-type]
    origin = get_origin(hint)
    if origin is tuple:
        if not isinstance(value, list):
            raise _not(say, at, value, "a list")
        inner = get_args(hint)[0]
        return tuple(
            _value(inner, one, say, f"{at}[{_label(one, number)}]")
            for number, one in enumerate(value, 1)
        )
    if origin is Mapping:
        if not isinstance(value, dict):
            raise _not(say, at, value, "a table")
        inner = get_args(hint)[1]
        return {key: _value(inner, one, say, _dotted(at, key)) for key, one in value.items()}
    return _scalar(hint, value, say, at)


def _scalar(hint: Any, value: object, say: str, at: str) -> Any:
    origin = get_origin(hint)
    if origin is Literal:
        if value not in get_args(hint) or isinstance(value, bool):
            raise _not(say, at, value, f"one of {', '.join(map(repr, get_args(hint)))}")
        return value
    if origin in (Union, types.UnionType):
        for choice in get_args(hint):
            try:
                return None if choice is type(None) else _scalar(choice, value, say, at)
            except PolicyError:
                continue
        allowed = " or ".join(
            _words(choice) for choice in get_args(hint) if choice is not type(None)
        )
        raise _not(say, at, value, allowed)
    fits: dict[Any, Callable[[object], bool]] = {
        bool: lambda given: isinstance(given, bool),
        int: lambda given: isinstance(given, int) and not isinstance(given, bool),
        float: lambda given: type(given) in {int, float} and math.isfinite(given),  # type: ignore[arg-type]
        str: lambda given: isinstance(given, str) and given != "",
        date: lambda given: type(given) is date,
    }
    if not fits[hint](value):
        raise _not(say, at, value, _words(hint))
    return float(value) if hint is float else value  # type: ignore[arg-type]


def _words(hint: Any) -> str:
    if get_origin(hint) is Literal:
        return " or ".join(map(repr, get_args(hint)))
    named: dict[Any, str] = {
        bool: "true or false",
        int: "a whole number",
        float: "a number",
        str: "a text",
        date: "a day such as 2022-01-01",
    }
    return named[hint]


def _not(say: str, at: str, value: object, wanted: str) -> PolicyError:
    return PolicyError(f"{say}: {at} = {value!r} is not {wanted}")


def _dotted(at: str, key: str) -> str:
    return f"{at}.{key}" if at else key


def _label(entry: object, number: int) -> str:
    """How an entry of a list is called: by its code, where it has one."""
    return str(entry.get("code", number)) if isinstance(entry, dict) else str(number)


def _duties(entries: object, say: str) -> tuple[Duty, ...]:
    """``[[duty]]``: a row and level with lists of bodies, one Duty a body."""
    if not isinstance(entries, list):
        raise _not(say, "duty", entries, "a list of tables")
    found = []
    for number, entry in enumerate(entries, 1):
        if not isinstance(entry, dict):
            raise _not(say, f"duty[{number}]", entry, "a table")
        at = f"duty of row {entry.get('row', '?')!r}"
        for key in entry.keys() - {"row", "level", *codes.DUTY_ROLES}:
            raise PolicyError(f"{say}: {at}: unknown key {key!r}")
        _among(say, f"{at}: row", entry.get("row"), codes.ROWS)
        _among(say, f"{at}: level", entry.get("level"), codes.LEVELS)
        for role in codes.DUTY_ROLES:
            bodies = entry.get(role, [])
            if not isinstance(bodies, list):
                raise _not(say, f"{at}: {role}", bodies, "a list")
            for body in bodies:
                _among(say, f"{at}: {role}", body, codes.DUTY_BODIES)
                found.append(Duty(entry["row"], entry["level"], role, body))
    return tuple(found)


def _check(policy: Policy, say: str) -> None:
    """What no single key can say."""
    _check_catalogue(policy, say)
    _check_ladder(policy, say)
    _check_visits(policy, say)
    if re.fullmatch(r"[1-9]\d{5}", policy.city) is None:
        raise _not(say, "city", policy.city, "a code of six digits (GB/T 2260)")
    for at, value, least in (
        ("stars.reduction", policy.stars.reduction, 1),
        ("key_target.max_star", policy.key_target.max_star, 0),
        ("selfgov.warning_days", policy.selfgov.warning_days, 0),
        ("deadlines.complaint_days", policy.deadlines.complaint_days, 1),
        ("deadlines.referral_days", policy.deadlines.referral_days, 1),
    ):
        if value < least:
            raise _not(say, at, value, f"{least} or more")
    if set(policy.deadlines.hazard_days) != set(codes.SEVERITIES):
        raise _not(
            say,
            "deadlines.hazard_days",
            sorted(policy.deadlines.hazard_days),
            f"a day count for each of {', '.join(codes.SEVERITIES)}",
        )
    for severity, days in policy.deadlines.hazard_days.items():
        if days < 1:
            raise _not(say, f"deadlines.hazard_days.{severity}", days, "1 or more")
    for subject, weights in policy.assessment.items():
        for part, weight in weights.items():
            if weight < 0:
                raise _not(say, f"assessment.{subject}.{part}", weight, "0 or more")
        if abs(sum(weights.values()) - 1) > 1e-9:
            raise _not(
                say,
                f"assessment.{subject}",
                sum(weights.values()),
                "1, the sum its weights must have",
            )


def _check_catalogue(policy: Policy, say: str) -> None:
    seen: set[str] = set()
    for kind in policy.violations:
        at = f"violation {kind.code!r}"
        if kind.code in seen:
            raise PolicyError(f"{say}: {at} is listed twice")
        seen.add(kind.code)
        _among(say, f"{at}: family", kind.family, codes.VIOLATION_FAMILIES)
        if (kind.family == "prohibition") != (kind.code in codes.PROHIBITIONS):
            raise PolicyError(
                f"{say}: {at}: family {kind.family!r}; the prohibitions are P1…P9 and no others"
            )
        _among(say, f"{at}: row", kind.row, codes.ROWS)
        _among(say, f"{at}: severity", kind.severity, codes.SEVERITIES)
        _among(say, f"{at}: counts_as", kind.counts_as, (None, *codes.PROHIBITIONS))
        for agency in kind.referral:
            _among(say, f"{at}: referral", agency, codes.AGENCY_KINDS)
        if kind.points < 0 or kind.deadline_days < 1:
            raise PolicyError(f"{say}: {at}: points must be 0 or more, deadline_days 1 or more")
    missing = set(codes.PROHIBITIONS) - seen
    if missing:
        raise PolicyError(f"{say}: the prohibitions {sorted(missing)} are missing (T3)")
    for code in policy.committee.negative_list:
        _among(say, "committee.negative_list", code, tuple(sorted(seen)))


def _check_ladder(policy: Policy, say: str) -> None:
    rungs = [one.reached for one in policy.ladder.rungs]
    if rungs != list(range(1, len(rungs) + 1)) or not 1 <= len(rungs) <= 4:
        raise _not(say, "ladder.rung", rungs, "the rungs 1, 2, 3, 4 in order, as many as there are")
    brought: set[str] = set()
    for one in policy.ladder.rungs:
        for kind in one.brings:
            _among(say, f"ladder.rung {one.reached}: brings", kind, codes.MEASURE_KINDS)
            if kind in brought:
                raise PolicyError(f"{say}: ladder.rung {one.reached}: {kind!r} is brought twice")
            brought.add(kind)
    window = policy.ladder.window
    if isinstance(window, int) and window < 1:
        raise _not(say, "ladder.window", window, '"action" or a number of months, 1 or more')


def _check_visits(policy: Policy, say: str) -> None:
    duties = {one.code: one for one in policy.inspection.duties}
    if len(duties) != len(policy.inspection.duties):
        raise PolicyError(f"{say}: inspection.duty: a duty is listed twice")
    for one in policy.inspection.duties:
        at = f"inspection.duty {one.code!r}"
        _among(say, f"{at}: code", one.code, codes.INSPECTION_REASONS)
        _among(say, f"{at}: row", one.row, codes.ROWS)
        _among(say, f"{at}: tier", one.tier, (1, 2, 3))
        often = 1 if one.interval_days is None else one.interval_days
        if often < 1 or (one.after_days or 0) < 0:
            raise PolicyError(f"{say}: {at}: interval_days must be 1 or more, after_days 0 or more")
    for needed in ("key_target", "routine"):
        if needed not in duties or duties[needed].interval_days is None:
            raise PolicyError(f"{say}: inspection.duty {needed!r} with interval_days is missing")
    target, routine = duties["key_target"].interval_days, duties["routine"].interval_days
    if target is None or routine is None or target >= routine:
        raise PolicyError(
            f"{say}: inspection.duty 'key_target': interval_days = {target} must be shorter than"
            f" that of 'routine', {routine} (T5 asks for more frequent visits)"
        )
    if not 0 <= policy.inspection.random_share < 1:
        raise _not(
            say, "inspection.random_share", policy.inspection.random_share, "from 0 to below 1"
        )


def _among(say: str, at: str, value: object, allowed: tuple[object, ...]) -> None:
    if value not in allowed:
        raise PolicyError(
            f"{say}: {at} {value!r} is not one of {', '.join(str(one) for one in allowed)}"
        )
