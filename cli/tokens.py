"""``atlas tokens``: tokens by which programs sign in."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from access.tokens import Token

app = typer.Typer(help="Tokens for QGIS, scripts and other programs.", no_args_is_help=True)


@app.command()
def add(
    login: Annotated[str, typer.Argument(help="As whom the program acts.")],
    name: Annotated[str, typer.Option(help="Which program it is for.")],
    days: Annotated[int, typer.Option(min=1, max=365, help="How long it holds.")] = 90,
    grant: Annotated[
        int | None, typer.Option(help="Number of a grant; needed where LOGIN holds several.")
    ] = None,
) -> None:
    """Make a token and show it, this once."""
    from access import accounts, tokens  # noqa: PLC0415 - these load slowly
    from cli.acting import operator  # noqa: PLC0415
    from cli.prepared import prepared_engine  # noqa: PLC0415

    with prepared_engine().begin() as connection:
        account = accounts.of_login(connection, login)
        token, made = tokens.create(connection, operator(), account.id, name, days, grant)
    typer.echo(
        f'token {made.id} "{made.name}" of {made.login}, under grant {made.grant_id}, until '
        f"{made.expires_at:%Y-%m-%d}; it is shown this once:",
        err=True,
    )
    typer.echo(token)


@app.command("list")
def list_tokens(
    login: Annotated[str | None, typer.Argument(help="Only this account's.")] = None,
) -> None:
    """Show the tokens there are, without the tokens themselves."""
    from access import accounts, tokens  # noqa: PLC0415 - these load slowly
    from cli.prepared import prepared_engine  # noqa: PLC0415

    with prepared_engine().connect() as connection:
        account_id = None if login is None else accounts.of_login(connection, login).id
        found = tokens.listed(connection, account_id)
    if not found:
        typer.echo("no tokens")
        return
    table = Table("token", "login", "name", "grant", "last used", "state")
    for one in found:
        used = f"{one.last_used_at:%Y-%m-%d %H:%M}" if one.last_used_at else "never"
        row = (str(one.id), Text(one.login), Text(one.name), str(one.grant_id), used)
        table.add_row(*row, _state(one, datetime.now(UTC)))
    Console().print(table)


@app.command()
def revoke(
    number: Annotated[int, typer.Argument(metavar="TOKEN", help="Number of a token, as listed.")],
) -> None:
    """End a token at once."""
    from access import tokens  # noqa: PLC0415 - these load slowly
    from cli.acting import operator  # noqa: PLC0415
    from cli.prepared import prepared_engine  # noqa: PLC0415

    with prepared_engine().begin() as connection:
        ended = tokens.revoke(connection, operator(), number)
    typer.echo(f'token {ended.id} "{ended.name}" of {ended.login} is revoked')


def _state(token: Token, now: datetime) -> str:
    if token.revoked_at is not None:
        return f"revoked {token.revoked_at:%Y-%m-%d}"
    return f"{'expired' if token.ended(now) else 'until'} {token.expires_at:%Y-%m-%d}"
