"""The colours of the web map in its light theme, by the names of ``web/src/theme/tokens.css``.

A test holds the two together: the page reads its tokens before any answer of the service is there.
"""

OUTSIDE = "#e9e8e3"
LAND = "#f6f5f1"
DISTRICT_LINE = "#85878c"
STREET_LINE = "#c6c6c2"
MAP_INK = "#3a3f47"
MAP_INK_QUIET = "#535963"
MAP_HALO = "#fbfaf7"
GAP = "#b3261e"
OVERLAP = "#a85a00"
ACCENT = "#1f5fbf"
DANGER = "#b3261e"
GOOD = "#1c6b3c"
WARN = "#8a5200"

STAR_0 = "#4d0019"
STAR_1 = "#d7191c"
STAR_2 = "#f58f4e"
STAR_3 = "#f2d35b"
STAR_4 = "#8cc5de"
STAR_5 = "#2b6fb3"
STAR_UNRATED = "#b9bec6"

MARK_OUTLINE = "#000000"
MARK_OUTLINE_OPACITY = 0.7
"""Together the token ``mark-outline``."""
