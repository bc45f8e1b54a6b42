"""Complaints (投诉), without anything about who complained (T8)."""

from geo.models import codes
from layers.facts import NO_SOURCE, PLACED, PLACES, SYNTHETIC, TYPED, believed, drawn, readers
from layers.layer import Layer, Property, read_sql
from layers.styles import palette
from layers.styles.style import Class, Style
from layers.temporal import Time, since

_FEATURES = read_sql(__file__)

COMPLAINTS = Layer(
    id="complaints",
    title="投诉",
    title_en="Complaints",
    description="业主和居民的投诉，不含投诉人信息",
    description_en="Complaints of owners and residents, without who complained",
    features=_FEATURES,
    drawn=drawn(_FEATURES),
    believed=believed(_FEATURES, "m"),
    time=Time(
        "自收到之日至办结之日",
        "From the day it was received to the day it was closed",
        since("oversight.complaint", "received_on"),
        ends="m.closed_on",
    ),
    resource="complaints",
    properties={
        "code": Property("string", "文书编号", "Number of the office"),
        **PLACED,
        **TYPED,
        "subject": Property("string", "投诉对象", "Whom it is about", codes.COMPLAINT_SUBJECTS),
        "channel": Property("string", "渠道", "How it came", codes.COMPLAINT_CHANNELS),
        "received_on": Property("date", "收到日期", "Day it was received"),
        "due_on": Property("date", "办理期限", "Day by which it is to be closed"),
        "closed_on": Property("date", "办结日期", "Day it was closed"),
        "upheld": Property("boolean", "是否属实", "Whether it was upheld"),
        "open": Property("boolean", "未办结", "Still open"),
        **SYNTHETIC,
    },
    filters=PLACES,
    drawn_attributes=("compound_id", "subject", "open"),
    table="registry.compound",
    attribution=NO_SOURCE,
    countable=("subject", "channel", "open", "district_code", "street_code"),
    min_zoom=5,
    max_zoom=16,
    geometry="point",
    placed=False,
    readers=readers("oversight.complaint"),
    style=Style(
        by="open",
        classes=(
            Class(True, "未办结", "Still open", palette.ACCENT),
            Class(False, "已办结", "Closed", palette.STAR_UNRATED),
        ),
    ),
)
