"""The fonts that pictures are written in: one with Chinese where the system has one."""

from functools import cache

from PIL import ImageFont
from PIL.ImageFont import FreeTypeFont

_CHINESE = (
    "NotoSansCJK-Regular.ttc",
    "NotoSansCJKsc-Regular.otf",
    "NotoSansSC-Regular.otf",
    "SourceHanSansSC-Regular.otf",
    "wqy-microhei.ttc",
    "wqy-zenhei.ttc",
    "DroidSansFallbackFull.ttf",
    "msyh.ttc",
    "PingFang.ttc",
)
"""Names of files, in order of preference; they are looked for where the system keeps its fonts."""
# In a collection of Noto the faces are JP, KR, SC, TC, HK: the same letters are drawn as here.
_FACE = {"NotoSansCJK-Regular.ttc": 2}


@cache
def chinese(size: float) -> FreeTypeFont | None:
    """A font with Chinese in a size in pixels; None where the system has none."""
    for name in _CHINESE:
        try:
            return ImageFont.truetype(name, size, index=_FACE.get(name, 0))
        except OSError:
            continue
    return None


@cache
def latin(size: float) -> FreeTypeFont | ImageFont.ImageFont:
    """The font that comes with the drawing library, without Chinese."""
    return ImageFont.load_default(size)
