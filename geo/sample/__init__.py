"""The sample city: invented compounds, companies and facts over real boundaries, by a seed."""

from geo.sample.load import COMPOUNDS, MOST_IN_ONE_CITY, SEED, YINCHUAN, build, check, fill
from geo.sample.read import is_loaded

__all__ = [
    "COMPOUNDS",
    "MOST_IN_ONE_CITY",
    "SEED",
    "YINCHUAN",
    "build",
    "check",
    "fill",
    "is_loaded",
]
