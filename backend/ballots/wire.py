"""The wire forms of ballots: the fields of a cast, and acknowledgements whose length tells nothing. Pure.

Source: docs/contract.md (ballots); docs/adr/0004-ballot-secrecy.md.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from backend.ballots.types import Acknowledgement

Json = dict[str, object]

RequestKey = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{8,64}\Z")]
CardText = Annotated[str, Meta(min_length=1, max_length=64)]
Nonce = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]

_PAD_OPEN = b',"pad":"'
_PAD_CLOSE = b'"}'
_encode = msgspec.json.Encoder().encode


def acknowledgement_view(answer: Acknowledgement) -> Json:
    """Return what the voter's device gets, without padding."""
    return {
        "ballot": {
            "commitment": answer.commitment.hex(),
            "tracking_code": answer.tracking_code,
            "receipt": answer.receipt.to_json(),
        },
        "channel": answer.channel.value,
    }


def padded(body: Json, size: int) -> bytes:
    """Return the JSON of `body` with a `pad` that brings it to `size` bytes, or the next multiple above."""
    bare = _encode(body)[:-1]
    room = -(len(bare) + len(_PAD_OPEN) + len(_PAD_CLOSE)) % size
    return b"".join((bare, _PAD_OPEN, b"." * room, _PAD_CLOSE))
