"""Arithmetic of days on arrays of ``datetime64[D]``; not-a-time stands for no date."""

import numpy as np

from geo.sample.setting import Array

NEVER = np.datetime64("NaT", "D")


def days(count: Array | int) -> Array:
    """So many whole days as a span of time."""
    return np.asarray(count).astype("timedelta64[D]")


def until(dates: Array, last: np.datetime64) -> Array:
    """The dates; those that lie after the last day have not happened."""
    return np.where(dates <= last, dates, NEVER)


def only(dates: Array, where: Array) -> Array:
    """The dates where the condition holds, no date elsewhere."""
    return np.where(where, dates, NEVER)


def uniform(rng: np.random.Generator, first: Array, last: Array) -> Array:
    """A day drawn evenly from ``[first, last]`` for each pair."""
    width = np.maximum((last - first).astype(int), 0)
    return first + days(np.floor(rng.random(len(width)) * (width + 1)))


def spans(first: Array, end: Array | None = None) -> Array:
    """Validity ranges ``[first, end)`` as PostgreSQL writes them; open where ``end`` is missing."""
    start = np.datetime_as_string(np.asarray(first, "datetime64[D]"))
    if end is None:
        return np.char.add(np.char.add("[", start), ",)").astype(object)
    stop = np.datetime_as_string(np.asarray(end, "datetime64[D]"))
    stop = np.where(np.isnat(end), "", stop)
    return np.char.add(np.char.add(np.char.add("[", start), ","), np.char.add(stop, ")")).astype(
        object
    )
