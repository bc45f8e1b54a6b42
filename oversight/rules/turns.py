"""What holds of a compound between two turns, and why (T3, T5)."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from oversight.facts import Rating, Violation
from oversight.policy.model import Policy
from oversight.rules.company import points, proven
from oversight.rules.exits import Exit
from oversight.rules.ladder import Step
from oversight.rules.service import Service
from oversight.status import FactRef, MeasureState, Reason


class Turn(NamedTuple):
    """What holds from a day on until the next turn.

    ``wider`` is the company's step over all its compounds where a reading makes it reach this one
    further than what happened here does; ``exiting`` whether it brings the exit here.
    """

    start: date
    service: Service | None
    step: Step
    wider: Step | None
    exiting: bool
    rung: int
    newest: Rating | None
    deducted: tuple[Violation, ...]
    star: int | None
    target_since: date | None
    exit: Exit | None


def reached(turn: Turn) -> Step:
    """The step by which the rung of a turn is reached."""
    spread = turn.wider is not None and turn.rung > turn.step.rung
    return turn.wider if spread and turn.wider is not None else turn.step


def reasons(turn: Turn, policy: Policy) -> list[Reason]:
    """Why the standing of a turn is what it is (T3, T5)."""
    found = []
    step = reached(turn)
    counting = proven(step.counting, turn.start)
    if turn.rung:
        code, setting = "rung_reached", "ladder.count"
        if step is not turn.step:
            code, setting = "rung_spread", "ladder.rung4_spreads"
        found.append(Reason(code, "T3", counting, setting, str(turn.rung)))
    if turn.deducted:
        lost = f"{points(turn.deducted, policy):g}"
        shown = proven(turn.deducted, turn.start)
        found.append(Reason("credit_deducted", "T3", shown, "credit.counts", lost))
    rated: tuple[FactRef, ...] = ()
    if turn.newest is not None:
        rated = (FactRef("rating", turn.newest.id, turn.newest.published_on),)
        found.append(Reason("star_rated", "T5", rated, None, str(turn.newest.star)))
        if turn.star == 0 and turn.newest.star != 0:
            found.append(Reason("star_substandard", "T3", counting))
        elif turn.star != turn.newest.star:
            found.append(
                Reason("star_reduced", "T3", counting, "stars.reduction_life", str(turn.star))
            )
    elif turn.star == 0:
        found.append(Reason("star_substandard", "T3", counting, "stars.unrated"))
    if turn.target_since is not None:
        setting = "key_target.max_star" if turn.star is not None else "stars.unrated"
        reduced = turn.newest is None or turn.star != turn.newest.star
        shown = (*rated, *counting) if reduced else rated
        found.append(Reason("key_target", "T5", shown, setting, turn.target_since.isoformat()))
    if turn.exit is not None:
        found.append(_exit_reason(turn, turn.exit))
    return found


def recorded(turn: Turn, taken: Iterable[MeasureState]) -> list[Reason]:
    """The measures somebody recorded; a recorded exit case is named with its ground."""
    return [
        Reason(
            "measure_recorded",
            "T3",
            (FactRef("measure", one.measure_id, one.since),),
            "measures.binding",
            f"{one.kind},{one.state}",
        )
        for one in taken
        if one.measure_id is not None
        and not (one.kind == "exit" and turn.exit is not None and turn.exit.case_id is not None)
    ]


def _exit_reason(turn: Turn, exit_case: Exit) -> Reason:
    ratings = tuple(FactRef("rating", one.id, one.published_on) for one in exit_case.ratings)
    recorded = (
        ()
        if exit_case.case_id is None
        else (FactRef("exit_case", exit_case.case_id, exit_case.since),)
    )
    since = exit_case.since.isoformat()
    if exit_case.ground == "third_rung":
        # A case lasts longer than the rung that opened it, so what counts here may be nothing.
        spread = not turn.exiting and turn.wider is not None and turn.wider.rung > 0
        code = "exit_company_rung" if spread else "exit_third_rung"
        step = turn.wider if spread and turn.wider is not None else turn.step
        counting = proven(step.counting, turn.start)
        return Reason(code, "T3", (*counting, *recorded), "exit.reach", since)
    if exit_case.ground == "two_low_rounds":
        return Reason("exit_two_low_rounds", "T5", (*ratings, *recorded), "exit.low_basis", since)
    return Reason("exit_substandard", "T5", (*ratings, *recorded), "exit.autoclose", since)
