"""Why a fact is not written: errors that name the field, its value and the way out."""

from geo.errors import AtlasError


class Refusal(AtlasError):  # noqa: N818 - a word of the domain, as api.errors.Problem is
    """What was sent cannot become a fact; ``field`` names what was wrong with it."""

    def __init__(self, said: str, *, field: str | None = None) -> None:
        """Keep what is said, and of which field."""
        super().__init__(said)
        self.field = field


class Unknown(Refusal):
    """There is no such fact, or no longer."""


class Conflict(Refusal):
    """It contradicts what is there."""


class Forbidden(Refusal):
    """It lies outside what the writer's grant covers, or their role does not write it."""


class Stale(Refusal):
    """The fact was changed since it was read; ``digest`` is that of its present state."""

    def __init__(self, said: str, *, digest: bytes) -> None:
        """Keep what is said and the digest."""
        super().__init__(said)
        self.digest = digest


class Busy(Refusal):
    """Somebody else holds what must be locked for longer than is waited."""
