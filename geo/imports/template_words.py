"""What templates say, in Chinese and in English."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Words:
    """The fixed words of a template; ``columns`` are the headings of its sheet of notes."""

    language: Literal["zh", "en"]
    notes: str
    columns: tuple[str, ...]
    types: dict[str, str]
    yes: str
    no: str
    stars: tuple[str, ...]
    check: str
    one_of: str
    a_day: str
    between: str
    at_most: str
    eighteen: str
    pattern: str
    needs: str
    general: tuple[str, ...]


_ZH = Words(
    language="zh",
    notes="说明",
    columns=(
        "列名",
        "英文名",
        "字段",
        "必填",
        "类型",
        "可填的值",
        "单位",
        "说明",
        "示例",
        "也认得的列名",
    ),
    types={
        "text": "文字",
        "integer": "整数",
        "number": "数字",
        "date": "日期",
        "boolean": "是/否",
        "code": "选项",
        "star": "星级",
        "credit_code": "统一社会信用代码",
        "reference": "编号或名称",
        "longitude": "经度",
        "latitude": "纬度",
        "wkt": "WKT 图形",
    },
    yes="是",
    no="否",
    stars=("不达标", "一星", "二星", "三星", "四星", "五星"),
    check="请核对",
    one_of="请从列表中选：",
    a_day="请填日期，如 2024-03-05",
    between="请填 {} 至 {} 之间的数",
    at_most="最多 {} 个字",
    eighteen="统一社会信用代码为 18 位",
    pattern="格式：{}",
    needs="每行至少填一项：{}。",
    general=(
        "第 2 行灰色斜体是示例，导入时自动跳过；可以删掉，也可以直接改写成真实数据。",
        "带 * 的列必填。列可以删减、换序，列名可用“也认得的列名”中的任何一个；多出的列不读。",
        "日期也可写作 2024年3月5日、2024/3/5、20240305；只有年月的不收。",
        "数字可带千位逗号和单位；“—”“/”“无”“暂无”按空白处理。公式不计算，请粘贴为数值。",
        "有编号的行按编号认，重复导入同一文件不会重复入库。",
    ),
)

_EN = Words(
    language="en",
    notes="Notes",
    columns=(
        "Heading",
        "Chinese",
        "Field",
        "Required",
        "Type",
        "Allowed values",
        "Unit",
        "Note",
        "Example",
        "Also read as",
    ),
    types={
        "text": "text",
        "integer": "whole number",
        "number": "number",
        "date": "date",
        "boolean": "yes or no",
        "code": "choice",
        "star": "star",
        "credit_code": "unified social credit code",
        "reference": "number or name",
        "longitude": "longitude",
        "latitude": "latitude",
        "wkt": "WKT shape",
    },
    yes="yes",
    no="no",
    stars=("substandard", "1 star", "2 stars", "3 stars", "4 stars", "5 stars"),
    check="Please check",
    one_of="Choose one of: ",
    a_day="A date, such as 2024-03-05",
    between="A number from {} to {}",
    at_most="at most {} characters",
    eighteen="A unified social credit code has 18 characters",
    pattern="pattern: {}",
    needs="Every row gives at least one of: {}.",
    general=(
        "Row 2, in grey italics, is an example; the import passes over it. Delete it or write real "
        "data over it.",
        "Columns marked * are required. Others may be left out or moved, and may bear any of the "
        "headings listed; columns that are not known are not read.",
        "Dates may also be written 2024年3月5日, 2024/3/5 or 20240305; a month alone is refused.",
        "Numbers may have thousands separators and units; “—”, “/”, “无” and “N/A” count as empty. "
        "Formulas are not computed: paste their values.",
        "Rows with a number are known by it; importing a file again adds nothing twice.",
    ),
)

WORDS: dict[str, Words] = {"zh": _ZH, "en": _EN}

DATUMS = {
    "zh": (
        "坐标：导入时须用 --datum 说明所用坐标系，先经度后纬度：",
        "wgs84 —— GPS、OpenStreetMap；cgcs2000 —— 国家 2000 经纬度、天地图",
        "gcj02 —— 高德、腾讯地图（火星坐标）；bd09 —— 百度地图",
        "EPSG:n —— 国家 2000 投影坐标（米），如 EPSG:4513 至 4554；经度列填东坐标，纬度列填北坐标",
        "guess —— 不清楚时由程序与已有区界和小区比对，给出依据；依据不足时不写入",
    ),
    "en": (
        "Coordinates: longitude first; say at import, with --datum, what they are:",
        "wgs84: GPS, OpenStreetMap; cgcs2000: CGCS2000 degrees, Tianditu",
        "gcj02: Amap, Tencent (Mars coordinates); bd09: Baidu",
        "EPSG:n: projected CGCS2000, such as EPSG:4513 to 4554, in metres: easting as longitude, "
        "northing as latitude",
        "guess: compared with known lines and compounds, evidence shown; nothing is written where "
        "it does not suffice",
    ),
}
