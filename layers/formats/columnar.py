"""Columns as typed arrays: in one binary file for scripts, as JSON, as an Arrow stream.

The binary form (``ATC1``): four bytes ``ATC1``, the length of the header (uint32), the header in
JSON, filled up with spaces to a multiple of eight, and the arrays, each filled up likewise. All is
little-endian; ``offset`` counts from the end of the header.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

MAGIC = b"ATC1"
MEDIA_TYPE = "application/vnd.compound-atlas.columns"
FEW = 255
"""So many different numbers are listed rather than written at each place."""
NO_NUMBER = -(2**31)
"""What stands for nothing among whole numbers."""

Array = NDArray[Any]
Places = Sequence[int] | range
_TYPES = {"uint8": "u8", "uint16": "u16", "uint32": "u32", "int32": "i32", "float64": "f64"}


@dataclass(frozen=True)
class Column:
    """Values by place: as they are, or where there are ``codes`` as numbers of these.

    The first of the codes is nothing. ``none`` is what stands for nothing where there are no codes
    (NaN among fractions). ``deltas`` are written as differences, zigzag, in LEB128: small where
    neighbours are alike. ``scale`` is what the values are to be multiplied with.
    """

    name: str
    kind: str
    values: Array
    codes: tuple[Any, ...] | None = None
    none: int | None = None
    deltas: bool = False
    scale: float | None = None

    @property
    def type(self) -> str:
        """How the values are written."""
        return "zigzag" if self.deltas else _TYPES[self.values.dtype.name]

    def bytes(self) -> bytes:
        """The values as they are written, little-endian."""
        if self.deltas:
            return varints(np.diff(self.values.astype(np.int64), prepend=0))
        return self.values.astype(self.values.dtype.newbyteorder("<"), copy=False).tobytes()


def coded(name: str, kind: str, places: Places, values: Sequence[Any], size: int) -> Column:
    """A column of texts, flags or few different numbers: the codes in order, nothing first."""
    found = sorted({value for value in values if value is not None})
    number = {None: 0} | {value: n for n, value in enumerate(found, 1)}
    array = np.zeros(size, _smallest(len(found)))
    at = np.asarray(places, np.int64)
    array[at] = np.fromiter((number[value] for value in values), array.dtype, len(values))
    return Column(name, kind, array, (None, *found))


def column(name: str, kind: str, places: Places, values: Sequence[Any], size: int) -> Column:
    """A column of any kind of property; ``places`` tells where the values belong."""
    at = np.asarray(places, np.int64)
    if kind in {"string", "boolean"} or len(set(values)) <= FEW:
        return coded(name, kind, places, values, size)
    if kind == "number":
        array = np.full(size, np.nan)
        array[at] = [np.nan if value is None else value for value in values]
        return Column(name, kind, array)
    if all(value is None or abs(value) < -NO_NUMBER for value in values):
        array = np.full(size, NO_NUMBER, np.int32)
        array[at] = [NO_NUMBER if value is None else value for value in values]
        return Column(name, kind, array, none=NO_NUMBER)
    array = np.full(size, np.nan)
    array[at] = [np.nan if value is None else float(value) for value in values]
    return Column(name, kind, array)


def numbers(
    name: str, places: Places, values: Sequence[int], size: int, none: int | None = 0
) -> Column:
    """Numbers from 0 on, of features as it may be: then 0 where there is none."""
    most = max(values, default=0)
    at = np.asarray(places, np.int64)
    array = np.zeros(size, np.uint32 if most < 2**32 else np.float64)
    array[at] = values
    return Column(name, "integer", array, none=none)


def alike(name: str, places: Places, values: Sequence[int], size: int, scale: float) -> Column:
    """Numbers of which neighbours are alike; one that is missing is that of the place before."""
    at = np.asarray(places, np.int64)
    given = np.zeros(size, np.int64)
    taken = np.zeros(size, np.int64)
    given[at] = values
    taken[at] = at + 1
    last = np.maximum.accumulate(taken)
    filled = np.where(last > 0, given[np.maximum(last - 1, 0)], 0)
    return Column(name, "number", filled.astype(np.int32), deltas=True, scale=scale)


def varints(deltas: Array) -> bytes:
    """Whole numbers, zigzag (0, −1, 1, −2, …) in LEB128."""
    rest = ((deltas << 1) ^ (deltas >> 63)).astype(np.uint64)
    groups = np.zeros((len(rest), 10), np.uint8)
    used = np.zeros((len(rest), 10), bool)
    for n in range(10):
        more = rest >= 128
        groups[:, n] = (rest & np.uint64(127)).astype(np.uint8) | (more.astype(np.uint8) << 7)
        used[:, n] = True if n == 0 else used[:, n - 1] & (groups[:, n - 1] >= 128)
        rest = rest >> np.uint64(7)
    return groups[used].tobytes()


def binary(said: Mapping[str, Any], columns: Sequence[Column]) -> bytes:
    """The columns in one file; ``said`` of all of them stands in the header."""
    parts, described, offset = [], [], 0
    for one in columns:
        part = one.bytes()
        described.append(
            {**_described(one), "type": one.type, "offset": offset, "bytes": len(part)}
        )
        parts.append(part + bytes(-len(part) % 8))
        offset += len(parts[-1])
    header = _compact({**said, "columns": described}).encode()
    header += b" " * (-(len(header) + 8) % 8)
    return b"".join((MAGIC, len(header).to_bytes(4, "little"), header, *parts))


def text(said: Mapping[str, Any], columns: Sequence[Column]) -> bytes:
    """The same as JSON, with the values beside their codes."""
    described = [{**_described(one), "values": _plain(one)} for one in columns]
    return _compact({**said, "columns": described}).encode()


def arrow(said: Mapping[str, Any], columns: Sequence[Column]) -> bytes:
    """The same as an Arrow IPC stream: codes are dictionaries, nothing is null."""
    import pyarrow as pa  # noqa: PLC0415 - loads slowly

    arrays = [_arrow(one) for one in columns]
    kept = {key: json.dumps(value, ensure_ascii=False) for key, value in said.items()}
    batch = pa.record_batch(arrays, names=[one.name for one in columns], metadata=kept)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as stream:
        stream.write_batch(batch)
    made: bytes = sink.getvalue().to_pybytes()
    return made


def _arrow(one: Column) -> Any:
    import pyarrow as pa  # noqa: PLC0415

    if one.codes is not None:
        kinds = {"string": pa.string(), "boolean": pa.bool_(), "number": pa.float64()}
        codes = pa.array(one.codes[1:], kinds.get(one.kind, pa.int64()))
        indices = pa.array(one.values.astype(np.int64) - 1, pa.int32(), mask=one.values == 0)
        made = pa.DictionaryArray.from_arrays(indices, codes)
        if one.kind == "date":
            days = pa.array(one.codes[1:], pa.int32()).cast(pa.date32())
            made = pa.DictionaryArray.from_arrays(indices, days)
        return made
    if one.scale is not None:
        return pa.array(one.values * one.scale)
    if one.none is not None:
        whole = pa.array(one.values, mask=one.values == one.none)
        return whole.cast(pa.date32()) if one.kind == "date" else whole
    return pa.array(one.values, mask=np.isnan(one.values))


def _described(one: Column) -> dict[str, Any]:
    said: dict[str, Any] = {"name": one.name, "kind": one.kind}
    if one.codes is not None:
        said["codes"] = one.codes
    if one.none is not None:
        said["none"] = one.none
    if one.scale is not None:
        said["scale"] = one.scale
    return said


def _plain(one: Column) -> list[Any]:
    if one.values.dtype.kind == "f":
        return [None if np.isnan(value) else value for value in one.values.tolist()]
    made: list[Any] = one.values.tolist()
    return made


def _compact(document: Mapping[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _smallest(most: int) -> type[np.unsignedinteger[Any]]:
    return np.uint8 if most < 2**8 else np.uint16 if most < 2**16 else np.uint32
