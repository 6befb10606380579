"""Tables of paper."""

from __future__ import annotations

revision = "r03_paper"
down_revision = "r02_log"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
