"""Tables of kiosk."""

from __future__ import annotations

revision = "r04_kiosk"
down_revision = "r03_paper"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
