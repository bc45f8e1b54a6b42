"""Districts (县、市、区): county-level units."""

from layers.filters import CITY_CODE, codes
from layers.layer import Layer, Property, believed_rows, read_sql
from layers.styles import palette
from layers.styles.style import Style
from layers.temporal import boundaries

_FEATURES = read_sql(__file__)

DISTRICTS = Layer(
    id="districts",
    title="县（市）区",
    title_en="Districts",
    description="县级行政区，界线为WGS 84坐标",
    description_en="County-level units; outlines in WGS 84",
    features=_FEATURES,
    drawn=read_sql(__file__, "_drawn"),
    believed=believed_rows(_FEATURES),
    time=boundaries("registry.district_boundary", "district_code"),
    properties={
        "code": Property("string", "区划代码", "GB/T 2260 code"),
        "name": Property("string", "名称", "Name"),
        "name_en": Property("string", "英文名称", "English name"),
        "city_code": Property("string", "城市代码", "City code"),
        "city_name": Property("string", "城市", "City"),
        "city_name_en": Property("string", "城市英文名称", "City in English"),
        "area_km2": Property("number", "面积（平方公里）", "Area in km²"),
        "synthetic": Property("boolean", "示例数据", "Made up for the sample"),
        "label_lon": Property("number", "注记点经度", "Longitude of the label point"),
        "label_lat": Property("number", "注记点纬度", "Latitude of the label point"),
    },
    filters={"code": codes("code", 6, "District codes"), "city_code": CITY_CODE},
    drawn_attributes=("code", "name", "name_en"),
    flat=True,
    table="registry.district_boundary",
    attribution="""
        SELECT DISTINCT concat_ws(' ', source, source_version) FROM registry.district_boundary
        WHERE superseded_at IS NULL AND NOT synthetic ORDER BY 1""",
    lines=True,
    style=Style(
        colour=palette.LAND,
        opacity=1,
        outline=palette.DISTRICT_LINE,
        outline_opacity=1,
        width=1.5,
        dashed=True,
        label="name",
        label_until=12.5,
        label_size=15,
    ),
)
