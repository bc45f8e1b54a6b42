"""Communities (社区) and villages: what a street is divided into."""

from geo.models import codes as kinds
from layers.filters import CITY_CODE, codes
from layers.layer import Layer, Property, believed_rows, read_sql
from layers.styles import palette
from layers.styles.style import Style
from layers.temporal import boundaries

_FEATURES = read_sql(__file__)

COMMUNITIES = Layer(
    id="communities",
    title="社区（村）",
    title_en="Communities",
    description="社区居委会、村委会的范围",
    description_en="What residents' and villagers' committees cover",
    features=_FEATURES,
    drawn=read_sql(__file__, "_drawn"),
    believed=believed_rows(_FEATURES),
    time=boundaries("registry.community_boundary", "community_code"),
    properties={
        "code": Property("string", "区划代码", "Code"),
        "name": Property("string", "名称", "Name"),
        "kind": Property("string", "类别", "Community or village", kinds.COMMUNITY_KINDS),
        "street_code": Property("string", "街道代码", "Street code"),
        "street_name": Property("string", "街道（乡镇）", "Street"),
        "district_code": Property("string", "县（市）区代码", "District code"),
        "city_code": Property("string", "城市代码", "City code"),
        "area_km2": Property("number", "面积（平方公里）", "Area in km²"),
        "synthetic": Property("boolean", "示例数据", "Made up for the sample"),
    },
    filters={
        "city_code": CITY_CODE,
        "district_code": codes("district_code", 6, "District codes"),
        "street_code": codes("street_code", 9, "Street codes"),
    },
    drawn_attributes=("code", "name", "street_code"),
    table="registry.community_boundary",
    attribution="""
        SELECT DISTINCT concat_ws(' ', source, source_version) FROM registry.community_boundary
        WHERE superseded_at IS NULL AND NOT synthetic ORDER BY 1""",
    min_zoom=8,
    style=Style(
        opacity=0,
        outline=palette.STREET_LINE,
        outline_opacity=1,
        width=0.5,
        dashed=True,
        label="name",
        label_from=13,
        label_colour=palette.MAP_INK_QUIET,
    ),
)
