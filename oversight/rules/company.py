"""What follows for a company over all its compounds: rung, blacklist, its own star (T3, T6)."""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from weakref import WeakKeyDictionary

from oversight.facts import CompanyFacts, Violation
from oversight.policy.model import Policy
from oversight.rules.ladder import DAY, NOTHING, Ladder, Step, climb, highest, step_after
from oversight.rules.measures import COMPANY_KINDS, in_force, state
from oversight.status import CompanyStatus, FactRef, MeasureState, Reason

LISTED = 8
"""At most so many facts stand in one reason."""

type Project = tuple[int | None, int | None]
"""The effective star and the households of a compound a company serves."""


class CompanyCase:
    """A company's facts with its ladder, asked for many days.

    Most days on which something happens to one of its violations move no ladder, so what follows
    is worked out once from one of ``starts`` to the next.
    """

    def __init__(self, facts: CompanyFacts, policy: Policy) -> None:
        """Climb the ladder once; nothing else is worked out before it is asked for."""
        self.facts = facts
        self.policy = policy
        self.ladder = company_ladder(facts, policy)
        self.credit = self.ladder
        if policy.credit.counts == "all":
            self.credit = climb(facts.violations, policy, policy.deducted)
        self.measures = sorted(
            (one for one in facts.measures if one.kind in COMPANY_KINDS),
            key=lambda one: (one.due_on, one.id),
        )
        ends = {one.ends_on + DAY for one in self.measures if one.ends_on is not None}
        exits = {one.compound_id for one in facts.exit_cases}
        ends.update(
            one.end for one in facts.projects if one.compound_id in exits and one.end is not None
        )
        self.turns = sorted(ends.union(self.ladder.expiries, self.credit.expiries))
        self.starts = sorted({*self.turns, *self.ladder.starts, *self.credit.starts, *self._days()})
        self._position = -1
        self._found: CompanyStatus | None = None

    def at(self, day: date) -> CompanyStatus:
        """What follows on a day."""
        position = bisect_right(self.starts, day)
        if self._found is None or position != self._position:
            self._position, self._found = position, _company(self, day)
        return self._found

    def _days(self) -> set[date]:
        """The days on which something happens to a measure, an exit case or a contract there."""
        found: set[date | None] = set()
        for one in self.measures:
            found.update((one.due_on, one.decided_on, one.done_on, one.withdrawn_on))
        for case in self.facts.exit_cases:
            found.update((case.opened_on, case.closed_on, case.withdrawn_on))
        exits = {case.compound_id for case in self.facts.exit_cases}
        for there in self.facts.projects:
            if there.compound_id in exits:
                found.update((there.start, there.end))
        return {day for day in found if day is not None}


def prepare_company(facts: CompanyFacts, policy: Policy) -> CompanyCase:
    """A company's facts, ready to be asked for many days."""
    return CompanyCase(facts, policy)


def company_at(case: CompanyCase, day: date) -> CompanyStatus:
    """What follows on a day; ``holds_until`` is the next day on which time alone may change it."""
    return case.at(day)


def _company(case: CompanyCase, day: date) -> CompanyStatus:
    step = case.ladder.at(day)
    measures = tuple(_measures(case, step, day))
    binding = {one.kind for one in measures if one.binds}
    following = bisect_right(case.turns, day)
    return CompanyStatus(
        company_id=case.facts.id,
        rung=step.rung,
        rung_since=step.since[-1] if step.since else None,
        counting=tuple(one.id for one in step.counting),
        credit_points=points(case.credit.at(day).counting, case.policy),
        measures=measures,
        restricted=bool(binding & {"restriction", "blacklist"}),
        blacklisted="blacklist" in binding,
        joint_punishment="joint_punishment" in binding,
        exits_open=_exits_open(case.facts, day),
        reasons=tuple(_reasons(case, step, measures, day)),
        holds_until=case.turns[following] if following < len(case.turns) else None,
    )


_LADDERS: WeakKeyDictionary[CompanyFacts, tuple[Policy, Ladder]] = WeakKeyDictionary()


def company_ladder(facts: CompanyFacts, policy: Policy) -> Ladder:
    """The company's rung of every day, with the violations that count anywhere.

    ``ladder.scope``: ``mixed`` counts each compound for itself up to the rung that concerns the
    company, and all compounds together for that one; ``company_in_compound`` takes the highest of
    its compounds, ``company`` counts all together. Kept for as long as the facts are, since many
    compounds ask for it.
    """
    kept = _LADDERS.get(facts)
    if kept is None or kept[0] is not policy:
        kept = _LADDERS[facts] = policy, _climb(facts, policy)
    return kept[1]


def points(counting: Iterable[Violation], policy: Policy) -> float:
    """The credit points deducted for violations (T3; the table of Annex 1 is the policy's)."""
    return float(sum(policy.types[one.type_code].points for one in counting))


