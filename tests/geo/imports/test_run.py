"""One file is one transaction: facts, or the reason row by row why not."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, create_engine, event, text

from geo import bulk, crs
from geo.errors import AtlasError, RefusedError
from geo.imports import quarantine
from geo.imports.options import Options
from geo.imports.problems import REASONS
from geo.imports.run import run
from tests.geo.imports import files
from tests.geo.imports.imported import counts, rows


def test_a_file_imported_twice_changes_nothing(engine: Engine, tmp_path: Path) -> None:
    path = files.vector(tmp_path / "a.gpkg")
    first = run(engine, "compounds", path)
    assert (first.read, first.new, first.review, first.rejected) == (3, 3, 0, 0)
    before = counts(engine)
    again = run(engine, "compounds", path)
    assert (again.new, again.updated, again.unchanged) == (0, 0, 3)
    events = before["audit.event"] + 1
    assert counts(engine) == {**before, "imports.file": 2, "audit.event": events}


def test_a_complaint_is_due_by_what_is_told_of_its_city(engine: Engine, tmp_path: Path) -> None:
    run(engine, "compounds", files.vector(tmp_path / "a.gpkg"))
    path = tmp_path / "b.csv"
    path.write_text(f"小区,收到日期\n{files.CODES[0]},2025-03-01\n", "utf-8")
    told = {"640100": 7}
    report = run(engine, "complaints", path, complaint_days=told.__getitem__)
    assert report.new == 1, report.examples
    due = rows(engine, "SELECT due_on::text FROM oversight.complaint")
    assert [tuple(one) for one in due] == [("2025-03-08",)]


@pytest.mark.parametrize("suffix", [".gpkg", ".fgb", ".parquet", ".geojson", ".kml", ".geojsonl"])
def test_every_spatial_format_gives_the_same_compounds(
    engine: Engine, tmp_path: Path, suffix: str
) -> None:
    report = run(engine, "compounds", files.vector(tmp_path / f"a{suffix}"), Options(datum="wgs84"))
    assert (report.new, report.rejected, report.review) == (3, 0, 0)
    found = rows(
        engine,
        "SELECT code, name, households, round(ST_XMin(geom)::numeric, 6)"
        " FROM registry.compound ORDER BY code",
    )
    assert [row[:3] for row in found] == list(
        zip(files.CODES, files.NAMES, (100, 200, 300), strict=True)
    )
    assert [float(row[3]) for row in found] == [round(box.bounds[0], 6) for box in files.boxes()]


def test_without_a_declared_datum_the_import_stops_and_asks(engine: Engine, tmp_path: Path) -> None:
    before = counts(engine)
    with pytest.raises(AtlasError, match=r"does not say which datum .* --datum"):
        run(engine, "compounds", files.vector(tmp_path / "a.geojson"))
    assert counts(engine) == before


@pytest.mark.parametrize("datum", ["gcj02", "bd09", "EPSG:4523"])
def test_coordinates_of_another_datum_are_brought_to_wgs84(
    engine: Engine, tmp_path: Path, datum: str
) -> None:
    moved = files.compounds()
    moved.geometry = list(crs.from_wgs84(moved.geometry.to_numpy(), datum))
    path = files.vector(tmp_path / "a.geojson", moved.set_crs(None, allow_override=True))
    report = run(engine, "compounds", path, Options(datum=datum))
    assert (report.new, report.datum) == (3, datum)
    (found,) = rows(
        engine,
        "SELECT max(ST_HausdorffDistance(geom, ST_GeomFromText(:wkt, 4326)))"
        " FROM registry.compound WHERE code = :code",
        wkt=files.boxes()[0].wkt,
        code=files.CODES[0],
    )
    assert found[0] < 1e-7


def test_a_guessed_datum_shows_its_evidence_first(engine: Engine, tmp_path: Path) -> None:
    run(engine, "compounds", files.vector(tmp_path / "a.gpkg"))
    moved = files.compounds()
    moved.geometry = list(crs.from_wgs84(moved.geometry.to_numpy(), "gcj02"))
    path = files.vector(tmp_path / "mars.geojson", moved.set_crs(None, allow_override=True))
    shown: list[tuple[str | None, int]] = []

    def confirm(evidence: Any) -> bool:
        shown.append((evidence.best, counts(engine)["registry.compound"]))
        return True

    report = run(engine, "compounds", path, Options(datum="guess"), confirm=confirm)
    assert shown == [("gcj02", 3)]
    assert report.datum == "gcj02"
    assert report.unchanged + report.updated == 3
    assert any("gcj02" in line or "GCJ" in line for line in report.evidence)


def test_a_guess_without_evidence_stops(engine: Engine, tmp_path: Path) -> None:
    before = counts(engine)
    with pytest.raises(AtlasError, match="could not be settled"):
        run(engine, "compounds", files.vector(tmp_path / "a.geojson"), Options(datum="guess"))
    assert counts(engine) == before


def test_swapped_coordinates_are_named_not_mended(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("小区名称,经度,纬度\n阳光,38.482,106.202\n月光,106.3,38.47\n", "utf-8")
    report = run(engine, "compounds", path, Options(datum="wgs84"))
    assert (report.new, report.rejected, dict(report.reasons)) == (1, 1, {"swapped": 1})
    held = rows(engine, "SELECT reason_zh, reason_en FROM imports.finding")
    assert "颠倒" in held[0][0] or "对调" in held[0][0]
    assert "swapped" in held[0][1] or "exchange" in held[0][1]


def test_a_point_becomes_a_circle_that_is_marked(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("小区名称,经度,纬度\n月光,106.3,38.47\n", "utf-8")
    run(engine, "compounds", path, Options(datum="wgs84"))
    ((approximate, area),) = rows(engine, "SELECT approximate, area_m2 FROM registry.compound")
    assert approximate
    assert 4_900 < area < 5_100


def test_a_dry_run_leaves_nothing_behind(engine: Engine, tmp_path: Path) -> None:
    before = counts(engine)
    report = run(engine, "compounds", files.vector(tmp_path / "a.gpkg"), Options(dry_run=True))
    assert (report.state, report.new) == ("dry_run", 3)
    assert counts(engine) == before


def test_too_many_errors_refuse_the_facts_but_keep_the_reasons(
    engine: Engine, tmp_path: Path
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("企业名称,统一社会信用代码\n甲,1\n乙,91640100MA7K3X1P07\n", "utf-8")
    report = run(engine, "companies", path, Options(max_errors=0))
    assert (report.state, report.rejected) == ("refused", 1)
    found = counts(engine)
    assert (found["registry.company"], found["imports.held_row"]) == (0, 1)


def test_held_rows_come_back_corrected(engine: Engine, tmp_path: Path) -> None:
    path = files.workbook(
        tmp_path / "企业.xlsx",
        ["兴庆区物业服务企业名录"],
        ["企业名称", "统一社会信用代码", "备注"],
        ["好物业", "91640100MA7K3X1P07", "=1+1"],
        ["坏物业", "91640100MA7K3X2Q1X", "=2+2"],
    )
    first = run(engine, "companies", path)
    assert (first.new, first.rejected) == (1, 1)
    back = tmp_path / "隔离.xlsx"
    with engine.connect() as connection:
        assert first.import_id is not None
        quarantine.save(connection, first.import_id, back)
    book = openpyxl.load_workbook(back)
    page = book.worksheets[0]
    headings = next(row for row in page.iter_rows() if row[0].value == "企业名称")
    bad = page[headings[0].row + 1]
    assert bad[0].value == "坏物业"
    assert not str(bad[2].value).startswith("=")
    bad[1].value = "91640100MA7K3X2Q11"
    book.save(back)
    second = run(engine, "companies", back)
    assert (second.read, second.new, second.rejected) == (1, 1, 0)
    assert rows(engine, "SELECT resolved_by FROM imports.held_row") == [(second.import_id,)]


def test_an_outline_held_for_doubt_comes_back_with_a_decision(
    engine: Engine, tmp_path: Path
) -> None:
    outside = files.compounds()
    outside.geometry = files.boxes(west=100.0)
    first = run(engine, "compounds", files.vector(tmp_path / "a.gpkg", outside))
    assert (first.new, first.review) == (0, 3)
    back = tmp_path / "back.xlsx"
    with engine.connect() as connection:
        assert first.import_id is not None
        quarantine.save(connection, first.import_id, back)
    book = openpyxl.load_workbook(back)
    page = book.worksheets[0]
    column = next(cell.column for cell in page[1] if cell.value == "处理决定")
    for at, decision in enumerate(("归 640104", "弃用"), 2):
        page.cell(at, column).value = decision
    book.save(back)
    second = run(engine, "compounds", back)
    assert (second.new, second.skipped, second.review) == (1, 1, 1), second.examples
    assert rows(engine, "SELECT district_code, place_decided FROM registry.compound") == [
        ("640104", True)
    ]


@pytest.mark.parametrize("asked", [1, 2], ids=["at the start", "before the end"])
def test_a_file_that_is_not_its_senders_to_import_leaves_nothing(
    engine: Engine, tmp_path: Path, asked: int
) -> None:
    before = counts(engine)
    turns = iter(range(1, 3))

    def admit(_connection: Connection) -> None:
        if next(turns) == asked:
            raise RefusedError("the grant was revoked")

    with pytest.raises(RefusedError, match="revoked"):
        run(engine, "compounds", files.vector(tmp_path / "a.gpkg"), admit=admit)
    assert counts(engine) == before


def test_other_work_shares_the_transaction(engine: Engine, tmp_path: Path) -> None:
    path = files.vector(tmp_path / "a.gpkg")
    before = counts(engine)

    def fail(_connection: Connection, _profile: Any, written: Any) -> None:
        assert len(written.ids) == 3
        raise AtlasError("the statuses cannot be assessed")

    with pytest.raises(AtlasError, match="cannot be assessed"):
        run(engine, "compounds", path, within_transaction=[fail])
    assert counts(engine) == before


def test_a_connection_lost_half_way_leaves_the_database_as_it_was(
    engine: Engine, tmp_path: Path
) -> None:
    path = files.vector(tmp_path / "a.gpkg")
    before = counts(engine)
    frail = create_engine(engine.url)

    @event.listens_for(frail, "before_cursor_execute")
    def cut(_c: Any, cursor: Any, statement: str, *_: Any) -> None:
        if "ANALYZE staged" in statement:
            with engine.connect() as other:
                other.execute(
                    text("SELECT pg_terminate_backend(:pid)"),
                    {"pid": cursor.connection.get_backend_pid()},
                )

    with pytest.raises(AtlasError, match="connection to the database was lost"):
        run(frail, "compounds", path)
    frail.dispose()
    assert counts(engine) == before
    assert run(engine, "compounds", path).new == 3


def test_rows_of_sheets_of_another_kind_are_left_out_and_said(
    engine: Engine, tmp_path: Path
) -> None:
    book = openpyxl.Workbook()
    page = book.active
    page.title = "企业"
    page.append(["企业名称", "统一社会信用代码"])
    page.append(["好物业", "91640100MA7K3X1P07"])
    book.create_sheet("填表说明").append(["请如实填写"])
    book.save(tmp_path / "a.xlsx")
    report = run(engine, "companies", tmp_path / "a.xlsx")
    assert report.new == 1
    assert list(report.left_out) == ["填表说明"]


def test_every_row_is_accounted_for(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "企业名称,统一社会信用代码,成立日期\n"
        "甲,91640100MA7K3X1P07,2020年1月2日\n"
        "甲,91640100MA7K3X1P07,2020年1月2日\n"
        "乙,91640100MA7K3X2Q11,二〇二〇年\n",
        "utf-8",
    )
    report = run(engine, "companies", path)
    parts = (report.new, report.updated, report.unchanged, report.repeated)
    assert sum(parts) + report.skipped + report.review + report.rejected == report.read == 3
    assert report.repeated == 1


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    names=st.lists(st.text(max_size=12), min_size=1, max_size=4),
    corners=st.lists(
        st.tuples(
            st.one_of(st.floats(106.1, 106.4), st.floats(allow_nan=True)),
            st.one_of(st.floats(38.4, 38.6), st.floats(allow_nan=True)),
        ),
        min_size=3,
        max_size=8,
    ),
    households=st.text(max_size=8),
)
def test_any_rows_and_shapes_become_facts_or_held_rows(
    engine: Engine,
    tmp_path: Path,
    names: list[str],
    corners: list[tuple[float, float]],
    households: str,
) -> None:
    wkt = "POLYGON((" + ", ".join(f"{x} {y}" for x, y in [*corners, corners[0]]) + "))"
    path = tmp_path / "a.xlsx"
    legal = [openpyxl.cell.cell.ILLEGAL_CHARACTERS_RE.sub("", one) for one in (*names, households)]
    files.workbook(
        path, ["小区名称", "户数", "WKT"], *([name, legal[-1], wkt] for name in legal[:-1])
    )
    try:
        report = run(engine, "compounds", path, Options(datum="wgs84"))
    except AtlasError:
        return
    parts = (report.new, report.updated, report.unchanged, report.repeated)
    assert sum(parts) + report.skipped + report.review + report.rejected == report.read
    wrong = "SELECT count(*) FROM registry.compound WHERE NOT ST_IsValid(geom)"
    assert rows(engine, wrong) == [(0,)]


def test_two_imports_of_one_file_at_once_write_it_once(engine: Engine, tmp_path: Path) -> None:
    path = files.vector(tmp_path / "a.gpkg")
    with ThreadPoolExecutor(2) as both:
        reports = list(both.map(lambda _: run(engine, "compounds", path), range(2)))
    assert sorted((one.new, one.unchanged) for one in reports) == [(0, 3), (3, 0)]
    assert counts(engine)["registry.compound"] == 3


def test_every_reason_has_a_sentence_in_both_languages() -> None:
    assert len(REASONS) > 40
    for code, reason in REASONS.items():
        assert reason.zh, code
        assert reason.en, code
        assert any("\u4e00" <= sign <= "\u9fff" for sign in reason.zh), code


def test_overlapping_outlines_wait_for_a_decision(engine: Engine, tmp_path: Path) -> None:
    run(engine, "compounds", files.vector(tmp_path / "a.gpkg"))
    other = files.compounds(小区编号=("B-1", "B-2", "B-3"), 小区名称=("甲", "乙", "丙"))
    other.geometry = [shapely.affinity.translate(box, files.SIDE / 2) for box in files.boxes()]
    report = run(engine, "compounds", files.vector(tmp_path / "b.gpkg", other))
    assert (report.new, report.review) == (0, 3)


def test_a_first_load_makes_the_indexes_again(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "LEAST_ROWS", 1)
    indexes = (
        "SELECT pg_get_indexdef(indexrelid), indexrelid FROM pg_index"
        " WHERE indrelid = 'registry.compound'::regclass ORDER BY 1"
    )
    before = dict(rows(engine, indexes))
    assert run(engine, "compounds", files.vector(tmp_path / "a.gpkg")).new == 3
    after = dict(rows(engine, indexes))
    assert after.keys() == before.keys()
    assert after != before
