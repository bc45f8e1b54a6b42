"""Days as the register counts them: today in Asia/Shanghai, and the first day it knows."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")

FIRST_DAY = date(1900, 1, 1)
"""A fact whose beginning nobody recorded holds from here; validity ranges need a first day."""


def today() -> date:
    """The day it is in Asia/Shanghai, wherever the machine stands."""
    return datetime.now(ZONE).date()
