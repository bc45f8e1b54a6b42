"""Why somebody was not signed in through the provider, in both languages of the page."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from geo.errors import AtlasError

Why = Literal[
    "flow", "spent", "denied", "code", "token", "unreachable", "unknown", "disabled", "no_role"
]

_SAID: Mapping[Why, tuple[str, str]] = MappingProxyType(
    {
        "flow": (
            "登录不是在这个浏览器里开始的，或已超过十分钟。请重新登录。",
            "the sign-in was not begun in this browser, or more than ten minutes ago: begin again",
        ),
        "spent": (
            "这次登录已经用过。请重新登录。",
            "this sign-in was used already: begin again",
        ),
        "denied": (
            "统一身份认证没有允许登录（{error}）。",
            "the provider did not let you in ({error}): begin again, or ask an administrator",
        ),
        "code": (
            "统一身份认证没有接受登录凭据（{error}）。请重新登录。",
            "the provider did not take its code back ({error}): begin again",
        ),
        "token": (
            "统一身份认证的应答不能证明您的身份（{error}）。请告诉管理员。",
            "the provider's answer does not prove who you are ({error}): tell an administrator",
        ),
        "unreachable": (
            "统一身份认证暂时没有应答。请稍后再试。",
            "the provider does not answer at the moment: try again in a minute",
        ),
        "unknown": (
            "您的身份已经确认，但还没有账号。请把下面的标识告诉管理员：{subject}",
            "you are known to the provider, but have no account here: ask an administrator to open "
            "one for {subject}",
        ),
        "disabled": (
            "账号已停用。请联系管理员。",
            "the account is disabled: ask an administrator",
        ),
        "no_role": (
            "账号目前没有任何角色。请联系管理员。",
            "the account holds no role today: ask an administrator for a grant",
        ),
    }
)


class NotSignedInError(AtlasError):
    """Nobody was signed in; ``zh`` and ``en`` say why. Holds no code, token or secret."""

    def __init__(self, why: Why, **told: str) -> None:
        """``told`` is what the sentence names."""
        self.why = why
        self.zh, self.en = (said.format_map(told) for said in _SAID[why])
        super().__init__(self.en)
