"""What a city decided: its catalogue, its ladder, its readings of the list."""

from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path

from geo.errors import AtlasError
from oversight.policy.model import Policy
from oversight.policy.reading import DEFAULT, FOLDER, read
from oversight.policy.settings import PolicySettings

__all__ = ["DEFAULT", "Policy", "every", "load", "of_city", "read"]


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


@lru_cache
def every() -> tuple[Policy, ...]:
    """The policies of all files; where two are of one city, the installation's own comes first."""
    own = PolicySettings().policy_folder
    if own is not None and not own.is_dir():
        raise AtlasError(f"ATLAS_POLICY_FOLDER={own}: there is no such folder")
    folders = [FOLDER] if own is None else [own, FOLDER]
    return tuple(load(path) for folder in folders for path in sorted(folder.glob("*.toml")))
