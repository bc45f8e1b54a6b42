"""Routes below one path, which are passed over at once by requests for others."""

from typing import Any

from fastapi import APIRouter
from starlette.routing import Match
from starlette.types import Scope


class Under(APIRouter):
    """The routes of one collection.

    There are hundreds of routes, and each would be tried by a regular expression: for a small tile
    that took as long as drawing it.
    """

    def __init__(self, path: str, **given: Any) -> None:
        """``path`` is what the paths of all its routes begin with; they are given whole."""
        super().__init__(**given)
        self._path = path

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether one of the routes is meant."""
        if not scope.get("path", "").startswith(self._path):
            return Match.NONE, {}
        return super().matches(scope)
