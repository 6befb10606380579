"""Tokens a page hands to its own socket: for the stage, the projector and the kiosk. Pure.

A socket gets no right from a cookie, so the page that was authenticated carries a signed token.
Guarantees: a token names one meeting, one role and one subject, and ends. It grants nothing by itself that the
subject has lost since: whoever honours it looks the subject up again. Refuses forged and expired ones
(`InvalidLiveToken`).
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from backend.kit.entropy import base32
from backend.kit.errors import Forbidden

LIFETIME = timedelta(hours=14)  # an evening with its preparation
_MAC_BYTES = 20
_PARTS = 5
_DOMAIN = b"mach-mit/live-token/v1\x00"


class InvalidLiveToken(Forbidden):
    """The token is forged, expired or of another meeting."""

    code = "invalid_token"
    title = "Diese Verbindung ist nicht mehr gültig. Bitte laden Sie die Seite neu"


@dataclass(frozen=True, slots=True)
class LiveToken:
    """What a token says. `role` is moderator, projector or kiosk; `subject` a user, screen or kiosk id."""

    role: str
    meeting_id: str
    subject: str
    ends_at: datetime


def issue_live_token(key: bytes, *, role: str, meeting_id: str, subject: str, now: datetime) -> str:
    """Return a token that lasts for the evening; `key` is the keyring's session key."""
    ends = int((now + LIFETIME).timestamp())
    body = f"{role}.{meeting_id}.{subject}.{ends}"
    return f"{body}.{_mac(key, body)}"


def projector_address(key: bytes, *, meeting_id: str, series: int, now: datetime) -> str:
    """Return where a projector finds its screen; `series` is the meeting's, raised when all are signed off."""
    token = issue_live_token(key, role="projector", meeting_id=meeting_id, subject=str(series), now=now)
    return f"/beamer/{token}"


def read_live_token(key: bytes, text: str, now: datetime) -> LiveToken:
    """Return what a token says. Raises: InvalidLiveToken."""
    parts = text.split(".")
    body, _, mac = text.rpartition(".")
    if len(parts) != _PARTS or not hmac.compare_digest(mac.encode(), _mac(key, body).encode()):
        raise InvalidLiveToken
    role, meeting_id, subject, ends, _ = parts
    ends_at = datetime.fromtimestamp(int(ends), UTC)
    if ends_at <= now:
        raise InvalidLiveToken
    return LiveToken(role=role, meeting_id=meeting_id, subject=subject, ends_at=ends_at)


def _mac(key: bytes, body: str) -> str:
    return base32(hmac.new(key, _DOMAIN + body.encode(), hashlib.sha256).digest()[:_MAC_BYTES])
