"""The privacy officer's desk: the index over the audit log's entries, filled for those that exist, and the reviews."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from server.storage.audit_references import write_references

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

AT_ONCE = 5000


def upgrade() -> None:
    """Bring the schema one step on."""
    serial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "audit_references",
        sa.Column("log_id", serial, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("ref", sa.String(length=128), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["log_id"], ["audit_logs.id"], name=op.f("fk_audit_references_log_id_audit_logs")),
        sa.PrimaryKeyConstraint("log_id", "kind", "ref", "at", "number", name=op.f("pk_audit_references")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "log_reviews",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("organisation_id", sa.String(length=64), nullable=False),
        sa.Column("officer_ref", sa.String(length=64), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entries", sa.BigInteger(), nullable=False),
        sa.Column("checkpoint_size", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_log_reviews_organisation_id_organisations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_reviews")),
    )
    op.create_index(op.f("ix_log_reviews_organisation_id"), "log_reviews", ["organisation_id"])
    _fill(op.get_bind())


def _fill(connection: sa.Connection) -> None:
    entries = sa.table("audit_entries", *(sa.column(name) for name in ("log_id", "number", "line")))
    logs = sa.table("audit_logs", sa.column("id", sa.BigInteger))
    for log_id in connection.scalars(sa.select(logs.c.id)).all():
        last = -1
        while True:
            found = connection.execute(
                sa.select(entries.c.number, entries.c.line)
                .where(entries.c.log_id == log_id, entries.c.number > last)
                .order_by(entries.c.number)
                .limit(AT_ONCE)
            ).all()
            if not found:
                break
            write_references(connection, log_id, [(row.number, row.line) for row in found])
            last = found[-1].number


def downgrade() -> None:
    """Take the step back."""
    op.drop_index(op.f("ix_log_reviews_organisation_id"), table_name="log_reviews")
    op.drop_table("log_reviews")
    op.drop_table("audit_references")
