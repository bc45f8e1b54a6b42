"""Every event is sealed exactly once, whenever its transaction ends, and no writer waits."""

import threading
import time
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import text

from audit import keys, sealer, seals, store
from audit.record import record
from audit.sealer import SealError, sealing
from audit.settings import AuditSettings
from geo.errors import AtlasError
from tests.audit.support import Audit
from tests.support import until


def sealed_events(audit: Audit) -> list[int]:
    """The numbers of the events in the file, each as often as it was sealed."""
    file = audit.settings.seal_file
    lines = file.read_text("utf-8").splitlines() if file.exists() else []
    return [leaf.event for line in lines for leaf in seals.from_line(line)[1] or ()]


def test_a_seal_takes_what_is_there_and_the_next_goes_on(audit: Audit) -> None:
    one = audit.record(2)
    (first,) = audit.seal()
    two = audit.record()
    (second,) = audit.seal()
    assert (first.number, first.cover.events, second.number) == (1, 2, 2)
    assert (second.cover.follows, second.cover.previous) == (1, first.root)
    assert second.cover.first_xid == first.cover.end_xid
    assert sealed_events(audit) == one + two
    assert audit.seal() == []


def test_what_was_open_at_a_seal_is_taken_when_it_has_ended(audit: Audit) -> None:
    with audit.engine.connect() as slow:
        number = record(slow, "slow")
        between = audit.record(2)
        assert audit.seal() == []
        slow.commit()
    (made,) = audit.seal()
    assert sealed_events(audit) == [number, *between]
    assert made.cover.events == 3


def test_a_transaction_rolled_back_leaves_nothing_to_seal(audit: Audit) -> None:
    with audit.engine.connect() as connection:
        record(connection, "undone")
        connection.rollback()
    kept = audit.record()
    audit.seal()
    assert sealed_events(audit) == kept


def test_events_of_many_writers_and_a_long_transaction_are_sealed_once(audit: Audit) -> None:
    slow_over, writers_over = threading.Event(), threading.Event()

    def write() -> None:
        turns = 0
        while turns < 60 or not slow_over.is_set():
            with audit.engine.begin() as connection:
                record(connection, "busy")
                time.sleep(0.01 if turns % 7 == 0 else 0)
            turns += 1

    def keep_sealing() -> None:
        while not writers_over.is_set():
            sealer.seal(audit.engine, audit.place)

    writers = [threading.Thread(target=write) for _ in range(4)]
    sealers = [threading.Thread(target=keep_sealing) for _ in range(2)]
    for thread in [*writers, *sealers]:
        thread.start()
    until(audit.settings.seal_file.exists)
    with audit.engine.begin() as slow:
        record(slow, "slow")
        time.sleep(0.3)
        record(slow, "slow")
    slow_over.set()
    for thread in writers:
        thread.join()
    writers_over.set()
    for thread in sealers:
        thread.join()
    audit.seal()
    events = [number for (number,) in audit.all("SELECT id FROM audit.event ORDER BY id")]
    assert sorted(sealed_events(audit)) == events
    report = audit.verify()
    assert (report.findings, report.events, report.unsealed) == ([], len(events), 0)
    assert report.seals > 1


def test_a_writer_does_not_wait_for_the_sealer(audit: Audit) -> None:
    with audit.engine.connect() as holding, store.locked(holding, wait=True):
        audit.record()
        assert sealer.seal(audit.engine, audit.place) is None
    assert len(audit.seal()) == 1


def test_a_round_that_broke_off_before_the_file_is_made_up_for(audit: Audit) -> None:
    audit.record()
    audit.seal()
    before = audit.settings.seal_file.read_bytes()
    audit.record(2)
    audit.seal()
    whole = audit.settings.seal_file.read_bytes()
    for left in (before, before + whole[len(before) : -20]):
        audit.settings.seal_file.write_bytes(left)
        audit.seal()
        assert audit.settings.seal_file.read_bytes() == whole


