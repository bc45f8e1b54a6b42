"""What the audit is told of an imported file."""

import hashlib
from pathlib import Path

from sqlalchemy import Engine

from geo.imports.options import Options
from geo.imports.run import run
from tests.geo.imports import files
from tests.geo.imports.imported import counts, rows


def test_one_event_tells_of_a_file_and_what_it_brought(engine: Engine, tmp_path: Path) -> None:
    path = files.vector(tmp_path / "a.gpkg")
    before = counts(engine)["audit.event"]
    report = run(engine, "compounds", path, actor="王五")
    assert counts(engine)["audit.event"] == before + 1
    ((actor, action, table, after, number, same),) = rows(
        engine,
        "SELECT e.actor, e.action, e.table_name, e.after, e.import_id, e.at = ALL(ARRAY("
        " SELECT recorded_at FROM registry.compound WHERE import_id = e.import_id))"
        " FROM audit.event AS e ORDER BY e.id DESC LIMIT 1",
    )
    assert (actor, action, table) == ("王五", "import", "registry.compound")
    assert (number, same) == (report.import_id, True)
    assert (after["file"], after["new"], after["read"]) == ("a.gpkg", 3, 3)
    assert after["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert rows(engine, "SELECT DISTINCT import_id FROM registry.compound") == [(number,)]


def test_what_writes_no_facts_leaves_no_event(engine: Engine, tmp_path: Path) -> None:
    before = counts(engine)["audit.event"]
    path = files.vector(tmp_path / "a.gpkg")
    run(engine, "compounds", path, Options(dry_run=True))
    bad = tmp_path / "b.csv"
    bad.write_text("企业名称,统一社会信用代码\n甲,1\n", "utf-8")
    assert run(engine, "companies", bad, Options(max_errors=0)).state == "refused"
    assert counts(engine)["audit.event"] == before


def test_a_correction_is_written_to_the_audit(engine: Engine, tmp_path: Path) -> None:
    run(engine, "compounds", files.vector(tmp_path / "a.gpkg"))
    changed = files.compounds(户数=(111, 200, 300))
    run(
        engine,
        "compounds",
        files.vector(tmp_path / "b.gpkg", changed),
        Options(correct=True),
        actor="王五",
    )
    (found,) = rows(
        engine,
        "SELECT actor, action, before ->> 'households', after ->> 'households' FROM audit.event"
        " WHERE table_name LIKE '%compound' AND action LIKE '%correct%' ORDER BY id DESC LIMIT 1",
    )
    assert found == ("王五", "correct", "100", "111")
