"""When the features of a layer are there: what ``datetime`` is compared with, and what is told."""

from dataclasses import dataclass

_INTERVAL = "daterange(CAST(:since AS date), CAST(:as_of AS date), '[]')"
"""The days from ``:since`` to ``:as_of``, both included."""


@dataclass(frozen=True)
class Time:
    """When the features of a layer are there, as its query for a day leaves it open.

    ``title`` says it in a sentence. ``earliest`` selects the first of all those days. ``ends`` is
    the last day of a feature that is one of the facts of a day from a day on, over the tables of
    the query, null where it goes on. ``spans`` are, by their alias, the tables whose ``valid``
    tells the days. Where a feature stands in several rows of such a table, ``versions`` names the
    table and ``of`` its column that is the same in all of them. With none of these every feature
    is there on every day, and just its state is of a day.
    """

    title: str
    title_en: str
    earliest: str
    ends: str | None = None
    spans: tuple[str, ...] = ()
    versions: str = ""
    of: str = ""

    def during(self, sql: str) -> str:
        """A query for a day as one for what meets an interval, as of the last day of it.

        Of several rows of a feature it takes the newest that does.
        """
        made = sql
        for alias in self.spans:
            any_day = f"{alias}.valid @> CAST(:as_of AS date)"
            made = made.replace(any_day, f"{alias}.valid && {_INTERVAL}{self._newest(alias)}")
        if self.ends is not None:
            # The query ends with the conditions of the facts.
            made = f"{made}\n  AND COALESCE({self.ends} >= CAST(:since AS date), true)"
        assert made != sql  # noqa: S101 - the layer's own mistake
        return made

    def _newest(self, alias: str) -> str:
        if not self.versions:
            return ""
        return f""" AND NOT EXISTS (
      SELECT FROM {self.versions} AS newer
      WHERE newer.{self.of} = {alias}.{self.of} AND newer.superseded_at IS NULL
        AND newer.valid > {alias}.valid AND newer.valid && {_INTERVAL})"""


def since(table: str, first: str) -> str:
    """The first day of the facts of a table that are believed, for :attr:`Time.earliest`."""
    return f"SELECT min({first}) FROM {table} WHERE superseded_at IS NULL"  # noqa: S608 - the program's own words


def boundaries(table: str, of: str) -> Time:
    """When a unit of administration is there: when it has an outline, a dated row of a table."""
    return Time(
        "界线有效之日；时段内有多条界线的，取最后一条",
        "The days for which an outline holds; of several in an interval the last is given",
        since(table, "lower(valid)"),
        spans=("b",),
        versions=table,
        of=of,
    )
