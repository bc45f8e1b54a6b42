"""The effective star: the newest result, less what the ladder takes (T3, T5)."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from datetime import date

from oversight.facts import Rating
from oversight.policy.model import Policy
from oversight.rules.ladder import DAY

SUBSTANDARD = 0


class Results:
    """The published results of a compound, in order of publication."""

    def __init__(self, ratings: Sequence[Rating]) -> None:
        """Sort by the day of publication."""
        self.all = sorted(ratings, key=lambda one: (one.published_on, one.round_no, one.id))
        self._published = [one.published_on for one in self.all]

    def on(self, day: date) -> tuple[Rating | None, Rating | None]:
        """The newest result published by a day, and the one before."""
        position = bisect_right(self._published, day)
        newest = self.all[position - 1] if position else None
        return newest, self.all[position - 2] if position > 1 else None


def effective_star(
    rating: Rating | None, rung: int, rung_on: Callable[[date], int], policy: Policy
) -> int | None:
    """The star that holds at a rung: 0 (不达标) to 5, None where nothing was rated.

    ``rung_on`` tells the rung of an earlier day, for results that hold the ladder already
    (``includes_ladder``) and reductions that end with the next round (``stars.reduction_life``):
    only a rung above the one of that day reduces further.
    """
    already = 0 if rating is None else _already(rating, rung_on, policy)
    if _brought("substandard", rung, already, policy):
        return SUBSTANDARD
    if rating is None:
        return None
    if _brought("star_down", rung, already, policy) and rating.star > SUBSTANDARD:
        return max(1, rating.star - policy.stars.reduction)
    return rating.star


def is_low(star: int | None, policy: Policy) -> bool:
    """Whether a star makes a key target (二星级及以下)."""
    return policy.stars.unrated == "low" if star is None else star <= policy.key_target.max_star


def _already(rating: Rating, rung_on: Callable[[date], int], policy: Policy) -> int:
    """The rung whose effect the result holds, or that ended with it."""
    already = rung_on(rating.cutoff_on) if rating.includes_ladder else 0
    if policy.stars.reduction_life == "until_round":
        already = max(already, rung_on(rating.published_on - DAY))
    return already


def _brought(kind: str, rung: int, already: int, policy: Policy) -> bool:
    """Whether a rung above the one already reckoned with brings the measure."""
    return any(kind in one.brings for one in policy.ladder.rungs if already < one.reached <= rung)
