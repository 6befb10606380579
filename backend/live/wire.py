"""Text on its way to many sockets: encoded once, framed once, written as the same bytes to everyone.

Source: RFC 6455 section 5.2 (an unmasked, unfragmented text frame of a server; no extension negotiated).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

_FIN_TEXT = 0x81
_SHORT = 125
_TWO_BYTES = 126
_EIGHT_BYTES = 127


def text_frame(payload: bytes) -> bytes:
    """Return the frame around UTF-8 text."""
    size = len(payload)
    if size <= _SHORT:
        return bytes((_FIN_TEXT, size)) + payload
    if size < 1 << 16:
        return bytes((_FIN_TEXT, _TWO_BYTES)) + size.to_bytes(2, "big") + payload
    return bytes((_FIN_TEXT, _EIGHT_BYTES)) + size.to_bytes(8, "big") + payload


@dataclass(frozen=True)
class Outgoing:
    """One message, in the forms the two kinds of line need; each form is made once for all receivers."""

    payload: bytes
    is_latest_wins: bool = field(default=False, kw_only=True)

    @cached_property
    def frame(self) -> bytes:
        """The bytes of the frame."""
        return text_frame(self.payload)

    @cached_property
    def text(self) -> str:
        """The text, for servers that frame it themselves."""
        return self.payload.decode()