def test_seals_follow_each_other_in_database_and_file(audit: Audit) -> None:
    for _ in range(4):
        audit.record()
        audit.seal()
    with audit.engine.connect() as connection:
        in_table = list(store.seals(connection))
    lines = audit.settings.seal_file.read_text("utf-8").splitlines()
    assert [seals.from_line(line)[0] for line in lines] == in_table
    for earlier, later in pairwise(in_table):
        assert later.cover.previous == earlier.root


def test_it_refuses_to_go_on_where_the_database_was_cut_off(audit: Audit) -> None:
    for _ in range(2):
        audit.record()
        audit.seal()
    audit.tamper("DELETE FROM audit.seal WHERE number = 2")
    with pytest.raises(SealError, match="up to 2, the database up to 1"):
        audit.seal()


def test_it_refuses_a_file_of_another_database(audit: Audit) -> None:
    audit.record()
    audit.seal()
    audit.tamper("UPDATE audit.seal SET root = sha256('x')")
    with pytest.raises(SealError, match="not that of the database"):
        audit.seal()


def test_it_refuses_to_go_on_with_another_key(audit: Audit, tmp_path: Path) -> None:
    audit.record()
    audit.seal()
    other = sealer.Place(audit.place.file, keys.private_key(tmp_path / "other"))
    with pytest.raises(SealError, match="another key"):
        sealer.seal(audit.engine, other)


def test_after_a_restore_it_goes_on_when_told_why(audit: Audit) -> None:
    for _ in range(3):
        audit.record()
        audit.seal()
    audit.tamper(
        "DELETE FROM audit.event WHERE xid >= (SELECT first_xid FROM audit.seal WHERE number = 2)"
    )
    audit.tamper("DELETE FROM audit.seal WHERE number > 1")
    audit.record()
    assert not audit.verify().whole
    (made,) = sealer.resume(audit.engine, audit.place, "restored from Monday's backup")
    assert (made.number, made.cover.follows) == (4, 1)
    report = audit.verify()
    assert report.whole
    assert [(one.kind, one.seals) for one in report.findings] == [("given up", (2, 3))]
    assert "Monday" in report.findings[0].words
    audit.record()
    assert [one.number for one in audit.seal()] == [5]
    with pytest.raises(SealError, match="nothing was given up"):
        sealer.resume(audit.engine, audit.place, "again")


def test_events_of_another_cluster_are_sealed_before_this_ones(audit: Audit) -> None:
    came = audit.record(2)
    audit.tamper(
        "UPDATE audit.event SET system_id = 1, xid = CAST(CAST(900000000000 + id AS text) AS xid8)"
    )
    own = audit.record()
    other, here = audit.seal()
    assert (other.cover.system_id, other.cover.events, here.cover.events) == (1, 2, 1)
    assert sealed_events(audit) == came + own
    assert audit.verify().findings == []
    audit.record()
    audit.seal()
    assert audit.verify().findings == []


def test_the_key_is_made_once_for_the_service_alone(audit: Audit) -> None:
    file = audit.settings.private_key
    assert file.stat().st_mode & 0o777 == 0o600
    assert keys.private_key(file).public_key() == audit.place.key.public_key()
    file.chmod(0o640)
    with pytest.raises(AtlasError, match="chmod 600"):
        keys.private_key(file)


def test_the_sealer_runs_beside_other_work(audit: Audit, settings: AuditSettings) -> None:
    with sealing(audit.engine, settings):
        first = audit.record()
        until(lambda: sealed_events(audit) == first)
        second = audit.record()
        until(lambda: sealed_events(audit) == first + second)
    assert audit.verify().unsealed == 0


def test_a_change_of_a_session_setting_changes_no_digest(audit: Audit) -> None:
    audit.record(before={"on": "2026-11-27", "share": 0.1})
    (seal,) = audit.seal()
    with audit.engine.connect() as connection:
        connection.execute(text("SET TimeZone = 'Asia/Shanghai'; SET DateStyle = 'German'"))
        cover = seal.cover
        leaves = store.leaves(connection, cover.system_id, cover.first_xid, cover.end_xid)
    assert seals.root(cover, leaves) == seal.root
