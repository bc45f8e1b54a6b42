"""Something that holds from one day to another, worked out again only when it may have changed."""

from bisect import bisect_right
from collections.abc import Callable
from datetime import date

from oversight.known import Days


class Lasting[T]:
    """What facts of some kinds say, asked for many days.

    ``tell`` gives it for a day, with the next day on which time alone may change it. Between that
    day and the next on which one of the facts changes it stays as it is.
    """

    __slots__ = ("_events", "_found", "_start", "_tell", "end")

    def __init__(
        self, tell: Callable[[date], tuple[T, date | None]], days: Days, *kinds: str
    ) -> None:
        """Keep the days on which facts of the kinds change; nothing is told before it is asked."""
        self._events = sorted({day for kind in kinds if kind in days for day in days[kind]})
        self._tell = tell
        self._start = self.end = date.max
        self._found: T

    def at(self, day: date) -> T:
        """What holds on a day; ``end`` is then the first day on which it may no longer."""
        if not self._start <= day < self.end:
            found, until = self._tell(day)
            # What is equal stays the same object, so that others see that nothing changed.
            if self._start == date.max or found != self._found:
                self._found = found
            position = bisect_right(self._events, day)
            event = self._events[position] if position < len(self._events) else date.max
            self._start = day
            self.end = event if until is None else min(until, event)
        return self._found
