"""Sign-ins through a provider that were answered, so that none is answered twice."""

from alembic import op

revision = "0017"
down_revision = "0016"

_CHECK = 'CHECK ("kind" IN ({}))'


def upgrade() -> None:
    _kinds("'pair', 'address', 'login', 'state'")


def downgrade() -> None:
    op.execute("DELETE FROM access.attempt WHERE kind = 'state'")
    _kinds("'pair', 'address', 'login'")


def _kinds(allowed: str) -> None:
    op.execute(
        "ALTER TABLE access.attempt DROP CONSTRAINT attempt_kind_check,"
        f" ADD CONSTRAINT attempt_kind_check {_CHECK.format(allowed)}"
    )
