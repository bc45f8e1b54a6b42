"""Safety hazards (安全隐患) and whether they are gone (T9, T10)."""

from geo.models import codes
from layers.facts import NO_SOURCE, PLACED, PLACES, SYNTHETIC, TYPED, believed, drawn, readers
from layers.layer import Layer, Property, read_sql
from layers.styles import palette
from layers.styles.style import Class, Style
from layers.temporal import Time, since

_FEATURES = read_sql(__file__)

HAZARDS = Layer(
    id="hazards",
    title="安全隐患",
    title_en="Safety hazards",
    description="消防、电梯、燃气等安全隐患及消除期限",
    description_en="Hazards of fire, lifts, gas and more, with their deadlines",
    features=_FEATURES,
    drawn=drawn(_FEATURES),
    believed=believed(_FEATURES, "h"),
    time=Time(
        "自发现之日至消除之日",
        "From the day it was found to the day it was cleared",
        since("oversight.hazard", "found_on"),
        ends="h.cleared_on",
    ),
    resource="hazards",
    properties={
        "code": Property("string", "文书编号", "Number of the office"),
        **PLACED,
        **TYPED,
        "severity": Property("string", "程度", "Severity", codes.SEVERITIES),
        "found_on": Property("date", "发现日期", "Day it was found"),
        "due_on": Property("date", "消除期限", "Day by which it is to be gone"),
        "cleared_on": Property("date", "消除日期", "Day it was cleared"),
        "open": Property("boolean", "未消除", "Still there"),
        "overdue": Property("boolean", "逾期", "Past its deadline"),
        **SYNTHETIC,
    },
    filters=PLACES,
    drawn_attributes=("compound_id", "type_code", "severity", "open", "overdue"),
    table="registry.compound",
    attribution=NO_SOURCE,
    countable=("severity", "type_code", "open", "overdue", "district_code", "street_code"),
    min_zoom=5,
    max_zoom=16,
    geometry="point",
    readers=readers("oversight.hazard"),
    style=Style(
        by="severity",
        classes=(
            Class("serious", "严重", "Serious", palette.STAR_1),
            Class("general", "一般", "General", palette.STAR_2),
            Class("minor", "轻微", "Minor", palette.STAR_3),
            Class(None, "未定", "Not told", palette.STAR_UNRATED),
        ),
    ),
)
