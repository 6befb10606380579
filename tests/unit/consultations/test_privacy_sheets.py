"""The privacy sheets name every column that holds something a person said or is known by."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend.consultations import models
from backend.kit.db import Base
from backend.meetings import models as hall

SHEETS = Path(__file__).parents[3] / "docs" / "privacy"
STRUCTURE = {
    "id",
    "org_id",
    "consultation_id",
    "contribution_id",
    "decision_id",
    "meeting_id",
    "question_id",
    "ref",
    "kind",
    "state",
    "in_reply_to",
    "is_official",
    "duplicate_of",
    "supports",
    "replies",
    "is_answered",
    "shuffle_key",
    "resets_at",
    "used",
}
"""Columns that order rows and say nothing about a person."""
PERSONAL = (
    models.ContributionRow,
    models.SupportRow,
    models.ContactRow,
    models.RateRow,
    models.ModerationDecisionRow,
    models.NoticeRow,
    models.ComplaintRow,
    models.OriginalViewRow,
    hall.HallQuestionRow,
    hall.QuestionVote,
    hall.SpeakerRow,
    hall.CaptionLineRow,
    hall.MeetingFloorRow,
)


@pytest.mark.parametrize("table", PERSONAL, ids=lambda table: str(table.__tablename__))
def test_every_telling_column_is_named_in_a_sheet(table: type[Base]) -> None:
    sheets = "\n".join(path.read_text(encoding="utf-8") for path in SHEETS.glob("*.md"))
    columns = {column.name for column in table.__table__.columns} - STRUCTURE
    missing = {name for name in columns if f"`{name}`" not in sheets and f".{name}`" not in sheets}
    assert missing == set()


def test_paths_named_in_the_sheets_exist() -> None:
    root = SHEETS.parents[1]
    sheets = "\n".join(path.read_text(encoding="utf-8") for path in SHEETS.glob("*.md"))
    named = {word.strip("`(),.") for word in sheets.split() if word.strip("`(),.").startswith("backend/")}
    assert named
    assert {name for name in named if not (root / name).exists()} == set()
