"""How logins are written: one spelling for one person."""

import unicodedata

from geo.errors import AtlasError

_UNKNOWN = "\N{REPLACEMENT CHARACTER}"


def normalised(login: str) -> str:
    """The login as it is kept: Unicode's form NFKC, lower case, without spaces around it.

    Control characters and lone surrogates, which no database takes, become U+FFFD: nobody's login.
    """
    folded = unicodedata.normalize("NFKC", login).lower()
    kept = unicodedata.normalize("NFKC", folded).strip()
    return "".join(_UNKNOWN if unicodedata.category(one)[0] == "C" else one for one in kept)


def checked(login: str) -> str:
    """The login as it is kept, refused where it could not be told or typed.

    Raises
    ------
    AtlasError
        It is empty, longer than 200 characters, or has spaces or control characters inside.
    """
    kept = normalised(login)
    if not 1 <= len(kept) <= 200:
        raise AtlasError(f"a login has 1 to 200 characters, this one has {len(kept)}")
    if _UNKNOWN in kept or any(unicodedata.category(letter)[0] == "Z" for letter in kept):
        raise AtlasError(f"login {kept!r} has a space or control character inside: leave it out")
    return kept
