"""Which company serves a compound when (物业服务合同)."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from oversight.facts import Contract


class Service(NamedTuple):
    """One company in one compound without a break: back-to-back contracts are one service."""

    company_id: int
    start: date
    end: date | None
    contract_ids: tuple[int, ...]


class Services:
    """The services of a compound, in order of time."""

    def __init__(self, contracts: Sequence[Contract]) -> None:
        """Join contracts of one company that follow each other without a day between."""
        joined: list[Service] = []
        for one in sorted(contracts, key=lambda contract: contract.start):
            last = joined[-1] if joined else None
            if last and last.company_id == one.company_id and last.end == one.start:
                joined[-1] = last._replace(end=one.end, contract_ids=(*last.contract_ids, one.id))
            else:
                joined.append(Service(one.company_id, one.start, one.end, (one.id,)))
        self.all = tuple(joined)
        self._starts = [one.start for one in joined]

    def on(self, day: date) -> Service | None:
        """The service of a day."""
        position = bisect_right(self._starts, day)
        if position == 0:
            return None
        found = self.all[position - 1]
        return found if found.end is None or day < found.end else None

    def company_on(self, day: date) -> int | None:
        """The company that serves on a day."""
        found = self.on(day)
        return None if found is None else found.company_id
