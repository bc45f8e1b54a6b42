"""Residential compounds (住宅小区): what the public may know, with star and standing of the day."""

from layers.drawing import Drawing
from layers.filters import CITY_CODE, codes, flag, stars
from layers.layer import Filter, Layer, Property, read_sql
from layers.styles import palette
from layers.styles.style import Class, Style
from layers.temporal import Time

_STARS = (
    (5, "五", palette.STAR_5),
    (4, "四", palette.STAR_4),
    (3, "三", palette.STAR_3),
    (2, "二", palette.STAR_2),
)

COMPOUNDS = Layer(
    id="compounds",
    title="住宅小区",
    title_en="Compounds",
    description="住宅小区范围、物业服务企业、有效星级，是否重点整治对象、是否在清退",
    description_en="Residential compounds: who serves them, effective star, key targets, exits",
    features=read_sql(__file__),
    drawn=read_sql(__file__, "_drawn"),
    time=Time(
        "小区视为每日都在；状态为所问之日（时段则为其最后一日）的，范围、所在区划和名称为今日的",
        "A compound is taken to be there on every day: the state is that of the day asked for, or "
        "of the last day of an interval; outline, place and name are today's",
        "SELECT min(lower(valid)) FROM oversight.status_public",
    ),
    properties={
        "code": Property("string", "小区编号", "Compound code"),
        "name": Property("string", "名称", "Name"),
        "name_generated": Property("boolean", "名称系生成", "Name was generated"),
        "address": Property("string", "地址", "Address"),
        "city_code": Property("string", "城市代码", "City code"),
        "district_code": Property("string", "县（市）区代码", "District code"),
        "district_name": Property("string", "县（市）区", "District"),
        "street_code": Property("string", "街道代码", "Street code"),
        "street_name": Property("string", "街道（乡镇）", "Street"),
        "company_id": Property("integer", "物业服务企业编号", "Company id"),
        "company_name": Property("string", "物业服务企业", "Company"),
        "households": Property("integer", "户数", "Households"),
        "floor_area_m2": Property("number", "建筑面积（平方米）", "Floor area in m²"),
        "year_built": Property("integer", "建成年份", "Year built"),
        "area_m2": Property("number", "占地面积（平方米）", "Site area in m²"),
        "effective_star": Property(
            "integer", "有效星级（0为不达标）", "Effective star: rated less the ladder's reductions"
        ),
        "rung": Property("integer", "监管措施档次", "Rung of the ladder reached, 0 to 4"),
        "key_target": Property("boolean", "重点整治对象", "Key target"),
        "exit_case": Property("boolean", "清退", "Exit case"),
        "violations_open": Property("integer", "未办结违规", "Breaches that are not closed"),
        "violations_total": Property("integer", "违规总数", "Breaches found, but for revoked ones"),
        "orders_open": Property("integer", "未完成限期整改", "Rectification orders open"),
        "orders_overdue": Property("integer", "逾期限期整改", "Rectification orders overdue"),
        "hazards_open": Property("integer", "未消除隐患", "Hazards not cleared"),
        "last_inspected_on": Property("date", "上次检查", "Last inspection"),
        "next_inspection_on": Property("date", "下次检查", "Next inspection due"),
        "rated_star": Property("integer", "评定星级（0为不达标）", "Rated star; 0 is substandard"),
        "rating_round": Property("string", "评定轮次", "Rating round"),
        "rated_on": Property("date", "公布日期", "Published on"),
        "approximate": Property("boolean", "范围为示意", "Outline is only a circle about a point"),
        "synthetic": Property("boolean", "示例数据", "Made up for the sample"),
        "label_lon": Property("number", "注记点经度", "Longitude of the label point"),
        "label_lat": Property("number", "注记点纬度", "Latitude of the label point"),
    },
    filters={
        "city_code": CITY_CODE,
        "district_code": codes("district_code", 6, "District codes"),
        "street_code": codes("street_code", 9, "Street codes"),
        "effective_star": stars("effective_star", "Effective stars"),
        "rated_star": stars("rated_star", "Rated stars"),
        "key_target": flag("key_target", "Key targets (T5), or the others"),
        "exit_case": flag("exit_case", "With an exit case (T3, T5), or without"),
        "q": Filter(
            pattern=r"^[^\x00-\x1f]{1,50}$",
            sql=r"f.name ILIKE :q",
            description="Part of the name, 1 to 50 characters",
            kind="contains",
        ),
        "synthetic": flag("synthetic", "Made up for the sample, or not"),
    },
    drawn_attributes=(
        "name",
        "district_code",
        "street_code",
        "effective_star",
        "rated_star",
        "rung",
        "key_target",
        "exit_case",
        "synthetic",
    ),
    table="registry.compound",
    attribution="""
        SELECT '© OpenStreetMap contributors'
        WHERE EXISTS (SELECT FROM registry.compound
                      WHERE source = 'osm' AND source_ref IS NOT NULL)""",
    countable=(
        "effective_star",
        "rated_star",
        "rung",
        "key_target",
        "exit_case",
        "district_code",
        "street_code",
    ),
    min_zoom=5,
    max_zoom=16,
    outline_min_zoom=9,
    scoped=frozenset(
        {
            *("rung", "key_target", "exit_case", "violations_open", "violations_total"),
            *("orders_open", "orders_overdue", "hazards_open"),
            *("last_inspected_on", "next_inspection_on"),
        }
    ),
    style=Style(
        by="effective_star",
        classes=(
            *(Class(star, f"{word}星", f"{star} stars", colour) for star, word, colour in _STARS),
            Class(1, "一星", "1 star", palette.STAR_1),
            Class(0, "不达标", "Substandard", palette.STAR_0),
            Class(None, "未评定", "Unrated", palette.STAR_UNRATED),
        ),
        points_below=11,
        label="name",
        label_from=14.5,
    ),
    drawing=Drawing(
        key="compound_id",
        marks="registry.compound_mark",
        outlines="registry.compound_band",
        bands={10: "geom_10", 12: "geom_12", 14: "geom_14"},
        today="registry.compound_star",
        changing=("effective_star", "rated_star"),
        outdated="registry.compound_outdated",
        ever="""LEFT JOIN oversight.status_public AS p
                ON p.compound_id = m.compound_id AND p.valid @> CAST(:as_of AS date)""",
        scoped="""LEFT JOIN oversight.status AS u
                  ON u.compound_id = m.compound_id AND u.valid @> CAST(:as_of AS date)""",
        columns={
            **{name: f"p.{name}" for name in ("effective_star", "rated_star")},
            **{name: f"u.{name}" for name in ("rung", "key_target", "exit_case")},
        },
        cells="registry.compound_cell",
        celled=range(3, 9),
        counted=("district_code", "effective_star"),
        number="compounds",
        texts="registry.compound_geojson",
        shapes="SELECT id, geom FROM registry.compound WHERE superseded_at IS NULL",
        whole="registry.compound_feature",
        dated={
            **dict.fromkeys(
                ("effective_star", "rated_star", "company_id"), "oversight.status_public"
            ),
            **dict.fromkeys(
                (
                    *("rung", "key_target", "exit_case"),
                    *("orders_open", "orders_overdue", "hazards_open"),
                ),
                "oversight.status",
            ),
        },
    ),
    open_ended=("p", "u"),
)
