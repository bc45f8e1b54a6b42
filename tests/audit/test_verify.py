"""Verifying names what is changed, missing, inserted or cut off."""

from pathlib import Path

import pytest

from audit import keys
from audit.findings import spans
from audit.verify import verify
from tests.audit.support import Audit


@pytest.fixture
def events(audit: Audit) -> list[int]:
    """Six events under three seals."""
    made = []
    for _ in range(3):
        made += audit.record(2, table="registry.compound", key=1, before={"a": 1}, after={"a": 2})
        audit.seal()
    return made


def lines_of(audit: Audit) -> list[str]:
    return audit.settings.seal_file.read_text("utf-8").splitlines(keepends=True)


def test_an_untouched_record_is_whole(audit: Audit, events: list[int]) -> None:
    report = audit.verify()
    assert (report.whole, report.findings) == (True, [])
    assert (report.seals, report.events, report.unsealed) == (3, 6, 0)


def test_an_empty_record_is_whole(audit: Audit) -> None:
    assert audit.verify().whole


def test_events_that_no_seal_covers_yet_are_told_and_no_fault(
    audit: Audit, events: list[int]
) -> None:
    audit.record(2)
    report = audit.verify()
    assert (report.whole, report.unsealed) == (True, 2)
    assert report.unsealed_since is not None


CHANGES = (
    "actor = '别人'",
    "at = at - interval '1 microsecond'",
    "after = '{\"a\": 3}'",
    "before = NULL",
    "reason = ''",
    "address = '10.0.0.1'",
    "import_id = 1",
    "account_id = 1",
    "session_id = 's'",
    "row_key = '2'",
)


def test_a_row_changed_in_whatever_column_is_found(audit: Audit, events: list[int]) -> None:
    made = audit.record(len(CHANGES), table="registry.compound", key=1, before={"a": 1})
    audit.seal()
    for number, change in zip(made, CHANGES, strict=True):
        audit.tamper(f"UPDATE audit.event SET {change} WHERE id = :id", id=number)
    assert audit.found() == [("changed", (4,), tuple(made))]


def test_a_deleted_row_is_found(audit: Audit, events: list[int]) -> None:
    audit.tamper("DELETE FROM audit.event WHERE id = :id", id=events[1])
    assert audit.found() == [("missing", (1,), (events[1],))]


def test_a_whole_seals_rows_deleted_are_found(audit: Audit, events: list[int]) -> None:
    audit.tamper("DELETE FROM audit.event WHERE id = ANY(:ids)", ids=events[2:4])
    assert audit.found() == [("missing", (2,), tuple(events[2:4]))]
    audit.tamper("DELETE FROM audit.event")
    assert [event for _, _, found in audit.found() for event in found] == events


def test_a_row_inserted_into_a_sealed_range_is_found(audit: Audit, events: list[int]) -> None:
    audit.tamper(
        "INSERT INTO audit.event (id, actor, action, xid)"
        " SELECT 1000, '别人', 'test', xid FROM audit.event WHERE id = :id",
        id=events[0],
    )
    assert audit.found() == [("inserted", (1,), (1000,))]


def test_a_row_in_the_name_of_another_cluster_is_found(audit: Audit, events: list[int]) -> None:
    audit.tamper("UPDATE audit.event SET system_id = 1 WHERE id = :id", id=events[0])
    assert sorted(audit.found()) == [
        ("inserted", (), (events[0],)),
        ("missing", (1,), (events[0],)),
    ]


def test_a_row_moved_to_another_transaction_is_found(audit: Audit, events: list[int]) -> None:
    audit.tamper(
        "UPDATE audit.event SET xid = (SELECT xid FROM audit.event WHERE id = :to) WHERE id = :id",
        id=events[0],
        to=events[4],
    )
    assert sorted(audit.found()) == [
        ("inserted", (3,), (events[0],)),
        ("missing", (1,), (events[0],)),
    ]


def test_a_cut_off_table_of_seals_is_found(audit: Audit, events: list[int]) -> None:
    audit.tamper("DELETE FROM audit.seal WHERE number >= 2")
    assert audit.found() == [("cut off", (2, 3), ())]


def test_a_seal_taken_out_of_the_table_is_found(audit: Audit, events: list[int]) -> None:
    audit.tamper("DELETE FROM audit.seal WHERE number = 2")
    assert audit.found() == [("missing", (2,), ())]


def test_a_seal_taken_out_of_both_is_found(audit: Audit, events: list[int]) -> None:
    audit.tamper("DELETE FROM audit.seal WHERE number = 2")
    lines = lines_of(audit)
    audit.settings.seal_file.write_text("".join([lines[0], lines[2]]), "utf-8")
    assert audit.found() == [("missing", (2,), ()), ("inserted", (), tuple(events[2:4]))]


def test_a_changed_seal_is_found(audit: Audit, events: list[int]) -> None:
    audit.tamper("UPDATE audit.seal SET events = 9 WHERE number = 2")
    assert audit.found() == [("edited", (2,), ())]


def test_a_cut_off_file_is_found(audit: Audit, events: list[int]) -> None:
    audit.settings.seal_file.write_text(lines_of(audit)[0], "utf-8")
    assert audit.found() == [("cut off", (2, 3), ())]
    audit.settings.seal_file.unlink()
    assert audit.found() == [("cut off", (1, 2, 3), ())]


def test_an_edited_file_is_found(audit: Audit, events: list[int]) -> None:
    lines = lines_of(audit)
    edited = lines[1].replace('"events":2', '"events":3')
    audit.settings.seal_file.write_text("".join([lines[0], edited, lines[2]]), "utf-8")
    assert audit.found() == [("edited", (2,), ())]
    audit.settings.seal_file.write_text("".join([lines[0], "x\n", *lines[1:]]), "utf-8")
    assert audit.found() == [("edited", (), ())]
    assert "line 2" in audit.verify().findings[0].words


def test_edited_digests_do_not_hide_a_changed_row(audit: Audit, events: list[int]) -> None:
    audit.tamper("UPDATE audit.event SET actor = '别人' WHERE id = :id", id=events[0])
    lines = lines_of(audit)
    start, _, end = lines[0].partition('"digests":')
    audit.settings.seal_file.write_text(f'{start}"digests":[]}}\n' + "".join(lines[1:]), "utf-8")
    assert end
    assert audit.found() == [("edited", (1,), ()), ("changed", (1,), ())]


def test_seals_of_another_key_prove_nothing(
    audit: Audit, events: list[int], tmp_path: Path
) -> None:
    other = tmp_path / "other.pub"
    keys.publish(keys.private_key(tmp_path / "other"), other)
    report = verify(audit.engine, audit.settings.seal_file, keys.public_key(other))
    assert [(one.kind, one.seals) for one in report.findings] == [("not ours", (1, 2, 3))]
    assert report.unsealed == 6


def test_an_exchanged_personal_value_is_found(audit: Audit) -> None:
    (number,) = audit.record(table="oversight.lead", key=1, after={"statement": "噪音"})
    audit.seal()
    assert audit.verify().whole
    audit.tamper("UPDATE audit.person_value SET value = '别的'")
    assert audit.found() == [("changed", (), (number,))]


def test_numbers_in_a_row_are_told_as_spans() -> None:
    assert spans([1, 2, 3, 7, 9, 10]) == "1–3, 7, 9–10"
