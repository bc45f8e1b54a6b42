"""What figures of places are told with: labels, what they cover, links to the items, a table."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from fastapi import Request

from api.links import absolute
from api.viewer import Viewer
from layers.registry import LAYERS
from layers.summaries import LABELS, Label, known

FAMILIES: Mapping[str, tuple[str, str]] = {
    "total": ("全部", "all"),
    "prohibition": ("九不准", "nine prohibitions"),
    "conduct": ("企业行为", "conduct"),
    "safety": ("安全", "safety"),
    "committee": ("业委会", "committee"),
    "public_management": ("小区公共管理", "public management"),
}
_COUNTS = {"total": ("总数", "found"), "proven": ("查实", "proven"), "open": ("未办结", "open")}
_RATES = {
    "violations": ("违规", "violations"),
    "violations_open": ("未办结违规", "open violations"),
    "orders_overdue": ("逾期整改", "overdue orders"),
}
_STARS = {"0": ("不达标", "substandard"), "unrated": ("未评定", "unrated")}

_COVERS: Mapping[str, tuple[str, str]] = {
    "public": (
        "公开数据：小区数、户数和有效星级，范围内全部小区",
        "public figures: compounds, households and effective stars of the whole place",
    ),
    "area": (
        "星级为范围内全部小区；其余仅含您辖区内的小区，见各日 covers",
        "stars are of the whole place; all else only of compounds in your own area, see covers",
    ),
    "company": (
        "星级为范围内全部小区；其余仅含贵公司服务的小区，违规仅含贵公司的",
        "stars are of the whole place; all else only of compounds your company serves, "
        "violations only its own",
    ),
    "agency": (
        "星级为范围内全部小区；违规仅含移交贵部门的",
        "stars are of the whole place; violations are only those passed to your agency",
    ),
    "inspector": (
        "星级为范围内全部小区；其余仅含您近期检查或将检查的小区",
        "stars are of the whole place; all else only of compounds you visit",
    ),
    "all": ("范围内全部小区", "everything in the place"),
}
_ALWAYS_PARTIAL = {"company", "agency"}


def labels(kind: str) -> dict[str, dict[str, Any]]:
    """The figures a kind of scope is told: names in both languages, rows of the list."""
    return {
        name: {"zh": one.zh, "en": one.en, "rows": list(one.rows)}
        for name, one in LABELS.items()
        if name in known(kind)
    }


def covers(viewer: Viewer, told: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What the figures are of; ``partial`` where scoped ones leave out some of what there is."""
    counts = [one["covers"] for one in told if "covers" in one]
    zh, en = _COVERS[viewer.kind]
    partial = viewer.kind in _ALWAYS_PARTIAL or any(one["compounds"] < one["of"] for one in counts)
    return {"scope": viewer.kind, "partial": partial, "zh": zh, "en": en}


def items(request: Request, level: str, code: str, as_of: str, kind: str) -> dict[str, Any]:
    """By figure the address of the items it counts, filtered by where compounds lie today."""

    def address(layer: str, **more: str) -> str:
        query = urlencode({f"{level}_code": code, "as_of": as_of, **more})
        return absolute(request, f"/collections/{layer}/items?{query}")

    found: dict[str, Any] = {
        "compounds": address("compounds"),
        "stars": {
            star: address("compounds", effective_star=star)
            for star in ("5", "4", "3", "2", "1", "0", "unrated")
        },
    }
    names = known(kind)
    if "key_targets" in names:
        found["key_targets"] = address("compounds", key_target="true")
        found["exit_cases"] = address("compounds", exit_case="true")
    for name, layer, more in (
        ("orders_overdue", "orders", {"overdue": "true"}),
        ("violations", "violations", {}),
        ("inspected", "inspections", {}),
    ):
        if name in names and LAYERS[layer].readable_by(kind):
            found[name] = address(layer, **more)
    return found


def table(
    told: Sequence[Mapping[str, Any]], linked: Mapping[str, Any]
) -> list[tuple[str, str, list[Any], str | None]]:
    """Rows of a page: Chinese, English, a value for each of the figures told, and a link."""
    rows: list[tuple[str, str, list[Any], str | None]] = []
    for name, label in LABELS.items():
        if not told or name not in told[0]:
            continue
        values = [one[name] for one in told]
        href = linked.get(name)
        if not isinstance(values[0], dict):
            rows.append((label.zh, label.en, values, href))
        elif name == "violations":
            rows += _violations(label, values, href)
        else:
            words = _STARS if name == "stars" else _RATES
            for key in values[0]:
                zh, en = words.get(key, (f"{key}星", f"{key} stars"))
                to = href.get(key) if isinstance(href, dict) else href
                rows.append(
                    (f"{label.zh}：{zh}", f"{label.en}: {en}", [one[key] for one in values], to)
                )
    if told and "covers" in told[0]:
        seen = [f"{one['covers']['compounds']} / {one['covers']['of']}" for one in told]
        rows.append(("所见小区", "Compounds covered by what is not public", seen, None))
    return rows


def _violations(
    label: Label, values: Sequence[Mapping[str, Any]], href: str | None
) -> list[tuple[str, str, list[Any], str | None]]:
    rows: list[tuple[str, str, list[Any], str | None]] = []
    for family, (zh, en) in FAMILIES.items():
        for key, (zh_of, en_of) in _COUNTS.items():
            counts = [one[family][key] for one in values]
            to = href
            if href is not None and family != "total":
                to = f"{href}&family={family}"
            rows.append((f"{label.zh}：{zh}，{zh_of}", f"{label.en}: {en}, {en_of}", counts, to))
    return rows
