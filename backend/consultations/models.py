"""All tables of this package by name."""

from __future__ import annotations

from backend.consultations.contribution_tables import (
    ContactRow,
    ContributionRow,
    RateRow,
    ReferenceCounter,
    SupportRow,
)
from backend.consultations.moderation_tables import (
    ComplaintRow,
    ModerationDecisionRow,
    NoticeRow,
    OriginalViewRow,
)
from backend.consultations.procedure_tables import (
    ConsultationRow,
    PhaseRow,
    RuleRow,
    TopicChangeRow,
    TopicInputRow,
    TopicRow,
)

__all__ = [
    "ComplaintRow",
    "ConsultationRow",
    "ContactRow",
    "ContributionRow",
    "ModerationDecisionRow",
    "NoticeRow",
    "OriginalViewRow",
    "PhaseRow",
    "RateRow",
    "ReferenceCounter",
    "RuleRow",
    "SupportRow",
    "TopicChangeRow",
    "TopicInputRow",
    "TopicRow",
]
