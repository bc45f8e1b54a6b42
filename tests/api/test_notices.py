"""T14: the notices of a street over HTTP and by ``atlas notice``: a page a compound, in order."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from pypdf import PdfReader
from sqlalchemy import Engine, text

from api.routes.notices import MOST_NOTICES
from tests.api import register
from tests.command import atlas
from tests.people import client_of
from tests.support import served

STREET, FULL, LARGE = "649904001", "649904002", "649904003"
NAMES = ["A园", "B园", "C园"]
"""Of the street's compounds, in the order of their notices."""
POINTS_TO_MM = 25.4 / 72
PAPER = {"A4": (210, 297), "A3": (297, 420)}

_RENAMED = """
    UPDATE registry.compound AS c SET name = n.name
    FROM (VALUES (1, 'C园'), (2, 'A园'), (3, 'B园')) AS n (id, name) WHERE n.id = c.id;
    INSERT INTO registry.street (code, district_code, city_code, name, kind)
    VALUES ('649904002', '649904', '649900', '解放街街道', 'subdistrict'),
           ('649904003', '649904', '649900', '北京路街道', 'subdistrict');
    INSERT INTO oversight.jurisdiction (city_code, agency_id, role, level, family, valid)
    SELECT '649900', 3, role, 'city', 'safety', '[2020-01-01,)'
    FROM (VALUES ('accept'), ('enforce')) AS r (role);
"""
_FILLED = text("""
    INSERT INTO registry.compound
        (id, city_code, code, name, district_code, street_code, geom, source)
    SELECT :first + number, '649900', 'L' || :first + number, '大' || number, '649904', :street,
           ST_Multi(ST_MakeEnvelope(106.2, 38.4, 106.202, 38.402, 4326)), 'office'
    FROM generate_series(1, :many) AS number
""")


@pytest.fixture(scope="module")
def city(database: Engine) -> Engine:
    """Streets of three compounds, of as many as are printed at once, and of one more."""
    register.found(database)
    with database.begin() as connection:
        connection.execute(text(_RENAMED))
        for first, street, many in ((1000, FULL, MOST_NOTICES), (2000, LARGE, MOST_NOTICES + 1)):
            connection.execute(_FILLED, {"first": first, "street": street, "many": many})
    return database


@pytest.fixture(scope="module")
def anybody(city: Engine) -> Iterator[httpx.Client]:
    with served(city) as service, client_of(service.url, None) as client:
        yield client


def names_on(pdf: bytes, size: str) -> list[str]:
    """The compounds named on the pages, one a page, after a look at the paper."""
    found = []
    for page in PdfReader(io.BytesIO(pdf)).pages:
        box = page.mediabox
        paper = [float(one) * POINTS_TO_MM for one in (box.width, box.height)]
        assert paper == pytest.approx(PAPER[size], abs=0.5)
        (name,) = {name for name in NAMES if name in re.sub(r"\s+", "", page.extract_text())}
        found.append(name)
    return found


@pytest.mark.parametrize("size", PAPER)
def test_a_street_has_a_page_for_each_compound_in_order_of_name(
    anybody: httpx.Client, size: str
) -> None:
    answer = anybody.get(f"/streets/{STREET}/notices", params={"size": size})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert (
        answer.headers["content-disposition"] == f'inline; filename="notices-{STREET}-{size}.pdf"'
    )
    assert names_on(answer.content, size) == NAMES


def test_one_compound_has_its_notice_on_a3(anybody: httpx.Client) -> None:
    answer = anybody.get("/compounds/2/notice", params={"size": "A3"})
    assert answer.headers["content-disposition"] == 'inline; filename="notice-2-A3.pdf"'
    assert names_on(answer.content, "A3") == ["A园"]
    page = anybody.get("/compounds/2/notice", params={"size": "A3", "f": "html"}).text
    assert "size: A3" in page


def test_as_a_page_a_street_has_the_same_notices_in_the_same_order(anybody: httpx.Client) -> None:
    page = anybody.get(f"/streets/{STREET}/notices", params={"f": "html"}).raise_for_status().text
    assert [name for name in re.findall("[ABC]园", page) if name in NAMES] == NAMES
    assert page.count("市公安局") == len(NAMES)


@pytest.mark.parametrize("form", ["pdf", "html"])
def test_more_than_are_printed_at_once_are_refused_with_the_way_out(
    anybody: httpx.Client, form: str
) -> None:
    answer = anybody.get(f"/streets/{LARGE}/notices", params={"f": form})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    for told in (str(MOST_NOTICES + 1), str(MOST_NOTICES), f"atlas notice --street {LARGE}"):
        assert told in answer.json()["detail"]


def test_as_many_as_are_printed_at_once_are(anybody: httpx.Client) -> None:
    page = anybody.get(f"/streets/{FULL}/notices", params={"f": "html"}).raise_for_status()
    assert page.text.count("市公安局") == MOST_NOTICES


@pytest.mark.parametrize(
    ("path", "status", "parameter"),
    [
        ("/streets/649904999/notices", 404, None),
        ("/streets/6499/notices", 400, "street_code"),
        (f"/streets/{STREET}/notices?size=A5", 400, "size"),
        (f"/streets/{STREET}/notices?f=png", 400, "f"),
        ("/compounds/99/notice?size=A3", 404, None),
    ],
)
def test_what_cannot_be_printed_says_why(
    anybody: httpx.Client, path: str, status: int, parameter: str | None
) -> None:
    answer = anybody.get(path)
    assert (answer.status_code, answer.json().get("parameter")) == (status, parameter), answer.text


@pytest.mark.parametrize("size", PAPER)
def test_the_command_writes_a_street_s_notices(city: Engine, tmp_path: Path, size: str) -> None:
    out = tmp_path / "street.pdf"
    url = city.url.render_as_string(hide_password=False)
    done = atlas("notice", str(out), "--street", STREET, "--size", size, database_url=url)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"3 notices written to {out}\n"
    assert names_on(out.read_bytes(), size) == NAMES


def test_the_command_writes_what_is_too_much_for_one_request(city: Engine, tmp_path: Path) -> None:
    out = tmp_path / "street.html"
    url = city.url.render_as_string(hide_password=False)
    done = atlas("notice", str(out), "--street", LARGE, database_url=url)
    assert done.stdout == f"{MOST_NOTICES + 1} notices written to {out}\n"
    assert out.read_text("utf-8").count("市公安局") == MOST_NOTICES + 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("a.pdf",), "name compounds with --compound, or a street with --street"),
        (
            ("a.pdf", "--street", STREET, "--compound", "1"),
            "name compounds with --compound, or a street with --street",
        ),
        (("a.pdf", "--street", "649904999"), "there is no compound in a street 649904999"),
        (("a.pdf", "--street", STREET, "--size", "A5"), "--size A5: A4 or A3"),
        (("a.txt", "--street", STREET), "a.txt: the name must end with .pdf or .html"),
    ],
)
def test_the_command_says_what_is_wrong(
    city: Engine, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    name, *rest = arguments
    url = city.url.render_as_string(hide_password=False)
    done = atlas("notice", str(tmp_path / name), *rest, database_url=url)
    assert done.returncode == 1
    assert done.stderr.endswith(f"{said}\n")
    assert not list(tmp_path.iterdir())
