"""The wire form of acknowledgements, padded so that its length tells nothing. Pure.

Source: docs/contract.md (ballots); docs/adr/0004-ballot-secrecy.md.
"""

from __future__ import annotations

import json

from backend.ballots.types import Acknowledgement

Json = dict[str, object]


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
    bare = len(_dump(body | {"pad": ""}))
    target = size
    while target < bare:
        target += size
    return _dump(body | {"pad": "." * (target - bare)})


def _dump(body: Json) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
