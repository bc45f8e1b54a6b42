"""How Alembic meets the database: one connection, handed over by :mod:`geo.migrate`."""

from alembic import context
from geoalchemy2 import alembic_helpers

from geo.models import SCHEMAS, Base


def _ours(name: str | None, kind: str, _parents: object) -> bool:
    return kind != "schema" or name in SCHEMAS


def _run() -> None:
    connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_schemas=True,
        include_name=_ours,
        include_object=alembic_helpers.include_object,
        process_revision_directives=alembic_helpers.writer,
        render_item=alembic_helpers.render_item,
        version_table_schema="public",
        compare_server_default=True,
    )
    with context.begin_transaction():
        context.run_migrations()


_run()
