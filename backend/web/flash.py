"""A message for the next page, after a form was accepted and the browser was sent on.

It travels in the address, signed and with a time, so no cookie and no server state is needed; a token that is
forged, altered or older than `FLASH_LIFE` shows nothing. Never put a name, card or receipt code into it.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

FLASH_LIFE = timedelta(minutes=2)
MAX_TEXT_CHARS = 300
MAX_TOKEN_CHARS = 2_000
MAC_BYTES = 16


class Tone(StrEnum):
    """What kind of message it is; each has its own icon and word."""

    OK = "ok"
    INFO = "info"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Flash:
    """One message."""

    text: str
    tone: Tone = Tone.OK


def seal(flash: Flash, key: bytes, now: datetime) -> str:
    """Return the token that carries the message."""
    body = json.dumps([int(now.timestamp()), flash.tone, flash.text[:MAX_TEXT_CHARS]], ensure_ascii=False).encode()
    return base64.urlsafe_b64encode(_mac(body, key) + body).rstrip(b"=").decode()


def unseal(token: str, key: bytes, now: datetime) -> Flash | None:
    """Return the message of a token, or None when it is not ours or too old."""
    if not token or len(token) > MAX_TOKEN_CHARS:
        return None
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (binascii.Error, ValueError):
        return None
    mac, body = raw[:MAC_BYTES], raw[MAC_BYTES:]
    if not hmac.compare_digest(mac, _mac(body, key)):
        return None
    stamp, tone, text = json.loads(body)
    is_fresh = 0 <= now.timestamp() - stamp + 1 <= FLASH_LIFE.total_seconds()
    return Flash(text, Tone(tone)) if is_fresh else None


def _mac(body: bytes, key: bytes) -> bytes:
    return hmac.digest(key, body, "sha256")[:MAC_BYTES]
