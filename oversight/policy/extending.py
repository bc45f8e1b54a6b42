"""A policy file with the one it extends: it holds only what differs."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from geo.errors import AtlasError

FOLDER = Path(__file__).parents[2] / "data" / "policy"

_KEYS: Mapping[str, tuple[str, ...]] = {
    "violation": ("code",),
    "ladder.rung": ("reached",),
    "inspection.duty": ("code",),
    "duty": ("row", "level"),
}
"""The arrays of tables, with the keys by which an entry is known."""

_OMIT = "omit"
"""In an entry: true takes it out of what is extended, a list of keys only these of it."""

type Table = dict[str, Any]


class PolicyError(AtlasError):
    """A key of a policy file that is missing, unknown or holds what it may not."""


def content_of(path: Path, above: tuple[Path, ...] = ()) -> Table:
    """What a policy file says, with what it takes from the file it ``extends``.

    That file lies beside it, or in the program's own folder. Tables are merged key by key, entries
    of an array of tables by what they are known by (``code``, ``reached``, or ``row`` and
    ``level``); anything else is replaced. Entries keep their order and new ones follow, unless the
    file names them all: then they stand in its order. Raises PolicyError.
    """
    if path in above:
        raise PolicyError(f"{path.name}: extends itself by way of {above[-1].name}")
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PolicyError(f"{path.name}: this is not TOML ({error})") from None
    except OSError as error:
        raise PolicyError(f"{path}: {error.strerror}; give the path of a policy file") from None
    base = content.pop("extends", None)
    if base is None:
        return content
    if not isinstance(base, str) or Path(base).name != base:
        raise PolicyError(f"{path.name}: extends = {base!r} must be the name of a policy file")
    beside, chain = path.with_name(base), (*above, path)
    # An installation's yinchuan.toml extends the program's file of the same name.
    other = not beside.exists() or (beside in chain and (FOLDER / base).exists())
    return _merged(content_of(FOLDER / base if other else beside, chain), content, path.name)


def _merged(base: Table, over: Table, say: str, at: str = "") -> Table:
    merged = dict(base)
    for key, value in over.items():
        there, place = merged.get(key), f"{at}.{key}" if at else key
        if isinstance(value, dict) and isinstance(there, dict):
            merged[key] = _merged(there, value, say, place)
        elif place in _KEYS and isinstance(value, list) and isinstance(there, list):
            merged[key] = _merged_entries(there, value, say, place)
        else:
            merged[key] = value
    return merged


def _merged_entries(base: list[Table], over: list[Table], say: str, at: str) -> list[Table]:
    """The entries of two arrays of tables, those known by the same as one."""
    there, given = _known(base, say, at), _known(over, say, at)
    order = given if given.keys() >= there.keys() else there | given
    merged = []
    for known in order:
        entry = there.get(known)
        if known in given:
            called = f"{say}: {at} {' '.join(map(str, known))!r}"
            entry = _merged_entry(entry, given[known], called)
        if entry is not None:
            merged.append(entry)
    return merged


def _known(entries: list[Table], say: str, at: str) -> dict[tuple[Any, ...], Table]:
    """Entries by what they are known by; refuses one that is not known, and one listed twice."""
    found: dict[tuple[Any, ...], Table] = {}
    for number, entry in enumerate(entries, 1):
        known = tuple(entry.get(key) for key in _KEYS[at]) if isinstance(entry, dict) else (None,)
        if not all(isinstance(one, str | int) for one in known):
            needed = " and ".join(_KEYS[at])
            raise PolicyError(f"{say}: {at}[{number}]: an entry needs {needed} to be known by")
        if known in found:
            raise PolicyError(f"{say}: {at} {' '.join(map(str, known))!r} is listed twice")
        found[known] = entry
    return found


def _merged_entry(base: Table | None, over: Table, called: str) -> Table | None:
    """An entry as it is and what a file says of it; None where the file leaves it out."""
    omitted = over.get(_OMIT)
    if omitted is None:
        return {**(base or {}), **over}
    if base is None:
        raise PolicyError(f"{called}: omit: there is no such entry in what is extended")
    if omitted is True:
        return None
    if not isinstance(omitted, list) or not all(key in list(base) for key in omitted):
        raise PolicyError(f"{called}: omit = {omitted!r} is not true or a list of keys it has")
    return {key: one for key, one in {**base, **over}.items() if key not in (_OMIT, *omitted)}
