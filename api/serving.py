"""How the service is run by uvicorn: the one place where its options stand."""

from typing import Any

OPTIONS: dict[str, Any] = {
    "app": "api.app:create_app",
    "factory": True,
    "loop": "uvloop",
    "http": "api.wire:Protocol",
    # Nothing here speaks WebSocket, and what does would pass all that guards requests.
    "ws": "none",
    # By itself uvicorn believes what any client on this machine says it was forwarded from.
    "proxy_headers": False,
    "log_level": "warning",
    "access_log": False,
    "server_header": False,
    "timeout_graceful_shutdown": 5,
}
