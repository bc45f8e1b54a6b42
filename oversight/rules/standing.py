"""The first half of a compound's status: rung, stars, key target, exit, measures (T3, T5)."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable
from datetime import date

from oversight.facts import CompoundFacts, Rating, Violation
from oversight.policy.model import Policy
from oversight.rules import measures
from oversight.rules.company import (
    CompanyCase,
    company_at,
    company_ladder,
    points,
    prepare_company,
)
from oversight.rules.exits import NONE, Follow, Grounds, rated_grounds
from oversight.rules.ladder import DAY, NOTHING, Ladder, Step, climb, event_day
from oversight.rules.service import Service, Services
from oversight.rules.stars import Results, effective_star, is_low
from oversight.rules.turns import Turn, reached, reasons, recorded
from oversight.status import Standing, earliest


class Case:
    """A compound's facts with what was worked out of them, asked for many days in any order.

    Between two turns (a contract, result, counting violation, measure or case begins or ends)
    nothing of a standing changes, so it is worked out once for each.
    """

    def __init__(self, facts: CompoundFacts, policy: Policy) -> None:
        """Sort what is sorted once; nothing is worked out before it is asked for."""
        self.facts = facts
        self.policy = policy
        self.services = Services(facts.contracts)
        self.results = Results(facts.ratings)
        self.companies: dict[int, CompanyCase] = {}
        self._ladders: dict[int | None, Ladder] = {}
        self._credits: dict[int | None, Ladder] = {}
        self._offences = self._by_company()
        self.starts, self._lesser, self.times = self._days()
        self._follow = Follow(facts.exit_cases, facts.measures, policy)
        self._turns: list[Turn] = []
        self._standings: dict[int, Standing] = {}

    def standing(self, day: date) -> Standing:
        """The standing of a day, but for the company's part."""
        position = bisect_right(self.starts, day) - 1
        if position < 0:
            return _NONE
        while len(self._turns) <= position:
            start = self.starts[len(self._turns)]
            if start in self._lesser and self._turns:
                self._turns.append(self._turns[-1]._replace(start=start))
            else:
                self._turns.append(self._turn(start))
        found = self._standings.get(position)
        if found is None:
            found = self._standings[position] = _standing(self, self._turns[position])
        return found

    def ladder(self, company_id: int | None) -> Ladder:
        """The ladder that gives the compound its rung while a company serves (``ladder.scope``)."""
        if self.policy.ladder.scope == "company" and company_id is not None:
            return self.everywhere(company_id)
        whose = None if self.policy.ladder.on_change == "per_compound" else company_id
        if whose not in self._ladders:
            self._ladders[whose] = climb(self._offences_of(whose), self.policy)
        return self._ladders[whose]

    def credit(self, company_id: int | None) -> Ladder:
        """What costs the company credit points here, where more than prohibitions do."""
        whose = None if self.policy.ladder.on_change == "per_compound" else company_id
        if whose not in self._credits:
            offences = self._offences_of(whose)
            self._credits[whose] = climb(offences, self.policy, self.policy.deducted)
        return self._credits[whose]

    def everywhere(self, company_id: int) -> Ladder:
        """The ladder of the company over all its compounds."""
        company = self.facts.companies.get(company_id)
        return Ladder(()) if company is None else company_ladder(company, self.policy)

    def _by_company(self) -> dict[int | None, list[Violation]]:
        """Breaches by companies: as the finding says, else by who served when it happened."""
        found: defaultdict[int | None, list[Violation]] = defaultdict(list)
        for one in self.facts.violations:
            if one.offender_kind == "company":
                whose = one.company_id or self.services.company_on(event_day(one))
                found[whose].append(one)
        return dict(found)

    def _offences_of(self, company_id: int | None) -> list[Violation]:
        """A company's breaches here; all of them where the compound's count goes on."""
        if self.policy.ladder.on_change == "per_compound":
            return [one for group in self._offences.values() for one in group]
        return self._offences.get(company_id, [])

    def _days(self) -> tuple[list[date], set[date], list[date]]:
        """The days on which a standing may turn; the lesser of them; those that only time brings.

        On a lesser day an order is issued or a measure taken, and nothing else changes.
        """
        facts = self.facts
        times = {one.end for one in facts.contracts if one.end is not None}
        times.update(one.ends_on + DAY for one in facts.measures if one.ends_on is not None)
        if self.policy.stars.unrated == "low":
            times.add(self.policy.action.start)
        days = times.union(one.start for one in facts.contracts)
        days.update(one.published_on for one in facts.ratings)
        for case in facts.exit_cases:
            days.update(_known(case.opened_on, case.decided_on, case.closed_on, case.withdrawn_on))
        lesser = {one.issued_on for one in facts.orders if one.violation_id is not None}
        for one in facts.measures:
            taken = _known(one.due_on, one.decided_on, one.done_on, one.withdrawn_on)
            (days if one.kind == "exit" else lesser).update(taken)
        for ladder in self._all_ladders():
            days.update(ladder.starts)
            times.update(ladder.expiries)
        days.update(times)
        lesser -= days
        return sorted(days | lesser), lesser, sorted(times)

    def _all_ladders(self) -> list[Ladder]:
        companies = {one.company_id for one in self.services.all}
        found = [self.ladder(None)]
        found += [self.ladder(one) for one in companies]
        if depends_on_companies(self.policy):
            found += [self.everywhere(one) for one in companies]
        if self.policy.credit.counts == "all":
            found += [self.credit(one) for one in {None, *companies}]
        return found

    def _turn(self, day: date) -> Turn:
        service = self.services.on(day)
        step, wider, rung = self._rung(day, service)
        newest, before = self.results.on(day)
        star = effective_star(newest, rung, self._rung_on(service), self.policy)
        last = self._turns[-1] if self._turns else None
        found = self._follow.on(
            day, service, self._grounds(day, service, rung, step, newest, before, star)
        )
        since = self._target_since(day, newest, star, last)
        deducted = self._deducted(day, service, step)
        exiting = self._exits(rung, step)
        if not exiting and self.policy.exit.reach == "all_served" and service is not None:
            wider = self.everywhere(service.company_id).at(day)
        return Turn(
            *(day, service, step, wider, exiting, rung),
            *(newest, deducted, star, since, found),
        )

    def _deducted(self, day: date, service: Service | None, step: Step) -> tuple[Violation, ...]:
        """The violations here that cost credit points on a day (``credit.counts``)."""
        if self.policy.credit.counts == "prohibitions":
            return tuple([one for one in step.counting if one.compound_id == self.facts.id])
        if service is None and self.policy.ladder.on_change != "per_compound":
            return ()
        return self.credit(service.company_id if service else None).at(day).counting

    def _rung(self, day: date, service: Service | None) -> tuple[Step, Step | None, int]:
        """The step of what happened here, the company's where it puts the rung higher, the rung."""
        if service is None:
            if self.policy.ladder.on_change != "per_compound":
                return NOTHING, None, 0
            step = self.ladder(None).at(day)
            return step, None, step.rung
        step = self.ladder(service.company_id).at(day)
        top = self.policy.ladder.rungs[-1].reached
        if self.policy.ladder.rung4_spreads and step.rung < top:
            wider = self.everywhere(service.company_id).at(day)
            if wider.rung >= top:
                return step, wider, top
        return step, None, step.rung

    def _rung_on(self, service: Service | None) -> Callable[[date], int]:
        """The rung of an earlier day of the company that serves now."""
        return lambda day: self._rung(day, service)[2]

    def _target_since(
        self, day: date, newest: Rating | None, star: int | None, last: Turn | None
    ) -> date | None:
        """Since when the compound is a key target (``key_target.release``)."""
        before = last.target_since if last else None
        # What nobody rated is not looked at before the action began (``stars.unrated``).
        if is_low(star, self.policy) and (star is not None or day >= self.policy.action.start):
            return before or day
        if self.policy.key_target.release == "immediate" or before is None:
            return None
        new_result = last is None or newest != last.newest
        return None if new_result else before

    def _grounds(
        self,
        day: date,
        service: Service | None,
        rung: int,
        step: Step,
        newest: Rating | None,
        before: Rating | None,
        star: int | None,
    ) -> Grounds:
        if service is None:
            return NONE
        low = (False, False)
        if newest is not None and before is not None:
            low = self._low(service, newest, before, star)
        substandard, two_low = rated_grounds(newest, before, low, service, self.policy)
        return Grounds(substandard, two_low, self._third_rung(day, service, rung, step))

    def _low(
        self, service: Service, newest: Rating, before: Rating, star: int | None
    ) -> tuple[bool, bool]:
        """Whether the two newest results are low (``exit.low_basis``)."""
        most = self.policy.key_target.max_star
        if self.policy.exit.low_basis == "rated":
            return newest.star <= most, before.star <= most
        rung_on = self._rung_on(service)
        last_day = newest.published_on - DAY
        earlier = effective_star(before, rung_on(last_day), rung_on, self.policy)
        return is_low(star, self.policy), is_low(earlier, self.policy)

    def _third_rung(self, day: date, service: Service, rung: int, step: Step) -> bool:
        """Whether a rung that brings the exit reaches this compound (``exit.reach``)."""
        needed = self._exit_rung()
        if needed is None:
            return False
        if self.policy.exit.reach == "all_served":
            return max(rung, self.everywhere(service.company_id).at(day).rung) >= needed
        return self._exits(rung, step)

    def _exits(self, rung: int, step: Step) -> bool:
        """Whether a rung brings the exit by what happened here."""
        needed = self._exit_rung()
        return (
            needed is not None
            and rung >= needed
            and any(one.compound_id == self.facts.id for one in step.counting)
        )

    def _exit_rung(self) -> int | None:
        return next((one.reached for one in self.policy.ladder.rungs if "exit" in one.brings), None)


