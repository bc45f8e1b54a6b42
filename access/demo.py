"""The demonstration: anybody at this machine may act in each role, on made-up data only.

It has accounts of its own, without passwords, whose sessions are ordinary ones under the real
policies. While it is on the database takes made-up rows only, and what a file brings is marked as
made up, for good; ending it deletes its accounts with their sessions and tokens.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, text

from access import accounts, grants, sessions
from access.audit import Writer, note
from access.roles import Scope
from access.sessions import Limits, SignedIn
from audit.record import record
from geo.demonstration import is_on
from geo.errors import AtlasError

WRITER = Writer("atlas demo")
LIMITS = Limits(idle=timedelta(hours=12), absolute=timedelta(hours=12))


@dataclass(frozen=True)
class Part:
    """A role that may be acted: its login, name, and the query that finds what it is bound to."""

    login: str
    role: str
    zh: str
    en: str
    bound: str | None


PARTS: Sequence[Part] = (
    Part(
        "demo-planner",
        "city_officer",
        "城市规划员",
        "City planner",
        "SELECT city_code FROM registry.compound GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1",
    ),
    Part(
        "demo-district",
        "district_officer",
        "县（市）区",
        "District office",
        "SELECT district_code FROM registry.compound WHERE district_code IS NOT NULL"
        " GROUP BY 1 ORDER BY district_code <> '640106', count(*) DESC, 1 LIMIT 1",
    ),
    Part(
        "demo-street",
        "street_officer",
        "街道",
        "Street office",
        "SELECT street_code FROM registry.compound WHERE street_code IS NOT NULL"
        " GROUP BY 1 ORDER BY min(district_code) <> '640106', count(*) DESC, 1 LIMIT 1",
    ),
    Part(
        "demo-inspector",
        "inspector",
        "检查员",
        "Inspector",
        "SELECT i.id FROM planning.inspector AS i LEFT JOIN planning.inspection_inspector AS n"
        " ON n.inspector_id = i.id GROUP BY 1 ORDER BY count(n.*) DESC, 1 LIMIT 1",
    ),
    Part(
        "demo-company",
        "company_user",
        "物业公司",
        "Property company",
        "SELECT company_id FROM registry.contract WHERE upper_inf(valid)"
        " GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1",
    ),
    Part(
        "demo-agency",
        "agency_officer",
        "执法部门",
        "Enforcement agency",
        "SELECT agency_id FROM oversight.referral GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1",
    ),
    Part("demo-auditor", "auditor", "审计", "Auditor", None),
    Part("demo-admin", "administrator", "管理员", "Administrator", None),
)
"""What may be acted, besides the public."""

_FACTS = """
    SELECT format('%I.%I', n.nspname, c.relname) FROM pg_attribute AS a
    JOIN pg_class AS c ON c.oid = a.attrelid AND c.relkind = 'r'
    JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE a.attname = 'synthetic' AND n.nspname IN ('registry', 'oversight', 'planning')
      AND c.relname <> ALL(ARRAY['district_boundary', 'duty'])
    ORDER BY 1
"""
"""All tables of facts; where districts lie and what the list says is nobody's secret."""


_IMPORTED = text("""
    SELECT count(*) FROM imports.file AS f JOIN access.demo AS d ON f.finished_at >= d.since
    WHERE f.state = 'done' AND NOT f.dry_run
""")
_END = text("""
    DELETE FROM access.account AS a WHERE a.synthetic
    RETURNING a.id, a.login, (SELECT count(*) FROM access.session AS s
        WHERE s.account_id = a.id AND s.revoked_at IS NULL AND s.expires_at > now()) AS ended
""")


def start(connection: Connection, writer: Writer = WRITER) -> None:
    """Begin the demonstration; nothing happens where it is on.

    Raises
    ------
    AtlasError
        Some fact is not made up, or somebody has an account: then it would be no demonstration.
    """
    if is_on(connection):
        return
    if connection.scalar(text("SELECT EXISTS (SELECT FROM access.account)")):
        raise AtlasError("there are accounts already: a demonstration begins without any")
    for table in connection.scalars(text(_FACTS)).all():
        _refuse_real(connection, table)
    connection.execute(text("INSERT INTO access.demo DEFAULT VALUES"))
    record(connection, "begin demonstration", "access.demo", actor=writer.actor)
    for part in PARTS:
        _open(connection, part, writer)


def imported(connection: Connection) -> int:
    """How many files became facts while it has been on: what they brought is marked as made up."""
    return int(connection.execute(_IMPORTED).scalar_one())


def end(connection: Connection, writer: Writer = WRITER) -> int:
    """End the demonstration: its accounts, sessions and tokens go; how many accounts there were.

    The audit is told of each. Facts stay, marked as made up.
    """
    if is_on(connection):
        after = {"imports": imported(connection)}
        record(connection, "end demonstration", "access.demo", after=after, actor=writer.actor)
    for table in connection.scalars(text(_FACTS)).all():
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS demo ON {table}")
        connection.exec_driver_sql(f"ALTER TABLE {table} ALTER COLUMN synthetic SET DEFAULT false")
    connection.execute(text("DELETE FROM access.demo"))
    gone = connection.execute(_END).all()
    for one in gone:
        told = {
            "before": {"account_id": one.id, "login": one.login, "synthetic": True},
            "after": {"sessions_ended": one.ended},
        }
        note(connection, writer, "delete account", "access.account", one.id, **told)
    return len(gone)


def act(
    connection: Connection, login: str, *, writer: Writer, previous: str | None = None
) -> SignedIn:
    """A session of one of the parts; ``previous`` ends. Raises AtlasError for what is not one."""
    if not is_on(connection):
        raise AtlasError("this is no demonstration: sign in with an account")
    account = connection.scalar(
        text("SELECT id FROM access.account WHERE login = :login AND synthetic"), {"login": login}
    )
    if account is None:
        raise AtlasError(f'"{login}" is no part of the demonstration')
    return sessions.begin(connection, account, writer=writer, previous=previous, limits=LIMITS)


def _refuse_real(connection: Connection, table: str) -> None:
    """Let a table take made-up rows only, and take those for made up that do not say."""
    real = text(f"SELECT EXISTS (SELECT FROM {table} WHERE NOT synthetic)")  # noqa: S608 - its own
    if connection.scalar(real):
        raise AtlasError(f"{table} holds facts that are not made up: this is no demonstration")
    connection.exec_driver_sql(f"ALTER TABLE {table} ALTER COLUMN synthetic SET DEFAULT true")
    connection.exec_driver_sql(
        f"CREATE TRIGGER demo BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW"
        " WHEN (NOT NEW.synthetic) EXECUTE FUNCTION access.refuse_real()"
    )


def _open(connection: Connection, part: Part, writer: Writer) -> None:
    bound = None if part.bound is None else connection.scalar(text(part.bound))
    if part.bound is not None and bound is None:
        return
    account = accounts.add(connection, writer, part.login, part.zh, synthetic=True)
    grants.give(connection, writer, account.id, part.role, _scope(part.role, bound))


def _scope(role: str, bound: str | int | None) -> Scope:
    if bound is None:
        return Scope()
    if isinstance(bound, str):
        return Scope(area_code=bound)
    return Scope(
        company_id=bound if role == "company_user" else None,
        agency_id=bound if role == "agency_officer" else None,
        inspector_id=bound if role == "inspector" else None,
    )
