"""T14: the poster is one page, in type as large as fits, and says what the notice says."""

import io
import re
import subprocess
import sys
from datetime import date

import pytest
from pypdf import PdfReader

from geo.errors import AtlasError
from oversight.notice import poster, press
from oversight.notice.contents import Entry, Head, Notice, Power, Supplier
from oversight.policy import load

ADDRESS = "https://xiaoqu.example.cn/#compound=1"
TYPES = load().violations
POINTS_TO_MM = 25.4 / 72


def _entry(number: int, **more: object) -> Entry:
    plain = Entry(
        agency_id=number,
        kind="police",
        name=f"第{number}公安分局",
        level="county",
        powers=(Power("accept", ("safety",), ()), Power("enforce", (), TYPES[:3])),
        hotlines=(f"0951-00000{number:02}",),
        legal_bases=("《物业管理条例》第六十条",),
        areas=(),
        presence=None,
    )
    return plain._replace(**more)


def _notice(agencies: int, **more: object) -> Notice:
    head = Head(1, "C1", "翠湖府三期", "640100", "银川市", "兴庆区", "凤凰北街街道", None, None,
                synthetic=False, company="安居物业")  # fmt: skip
    plain = Notice(
        head=head,
        as_of=date(2026, 6, 1),
        entries=tuple(_entry(number) for number in range(1, agencies + 1)),
        suppliers=(Supplier("water", "自来水公司", "0951-96968"),),
        answers=(),
    )
    return plain._replace(**more)


def _crowded(agencies: int) -> Notice:
    """Agencies that each answer for nine kinds of breach."""
    plain = _notice(agencies)
    powers = (Power("enforce", (), TYPES[:8]), Power("accept", ("safety",), ()))
    return plain._replace(entries=tuple(one._replace(powers=powers) for one in plain.entries))


def _read(notices: list[Notice], size: poster.Size = "A4") -> PdfReader:
    return PdfReader(io.BytesIO(poster.pdf(notices, [ADDRESS] * len(notices), size)))


@pytest.mark.parametrize(("size", "width", "height"), [("A4", 210, 297), ("A3", 297, 420)])
def test_many_agencies_fit_one_page(size: poster.Size, width: float, height: float) -> None:
    (page,) = _read([_crowded(16)], size).pages
    assert float(page.mediabox.width) * POINTS_TO_MM == pytest.approx(width, abs=0.5)
    assert float(page.mediabox.height) * POINTS_TO_MM == pytest.approx(height, abs=0.5)


def test_more_than_a_page_takes_in_readable_type_goes_on_overleaf() -> None:
    said = "".join(page.extract_text() for page in _read([_crowded(40)]).pages)
    for number in range(1, 41):
        assert f"第{number}公安分局" in re.sub(r"\s+", "", said)


def test_fewer_agencies_stand_in_larger_type() -> None:
    few, many = (_largest_type(_read([_notice(number)])) for number in (2, 20))
    assert few > many


def test_it_says_agencies_powers_hotlines_and_suppliers() -> None:
    said = re.sub(r"\s+", "", _read([_notice(2)]).pages[0].extract_text())
    for word in (
        "管理责任清单",
        "翠湖府三期",
        "安居物业",
        "第2公安分局",
        "受理安全生产",
        TYPES[0].name,
    ):
        assert word in said
    for word in ("0951-0000002", "自来水公司", "0951-96968", "2026-06-01", "第六十条"):
        assert word in said
    assert "示例数据" not in said


def test_an_invented_compound_is_marked() -> None:
    invented = _notice(1)
    invented = invented._replace(head=invented.head._replace(synthetic=True))
    assert "示例数据" in poster.html([invented], [ADDRESS])


def test_a_street_has_a_page_for_each_compound_in_order() -> None:
    names = ["甲小区", "乙小区", "丙小区"]
    found = [_notice(number) for number in (3, 12, 3)]
    found = [
        one._replace(head=one.head._replace(name=name))
        for one, name in zip(found, names, strict=True)
    ]
    pages = _read(found).pages
    assert len(pages) == 3
    for page, name in zip(pages, names, strict=True):
        assert name in page.extract_text()


def test_what_offices_wrote_is_text_never_markup() -> None:
    sly = _notice(0, entries=(_entry(1, name="<script>alert(1)</script>", hotlines=("<b>1</b>",)),))
    page = poster.html([sly], [ADDRESS])
    assert "<script" not in page
    assert "<b>1</b>" not in page
    assert "&lt;script&gt;" in page


def test_the_page_loads_nothing_from_elsewhere() -> None:
    page = poster.html([_notice(2)], [ADDRESS])
    assert not re.search(r"(src|href)\s*=|url\(|@import", page.replace("http://www.w3.org", ""))
    with pytest.raises(ValueError, match="nothing outside itself"):
        press._nothing("file:///etc/passwd")


def test_a_compound_without_agencies_says_so() -> None:
    assert "尚未登记本小区的管辖部门" in poster.html([_notice(0)], [ADDRESS])


def test_nothing_to_print_is_told() -> None:
    with pytest.raises(AtlasError, match="no notice"):
        poster.pdf([], [])


def test_the_press_runs_as_a_program_and_tells_what_is_wrong() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "oversight.notice.press"],
        input=b'{"sheets": [], "size": "A4"}',
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.decode().strip() == "there is no notice to print"


def _largest_type(reader: PdfReader) -> float:
    """The largest size of type on the first page, in points."""
    sizes: set[float] = set()

    def seen(_text: str, _cm: object, matrix: list[float], _font: object, size: float) -> None:
        sizes.add(abs(size * matrix[3]))

    reader.pages[0].extract_text(visitor_text=seen)
    return max(sizes)
