"""Writes checked rows to their tables, set-based: new facts, what is added, what is corrected.

What is recorded is never lost: before a fact changes, its version so far is set aside
(:mod:`geo.history`). A row says nothing through a blank cell or a column the file has not.
"""

from sqlalchemy import Connection

from geo import assign
from geo.imports import merge, persons, ranges, ratings
from geo.imports.draft import Draft
from geo.imports.plan import plan
from geo.imports.profile import Profile
from geo.imports.staged import Writing, Written


def write(connection: Connection, profile: Profile, writing: Writing) -> Written:
    """Write the rows in ``staged``, whose references are resolved, to the table of their kind.

    New facts are added. A recorded one gets what the file says where nothing is recorded and what
    may move on; entities take every change. What contradicts a recorded fact is held for a decision
    (problem ``contradicts``), or with ``writing.correct`` replaces it and is written to the audit.
    Facts that hold over days follow each other: see :mod:`geo.imports.ranges`.
    """
    if profile.kind == "rating_rounds":
        return ratings.write(connection, profile, writing)
    draft = Draft(connection, plan(profile), writing)
    noted = merge.merge(draft, ranges.settle)
    persons.write(draft)
    made = merge.written(draft, noted)
    if profile.kind == "jurisdictions" and made.ids:
        assign.assign_jurisdictions(connection, jurisdiction_ids=made.ids, on=writing.on)
    return made
