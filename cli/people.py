"""``atlas people``: removes what is kept of a person."""

from typing import Annotated

import typer

app = typer.Typer(help="Erase personal values.", no_args_is_help=True)


@app.command()
def erase(
    kind: Annotated[
        str,
        typer.Argument(
            help="company, contract, member, inspector, complaint, lead or violation: the fact the "
            "person is kept with; or account: whoever signed in with it."
        ),
    ],
    number: Annotated[
        int,
        typer.Argument(
            metavar="ID", help="Number of the fact, or of the account (atlas users list)."
        ),
    ],
    reason: Annotated[str, typer.Option(help="Why. It is kept: name no person.", prompt=True)],
) -> None:
    """Remove name, telephone number and words of a person; the fact and the seals stay.

    An account is disabled for good, its sessions and tokens go, its login stays in the audit. The
    register of erasures, beside the seals, keeps kind, number, time and reason.
    """
    from access import accounts  # noqa: PLC0415 - these load slowly
    from audit import erasure  # noqa: PLC0415
    from audit.record import Who, act_as  # noqa: PLC0415
    from audit.settings import AuditSettings  # noqa: PLC0415
    from cli.acting import operator  # noqa: PLC0415
    from cli.prepared import prepared_engine  # noqa: PLC0415

    with prepared_engine().begin() as connection:
        act_as(connection, Who(operator().actor))
        if kind == "account":
            # Before anything is entered in the register: the last administrator is not let go.
            accounts.close(connection, operator(), number)
        found = erasure.erase(connection, kind, number, reason, AuditSettings().erasures)
    typer.echo(f"{kind} {number}: {found} values erased")


@app.command()
def replay() -> None:
    """Erase again what the register names; after a restore, before anything new is entered."""
    from audit import erasure  # noqa: PLC0415 - these load slowly
    from audit.settings import AuditSettings  # noqa: PLC0415
    from cli.prepared import prepared_engine  # noqa: PLC0415

    with prepared_engine().begin() as connection:
        again = erasure.replay(connection, AuditSettings().erasures)
    typer.echo(f"{again} erasures done again")
