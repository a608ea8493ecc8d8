"""Member cards: the public keys of privacy officers, and the cards that are sealed to them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema one step on. No card is made: nobody has a key yet."""
    op.create_table(
        "officer_keys",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("organisation_id", sa.String(length=64), nullable=False),
        sa.Column("holder_id", sa.String(length=64), nullable=False),
        sa.Column("fingerprint", sa.String(length=40), nullable=False),
        sa.Column("public", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_officer_keys_organisation_id_organisations")
        ),
        sa.ForeignKeyConstraint(["holder_id"], ["members.id"], name=op.f("fk_officer_keys_holder_id_members")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_officer_keys")),
        sa.UniqueConstraint("organisation_id", "fingerprint", name=op.f("uq_officer_keys_organisation_id")),
    )
    op.create_index(op.f("ix_officer_keys_holder_id"), "officer_keys", ["holder_id"])
    op.create_table(
        "member_cards",
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.Column("member_ref", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resealed_by", sa.String(length=64), nullable=True),
        sa.Column("envelope", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["key_id"], ["officer_keys.id"], name=op.f("fk_member_cards_key_id_officer_keys")),
        sa.PrimaryKeyConstraint("key_id", "member_ref", "at", name=op.f("pk_member_cards")),
    )
    op.create_index(op.f("ix_member_cards_member_ref"), "member_cards", ["member_ref"])


def downgrade() -> None:
    """Take the step back. Cards of members who left are lost with it."""
    op.drop_index(op.f("ix_member_cards_member_ref"), table_name="member_cards")
    op.drop_table("member_cards")
    op.drop_index(op.f("ix_officer_keys_holder_id"), table_name="officer_keys")
    op.drop_table("officer_keys")
