"""Tables of log."""

from __future__ import annotations

revision = "r02_log"
down_revision = "r01_core"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
