"""Somebody who is signed in: accounts with one role, and clients that send their token."""

import secrets
from collections.abc import Mapping
from types import MappingProxyType

import httpx
from sqlalchemy import Engine

from access import accounts, grants, tokens
from access.audit import Writer
from access.roles import Scope

WRITER = Writer("test")


def token_of(database: Engine, role: str, *, name: str = "测试", **scope: str | int) -> str:
    """A token of a new account that holds the role, over ``area_code``, ``company_id``, …"""
    with database.begin() as connection:
        login = f"{role}-{secrets.token_hex(4)}"
        account = accounts.add(connection, WRITER, login, name, synthetic=True)
        grants.give(connection, WRITER, account.id, role, Scope(**scope))
        token, _ = tokens.create(connection, WRITER, account.id, "test", 30)
    return token


def client_of(
    url: str, token: str | None, headers: Mapping[str, str] = MappingProxyType({})
) -> httpx.Client:
    """A client that sends the token; without one, the public."""
    bearer = {"Authorization": f"Bearer {token}"} if token else {}
    return httpx.Client(base_url=url, timeout=60, headers={**bearer, **headers})
