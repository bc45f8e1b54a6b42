"""Self-government (业主自治): committees, management committees and the pilots (T11, T12, T15)."""

from geo.models import codes
from layers.facts import NO_SOURCE, PLACED, PLACES, SYNTHETIC, believed, drawn, readers
from layers.layer import Layer, Property, read_sql
from layers.styles import palette
from layers.styles.style import Class, Style
from layers.temporal import Time

_RECORDED = read_sql(__file__)
_FEATURES = f"{_RECORDED}\nUNION ALL\n{read_sql(__file__, '_acting')}"

SELF_GOVERNMENT = Layer(
    id="self-government",
    title="业主自治",
    title_en="Self-government",
    description="业委会、物管会或社区代行（含未登记而依规则代行的），及物管会试点",
    description_en="Owners' committees, management committees or the community acting, where that "
    "is recorded and where it follows from the rules; pilots",
    features=_FEATURES,
    drawn=drawn(_FEATURES),
    believed=believed(_RECORDED, "k"),
    time=Time(
        "组织存续之日；未登记的社区代行，为小区状态如此之日",
        "The days on which the body is there; where the community acts unrecorded, those on which "
        "the compound's status says so",
        """SELECT min(first) FROM (
               SELECT min(lower(valid)) FROM registry.committee WHERE superseded_at IS NULL
               UNION ALL
               SELECT min(lower(valid)) FROM oversight.status
               WHERE self_government = 'community_acting'
           ) AS days (first)""",
        spans=("k", "s", "n"),
    ),
    resource="committees",
    properties={
        "code": Property("string", "文书编号", "Number of the office"),
        **PLACED,
        "kind": Property("string", "形式", "Form", codes.SELF_GOVERNMENT_KINDS),
        "pilot": Property("boolean", "物管会试点", "Pilot"),
        "members_count": Property("integer", "委员人数", "Members"),
        "party_members_count": Property("integer", "党员人数", "Party members"),
        "term_from": Property("date", "任期开始", "Term from"),
        "term_until": Property("date", "任期届满", "Term until"),
        "term_over": Property("boolean", "任期已满", "Term is over"),
        "filed_on": Property("date", "备案日期", "Day it was filed"),
        "funds_published_on": Property("date", "经费公布日期", "Day its funds were published"),
        **SYNTHETIC,
    },
    filters=PLACES,
    drawn_attributes=("compound_id", "kind", "pilot", "term_over"),
    table="registry.compound",
    attribution=NO_SOURCE,
    countable=("kind", "pilot", "term_over", "district_code", "street_code"),
    min_zoom=5,
    max_zoom=16,
    geometry="point",
    open_ended=("s",),
    readers=readers("registry.committee"),
    style=Style(
        by="kind",
        classes=(
            Class("committee", "业主委员会", "Owners' committee", palette.ACCENT),
            Class("pmc", "物业管理委员会", "Property management committee", palette.GOOD),
            Class("community_acting", "社区代行", "Community acting", palette.STAR_2),
        ),
    ),
)
