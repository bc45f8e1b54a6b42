"""Leads (线索): what somebody reported and an office has still to look into (T3)."""

from geo.models import codes
from layers.facts import NO_SOURCE, PLACED, PLACES, SYNTHETIC, TYPED, believed, drawn, readers
from layers.layer import Layer, Property, read_sql
from layers.styles import palette
from layers.styles.style import Class, Style
from layers.temporal import Time, since

_FEATURES = read_sql(__file__)

LEADS = Layer(
    id="leads",
    title="线索",
    title_en="Leads",
    description="尚待查实的线索",
    description_en="Reports that are to be looked into",
    features=_FEATURES,
    drawn=drawn(_FEATURES),
    believed=believed(_FEATURES, "l"),
    time=Time(
        "自报告之日至处理之日",
        "From the day it was reported to the day it was decided",
        since("oversight.lead", "reported_on"),
        ends="l.decided_on",
    ),
    resource="leads",
    properties={
        **PLACED,
        **TYPED,
        "reporter_kind": Property("string", "报告方", "Who reported it", codes.REPORTER_KINDS),
        "reported_on": Property("date", "报告日期", "Day it was reported"),
        "decided_on": Property("date", "处理日期", "Day it was decided"),
        "outcome": Property("string", "处理结果", "Outcome", codes.LEAD_OUTCOMES),
        "open": Property("boolean", "待处理", "Still open"),
        **SYNTHETIC,
    },
    filters=PLACES,
    drawn_attributes=("compound_id", "type_code", "open"),
    table="registry.compound",
    attribution=NO_SOURCE,
    countable=("outcome", "reporter_kind", "open", "district_code", "street_code"),
    min_zoom=5,
    max_zoom=16,
    geometry="point",
    readers=readers("oversight.lead"),
    style=Style(
        by="open",
        classes=(
            Class(True, "待处理", "Still open", palette.ACCENT),
            Class(False, "已处理", "Decided", palette.STAR_UNRATED),
        ),
    ),
)
