"""Seals as pure functions: what is signed cannot be changed, what is written is read again."""

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from audit import seals
from audit.seals import Cover, Leaf

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()
COVER = Cover(3, 2, bytes(32), 7, 100, 200, 2, 1_764_000_000_000_000)
LEAVES = [seals.leaf(1, ["1", "王工", None]), seals.leaf(2, ["2", "李工", "原因"])]

columns = st.lists(st.none() | st.text(), min_size=1, max_size=4)


@given(columns, columns)
def test_different_rows_have_different_digests(one: list[str | None], other: list[str | None]):
    assert (seals.leaf(1, one) == seals.leaf(1, other)) == (one == other)


@pytest.mark.parametrize(
    "change",
    [
        {"number": 4},
        {"follows": 1},
        {"previous": bytes([1] * 32)},
        {"system_id": 8},
        {"first_xid": 99},
        {"end_xid": 201},
        {"events": 3},
        {"at": 1},
        {"note": "别的"},
    ],
)
def test_a_seal_that_says_something_else_is_not_signed(change: dict[str, object]):
    seal = seals.sign(COVER, LEAVES, KEY)
    assert seals.signed_by(seal, PUBLIC)
    assert not seals.signed_by(replace(seal, cover=replace(COVER, **change)), PUBLIC)  # type: ignore[arg-type]


def test_the_root_stands_on_numbers_digests_and_order():
    root = seals.root(COVER, LEAVES)
    assert root != seals.root(COVER, LEAVES[:1])
    assert root != seals.root(COVER, LEAVES[::-1])
    assert root != seals.root(COVER, [Leaf(9, LEAVES[0].digest), LEAVES[1]])


def test_a_line_is_read_as_it_was_written():
    seal = seals.sign(replace(COVER, note="恢复"), LEAVES, KEY)
    assert seals.from_line(seals.to_line(seal, LEAVES)) == (seal, LEAVES)
    assert seals.from_line(seals.to_line(seal, None)) == (seal, None)


@pytest.mark.parametrize("line", ["", "{}", "[]", "7", '{"digests": []}', "\x00"])
def test_what_is_no_seal_is_refused(line: str):
    with pytest.raises(ValueError, match=r".+"):
        seals.from_line(line)
