"""``atlas users``: who may sign in, and in which role."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from geo.errors import AtlasError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from access.accounts import Account
    from access.grants import Grant
    from access.roles import Scope

app = typer.Typer(help="People: accounts and the roles they hold.", no_args_is_help=True)

Login = Annotated[
    str, typer.Argument(help="What the person signs in as: best a staff number, since it stays.")
]
Role = Annotated[
    str | None,
    typer.Option(
        help="administrator, city_officer, district_officer, street_officer, agency_officer, "
        "inspector, company_user or auditor."
    ),
]
Area = Annotated[
    str | None, typer.Option(help="Code of a city, district or street (GB/T 2260, 10114).")
]
Company = Annotated[
    str | None, typer.Option(help="Unified social credit code of a company, or id:NUMBER.")
]
Agency = Annotated[str | None, typer.Option(help="Name of an agency, or id:NUMBER.")]
Inspector = Annotated[str | None, typer.Option(help="Code of an inspector, or id:NUMBER.")]
From = Annotated[
    datetime | None,
    typer.Option("--from", formats=["%Y-%m-%d"], help="First day; today unless given."),
]
Until = Annotated[
    datetime | None,
    typer.Option("--until", formats=["%Y-%m-%d"], help="Last day; open unless given."),
]
Issuer = Annotated[
    str | None, typer.Option(help="The provider's address; ATLAS_OIDC_ISSUER unless given.")
]


@app.command()
def add(
    login: Login,
    name: Annotated[str, typer.Option(help="The person's name.")],
    role: Role = None,
    area: Area = None,
    company: Company = None,
    agency: Agency = None,
    inspector: Inspector = None,
    admin: Annotated[bool, typer.Option("--admin", help="As --role administrator.")] = False,
    begin: From = None,
    end: Until = None,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input.")
    ] = False,
    one_time: Annotated[
        bool,
        typer.Option("--one-time", help="Make a password, show it once; the person changes it."),
    ] = False,
    subject: Annotated[
        str | None,
        typer.Option(help="What the provider knows the person by; there is then no password."),
    ] = None,
    issuer: Issuer = None,
) -> None:
    """Make an account with a role; the password is asked for, unless there is a provider's."""
    from access import accounts, identities, passwords  # noqa: PLC0415 - these load slowly
    from cli.acting import operator  # noqa: PLC0415
    from cli.prepared import prepared_engine  # noqa: PLC0415

    role = _one_role(role, admin)
    if one_time + password_stdin + (subject is not None) > 1:
        raise AtlasError("--one-time, --password-stdin, --subject: one of them, leave out the rest")
    password = passwords.generated() if one_time else None
    if not one_time and subject is None:
        password = _password(login, password_stdin)
    with prepared_engine().begin() as connection:
        made = accounts.add(connection, operator(), login, name, password, handed_over=one_time)
        scope = _scope(connection, area, company, agency, inspector)
        given = _give(connection, made, role, scope, begin, end)
        if subject is not None:
            identities.link(connection, operator(), made.login, _issuer(issuer), subject)
    typer.echo(f"account {made.login} made: {_described(given)}", err=one_time)
    if one_time and password is not None:
        _show_once(password)


@app.command("list")
def list_users() -> None:
    """Show all accounts with the roles they hold, held or will hold."""
    from access import accounts  # noqa: PLC0415 - these load slowly
    from cli.prepared import prepared_engine  # noqa: PLC0415
    from geo.dates import today  # noqa: PLC0415

    with prepared_engine().connect() as connection:
        found = accounts.listed(connection)
    if not found:
        typer.echo("no accounts yet: atlas users add LOGIN --name NAME --admin")
        return
    table = Table("login", "number", "name", "state", "signs in by", "grants")
    for account, held in found:
        table.add_row(
            Text(account.login),
            str(account.id),
            Text(account.name),
            _state(account),
            _ways(account),
            _lines(held, today()),
        )
    Console().print(table)


@app.command()
def disable(login: Login) -> None:
    """Let nobody sign in as LOGIN; sessions and tokens end. What was recorded stays."""
    from access import accounts  # noqa: PLC0415 - these load slowly
    from cli.acting import operator  # noqa: PLC0415
    from cli.prepared import prepared_engine  # noqa: PLC0415

    with prepared_engine().begin() as connection:
        account = accounts.disable(connection, operator(), login)
    typer.echo(f"account {account.login} is disabled, its sessions and tokens have ended")


@app.command()
def enable(login: Login) -> None:
    """Let a disabled LOGIN sign in again; what ended stays ended."""
    from access import accounts  # noqa: PLC0415 - these load slowly
    from cli.acting import operator  # noqa: PLC0415
    from cli.prepared import prepared_engine  # noqa: PLC0415

    with prepared_engine().begin() as connection:
        account = accounts.enable(connection, operator(), login)
    typer.echo(f"account {account.login} is enabled")


@app.command()
def link(
    login: Login,
    subject: Annotated[str, typer.Argument(help="What the provider knows the person by.")],
    issuer: Issuer = None,
) -> None:
    """Let LOGIN sign in through the provider, as SUBJECT; a handed-over password goes."""
    from access import identities  # noqa: PLC0415 - these load slowly
    from cli.acting import operator  # noqa: PLC0415
    from cli.prepared import prepared_engine  # noqa: PLC0415

    issuer = _issuer(issuer)
    with prepared_engine().begin() as connection:
        account = identities.link(connection, operator(), login, issuer, subject)
    typer.echo(f"account {account.login} signs in as {account.subject} of {account.issuer}")


