"""Something recognisable stood in a message: subkeys, who received what, and the records of breaches."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema one step on."""
    with op.batch_alter_table("session_events") as events:
        events.add_column(sa.Column("subkey_id", sa.String(length=64), nullable=True))
        events.add_column(sa.Column("receivers", sa.Text(), nullable=True))
        events.add_column(sa.Column("blanked_at", sa.DateTime(timezone=True), nullable=True))
        events.add_column(sa.Column("digest_after", sa.LargeBinary(), nullable=True))
    some = sa.text("blanked_at IS NOT NULL")
    op.create_index(
        "ix_session_events_blanked", "session_events", ["blanked_at"], sqlite_where=some, postgresql_where=some
    )
    op.create_table(
        "session_welcomes",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("session_id", sa.String(length=64), nullable=False),
        sa.Column("member_ref", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("had", sa.BigInteger(), nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_session_welcomes_session_id_sessions")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_welcomes")),
    )
    op.create_index("ix_session_welcomes_session_id", "session_welcomes", ["session_id", "last"])
    _create_breaches()


def _create_breaches() -> None:
    texts = [("kind", 30), ("state", 20)], [("risk", 30), ("reason", 30), ("delay", 30), ("telling", 30)]
    op.create_table(
        "breaches",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("organisation_id", sa.String(length=64), nullable=False),
        *(sa.Column(name, sa.String(length=length), nullable=False) for name, length in texts[0]),
        sa.Column("aware_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("label", sa.String(length=30), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column("session_id", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=True),
        sa.Column("field", sa.String(length=30), nullable=True),
        sa.Column("reporter_ref", sa.String(length=64), nullable=False),
        sa.Column("reporter_organisation", sa.String(length=64), nullable=False),
        sa.Column("author_ref", sa.String(length=64), nullable=True),
        sa.Column("author_organisation", sa.String(length=64), nullable=True),
        sa.Column("receivers", sa.JSON(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.String(length=length), nullable=True) for name, length in texts[1]),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=64), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_breaches_organisation_id_organisations")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_breaches_case_id_cases")),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_breaches_session_id_sessions")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_breaches")),
    )
    op.create_index(op.f("ix_breaches_organisation_id"), "breaches", ["organisation_id"])
    op.create_index(op.f("ix_breaches_case_id"), "breaches", ["case_id"])


def downgrade() -> None:
    """Take the step back. What was said under subkeys cannot be read by an earlier version."""
    op.drop_table("breaches")
    op.drop_table("session_welcomes")
    op.drop_index("ix_session_events_blanked", table_name="session_events")
    with op.batch_alter_table("session_events") as events:
        for name in ("digest_after", "blanked_at", "receivers", "subkey_id"):
            events.drop_column(name)
