"""Which form an answer takes: what ``f`` names, else what ``Accept`` prefers (RFC 9110, 12.5.1)."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from api.errors import Problem


class Form(NamedTuple):
    """A form that a resource can take: its name in ``f``, and its media type.

    Two names may stand for one media type, as ``geojson`` and ``json``.
    """

    name: str
    media_type: str


class _Range(NamedTuple):
    """One part of ``Accept``: a media range, how specific it is, and its weight."""

    kind: str
    specific: int
    weight: float


def chosen(f: str | None, accept: str | None, forms: Sequence[Form]) -> Form:
    """The form to answer in; ``forms`` stand in the order in which we prefer them.

    ``f`` has the last word, Problem 400 where it names none of them. Where nothing of what
    ``accept`` lists is there, the first form is answered rather than an error: the client may make
    something of it, and ``Content-Type`` says what it is.
    """
    if f is not None:
        for form in forms:
            if form.name == f:
                return form
        names = ", ".join(form.name for form in forms)
        raise Problem(400, f"f = {f[:50]!r}: one of {names}", parameter="f")
    return _preferred(accept or "*/*", tuple(forms))


@lru_cache(256)
def _preferred(accept: str, forms: tuple[Form, ...]) -> Form:
    ranges = tuple(_ranges(accept))
    # The first of those with the largest weight.
    return max(forms, key=lambda form: _weight(form.media_type, ranges))


def _ranges(accept: str) -> Iterator[_Range]:
    for part in accept.split(","):
        kind, *parameters = (word.strip().lower() for word in part.split(";"))
        weights = [word.removeprefix("q=") for word in parameters if word.startswith("q=")]
        try:
            weight = float(weights[0]) if weights else 1.0
        except ValueError:
            continue
        yield _Range(kind, _specific(kind), weight)


def _specific(kind: str) -> int:
    return 0 if kind == "*/*" else 1 if kind.endswith("/*") else 2


def _weight(media_type: str, ranges: Sequence[_Range]) -> float:
    """What the most specific range that holds the type gives it; 0 where none does."""
    fitting = [one for one in ranges if _holds(one.kind, media_type.partition(";")[0])]
    return max(fitting, key=lambda one: one.specific).weight if fitting else 0.0


def _holds(kind: str, media_type: str) -> bool:
    group, _, name = media_type.partition("/")
    # GeoJSON is JSON too, for those who know no more of it (RFC 6839, 3.1).
    suffix = name.rpartition("+")[2]
    return kind in {"*/*", f"{group}/*", media_type, f"{group}/{suffix}"}
