"""``docs/rules.md``, made from a policy."""

from oversight.handbook.page import handbook

__all__ = ["handbook"]
