"""Which queries find more features than are counted, remembered for a second.

Beyond a bound the number of matches is left out, and to leave it out is never wrong: so of many who
ask at a time not each need have ten thousand rows counted to hear nothing. With each change that is
heard of all is forgotten, so that no page is kept without its number.
"""

from collections import OrderedDict
from collections.abc import Callable
from time import monotonic

SECONDS = 1.0
"""So long a query that found too many is not counted again: as long as a gateway keeps a page."""
MOST = 1000
"""Queries that are remembered."""


class Beyond:
    """Queries that found more than are counted, and until when they are not asked again."""

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        """Nothing is remembered yet."""
        self._now = now
        self._until: OrderedDict[str, float] = OrderedDict()
        self.changes = 0

    def knows(self, asked: str) -> bool:
        """Whether it found too many not long ago."""
        return self._until.get(asked, 0.0) > self._now()

    def note(self, asked: str, since: int) -> None:
        """It found too many when there had been ``since`` changes, unless there were more."""
        if since != self.changes:
            return
        self._until[asked] = self._now() + SECONDS
        self._until.move_to_end(asked)
        if len(self._until) > MOST:
            self._until.popitem(last=False)

    def forget(self) -> None:
        """Whatever is asked is counted again: something changed."""
        self.changes += 1
        self._until.clear()

    def __len__(self) -> int:
        """How many queries are remembered."""
        return len(self._until)
