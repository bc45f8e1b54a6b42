"""Jurisdictions (管辖): areas drawn for them, where two overlap, and where nobody answers."""

from layers.filters import CITY_CODE, codes
from layers.layer import Filter, Layer, Property
from layers.styles import palette
from layers.styles.style import Class, Style
from layers.temporal import Time, since
from oversight.jurisdiction import PROBLEMS_SQL

JURISDICTIONS = Layer(
    id="jurisdictions",
    title="管辖空白与重叠",
    title_en="Gaps and overlaps of jurisdiction",
    description="划定的管辖片区；同级管辖重叠之处；无受理或执法部门之处",
    description_en="Areas drawn as jurisdictions; where two of equal rank overlap; where none is",
    features=PROBLEMS_SQL,
    drawn=f"""
        SELECT f.*, f.geom AS reach, ST_PointOnSurface(f.geom) AS label_point
        FROM ({PROBLEMS_SQL}) AS f""",  # noqa: S608 - the text of a file of the program
    time=Time(
        "管辖按日计算；时段则为其最后一日的",
        "Worked out for a day: of an interval for its last",
        since("oversight.jurisdiction", "lower(valid)"),
    ),
    properties={
        "problem": Property("string", "类别", "gap, overlap, or area: one that is drawn"),
        "role": Property("string", "职责", "accept, enforce, lead or support"),
        "breaches": Property("string", "违规类别", "Types or families of breach"),
        "agencies": Property("string", "部门", "Agencies that claim the area"),
        "area_name": Property("string", "区域", "Name of the area or street"),
        "area_m2": Property("number", "面积（平方米）", "Area in m²"),
        "city_code": Property("string", "城市代码", "City code"),
        "district_code": Property("string", "县（市）区代码", "District code"),
        "street_code": Property("string", "街道代码", "Street code"),
    },
    filters={
        "problem": Filter(
            pattern=r"^(gap|overlap|area)(,(gap|overlap|area))*$",
            sql="f.problem = ANY(CAST(:problem AS text[]))",
            description="gap, overlap, area",
        ),
        "city_code": CITY_CODE,
        "district_code": codes("district_code", 6, "District codes"),
        "street_code": codes("street_code", 9, "Street codes"),
    },
    drawn_attributes=("problem", "role", "breaches", "agencies", "area_name"),
    table="oversight.jurisdiction",
    attribution="SELECT NULL::text WHERE false",
    geometry="any",
    style=Style(
        by="problem",
        classes=(
            Class("gap", "管辖空白", "Gap", palette.GAP),
            Class("overlap", "管辖重叠", "Overlap", palette.OVERLAP),
            Class("area", "划定片区", "Area drawn", palette.MAP_INK),
        ),
        opacity=0.3,
        outline=palette.MAP_INK,
        outline_opacity=1,
        width=1.5,
    ),
)