def prepare(facts: CompoundFacts, policy: Policy) -> Case:
    """A compound's facts, ready to be asked for many days."""
    return Case(facts, policy)


def standing(case: Case, day: date) -> tuple[Standing, date | None]:
    """What holds on a day, and the next day on which time alone may change it."""
    found = case.standing(day)
    following = bisect_right(case.times, day)
    until = case.times[following] if following < len(case.times) else None
    if found.company_id is None or found.company_id not in case.facts.companies:
        return found, until
    if found.company_id not in case.companies:
        facts = case.facts.companies[found.company_id]
        case.companies[found.company_id] = prepare_company(facts, case.policy)
    company = company_at(case.companies[found.company_id], day)
    return (
        found._replace(company=company._replace(holds_until=None)),
        earliest(until, company.holds_until),
    )


def depends_on_companies(policy: Policy) -> bool:
    """Whether a compound's own part follows from what its company did elsewhere."""
    return (
        policy.ladder.scope == "company"
        or policy.ladder.rung4_spreads
        or policy.exit.reach == "all_served"
    )


_NONE = Standing(
    company_id=None,
    rung=0,
    rung_since=None,
    counting=(),
    rating_id=None,
    rated_star=None,
    effective_star=None,
    key_target=False,
    key_target_since=None,
    exit_case=False,
    exit_ground=None,
    exit_since=None,
    exit_decided=False,
    measures=(),
    credit_points=0.0,
    reasons=(),
    company=None,
)


