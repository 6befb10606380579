"""Tokens of the stage, the projector and the kiosk."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from backend.meetings.live_tokens import LIFETIME, InvalidLiveToken, issue_live_token, read_live_token

NOW = datetime(2027, 3, 11, 18, 0, tzinfo=UTC)
KEY = b"k" * 32


def issue() -> str:
    """Return a token of the projector."""
    return issue_live_token(KEY, role="projector", meeting_id="m1", subject="screen-1", now=NOW)


def test_read_returns_what_was_issued() -> None:
    token = read_live_token(KEY, issue(), NOW)
    assert (token.role, token.meeting_id, token.subject) == ("projector", "m1", "screen-1")
    assert token.ends_at == NOW + LIFETIME


def test_read_after_the_evening_is_refused() -> None:
    with pytest.raises(InvalidLiveToken):
        read_live_token(KEY, issue(), NOW + LIFETIME + timedelta(seconds=1))


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "....",
        "ü.ü.ü.ü.ü",
        issue().replace("projector", "moderator"),
        issue().replace("m1", "m2"),
        issue() + "x",
    ],
)
def test_read_forged_token_is_refused(text: str) -> None:
    with pytest.raises(InvalidLiveToken):
        read_live_token(KEY, text, NOW)


def test_read_with_another_key_is_refused() -> None:
    with pytest.raises(InvalidLiveToken):
        read_live_token(b"x" * 32, issue(), NOW)
