"""Columns come back from each of their forms as they went in."""

import json
from typing import Any

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from layers.formats import columnar
from tests.columns import unpacked

WHOLE = st.integers(-(2**40), 2**40)
ANY = {
    "string": st.text(max_size=8),
    "boolean": st.booleans(),
    "integer": st.integers(-(2**53), 2**53),
    "number": st.floats(allow_nan=False, allow_infinity=False),
    "date": st.integers(-30_000, 60_000),
}


@st.composite
def columns(draw: st.DrawFn) -> tuple[str, list[int], list[Any], int]:
    kind = draw(st.sampled_from(sorted(ANY)))
    size = draw(st.integers(0, 400))
    places = sorted(draw(st.sets(st.integers(0, max(size - 1, 0)), max_size=size)))
    values = [draw(st.none() | ANY[kind]) for _ in places]
    return kind, places, values, size


@given(columns())
def test_values_come_back_from_every_form(made: tuple[str, list[int], list[Any], int]) -> None:
    kind, places, values, size = made
    expected: list[Any] = [None] * size
    for place, value in zip(places, values, strict=True):
        expected[place] = value
    one = columnar.column("a", kind, places, values, size)
    said = {"collection": "x"}
    assert unpacked(columnar.binary(said, [one]))[1]["a"] == expected

    document = json.loads(columnar.text(said, [one]))["columns"][0]
    read = [
        document["codes"][value] if "codes" in document else value for value in document["values"]
    ]
    assert [None if value == document.get("none", "no") else value for value in read] == expected

    table = pa.ipc.open_stream(columnar.arrow(said, [one])).read_all()
    found = table.column("a").combine_chunks()
    found = found.dictionary_decode() if isinstance(found, pa.DictionaryArray) else found
    found = found.cast(pa.int32()) if pa.types.is_date(found.type) else found
    assert found.to_pylist() == expected


@given(st.lists(WHOLE, max_size=50))
def test_differences_come_back(values: list[int]) -> None:
    written = columnar.varints(np.array(values, np.int64))
    found, number, shift = [], 0, 0
    for byte in written:
        number |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            found.append((number >> 1) ^ -(number & 1))
            number = shift = 0
    assert found == values


def test_a_missing_place_is_that_of_the_one_before() -> None:
    one = columnar.alike("lon", [1, 2, 5], [10, 12, -7], 7, 1e-4)
    assert one.values.tolist() == [0, 10, 12, 12, 12, -7, -7]
    assert unpacked(columnar.binary({}, [one]))[1]["lon"] == [
        value * 1e-4 for value in (0, 10, 12, 12, 12, -7, -7)
    ]


def test_many_different_numbers_are_not_coded() -> None:
    few = columnar.column("a", "integer", range(255), range(255), 255)
    many = columnar.column("a", "integer", range(256), range(256), 256)
    assert (few.type, many.type) == ("u8", "i32")
    texts = [f"名{n}" for n in range(70_000)]
    assert columnar.column("a", "string", range(70_000), texts, 70_000).type == "u32"
