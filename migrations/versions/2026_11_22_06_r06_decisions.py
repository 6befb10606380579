"""Tables of decisions."""

from __future__ import annotations

revision = "r06_decisions"
down_revision = "r05_consultations"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
