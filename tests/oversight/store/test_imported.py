"""An import leaves the statuses of what it touched as a rebuild would make them."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from geo.imports.options import Options
from geo.imports.profile import load
from geo.imports.report import Report
from geo.imports.run import run
from geo.imports.staged import Written
from oversight.store.imported import refresh_imported
from oversight.store.rebuild import rebuild
from tests.oversight.store.kept import CITY, written


@pytest.fixture(scope="module")
def assessed(filled: Engine) -> Engine:
    """The city with its statuses of today."""
    rebuild(filled, workers=1)
    return filled


@pytest.fixture
def city(assessed: Engine) -> Iterator[Engine]:
    """After each test what was written must be what a rebuild writes."""
    before = written(assessed)
    yield assessed
    by_import = written(assessed)
    assert by_import != before
    rebuild(assessed, workers=1)
    assert written(assessed) == by_import


def bring(city: Engine, folder: Path, kind: str, *rows: dict[str, Any], **options: Any) -> Report:
    """Import rows, given by the names of fields, as a file."""
    titles = {field.name: field.title for field in load(kind).fields}
    path = folder / f"{kind}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        made = csv.DictWriter(file, list(dict.fromkeys(name for row in rows for name in row)))
        made.writerow({name: titles[name] for name in made.fieldnames})
        made.writerows(rows)
    report = run(
        city, kind, path, Options(city=CITY, **options), within_transaction=(refresh_imported,)
    )
    assert (report.rejected, report.review) == (0, 0), report.examples
    return report


def served(city: Engine) -> list[Any]:
    """Compounds with the company that serves them, by their codes."""
    with city.connect() as connection:
        return list(
            connection.execute(
                text("""
                    SELECT c.code AS compound, k.code AS company
                    FROM registry.contract AS f
                    JOIN registry.compound AS c ON c.id = f.compound_id
                    JOIN registry.company AS k ON k.id = f.company_id
                    WHERE f.superseded_at IS NULL AND f.valid @> date '2025-06-01'
                    ORDER BY f.compound_id
                """)
            )
        )


def test_violations(city: Engine, tmp_path: Path) -> None:
    breaches = [
        {
            "code": f"NEW-{number}",
            "compound": one.compound,
            "type": kind,
            "offender_kind": "company",
            "company": one.company,
            "found_on": "2025-06-01",
            "confirmed_on": "2025-06-08",
        }
        for number, (one, kind) in enumerate(
            zip(served(city)[:4], ("P1", "P2", "P3", "P1"), strict=True)
        )
    ]
    assert bring(city, tmp_path, "violations", *breaches).new == 4


def test_a_violation_that_belonged_to_another_compound(city: Engine, tmp_path: Path) -> None:
    here, there = served(city)[5:7]
    breach = {
        "code": "MOVED",
        "type": "P4",
        "offender_kind": "company",
        "found_on": "2025-06-01",
        "confirmed_on": "2025-06-08",
    }
    bring(city, tmp_path, "violations", breach | {"compound": here[0], "company": here[1]})
    moved = breach | {"compound": there[0], "company": there[1]}
    assert bring(city, tmp_path, "violations", moved, correct=True).updated == 1


def test_a_contract_that_ends_the_one_before(city: Engine, tmp_path: Path) -> None:
    found = served(city)
    here = found[0]
    other = next(one.company for one in found if one.company != here.company)
    contract = {"compound": here.compound, "company": other, "kind": "ordinary"}
    assert bring(city, tmp_path, "contracts", contract | {"valid_from": "2026-02-01"}).new == 1


def test_a_round_that_comes_late_numbers_the_others_anew(city: Engine, tmp_path: Path) -> None:
    late = {"round": "2021", "cutoff_on": "2021-05-31", "published_on": "2021-06-15"}
    rows = [late | {"compound": one.compound, "star": "2"} for one in served(city)[:3]]
    assert bring(city, tmp_path, "rating_rounds", *rows).new == 3


def test_new_compounds_of_which_nothing_is_known(city: Engine) -> None:
    with city.begin() as connection:
        connection.execute(
            text("""
                INSERT INTO registry.compound (city_code, code, name, geom, source)
                SELECT :city, 'BARE' || n, '新区' || n,
                       ST_Multi(ST_MakeEnvelope(105, 37, 105.001, 37.001, 4326)), 'office'
                FROM generate_series(1, 3) AS n
            """),
            {"city": CITY},
        )
        refresh_imported(connection, load("compounds"), Written(new=3))


def test_a_new_company(city: Engine, tmp_path: Path) -> None:
    company = {"code": "91640500MA76XHXN1X", "name": "中卫新来物业服务有限公司"}
    bring(city, tmp_path, "companies", company)


def test_a_dry_run_leaves_the_statuses(assessed: Engine, tmp_path: Path) -> None:
    before = written(assessed)
    (one, *_) = served(assessed)
    hazard = {
        "compound": one.compound,
        "type": "T9.fire_lane_obstructed",
        "severity": "serious",
        "found_on": "2026-02-01",
        "due_on": "2026-02-10",
    }
    bring(assessed, tmp_path, "hazards", hazard, dry_run=True)
    assert written(assessed) == before
