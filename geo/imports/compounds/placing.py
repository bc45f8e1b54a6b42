"""Which district, street and community staged compounds lie in, and which of that is in doubt."""

from sqlalchemy import Connection, text

from geo.assign import place_shapes
from geo.imports import staged
from geo.imports.compounds.statements import ELSEWHERE, ELSEWHERE_NAME, statement
from geo.imports.problems import Reason, reasons
from geo.imports.profile import Matching
from geo.imports.staged import Writing

NOISE = 1e-6
"""Less than this share beyond a line is the noise of coordinates along it."""

LEVELS = ("district", "street", "community")

reasons(
    unclear_place=Reason(
        zh="只有 {percent}% 的面积在{district}（{code}），够不上自动归属：请改正轮廓，"
        "或在“处理决定”填“归 区划代码”",
        en="only {percent} % of it lies in {district} ({code}), too little to place it there "
        'unasked; correct the outline, or write "place CODE" as the decision',
        verdict="review",
    ),
    outside_districts=Reason(
        zh="不在任何已载入的县（市）区内：请检查坐标和坐标系，或在“处理决定”填“归 区划代码”",
        en="it lies in no district that is loaded; check coordinates and datum, or write "
        '"place CODE" as the decision',
        verdict="review",
    ),
    other_city=Reason(
        zh="位于{city}（{city_code}）的{district}，不属于本次导入的城市：请改用该市导入，"
        "或在“处理决定”填“归 区划代码”",
        en="it lies in {district} of {city} ({city_code}), not in the city of this import; import "
        'it for that city, or write "place CODE" as the decision',
        verdict="review",
    ),
    other_district=Reason(
        zh="表中写的县（市）区是“{value}”，轮廓却有 {percent}% 在{name}（{code}）：请改正其一，"
        "或在“处理决定”填“归 区划代码”",
        en='the file says district "{value}", but {percent} % of the outline lies in {name} '
        '({code}); correct one of them, or write "place CODE" as the decision',
        verdict="review",
    ),
    other_street=Reason(
        zh="表中写的街道是“{value}”，轮廓却有 {percent}% 在{name}（{code}）：请改正其一，"
        "或在“处理决定”填“归 街道代码”",
        en='the file says street "{value}", but {percent} % of the outline lies in {name} '
        '({code}); correct one of them, or write "place CODE" as the decision',
        verdict="review",
    ),
    other_community=Reason(
        zh="表中写的社区是“{value}”，轮廓却有 {percent}% 在{name}（{code}）：请改正其一",
        en='the file says community "{value}", but {percent} % of the outline lies in {name} '
        "({code}); correct one of them",
        verdict="review",
    ),
)

_WAITING = """
    SELECT staged."row", staged.geom
    FROM staged
    LEFT JOIN compared ON compared."row" = staged."row"
    LEFT JOIN registry.compound AS held ON held.id = compared.id
    WHERE staged.geom IS NOT NULL
      AND NOT coalesce(compared.kept, FALSE)
      AND (
          compared."row" IS NULL
          OR compared.redrawn
          OR (:elsewhere AND held.district_code IS NULL)
          OR EXISTS (
              SELECT FROM decided
              WHERE decided."row" = staged."row" AND decided.district_code IS NOT NULL
          )
      )
"""


def settle(connection: Connection, writing: Writing, matching: Matching) -> dict[str, int]:
    """Place what is new, redrawn or decided: makes the temporary table ``settled``.

    ``settled`` has ``row``, ``city_code``, the codes of district, street and community with their
    shares (0–1, of the compound's area) and ``place_decided``. A district, street or community is
    only given with a share of ``matching.place_share`` or by a person. Takes doubtful rows out of
    ``staged``. Returns what was noted, by code.
    """
    elsewhere = writing.outside == "elsewhere"
    given = {
        "city": writing.city,
        "on": writing.on,
        "clear": matching.place_share,
        "elsewhere": elsewhere,
        "nowhere": ELSEWHERE,
        "nowhere_name": ELSEWHERE_NAME,
        "noise": NOISE,
    }
    place_shapes(connection, _waiting(connection, elsewhere), writing.on, key="row")
    connection.execute(statement("settle"), given)
    for level in LEVELS:
        if level in writing.present:
            connection.execute(statement("stated", level=level))
    connection.execute(statement("taken"))
    staged.drop_held(connection)
    return dict(connection.execute(statement("placed_noted"), given).mappings().one())


def _waiting(connection: Connection, elsewhere: bool) -> str:
    """The table of rows to place, indexed: ``staged`` itself where that is all of them."""
    recorded = connection.execute(
        text(
            "SELECT EXISTS (SELECT FROM compared) OR EXISTS (SELECT FROM staged WHERE geom IS NULL)"
        )
    )
    table = "staged"
    if recorded.scalar_one():
        table = "waiting"
        connection.execute(text("DROP TABLE IF EXISTS waiting"))
        connection.execute(
            text(f"CREATE TEMPORARY TABLE waiting ON COMMIT DROP AS {_WAITING}"),
            {"elsewhere": elsewhere},
        )
    connection.execute(text(f"CREATE INDEX ON {table} USING gist (geom)"))
    connection.execute(text(f"ANALYZE {table}"))
    return table