def own_star(projects: Iterable[Project], policy: Policy) -> float | None:
    """A company's own star: over its rated compounds, as ``company.star`` has it; None without.

    A compound whose households nobody knows weighs as one.
    """
    rated = [(star, households or 1) for star, households in projects if star is not None]
    if not rated:
        return None
    if policy.company.star == "lowest":
        return float(min(star for star, _ in rated))
    if policy.company.star == "mean":
        return sum(star for star, _ in rated) / len(rated)
    return sum(star * weight for star, weight in rated) / sum(weight for _, weight in rated)


def by_star(projects: Iterable[Project]) -> dict[int | None, int]:
    """How many compounds have each effective star; None are those without a rating."""
    return dict(Counter(star for star, _ in projects))


def _climb(facts: CompanyFacts, policy: Policy) -> Ladder:
    wide = climb(facts.violations, policy)
    if policy.ladder.scope == "company":
        return wide
    per_compound: defaultdict[int, list[Violation]] = defaultdict(list)
    for one in facts.violations:
        per_compound[one.compound_id].append(one)
    apart = highest([climb(group, policy) for group in per_compound.values()])
    company_from = _company_from(policy) if policy.ladder.scope == "mixed" else None
    steps: list[Step] = []
    for day in sorted({*wide.starts, *apart.starts}):
        together = wide.at(day)
        rung = apart.at(day).rung
        if company_from is not None:
            rung = together.rung if together.rung >= company_from else min(rung, company_from - 1)
        last = steps[-1] if steps else NOTHING
        if (rung, together.counting) != (last.rung, last.counting):
            steps.append(step_after(day, rung, together.counting, last))
    return Ladder(steps, sorted({*wide.expiries, *apart.expiries}))


def _company_from(policy: Policy) -> int:
    """The first rung that brings something against the company as such."""
    return min(
        (one.reached for one in policy.ladder.rungs if set(one.brings) & set(COMPANY_KINDS)),
        default=len(policy.ladder.rungs) + 1,
    )


def _measures(case: CompanyCase, step: Step, day: date) -> Iterable[MeasureState]:
    """What the rung brings, and what was decided whatever the rung is by now."""
    brought = {
        kind: step.since[one.reached - 1]
        for one in case.policy.ladder.rungs
        if one.reached <= step.rung
        for kind in one.brings
        if kind in COMPANY_KINDS
    }
    for kind in COMPANY_KINDS:
        recorded = [one for one in case.measures if one.kind == kind]
        standing = [one for one in recorded if in_force(one, day, case.policy)]
        if kind in brought:
            found = state(kind, brought[kind], day, recorded, case.policy)
            if standing and not found.binds:
                found = _recorded(standing[-1].id, kind, standing[-1].due_on, found)
            yield found
        elif standing:
            yield _recorded(standing[-1].id, kind, standing[-1].due_on, None)


def _recorded(measure_id: int, kind: str, since: date, due: MeasureState | None) -> MeasureState:
    """A measure in force from an earlier time."""
    return MeasureState(kind, "decided", min(since, due.since) if due else since, True, measure_id)


def _exits_open(facts: CompanyFacts, day: date) -> tuple[int, ...]:
    """Compounds with a recorded exit case that has not ended, neither by itself nor by leaving."""
    return tuple(
        sorted(
            {
                one.compound_id
                for one in facts.exit_cases
                if one.opened_on <= day
                and not _left(facts, one.compound_id, day)
                and not any(
                    ended is not None and ended <= day
                    for ended in (one.closed_on, one.withdrawn_on)
                )
            }
        )
    )


def _left(facts: CompanyFacts, compound_id: int, day: date) -> bool:
    """Whether every contract of the company there has ended."""
    there = [one for one in facts.projects if one.compound_id == compound_id and one.start <= day]
    return bool(there) and all(one.end is not None and one.end <= day for one in there)


def proven(violations: Sequence[Violation], start: date) -> tuple[FactRef, ...]:
    """The last of the violations, as facts that reasons name; ``start`` where none is dated."""
    return tuple(
        [FactRef("violation", one.id, one.confirmed_on or start) for one in violations[-LISTED:]]
    )


def _reasons(
    case: CompanyCase, step: Step, measures: tuple[MeasureState, ...], day: date
) -> Iterable[Reason]:
    counting = proven(step.counting, step.start)
    if step.rung:
        yield Reason("company_rung", "T3", counting, "ladder.scope", str(step.rung))
    deducted = case.credit.at(day).counting
    if deducted:
        lost = f"{points(deducted, case.policy):g}"
        shown = proven(deducted, step.start)
        yield Reason("credit_deducted", "T3", shown, "credit.counts", lost)
    for one in measures:
        facts = counting
        if one.measure_id is not None:
            facts = (FactRef("measure", one.measure_id, one.since),)
        code = "company_measure_binds" if one.binds else "company_measure_due"
        yield Reason(code, "T3", facts, "measures.binding", one.kind)
