"""The reasons for which a cell cannot be read as its field's type."""

from typing import Any

from geo.imports.problems import Reason, reasons


class CellError(ValueError):
    """A cell cannot be read as its field's type; the reason's code, and what fills its sentence."""

    def __init__(self, code: str, **given: Any) -> None:
        """``code`` is that of a reason made known below."""
        super().__init__(code)
        self.code = code
        self.given = given


reasons(
    formula=Reason(
        zh="{title}是公式“{value}”，公式不会被计算；请改为数值后再导入",
        en="{title} is the formula “{value}”, and formulas are not computed; give its value",
    ),
    cell_error=Reason(
        zh="{title}是表格的错误值“{value}”；请改正公式，或填入数值",
        en="{title} is the spreadsheet's error “{value}”; mend the formula or give the value",
    ),
    digits_lost=Reason(
        zh="{title}“{value}”被表格当作数字，尾数已丢失；请把该列设为文本格式后重新填写",
        en="{title} “{value}” was stored as a number and lost its last digits; "
        "format the column as text and enter it again",
    ),
    not_a_number=Reason(
        zh="{title}“{value}”不是数字；请只填一个数，例如 1200",
        en="{title} “{value}” is not a number; give one number, such as 1200",
    ),
    wrong_unit=Reason(
        zh="{title}“{value}”的单位“{found}”不适用；应为{unit}，可以只填数字",
        en="{title} “{value}” has the unit “{found}”, which does not fit; "
        "it should be {unit}, or leave the unit out",
    ),
    not_whole=Reason(
        zh="{title}“{value}”不是整数；请填整数",
        en="{title} “{value}” is not a whole number; give a whole number",
    ),
    number_not_finite=Reason(
        zh="{title}“{value}”不是有限的数；请填实际数值，没有则留空",
        en="{title} “{value}” is not a finite number; give the figure, or leave the cell empty",
    ),
    not_a_date=Reason(
        zh="{title}“{value}”不是日期；请写成 2024-03-05 或 2024年3月5日",
        en="{title} “{value}” is not a date; write 2024-03-05 or 2024年3月5日",
    ),
    incomplete_date=Reason(
        zh="{title}“{value}”缺少{missing}；请写出年、月、日，例如 2024-03-05",
        en="{title} “{value}” lacks the {missing_en}; give year, month and day, such as 2024-03-05",
    ),
    ambiguous_date=Reason(
        zh="{title}“{value}”可以是 {one}，也可以是 {other}；请写成年-月-日",
        en="{title} “{value}” can be {one} as well as {other}; write year-month-day",
    ),
    short_year=Reason(
        zh="{title}“{value}”的年份只有两位；请写出四位年份，例如 2024-03-05",
        en="{title} “{value}” has a year of two digits; write all four, such as 2024-03-05",
    ),
    no_such_day=Reason(
        zh="{title}“{value}”在日历上不存在；请核对年、月、日",
        en="{title} “{value}” is not in the calendar; check year, month and day",
    ),
    date_out_of_range=Reason(
        zh="{title}“{value}”不在1900年至2100年之间；请核对年份",
        en="{title} “{value}” is not between 1900 and 2100; check the year",
    ),
    not_yes_or_no=Reason(
        zh="{title}“{value}”既不是“是”也不是“否”；请填是或否",
        en="{title} “{value}” is neither yes (是) nor no (否); give one of them",
    ),
    not_a_star=Reason(
        zh="{title}“{value}”不是一星至五星，也不是不达标；请填其中之一，例如三星",
        en="{title} “{value}” is not one of 1–5 or 不达标; give one of them, such as 3",
    ),
    not_in_list=Reason(
        zh="{title}“{value}”不在可选值之内；可填：{allowed}",
        en="{title} “{value}” is not one of {allowed_en}",
    ),
    not_a_coordinate=Reason(
        zh="{title}“{value}”读不出{title}；请填十进制度数（如 {example}）或度分秒，经纬度各一格",
        en="{title} “{value}” is not a {title_lower}; give decimal degrees (such as {example}) or "
        "degrees, minutes and seconds, longitude and latitude each in a cell of its own",
    ),
    credit_code_length=Reason(
        zh="{title}“{value}”有{length}位，应为18位；请按营业执照核对",
        en="{title} “{value}” has {length} characters, not 18; check it against the licence",
    ),
    credit_code_character=Reason(
        zh="{title}“{value}”第{position}位不能是“{character}”{hint}；请按营业执照核对",
        en="{title} “{value}” cannot have “{character}” as character {position}{hint_en}; "
        "check it against the licence",
    ),
    credit_code_check=Reason(
        zh="{title}“{value}”的校验码不符：末位应为“{expected}”；必有一位抄错，请按营业执照核对",
        en="{title} “{value}” fails its check: the last character should be “{expected}”; "
        "one of them is miscopied, check it against the licence",
    ),
)
