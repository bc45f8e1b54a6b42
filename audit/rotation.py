"""Gives the seals a new key: the old one signs for it once, and is gone."""

from sqlalchemy import Engine

from audit import keys, sealer, store
from audit.holders import handed_to, handing_over
from audit.seals import Seal
from audit.settings import AuditSettings


def rotate(engine: Engine, settings: AuditSettings) -> Seal:
    """Seal what is there, hand over to a new key, and let the old private one go; the last seal.

    The new key is on the disk before it is named, so that a rotation which broke off is finished by
    the next. ``audit.pub`` stays what it was: later keys follow from it. Raises SealError where
    the sealer would.
    """
    with engine.connect() as connection, store.locked(connection, wait=True):
        where = sealer.place(settings)
        coming = keys.coming(settings.private_key)
        last = store.last_seal(connection)
        if last is None or handed_to(last) != coming:
            last = sealer.hand_over(connection, where, last, handing_over(coming))
        keys.take_over(settings.private_key)
    return last
