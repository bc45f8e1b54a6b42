"""Rectification orders (限期整改), open and overdue as the rules say (T3)."""

from layers.facts import NO_SOURCE, PLACED, PLACES, SYNTHETIC, believed, drawn, readers
from layers.layer import Layer, Property, read_sql
from layers.styles import palette
from layers.styles.style import Class, Style
from layers.temporal import Time, since

_FEATURES = read_sql(__file__)

ORDERS = Layer(
    id="orders",
    title="限期整改",
    title_en="Rectification orders",
    description="责令限期整改及其期限",
    description_en="Orders to put something right, and their deadlines",
    features=_FEATURES,
    drawn=drawn(_FEATURES),
    believed=believed(_FEATURES, "o"),
    time=Time(
        "自下达之日至报告完成或撤回之日",
        "From the day it was issued to the day it was reported done or withdrawn",
        since("oversight.rectification_order", "issued_on"),
        ends="LEAST(COALESCE(later.done_on, o.done_on), o.withdrawn_on)",
    ),
    resource="orders",
    properties={
        "code": Property("string", "文书编号", "Number of the office"),
        **PLACED,
        "violation_id": Property("integer", "违规编号", "Violation id"),
        "company_id": Property("integer", "物业服务企业编号", "Company id"),
        "company_name": Property("string", "物业服务企业", "Company"),
        "issued_on": Property("date", "下达日期", "Day it was issued"),
        "due_on": Property("date", "整改期限", "Deadline, as extended"),
        "done_on": Property("date", "报告完成日期", "Day it was reported done"),
        "accepted_on": Property("date", "验收日期", "Day it was accepted"),
        "withdrawn_on": Property("date", "撤回日期", "Day it was withdrawn"),
        "open": Property("boolean", "未完成", "Still open"),
        "overdue": Property("boolean", "逾期", "Past its deadline"),
        **SYNTHETIC,
    },
    filters=PLACES,
    drawn_attributes=("compound_id", "open", "overdue"),
    table="registry.compound",
    attribution=NO_SOURCE,
    countable=("open", "overdue", "district_code", "street_code"),
    min_zoom=5,
    max_zoom=16,
    geometry="point",
    readers=readers("oversight.rectification_order"),
    style=Style(
        by="overdue",
        classes=(
            Class(True, "逾期", "Past its deadline", palette.DANGER),
            Class(False, "未逾期", "Not overdue", palette.ACCENT),
        ),
    ),
)
