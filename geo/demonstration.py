"""Whether the database is a demonstration: then it takes made-up rows only."""

from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy import Connection, exists, select

from geo.models.access import Demo

MARKED: Mapping[str, str] = MappingProxyType(
    {
        "zh": "当前为演示：导入的内容一律标为示例数据，且不再改变。"
        "导入真实数据前请先结束演示：atlas demo end",
        "en": "this is a demonstration: what a file brings is marked as made up, for good; "
        "for real data end it first: atlas demo end",
    }
)
"""What whoever imports a file in a demonstration is told."""


def is_on(connection: Connection) -> bool:
    """Whether it is; :mod:`access.demo` begins and ends it."""
    return bool(connection.scalar(select(exists(select(Demo.holds)))))
