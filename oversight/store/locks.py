"""Who writes about a compound or company keeps others from it until the transaction ends.

City first, then companies, then compounds, each in order of number, before any fact is read; so
two writers at one company follow each other, and none waits for one that waits for it.
"""

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, text

from geo.boundaries.renew import lock as lock_city
from oversight.store.engine import as_engine

MANY = 500
"""More compounds than these take the whole city instead of a lock each."""

_COMPANY, _COMPOUND = 1, 2

_CITIES = text("""
    SELECT city_code FROM registry.compound WHERE id = ANY(:compounds)
    UNION
    SELECT city_code FROM registry.company WHERE id = ANY(:companies)
    ORDER BY 1
""")
_SHARE_CITY = text("SELECT pg_advisory_xact_lock_shared(2260, CAST(:city AS int))")
_COMPANIES = text("""
    SELECT company_id FROM registry.contract WHERE compound_id = ANY(:compounds)
    UNION
    SELECT company_id FROM oversight.violation
    WHERE compound_id = ANY(:compounds) AND company_id IS NOT NULL
""")
# The list is sorted before it is locked: a plain FROM locks in whatever order rows come.
_LOCK = text("""
    SELECT count(pg_advisory_xact_lock((id << 2) | :kind))
    FROM (SELECT id FROM unnest(CAST(:ids AS bigint[])) AS id ORDER BY id OFFSET 0) AS sorted
""")


class Retry(Exception):  # noqa: N818 - it tells the caller what to do
    """Another writer brought a company into a compound meanwhile: begin the transaction again."""


def lock(
    connection: Connection, compounds: Collection[int] = (), companies: Collection[int] = ()
) -> None:
    """Lock compounds and companies, with every company that served or offended in the compounds.

    Raises Retry where such a company appeared while this waited; then nothing was written yet and
    the transaction is to be begun again. More than five hundred compounds lock their cities whole.
    """
    with as_engine(connection):
        _lock_all(connection, compounds, companies)


def lock_compounds(connection: Connection, compounds: Collection[int]) -> None:
    """Lock further compounds of companies that are locked already."""
    _lock(connection, _COMPOUND, compounds)


def _lock_all(
    connection: Connection, compounds: Collection[int], companies: Collection[int]
) -> None:
    places = {"compounds": list(compounds), "companies": list(companies)}
    for city in connection.scalars(_CITIES, places).all():
        if len(compounds) > MANY:
            lock_city(connection, city)
        else:
            connection.execute(_SHARE_CITY, {"city": city})
    if len(compounds) > MANY:
        return
    wanted = {*companies, *_companies(connection, compounds)}
    _lock(connection, _COMPANY, wanted)
    lock_compounds(connection, compounds)
    if not wanted.issuperset(_companies(connection, compounds)):
        raise Retry("a company came to one of these compounds meanwhile")


def _companies(connection: Connection, compounds: Collection[int]) -> Sequence[int]:
    if not compounds:
        return ()
    return connection.scalars(_COMPANIES, {"compounds": list(compounds)}).all()


def _lock(connection: Connection, kind: int, ids: Collection[int]) -> None:
    if ids:
        connection.execute(_LOCK, {"ids": sorted(ids), "kind": kind})
