"""What a browser keeps between leaving for the provider and coming back: sealed, ten minutes."""

import base64
import hmac
import json
import re
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from cryptography.fernet import Fernet, InvalidToken

from access.credentials import derived

LASTS = timedelta(minutes=10)

LONGEST_TARGET = 1000
"""Characters of a target: sealed, it must fit into a cookie (4,096 bytes)."""

# A path of this service. Two slashes, or a backslash that browsers take for one, begin a host.
_LOCAL = re.compile(r"/(?![/\\])[!-\[\]-~]*", re.ASCII)


@dataclass(frozen=True)
class Flow:
    """One sign-in: what must come back, and stand in the token; PKCE's secret; where to go."""

    state: str
    nonce: str
    verifier: str
    target: str

    def answers(self, state: str) -> bool:
        """Whether a state that came back is this one's."""
        return hmac.compare_digest(self.state.encode(), state.encode("utf-8", "surrogatepass"))


def begun(target: str) -> Flow:
    """A new sign-in that ends at a path of this service, as :func:`is_local` allows."""
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    return Flow(state, nonce, verifier, target)


def is_local(target: str) -> bool:
    """Whether an address is a path of this service, whatever a browser makes of it."""
    return len(target) <= LONGEST_TARGET and _LOCAL.fullmatch(target) is not None


class Sealer:
    """Seals flows with a key that follows from the installation's secret."""

    def __init__(self, secret: bytes) -> None:
        """Derive the key."""
        self._fernet = Fernet(base64.urlsafe_b64encode(derived(secret, "oidc flow")))

    def seal(self, flow: Flow, now: datetime) -> str:
        """The flow as a cookie can hold it; nobody else can read or make one."""
        text = json.dumps(asdict(flow)).encode()
        return self._fernet.encrypt_at_time(text, int(now.timestamp())).decode()

    def opened(self, sealed: str, now: datetime) -> Flow | None:
        """The flow; None where it is not ours, was changed, or is older than :data:`LASTS`."""
        try:
            text = self._fernet.decrypt_at_time(
                sealed, int(LASTS.total_seconds()), int(now.timestamp())
            )
        except (InvalidToken, ValueError):
            return None
        return Flow(**json.loads(text))
