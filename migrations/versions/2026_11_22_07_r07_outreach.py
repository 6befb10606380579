"""Tables of outreach."""

from __future__ import annotations

revision = "r07_outreach"
down_revision = "r06_decisions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