@app.command()
def unlink(login: Login) -> None:
    """Let LOGIN no longer sign in through the provider; sessions end."""
    from access import identities  # noqa: PLC0415 - these load slowly
    from cli.acting import operator  # noqa: PLC0415
    from cli.prepared import prepared_engine  # noqa: PLC0415

    with prepared_engine().begin() as connection:
        account = identities.unlink(connection, operator(), login)
    typer.echo(f"account {account.login} no longer signs in through the provider")


@app.command()
def reset(login: Login) -> None:
    """Give LOGIN a new password, shown once, to be changed; sessions and tokens end."""
    from access import accounts  # noqa: PLC0415 - these load slowly
    from cli.acting import operator  # noqa: PLC0415
    from cli.prepared import prepared_engine  # noqa: PLC0415

    with prepared_engine().begin() as connection:
        password = accounts.reset(connection, operator(), login)
    typer.echo("password set anew, sessions and tokens have ended", err=True)
    _show_once(password)


@app.command()
def grant(
    login: Login,
    role: Role = None,
    area: Area = None,
    company: Company = None,
    agency: Agency = None,
    inspector: Inspector = None,
    begin: From = None,
    end: Until = None,
) -> None:
    """Let LOGIN hold a further role."""
    from access import accounts  # noqa: PLC0415 - these load slowly
    from cli.prepared import prepared_engine  # noqa: PLC0415

    role = _one_role(role, admin=False)
    with prepared_engine().begin() as connection:
        account = accounts.of_login(connection, login)
        scope = _scope(connection, area, company, agency, inspector)
        given = _give(connection, account, role, scope, begin, end)
    typer.echo(f"account {account.login}: {_described(given)}")


@app.command()
def revoke(
    number: Annotated[int, typer.Argument(metavar="GRANT", help="Number of a grant, as listed.")],
) -> None:
    """Take a role back; sessions and tokens under it end."""
    from access import grants  # noqa: PLC0415 - these load slowly
    from cli.acting import operator  # noqa: PLC0415
    from cli.prepared import prepared_engine  # noqa: PLC0415

    with prepared_engine().begin() as connection:
        taken = grants.revoke(connection, operator(), number)
    typer.echo(f"revoked {_described(taken)}")


@app.command()
def rules() -> None:
    """Print docs/access.md: who sees and changes what."""
    from access.page import page  # noqa: PLC0415 - models load slowly

    typer.echo(page(), nl=False)


def _one_role(role: str | None, admin: bool) -> str:
    if admin and role not in {None, "administrator"}:
        raise AtlasError(f"--admin and --role {role} exclude each other: leave one out")
    if not admin and role is None:
        raise AtlasError("name a role with --role, or --admin")
    return role or "administrator"


def _issuer(given: str | None) -> str:
    """The provider that is named, or the one that is set."""
    from access.oidc.settings import registration  # noqa: PLC0415 - pydantic loads slowly

    registered = None if given else registration()
    issuer = given or (registered and registered.issuer)
    if not issuer:
        raise AtlasError("no provider is set: name one with --issuer, or set ATLAS_OIDC_ISSUER")
    return issuer


def _password(login: str, from_stdin: bool) -> str:
    """A password from the terminal, asked for twice, or a line of standard input."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise AtlasError("there is no terminal to ask on: use --password-stdin or --one-time")
    return str(typer.prompt(f"Password of {login}", hide_input=True, confirmation_prompt=True))


def _scope(
    connection: Connection,
    area: str | None,
    company: str | None,
    agency: str | None,
    inspector: str | None,
) -> Scope:
    from access.bodies import number_of  # noqa: PLC0415 - SQLAlchemy loads slowly
    from access.roles import Scope  # noqa: PLC0415

    return Scope(
        area,
        None if company is None else number_of(connection, "company", company),
        None if agency is None else number_of(connection, "agency", agency),
        None if inspector is None else number_of(connection, "inspector", inspector),
    )


def _give(
    connection: Connection,
    account: Account,
    role: str,
    scope: Scope,
    begin: datetime | None,
    end: datetime | None,
) -> Grant:
    from access import grants  # noqa: PLC0415 - SQLAlchemy loads slowly
    from cli.acting import operator  # noqa: PLC0415

    return grants.give(
        connection,
        operator(),
        account.id,
        role,
        scope,
        begin=begin.date() if begin else None,
        # People say the last day on which it holds, ranges the first on which it does not.
        end=end.date() + timedelta(days=1) if end else None,
    )


def _show_once(password: str) -> None:
    """The password alone on standard output, so that a script can take it."""
    typer.echo("it is shown this once, and to be changed after signing in:", err=True)
    typer.echo(password)


def _described(grant: Grant) -> str:
    from access.roles import ROLES  # noqa: PLC0415

    role = ROLES[grant.role]
    named = [f" {value}" for value in vars(grant.scope).values() if value is not None]
    begin, end = grant.valid.lower, grant.valid.upper
    last = f" until {end - timedelta(days=1)}" if end else ""
    return f"grant {grant.id}, {role.zh} {role.en}{''.join(named)}, from {begin}{last}"


def _lines(held: Sequence[Grant], day: date) -> Text:
    said = []
    for one in held:
        past = one.valid.upper is not None and one.valid.upper <= day
        mark = " (revoked)" if one.revoked_at else " (over)" if past else ""
        said.append(_described(one) + mark)
    return Text("\n".join(said) or "none")


def _state(account: Account) -> str:
    if not account.name:
        return "erased"
    if account.disabled_at is not None:
        return f"disabled {account.disabled_at.astimezone(UTC):%Y-%m-%d}"
    if account.must_change:
        return "password to be changed"
    return "demonstration" if account.synthetic else "active"


def _ways(account: Account) -> Text:
    """How somebody proves who they are."""
    ways = ["password"] if account.has_password else []
    if account.issuer is not None:
        ways.append(f"{account.subject} of {account.issuer}")
    return Text("\n".join(ways) or "nothing")
