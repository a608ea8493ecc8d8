"""Places that a reader reported: something recognisable slipped through there."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema one step on."""
    op.create_table(
        "missed_marks",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column("field", sa.String(length=30), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=30), nullable=False),
        sa.Column("reporter", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_missed_marks_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_missed_marks")),
        sa.UniqueConstraint("case_id", "field", "start", "end", name=op.f("uq_missed_marks_case_id")),
    )


def downgrade() -> None:
    """Take the step back."""
    op.drop_table("missed_marks")
