"""Rating rounds and their results from one file: a row announces a round, gives a result, or both.

A result holds from its round's publication until the compound's next result, whatever the order in
which the rounds are imported.
"""

from dataclasses import replace
from pathlib import Path

from sqlalchemy import Connection, Date, Text, cast, column, func, null, text

from geo.imports import merge
from geo.imports.draft import Draft
from geo.imports.plan import Plan, Slot, plan
from geo.imports.problems import Reason, reasons
from geo.imports.profile import Field, Profile
from geo.imports.staged import Writing, Written

_ROUNDS, _RESULTS, _TIMELINE, _SETTLE, _COUNT = (
    Path(__file__).with_name(f"{name}.sql").read_text("utf-8")
    for name in ("rounds", "results", "timeline", "settle", "count")
)

ROUND_COLUMNS = {
    "round": "code",
    "round_name": "name",
    "cutoff_on": "cutoff_on",
    "published_on": "published_on",
    "includes_ladder": "includes_ladder",
}
"""Fields that tell of the round, with their columns of ``oversight.rating_round``."""

reasons(
    round_contradicts_itself=Reason(
        zh="评定轮次“{value}”在本文件各行写法不一：{said}。请统一",
        en="the rows of this file say different things of the round {value}: {said}. Make them"
        " agree",
    ),
    round_unpublished=Reason(
        zh="评定轮次“{value}”没有公布日期，结果还不能登记。请填写公布日期",
        en="the round {value} has no day of publication, so its results cannot be recorded yet."
        " Give the day",
    ),
    results_same_day=Reason(
        zh="该小区在{value}已有另一轮次（{rounds}）的结果。请核对轮次和公布日期",
        en="the compound has a result of another round ({rounds}) published on {value}. Check the"
        " round and its day of publication",
        verdict="review",
    ),
)


def write(connection: Connection, profile: Profile, writing: Writing) -> Written:
    """Write the rounds the staged rows tell of, then the results."""
    given = {"city": writing.city}
    connection.execute(text(_ROUNDS), given)
    rounds = Draft(connection, _plan_of_rounds(profile), writing)
    noted = merge.merge(rounds, _settle)
    connection.execute(text(_RESULTS), given)
    results = Draft(connection, _plan_of_results(profile), writing)
    noted = merge.merge(results, _settle)
    made = merge.written(results, noted)
    became = connection.execute(text(_COUNT)).one()
    return replace(made, new=became.new, updated=became.updated, unchanged=became.unchanged)


def _plan_of_rounds(profile: Profile) -> Plan:
    """Rounds are known by their code; one without a name is called by it."""
    fields = (replace(profile.field(name), column=to) for name, to in ROUND_COLUMNS.items())
    made = plan(
        replace(
            profile,
            kind="rounds",
            table="oversight.rating_round",
            history="event",
            identity=(("round",),),
            fields=tuple(fields),
        ),
        "staged_round",
    )
    called = func.coalesce(column("round_name", Text()), column("round", Text()))
    slots = (replace(one, value=called) if one.name == "name" else one for one in made.slots)
    return replace(made, slots=tuple(slots))


def _plan_of_results(profile: Profile) -> Plan:
    """Results are known by round and compound; their days follow from the rounds'."""
    numbered = Field("round_id", "integer", "评定轮次", "Round", column="round_id")
    fields = (one for one in profile.fields if one.name not in ROUND_COLUMNS)
    made = plan(
        replace(
            profile,
            history="event",
            identity=(("round_id", "compound"),),
            fields=(numbered, *fields),
        ),
        "staged_rating",
    )
    published, open_end = column("since", Date()), cast(null(), Date())
    days = (
        Slot("valid_from", Date(), published, published, fills=True, span="valid"),
        Slot("valid_until", Date(), open_end, open_end, fills=True, span="valid"),
    )
    return replace(made, slots=(*made.slots, *days))


def _settle(draft: Draft) -> dict[str, int]:
    """Let each result hold until the compound's next."""
    draft.connection.execute(text(_TIMELINE), {"city": draft.writing.city})
    draft.drop_held()
    ended = draft.connection.execute(text(_SETTLE)).scalar_one()
    return {"ended": ended} if ended else {}
