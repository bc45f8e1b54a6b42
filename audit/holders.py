"""Which key signs which seals: each new one is named by a seal that the one before it signed."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from audit import seals
from audit.seals import Seal

_FROM_THE_NEXT_ON = "from the next seal on the key is "


def handing_over(key: bytes) -> str:
    """The note of a seal that hands over to this raw public key."""
    return f"{_FROM_THE_NEXT_ON}{key.hex()}"


def handed_to(seal: Seal) -> bytes | None:
    """The raw public key that a seal hands over to; None where it does not."""
    note = seal.cover.note or ""
    if not note.startswith(_FROM_THE_NEXT_ON):
        return None
    try:
        return bytes.fromhex(note.removeprefix(_FROM_THE_NEXT_ON))
    except ValueError:
        return None


def in_force(seal: Seal) -> bytes:
    """The key that signs the seal after this one."""
    return handed_to(seal) or seal.key


@dataclass(frozen=True)
class Holders:
    """The keys in order, each with the number of the first seal it signs."""

    starts: tuple[tuple[int, bytes], ...]

    def at(self, number: int) -> bytes:
        """The key of the seal with this number."""
        place = bisect_right(self.starts, number, key=lambda start: start[0]) - 1
        return self.starts[max(place, 0)][1]

    @property
    def changed_at(self) -> tuple[int, ...]:
        """The numbers of the first seals of later keys."""
        return tuple(number for number, _ in self.starts[1:])


def holders(handovers: Iterable[Seal], key: bytes) -> Holders:
    """Who holds when, from seals that hand over, of table or file in whatever order.

    ``key`` is any of the keys, one that is trusted: those after it are believed because it, or one
    it handed over to, signed for them; those before it since its own first seal goes on from what
    they sealed.
    """
    proven = [(one, to) for one in handovers if (to := handed_to(one)) and _signed(one)]
    proven.sort(key=lambda one: one[0].number)
    starts = [(0, key)]
    for one, to in reversed(proven):
        number, first = starts[0]
        if to == first and number == 0:
            starts[0] = (one.number + 1, first)
            starts.insert(0, (0, one.key))
    for one, to in proven:
        number, last = starts[-1]
        if one.key == last and one.number >= number:
            starts.append((one.number + 1, to))
    return Holders(tuple(starts))


def _signed(seal: Seal) -> bool:
    return seals.signed_by(seal, seal.key)
