"""Polls: what is rated on a scale, the limit of a budget; which words of a word cloud are shown.

Why: all nine kinds of questions can be asked in a hall. Words are people's own text, so they pass moderation before
anybody but the office sees them. Polls that exist have no statements and no limit, hence the columns may be empty.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r08_poll_types"
down_revision = "r06_decisions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns and the table."""
    op.add_column("poll", sa.Column("statements", sa.JSON(), nullable=True))
    op.add_column("poll", sa.Column("budget", sa.BigInteger(), nullable=True))
    op.create_table(
        "word_ruling",
        sa.Column("poll_id", sa.String(length=40), nullable=False),
        sa.Column("word", sa.String(length=24), nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.Column("shown_as", sa.String(length=24), nullable=True),
        sa.Column("reason", sa.String(length=32), nullable=True),
        sa.Column("ruled_by", sa.String(length=40), nullable=False),
        sa.Column("ruled_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_word_ruling_poll_id")),
        sa.ForeignKeyConstraint(["ruled_by"], ["staff_user.id"], name=op.f("fk_word_ruling_ruled_by")),
        sa.PrimaryKeyConstraint("poll_id", "word", name=op.f("pk_word_ruling")),
    )


def downgrade() -> None:
    """Drop the table and the columns."""
    op.drop_table("word_ruling")
    with op.batch_alter_table("poll") as poll:
        poll.drop_column("budget")
        poll.drop_column("statements")
