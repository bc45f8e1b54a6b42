"""Headers that keep browsers strict: what every answer carries, and what pages carry instead."""

from collections.abc import Iterable

NOTHING_POLICY = "default-src 'none'; frame-ancestors 'none'"
"""For data: whatever a browser makes of it, it loads and runs nothing and stands in no frame."""

PAGE_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "connect-src 'self'",
        "worker-src 'self'",
        "font-src 'none'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "object-src 'none'",
    )
)
"""For our pages and their files; a worker obeys the policy of its script, not of its page."""

STYLED_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
"""For a page that stands by itself, with its style inside; nothing else may run or load."""

PAGE = {"Content-Security-Policy": PAGE_POLICY}

DOCUMENT_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
"""For documents as pages: what stands in them is text, whatever it holds, and no script runs."""

DOCUMENT = {"Content-Security-Policy": DOCUMENT_POLICY}

_OFF = (
    *("accelerometer", "autoplay", "camera", "display-capture", "encrypted-media"),
    *("gyroscope", "hid", "magnetometer", "microphone", "midi", "payment", "serial", "usb"),
    "xr-spatial-tracking",
)

HEADERS = {
    "Content-Security-Policy": NOTHING_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": ", ".join((*(f"{one}=()" for one in _OFF), "geolocation=(self)")),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""For every answer; a route that sets one itself keeps its own."""

# Without includeSubDomains: an office's domain holds services that are not ours to decide for.
TRANSPORT = ("Strict-Transport-Security", "max-age=31536000")
"""Only over TLS (RFC 6797, 7.2)."""


def lines(headers: Iterable[tuple[str, str]]) -> bytes:
    """Headers as they stand on the wire."""
    return "".join(f"{name.lower()}: {value}\r\n" for name, value in headers).encode("latin-1")
