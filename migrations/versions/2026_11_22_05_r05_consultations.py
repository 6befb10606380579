"""Tables of consultations."""

from __future__ import annotations

revision = "r05_consultations"
down_revision = "r04_kiosk"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
