"""Facts that hold from day to day: of one subject only one holds at a time.

A new fact ends the one that held before it. A file's own rows of one subject follow each other, and
an older fact without a last day ends when the next recorded one begins. What is recorded with other
days inside the new one's is not touched: the row waits for a decision, or with ``--correct`` takes
its place.
"""

from pathlib import Path

from sqlalchemy import text

from geo.imports.draft import Draft
from geo.imports.problems import Reason, reasons

_TIMELINE, _OVERLAPS, _TAKE_OVER, _REFUSE, _SETTLE, _REPLACED = (
    Path(__file__).with_name(f"{name}.sql").read_text("utf-8")
    for name in ("timeline", "overlaps", "take_over", "refuse", "settle", "replaced")
)

SUBJECTS = {
    "registry.contract": "{fact}.compound_id::text",
    "registry.committee": "{fact}.compound_id || ' ' || {fact}.kind",
    "oversight.jurisdiction": (
        "concat_ws(' ', {fact}.agency_id, {fact}.role, {fact}.type_code, {fact}.family, CASE"
        " WHEN {fact}.geom IS NULL THEN coalesce({fact}.street_code, {fact}.district_code, 'city')"
        " ELSE coalesce({fact}.area_name, md5(ST_AsBinary({fact}.geom))) END)"
    ),
}
"""Of what only one fact holds on a day, by table, as an expression over the fact."""

reasons(
    overlaps_in_file=Reason(
        zh="与本文件第{rows}行同一对象、同一天（{value}）起；请只保留一行或改正日期",
        en="holds from the same day {value} as row {rows} of this file, of the same subject; keep"
        " one or correct the days",
    ),
    overlaps_recorded=Reason(
        zh="自{value}起的期间与已登记的期间（{recorded}）重叠。请核对日期；如文件正确，请用"
        " --correct 重新导入",
        en="overlaps what is recorded for {recorded}. Check the days; if the file is right, import"
        " it again with --correct",
        verdict="review",
    ),
)


def settle(draft: Draft) -> dict[str, int]:
    """Put the drafted facts and the recorded ones of the same subjects one after the other.

    Writes the days to ``draft`` and the recorded facts that end to the temporary table ``shifted``
    (id, valid_from, valid_until, …). Returns how many were ``ended`` and ``capped``.
    """
    run = draft.connection.execute
    subject = SUBJECTS[draft.plan.profile.table]
    names = {
        "table": draft.plan.profile.table,
        "draft_subject": subject.format(fact="draft"),
        "recorded_subject": subject.format(fact="recorded"),
    }
    run(text(_TIMELINE.format(**names)), {"city": draft.writing.city})
    if draft.writing.correct:
        run(text(_OVERLAPS))
        run(text(_TAKE_OVER))
    while True:
        run(text(_OVERLAPS))
        held = run(text(_REFUSE)).rowcount
        if not held:
            break
        draft.drop_held()
    capped = run(text(_SETTLE)).scalar_one()
    if draft.plan.profile.table == "registry.contract":
        run(text(_REPLACED))
    ended = run(text("SELECT count(*) FROM shifted")).scalar_one()
    return {name: count for name, count in (("capped", capped), ("ended", ended)) if count}