def _standing(case: Case, turn: Turn) -> Standing:
    company_id = turn.service.company_id if turn.service else None
    here = turn.step._replace(
        counting=tuple(one for one in turn.step.counting if one.compound_id == case.facts.id)
    )
    since = reached(turn).since[-1] if turn.rung else None
    taken = measures.of_compound(
        turn.start,
        here,
        turn.rung,
        since,
        turn.exit,
        case.facts.measures,
        case.facts.orders,
        company_id,
        case.policy,
    )
    return Standing(
        company_id=company_id,
        rung=turn.rung,
        rung_since=since,
        counting=tuple(one.id for one in turn.step.counting),
        rating_id=turn.newest.id if turn.newest else None,
        rated_star=turn.newest.star if turn.newest else None,
        effective_star=turn.star,
        key_target=turn.target_since is not None,
        key_target_since=turn.target_since,
        exit_case=turn.exit is not None,
        exit_ground=turn.exit.ground if turn.exit else None,
        exit_since=turn.exit.since if turn.exit else None,
        exit_decided=turn.exit.decided if turn.exit else False,
        measures=taken,
        credit_points=points(turn.deducted, case.policy),
        reasons=(*reasons(turn, case.policy), *recorded(turn, taken)),
        company=None,
    )


def _known(*days: date | None) -> list[date]:
    return [day for day in days if day is not None]
