"""Spreadsheets that people put right or fill in become facts."""

import json
from pathlib import Path

import numpy as np
import openpyxl
import shapely
from sqlalchemy import Engine, text

from geo import crs
from geo.imports import held, profile, quarantine
from geo.imports.options import Options
from geo.imports.run import run
from geo.imports.template import workbook as template_workbook


def corrected(path: Path, column: str, value: str) -> None:
    """What a person does: open the spreadsheet, put a column right, save."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    headings = next(row for row in sheet.iter_rows() if "隔离编号" in {one.value for one in row})
    letter = next(one.column_letter for one in headings if one.value == column)
    for row in range(headings[0].row + 1, sheet.max_row + 1):
        sheet[f"{letter}{row}"] = value
    book.save(path)


def test_a_corrected_quarantine_becomes_facts_with_the_shapes_that_stayed_behind(
    yinchuan: Engine, tmp_path: Path
) -> None:
    long = shapely.Point(106.27, 38.47).buffer(0.002, quad_segs=800)
    square = shapely.box(106.28, 38.47, 106.283, 38.473)
    features = [
        {
            "type": "Feature",
            "geometry": shapely.geometry.mapping(shape),
            "properties": {"小区编号": code, "小区名称": name, "户数": "很多"},
        }
        for code, name, shape in (("A-1", "=一号院", long), ("A-2", "二号院", square))
    ]
    source = tmp_path / "a.geojson"
    source.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    first = run(yinchuan, "compounds", source, Options(datum="gcj02"))
    assert (first.read, first.rejected, first.new) == (2, 2, 0)
    assert first.import_id is not None
    path = tmp_path / "held.xlsx"
    with yinchuan.connect() as connection:
        quarantine.save(connection, first.import_id, path)

    corrected(path, "户数", "还是很多")
    second = run(yinchuan, "compounds", path)
    assert (second.rejected, second.datum) == (2, "gcj02")
    assert second.import_id is not None
    again = tmp_path / "again.xlsx"
    with yinchuan.connect() as connection:
        quarantine.save(connection, second.import_id, again)

    corrected(again, "户数", "300")
    third = run(yinchuan, "compounds", again)
    assert (third.new, third.rejected, third.review) == (2, 0, 0), third.examples
    with yinchuan.connect() as connection:
        recorded = connection.execute(
            text("SELECT code, name, households, ST_AsBinary(geom) AS geom FROM registry.compound")
        ).all()
        lines = [held.summary(connection, one)[0] for one in (first.import_id, second.import_id)]
    by_code = {row.code: row for row in recorded}
    assert {code: (row.name, row.households) for code, row in by_code.items()} == {
        "A-1": ("=一号院", 300),
        "A-2": ("二号院", 300),
    }
    for code, shape in (("A-1", long), ("A-2", square)):
        wanted = crs.to_wgs84(np.array([shape], dtype=object), "gcj02")[0]
        stored = shapely.from_wkb(bytes(by_code[code].geom))
        assert shapely.hausdorff_distance(stored, wanted) < 1e-7
    assert [(one["rejected"], one["resolved"]) for one in lines] == [(0, 2), (0, 2)]


def test_a_template_that_was_filled_in_becomes_facts_and_its_worked_row_does_not(
    yinchuan: Engine, tmp_path: Path
) -> None:
    path = tmp_path / "companies.xlsx"
    book = template_workbook(profile.load("companies"))
    book.worksheets[0].append(["91350100M000100Y43", "清和物业有限公司"])
    book.save(path)
    report = run(yinchuan, "companies", path)
    assert (report.read, report.skipped, report.new, report.rejected) == (2, 1, 1, 0)
    assert (report.unused, report.left_out) == ([], {})
    with yinchuan.connect() as connection:
        names = connection.execute(text("SELECT name FROM registry.company")).scalars().all()
    assert names == ["清和物业有限公司"]
