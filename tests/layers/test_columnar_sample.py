"""The page reads columns as they are written: both sides are tried on one file.

``.venv/bin/python -m tests.layers.test_columnar_sample`` writes it anew.
"""

import json
from pathlib import Path

import numpy as np

from layers.formats import columnar
from layers.formats.columnar import Column
from tests.columns import unpacked

SAMPLE = Path(__file__).parents[2] / "web/tests/columns/sample"
SIZE = 300
SAID = {"collection": "compounds", "block": 1, "blocks": 2, "places": 65_536 + SIZE}


def _columns() -> list[Column]:
    some = [place for place in range(SIZE) if place % 7]
    many = [10_000 + 3 * place for place in some]
    return [
        columnar.numbers("id", some, [place + 1 for place in some], SIZE),
        columnar.column("effective_star", "integer", some, [n % 6 for n in some], SIZE),
        columnar.column("key_target", "boolean", some, [n % 5 == 0 for n in some], SIZE),
        columnar.column("district_code", "string", some, [f"64010{n % 3}" for n in some], SIZE),
        columnar.column("street_code", "string", some, [f"街{n}" for n in some], SIZE),
        columnar.column("households", "integer", some, many, SIZE),
        columnar.column("floor_area_m2", "number", some, [n + 0.25 for n in many], SIZE),
        columnar.numbers("large", some, [2**40 + n for n in some], SIZE),
        columnar.alike("lon", some, [1_062_300 - 37 * n * (-1) ** n for n in some], SIZE, 1e-4),
    ]


def _expected(content: bytes) -> bytes:
    header, values = unpacked(content)
    said = {name: header[name] for name in ("block", "blocks", "places")}
    return json.dumps({**said, "values": values}, ensure_ascii=False).encode()


def test_the_sample_that_the_page_is_tried_on_is_what_is_written_today() -> None:
    content = columnar.binary(SAID, _columns())
    assert SAMPLE.with_suffix(".atc1").read_bytes() == content
    assert SAMPLE.with_suffix(".json").read_bytes() == _expected(content)


def test_the_sample_has_every_type() -> None:
    types = {one.type for one in _columns()}
    assert types == {"u8", "u16", "u32", "i32", "f64", "zigzag"}
    assert np.isnan(next(one for one in _columns() if one.name == "floor_area_m2").values[0])


if __name__ == "__main__":
    written = columnar.binary(SAID, _columns())
    SAMPLE.with_suffix(".atc1").write_bytes(written)
    SAMPLE.with_suffix(".json").write_bytes(_expected(written))
