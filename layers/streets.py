"""Streets (街道、镇、乡): township-level units inside a district."""

from layers.filters import CITY_CODE, codes
from layers.layer import Layer, Property, believed_rows, read_sql
from layers.styles import palette
from layers.styles.style import Style
from layers.temporal import boundaries

_FEATURES = read_sql(__file__)

STREETS = Layer(
    id="streets",
    title="街道（乡镇）",
    title_en="Streets",
    description="乡级行政区；界线如为示例数据，由程序划分，不是法定界线",
    description_en="Township-level units; synthetic outlines are computed, not the legal ones",
    features=_FEATURES,
    drawn=read_sql(__file__, "_drawn"),
    believed=believed_rows(_FEATURES),
    time=boundaries("registry.street_boundary", "street_code"),
    properties={
        "code": Property("string", "区划代码", "GB/T 10114 code"),
        "name": Property("string", "名称", "Name"),
        "kind": Property("string", "类别", "Kind: subdistrict, town, township or other"),
        "district_code": Property("string", "县（市）区代码", "District code"),
        "district_name": Property("string", "县（市）区", "District"),
        "city_code": Property("string", "城市代码", "City code"),
        "area_km2": Property("number", "面积（平方公里）", "Area in km²"),
        "synthetic": Property("boolean", "示例数据", "Made up for the sample"),
        "label_lon": Property("number", "注记点经度", "Longitude of the label point"),
        "label_lat": Property("number", "注记点纬度", "Latitude of the label point"),
    },
    filters={
        "code": codes("code", 9, "Street codes"),
        "district_code": codes("district_code", 6, "District codes"),
        "city_code": CITY_CODE,
    },
    drawn_attributes=("code", "name", "district_code"),
    # Before, most are smaller than ten pixels, and a country has thousands in a tile.
    min_zoom=7,
    flat=True,
    table="registry.street_boundary",
    attribution="""
        SELECT DISTINCT concat_ws(' ', source, source_version) FROM registry.street_boundary
        WHERE superseded_at IS NULL AND NOT synthetic ORDER BY 1""",
    style=Style(
        opacity=0,
        outline=palette.STREET_LINE,
        outline_opacity=1,
        label="name",
        label_from=11,
        label_until=15,
        label_colour=palette.MAP_INK_QUIET,
    ),
)
