"""Something that holds from one day to another, worked out again only when it may have changed."""

from bisect import bisect_right
from collections.abc import Callable
from datetime import date
from typing import Any

from oversight.known import Days

_UNASKED: Any = object()


class Lasting[T]:
    """What facts of some kinds say, asked for many days.

    ``tell`` gives it for a day, with the next day on which time alone may change it. Between that
    day and the next on which one of the facts changes it stays as it is: until ``end``.
    """

    __slots__ = ("_events", "_tell", "end", "found")

    def __init__(
        self, tell: Callable[[date], tuple[T, date | None]], days: Days, *kinds: str
    ) -> None:
        """Keep the days on which facts of the kinds change; nothing is told before it is asked."""
        self._events = sorted(set().union(*[days[kind] for kind in kinds if kind in days]))
        self._tell = tell
        self.found: T = _UNASKED
        self.end = date.max

    def renew(self, day: date) -> bool:
        """Find what holds on a day, and whether that is new.

        ``end`` is then the first day on which it may no longer hold. What is equal stays the same
        object, so that others see at once that nothing changed.
        """
        found, until = self._tell(day)
        position = bisect_right(self._events, day)
        event = self._events[position] if position < len(self._events) else date.max
        self.end = event if until is None else min(until, event)
        if found == self.found:
            return False
        self.found = found
        return True


class Drawn[T]:
    """What follows from values, worked out again only when one of them changed."""

    __slots__ = ("_draw", "_found", "_values")

    def __init__(self, draw: Callable[..., T]) -> None:
        """Keep how it follows; nothing is worked out before it is asked for."""
        self._draw = draw
        self._values: tuple[Any, ...] = _UNASKED
        self._found: T = _UNASKED

    def of(self, *values: Any) -> T:
        """What follows from the values; the same object as long as they are equal."""
        if values != self._values:
            self._values, self._found = values, self._draw(*values)
        return self._found
