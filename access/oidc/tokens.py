"""Whether an ID token proves who somebody is (OpenID Connect Core, 3.1.3.7)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import BadSignatureError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from access.oidc.refusal import NotSignedInError

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
"""Signatures by a key that only the provider has: never ``none``, nor one by the shared secret."""

LEEWAY = 60
"""Seconds by which the clocks of the provider and this machine may differ."""

LONGEST = 32 * 1024


class UnknownKeyError(Exception):
    """No key that is known has signed the token; the provider may have changed its keys."""


def proven(
    id_token: object,
    keys: KeySet,
    *,
    issuer: str,
    client: str,
    nonce: str,
    access_token: str | None,
    now: datetime,
) -> Mapping[str, Any]:
    """The claims of a token of this issuer, for this client and this sign-in, that holds now.

    Raises
    ------
    UnknownKeyError
        It is signed by none of the keys.
    NotSignedInError
        It is not such a token; what is wrong with it is named, nothing in it is repeated.
    """
    if not isinstance(id_token, str) or len(id_token) > LONGEST:
        raise NotSignedInError("token", error="no id_token")
    try:
        token = jwt.decode(id_token, keys, algorithms=ALGORITHMS)
        claims = CodeIDToken(
            token.claims,
            token.header,
            options={
                "iss": {"essential": True, "value": issuer},
                "aud": {"essential": True, "value": client},
            },
            params={"nonce": nonce, "client_id": client, "access_token": access_token},
        )
        claims.validate(now=int(now.timestamp()), leeway=LEEWAY)
    except (BadSignatureError, InvalidKeyIdError):
        raise UnknownKeyError from None
    except JoseError as error:
        raise NotSignedInError("token", error=_what(error)) from None
    except (ValueError, TypeError, KeyError):
        raise NotSignedInError("token", error="malformed") from None
    return claims  # type: ignore[no-any-return]  # authlib has no types


def _what(error: JoseError) -> str:
    """What is wrong, as ``invalid_claim: aud``."""
    claim = getattr(error, "claim", None)
    return f"{error.error}: {claim}" if claim else str(error.error)
