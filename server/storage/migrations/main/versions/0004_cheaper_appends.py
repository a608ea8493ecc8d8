"""Cheaper appends: no index row for an entry that still waits, and the tree's nodes in one B-tree instead of two."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

PLACE = "uq_audit_entries_place"
NUMBERED = sa.text("number IS NOT NULL")


def upgrade() -> None:
    """Bring the schema one step on."""
    with op.batch_alter_table("audit_entries") as batch:
        batch.drop_constraint(PLACE, type_="unique")
    op.create_index(
        PLACE, "audit_entries", ["log_id", "number"], unique=True, sqlite_where=NUMBERED, postgresql_where=NUMBERED
    )
    _nodes(with_rowid=False)


def downgrade() -> None:
    """Take the step back."""
    op.drop_index(PLACE, table_name="audit_entries")
    with op.batch_alter_table("audit_entries") as batch:
        batch.create_unique_constraint(PLACE, ["log_id", "number"])
    _nodes(with_rowid=True)


def _nodes(*, with_rowid: bool) -> None:
    """Make the table of nodes anew, filled: SQLite cannot change how a table is stored. PostgreSQL has one way only."""
    if op.get_bind().dialect.name != "sqlite":
        return
    op.rename_table("audit_nodes", "audit_nodes_before")
    op.create_table(
        "audit_nodes",
        sa.Column("log_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["log_id"], ["audit_logs.id"], name=op.f("fk_audit_nodes_log_id_audit_logs")),
        sa.PrimaryKeyConstraint("log_id", "level", "number", name=op.f("pk_audit_nodes")),
        sqlite_with_rowid=with_rowid,
    )
    op.execute(
        "INSERT INTO audit_nodes (log_id, level, number, digest) "
        "SELECT log_id, level, number, digest FROM audit_nodes_before ORDER BY log_id, level, number"
    )
    op.drop_table("audit_nodes_before")
