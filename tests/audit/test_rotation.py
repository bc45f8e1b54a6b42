"""A new key signs from now on, and only because the one before it signed for it."""

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit import files, keys, sealer, seals, store
from audit.holders import handing_over
from audit.rotation import rotate
from audit.sealer import SealError
from audit.verify import verify
from tests.audit.support import Audit


@pytest.fixture
def rotated(audit: Audit) -> Audit:
    """A seal of the old key, the one that hands over, and a seal of the new."""
    audit.record(2)
    audit.seal()
    rotate(audit.engine, audit.settings)
    new = Audit(audit.engine, audit.settings, sealer.place(audit.settings))
    new.record(3)
    new.seal()
    return new


def test_each_seal_is_checked_with_the_key_that_held_then(audit: Audit, rotated: Audit) -> None:
    assert rotated.place.public != audit.place.public
    with rotated.engine.connect() as connection:
        signers = [one.key for one in store.seals(connection)]
    assert signers == [audit.place.public, audit.place.public, rotated.place.public]
    report = rotated.verify()
    assert (report.whole, report.findings) == (True, [])
    assert (report.seals, report.events, report.keys_from) == (3, 5, (3,))
    assert keys.public_key(rotated.settings.public_key) == audit.place.public


def test_a_copy_of_a_later_key_proves_the_whole_record_too(rotated: Audit) -> None:
    report = verify(rotated.engine, rotated.settings.seal_file, rotated.place.public)
    assert (report.whole, report.seals) == (True, 3)


def test_keys_are_handed_over_again_and_again(rotated: Audit) -> None:
    for number in (5, 7):
        rotate(rotated.engine, rotated.settings)
        last = Audit(rotated.engine, rotated.settings, sealer.place(rotated.settings))
        last.record()
        (seal,) = last.seal()
        assert seal.number == number
    assert rotated.verify().keys_from == (3, 5, 7)
    assert rotated.verify().whole


def test_what_a_new_seal_covers_is_still_watched(rotated: Audit) -> None:
    rotated.tamper(
        "UPDATE audit.event SET actor = '别人' WHERE id = (SELECT max(id) FROM audit.event)"
    )
    ((kind, at, _),) = rotated.found()
    assert (kind, at) == ("changed", (3,))


def test_the_old_key_seals_no_more(audit: Audit, rotated: Audit) -> None:
    audit.record()
    with pytest.raises(SealError, match="another key"):
        audit.seal()


def forged(audit: Audit, own: Ed25519PrivateKey, note: str | None = None) -> seals.Seal:
    """A seal over nothing that somebody with a key of his own puts after the last."""
    with audit.engine.connect() as connection:
        last = store.last_seal(connection)
    assert last is not None
    cover = replace(
        last.cover,
        number=last.number + 1,
        follows=last.number,
        previous=last.root,
        first_xid=last.cover.end_xid,
        events=0,
        note=note,
    )
    return seals.sign(cover, [], own)


def put(audit: Audit, seal: seals.Seal) -> None:
    """Write a seal where seals are, as who has the database and the file in his hands."""
    with audit.tampering() as connection:
        store.add_seal(connection, seal)
    files.append(audit.settings.seal_file, [seals.to_line(seal, [])])


def test_a_key_that_none_before_it_signed_for_proves_nothing(rotated: Audit) -> None:
    own = Ed25519PrivateKey.generate()
    public = own.public_key().public_bytes_raw()
    put(rotated, forged(rotated, own, handing_over(public)))
    put(rotated, forged(rotated, own))
    report = rotated.verify()
    assert not report.whole
    assert rotated.found()[0] == ("not ours", (4, 5), ())
    assert report.keys_from == (3,)


def test_another_key_written_into_the_handover_is_found(rotated: Audit) -> None:
    own = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    said = {"note": handing_over(own)}
    rotated.tamper("UPDATE audit.seal SET note = :note WHERE number = 2", **said)
    assert ("edited", (2,), ()) in rotated.found()
    file = rotated.settings.seal_file
    file.write_text(file.read_text().replace(rotated.place.public.hex(), own.hex(), 1))
    found = rotated.found()
    assert ("not ours", (3,), ()) in found
    assert ("edited", (2,), ()) in found


def test_a_rotation_that_broke_off_is_finished_by_the_next(audit: Audit) -> None:
    audit.record()
    coming = keys.coming(audit.settings.private_key)
    with audit.engine.connect() as connection, store.locked(connection, wait=True):
        sealer.hand_over(connection, audit.place, None, handing_over(coming))
    audit.record()
    with pytest.raises(SealError, match="atlas audit rotate"):
        audit.seal()
    assert rotate(audit.engine, audit.settings).number == 2
    new = Audit(audit.engine, audit.settings, sealer.place(audit.settings))
    assert new.place.public == coming
    new.seal()
    assert new.verify().whole
    assert not audit.settings.private_key.with_name("audit.key.next").exists()


def test_a_restore_from_before_the_rotation_goes_on_with_the_new_key(
    audit: Audit, rotated: Audit
) -> None:
    rotated.tamper("DELETE FROM audit.seal WHERE number > 1")
    rotated.tamper("DELETE FROM audit.event WHERE id > (SELECT min(id) + 1 FROM audit.event)")
    with pytest.raises(SealError, match="put back the key"):
        sealer.resume(audit.engine, audit.place, "restored")
    sealer.resume(rotated.engine, rotated.place, "restored")
    report = rotated.verify()
    assert (report.whole, report.keys_from) == (True, (3,))
    assert rotated.found() == [("given up", (2, 3), ())]
