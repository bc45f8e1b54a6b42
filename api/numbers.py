"""Numbers as addresses write them: in digits, which Python and pydantic read more freely."""

import re
from typing import Any

from pydantic import BeforeValidator

_WHOLE = re.compile(r"[+-]?\d{1,19}", re.ASCII)
_DECIMAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)


def whole(said: Any) -> Any:
    """What is a whole number, if it is a text. Raises ValueError for 1_0, 1.0 and the like."""
    if isinstance(said, str) and _WHOLE.fullmatch(said) is None:
        raise ValueError("must be a whole number, in digits")
    return said


def decimal(said: Any) -> Any:
    """What is a number, if it is a text. Raises ValueError for 1_0, inf and the like."""
    if isinstance(said, str) and _DECIMAL.fullmatch(said) is None:
        raise ValueError("must be a number, in digits")
    return said


IN_DIGITS = BeforeValidator(whole)
"""After the bounds of an int, which are not described if it stands before them."""
