"""What tests of uploads share: tables of companies, how they are sent, what is left of them."""

from pathlib import Path
from typing import Any

import httpx

from geo.imports.cells.credit_codes import check_character

MEGABYTES = 5
"""What the service under test takes."""


def code(number: int) -> str:
    """A valid unified social credit code (GB 32100)."""
    body = f"91640100MA{number:07d}"
    return body + check_character(body)


def companies(count: int, *more: str) -> bytes:
    """A table of so many companies, with more rows below."""
    rows = [f"{code(n)},物业企业第{n}号" for n in range(1, count + 1)]
    return "\n".join(["统一社会信用代码,企业名称", *rows, *more]).encode("gb18030")


def send(
    office: httpx.Client,
    content: bytes,
    name: str = "企业.csv",
    headers: dict[str, str] | None = None,
    **fields: Any,
) -> httpx.Response:
    return office.post(
        "/imports",
        data={"kind": "companies", **fields},
        files={"file": (name, content)},
        headers=headers,
    )


def left_in(spool: Path) -> list[Path]:
    return [path for path in spool.rglob("*") if path.is_file()] if spool.exists() else []
