"""Token buckets: how often each of many may ask. Pure; the clock is given, the memory bounded."""

import math
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Grant:
    """Whether a request may go on, how many more may at once, and seconds until the next may."""

    allowed: bool
    left: int
    wait: float

    @property
    def retry_after(self) -> int:
        """Whole seconds to wait (RFC 9110, 10.2.3)."""
        return max(1, math.ceil(self.wait))


class Buckets:
    """A bucket for each key: it holds a minute's tokens, and fills at that pace.

    A key that was not seen for a minute has a full bucket, so dropping the one that was seen
    longest ago, where there are more than ``most``, favours no one who asks often.
    """

    def __init__(self, per_minute: int, clock: Callable[[], float], most: int = 20_000) -> None:
        """``clock`` tells seconds and never goes back."""
        self.per_minute = per_minute
        self._clock = clock
        self._most = most
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        """Keys that are remembered."""
        return len(self._buckets)

    def take(self, key: str) -> Grant:
        """Take a token of the key, if it has one."""
        now = self._clock()
        pace = self.per_minute / 60
        tokens, seen = self._buckets.pop(key, (float(self.per_minute), now))
        tokens = min(float(self.per_minute), tokens + max(0.0, now - seen) * pace)
        # A sum of fractions may fall short of the whole token that a client waited for.
        allowed = tokens >= 1 - 1e-9
        if allowed:
            tokens = max(0.0, tokens - 1)
        self._buckets[key] = (tokens, now)
        if len(self._buckets) > self._most:
            self._buckets.popitem(last=False)
        return Grant(allowed, int(tokens), 0.0 if tokens >= 1 else (1 - tokens) / pace)
