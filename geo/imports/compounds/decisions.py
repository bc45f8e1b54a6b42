"""What a person wrote beside a row that was in doubt: it is new, it is that one, it lies there."""

import re
import unicodedata
from dataclasses import dataclass

from sqlalchemy import Connection, text

from geo.imports import staged
from geo.imports.problems import Problem, Reason, reasons
from geo.imports.staged import Writing

reasons(
    unknown_decision=Reason(
        zh="处理决定“{value}”看不懂：请写“新建”、“同 小区编号”或“归 区划代码或名称”，"
        "多项用分号隔开",
        en='the decision "{value}" is not understood; write "new", "same CODE" or "place CODE or '
        'name", several with a semicolon between them',
    ),
    decided_unknown_compound=Reason(
        zh="处理决定“{value}”中的小区编号“{code}”在本市没有登记：请改为已登记的编号，或写“新建”",
        en='the decision "{value}" names the compound "{code}", which this city does not have; '
        'give a recorded code, or write "new"',
    ),
    decided_unknown_place=Reason(
        zh="处理决定“{value}”中的区划“{place}”在本市没有或有多个：请写 6 位区县代码或 9 位街道代码",
        en='the decision "{value}" names the place "{place}", of which this city has none or '
        "several; give a district's code of 6 digits or a street's of 9",
    ),
)

_WORDS = re.compile(r"^(?:(?P<new>新建|new)|(?P<verb>同|same|归|place)[\s:]*(?P<what>.+))$", re.I)
_CREATE = text("""
    CREATE TEMPORARY TABLE decided (
        "row" bigint PRIMARY KEY, made_new boolean, id bigint, district_code text, street_code text
    ) ON COMMIT DROP
""")
_WRITTEN = text('SELECT "row", decision FROM staged WHERE decision IS NOT NULL')
_INSERT = text("INSERT INTO decided VALUES (:row, :made_new, :id, :district, :street)")
_COMPOUND = text("""
    SELECT id FROM registry.compound
    WHERE city_code = :city AND code = :code AND superseded_at IS NULL
""")
_PLACE = text("""
    SELECT code AS district, NULL AS street FROM registry.district
    WHERE (:anywhere OR city_code = :city) AND :place IN (code, name)
    UNION ALL
    SELECT district_code, code FROM registry.street
    WHERE (:anywhere OR city_code = :city) AND :place IN (code, name)
""")


@dataclass
class Decision:
    """What was decided about one row; None where nothing was said."""

    row: int
    made_new: bool = False
    id: int | None = None
    district: str | None = None
    street: str | None = None


def read(connection: Connection, writing: Writing) -> None:
    """Make the temporary table ``decided`` of what people wrote; rows with no sense in it are held.

    ``decided`` has ``row``, ``made_new``, ``id`` (the compound it is), ``district_code`` and
    ``street_code`` (where it lies).
    """
    connection.execute(text("DROP TABLE IF EXISTS decided"))
    connection.execute(_CREATE)
    understood: list[Decision] = []
    problems: list[Problem] = []
    for row, written in connection.execute(_WRITTEN).all():
        answer = _understand(connection, writing, row, written)
        if isinstance(answer, Problem):
            problems.append(answer)
        else:
            understood.append(answer)
    if understood:
        connection.execute(_INSERT, [vars(one) for one in understood])
    staged.add_problems(connection, problems)
    if problems:
        staged.drop_held(connection)


def _understand(
    connection: Connection, writing: Writing, row: int, written: str
) -> Decision | Problem:
    decision = Decision(row)
    for part in re.split(r"[;,\n]", unicodedata.normalize("NFKC", written)):
        if not part.strip():
            continue
        found = _WORDS.match(part.strip())
        if not found:
            return Problem(row, "unknown_decision", "decision", written)
        if found["new"]:
            decision.made_new = True
        elif found["verb"].lower() in {"同", "same"}:
            given = {"city": writing.city, "code": found["what"].strip()}
            decision.id = connection.execute(_COMPOUND, given).scalar()
            if decision.id is None:
                return Problem(row, "decided_unknown_compound", "decision", written, given)
        else:
            place = {"city": writing.city, "place": found["what"].strip()}
            anywhere = {"anywhere": writing.outside == "elsewhere"}
            places = connection.execute(_PLACE, place | anywhere).all()
            if len(places) != 1:
                return Problem(row, "decided_unknown_place", "decision", written, place)
            decision.district, decision.street = places[0]
    return decision
