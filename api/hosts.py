"""Names under which the service answers: those of this machine, its public one, those allowed."""

import re
from collections.abc import Iterable

from access.addresses import is_loopback

# Narrower than RFC 3986: names as they are registered, and addresses.
_HOST = re.compile(r"([a-z0-9._-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?", re.IGNORECASE)


def hostname(host: str) -> str | None:
    """The name in a Host header, in lower case, without its port; None where it is malformed."""
    found = _HOST.fullmatch(host)
    return found[1].strip("[]").rstrip(".").lower() if found else None


class Hosts:
    """The names that are answered."""

    def __init__(self, allowed: Iterable[str]) -> None:
        """``*`` is every name, ``*.example.cn`` every name below one."""
        names = {one.lower().strip("[]") for one in allowed}
        self._any = "*" in names
        self._below = tuple(one[1:] for one in names if one.startswith("*."))
        self._names = names

    def __contains__(self, name: str) -> bool:
        """Whether requests to this name are answered."""
        return (
            self._any
            or name in self._names
            or is_loopback(name)
            or (bool(self._below) and name.endswith(self._below))
        )
