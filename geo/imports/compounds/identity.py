"""Which staged rows are which recorded compounds, and which are in doubt."""

from sqlalchemy import Connection, text

from geo.imports import staged
from geo.imports.compounds import decisions, pairs
from geo.imports.compounds.statements import given_columns, statement
from geo.imports.problems import Reason, reasons
from geo.imports.profile import Matching, Profile
from geo.imports.staged import Writing

TOLERANCE = 1e-9
"""Degrees (a tenth of a millimetre) within which an outline is the recorded one."""

reasons(
    maybe_same=Reason(
        zh="“{value}”可能就是已登记的“{name}”（编号 {code}；轮廓交并比 {iou}，名称相似度 "
        "{similarity}）：是同一小区请在“处理决定”填“同 {code}”，不是请填“新建”",
        en='"{value}" may be the recorded "{name}" (code {code}; intersection over union {iou}, '
        'similarity of names {similarity}); write "same {code}" as the decision if it is, "new" if '
        "it is not",
        verdict="review",
    ),
    same_in_file=Reason(
        zh="“{value}”与本文件第 {other} 行“{other_name}”像是同一小区：请删去多余的一行，"
        "或在“处理决定”填“新建”",
        en='"{value}" looks like "{other_name}" in row {other} of this file; remove the one too '
        'many, or write "new" as the decision',
        verdict="review",
    ),
    overlaps=Reason(
        zh="轮廓的 {percent}% 与“{other_name}”（{other}）重叠：请改正轮廓；"
        "确属无误请在“处理决定”填“新建”",
        en='{percent} % of the smaller outline lies on "{other_name}" ({other}) as well; correct '
        'the outline, or write "new" as the decision if it is right',
        verdict="review",
    ),
    of_other_city=Reason(
        zh="“{value}”是{city}已登记的“{name}”（编号 {code}），不属于本次导入的城市：请改用该市导入",
        en='"{value}" is "{name}" (code {code}), which {city} has recorded, not the city of this '
        "import; import it for that city",
    ),
    outline_missing=Reason(
        zh="新小区没有轮廓或坐标：请补上轮廓，或填写已登记小区的编号",
        en="a new compound has no outline or point; add one, or give the code of a recorded one",
    ),
)


def settle(connection: Connection, profile: Profile, writing: Writing) -> dict[str, int]:
    """Find recorded compounds by number, reference, person's word, or outline and name.

    Makes the temporary table ``compared`` (row, id, kept, changed, redrawn) for the rows that are
    recorded compounds: ``kept`` ones stay as an office said, ``changed`` and ``redrawn`` say what
    differs. Takes doubtful rows out of ``staged``. Returns what was noted, by code.
    """
    matching = _matching(profile)
    limits = vars(matching) | {
        "city": writing.city,
        "source": writing.source,
        "elsewhere": writing.outside == "elsewhere",
    }
    decisions.read(connection, writing)
    connection.execute(statement("known"), limits)
    _compare(connection, profile, writing)
    pairs.find(connection, writing, matching)
    connection.execute(statement("measure"), limits)
    _compare(connection, profile, writing)
    noted = connection.execute(statement("doubts"), limits).mappings().one()
    staged.drop_held(connection)
    connection.execute(
        text(
            "DELETE FROM compared"
            ' WHERE NOT EXISTS (SELECT FROM staged WHERE staged."row" = compared."row")'
        )
    )
    return dict(noted)


def _compare(connection: Connection, profile: Profile, writing: Writing) -> None:
    columns = given_columns(profile, writing) | {"source": ":source"}
    connection.execute(
        statement(
            "compare",
            recorded=", ".join(f"held.{column}" for column in columns),
            given=", ".join(columns.values()),
        ),
        {"source": writing.source, "tolerance": TOLERANCE},
    )


def _matching(profile: Profile) -> Matching:
    assert profile.matching is not None, "compounds.toml has [matching]"  # noqa: S101 - a fault of the program
    return profile.matching
