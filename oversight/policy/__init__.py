"""What a city decided: its catalogue, its ladder, its readings of the list."""

from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path

from geo.errors import AtlasError
from oversight.policy.extending import FOLDER
from oversight.policy.model import Policy
from oversight.policy.reading import DEFAULT, read
from oversight.policy.settings import PolicySettings

__all__ = ["DEFAULT", "Policy", "complaint_days", "every", "load", "of_city", "read"]


@lru_cache
def load(path: Path | None = None) -> Policy:
    """The policy of a file, by default Yinchuan's; raises AtlasError naming what is wrong in it."""
    return read(path or DEFAULT)


@cache
def of_city(city_code: str) -> Policy:
    """The policy of a city (GB/T 2260): its own file's, else the default's rules without duties."""
    for policy in every():
        if policy.city == city_code:
            return policy
    return replace(load(), city=city_code, duties=())


def complaint_days(city_code: str) -> int:
    """How many days a city gives to answer a complaint (T8); the list names none."""
    return of_city(city_code).deadlines.complaint_days


@lru_cache
def every() -> tuple[Policy, ...]:
    """The policy of each city that has a file; the installation's own goes before the program's.

    Raises AtlasError where a folder has two of one city.
    """
    own = PolicySettings().policy_folder
    if own is not None and not own.is_dir():
        raise AtlasError(f"ATLAS_POLICY_FOLDER={own}: there is no such folder")
    folders = [FOLDER] if own is None else [own, FOLDER]
    found: dict[str, Policy] = {}
    for folder in folders:
        of: dict[str, Path] = {}
        for path in sorted(folder.glob("*.toml")):
            policy = load(path)
            if policy.city in of:
                raise AtlasError(
                    f"{path}: city = {policy.city!r} is that of {of[policy.city].name} as well;"
                    " keep one of the two files"
                )
            of[policy.city] = path
            found.setdefault(policy.city, policy)
    return tuple(found.values())
