"""What the log says of ballots: commitments, tracking codes, openings.

For:        the device that draws the nonce, the sealing action, everybody who recounts.
Guarantees: pure; the same nonce and canonical choices always give the same code, so a repeated cast
            does too; openings and batches are sorted by commitment and carry no order of arrival.
Refuses:    nonces of another length (`ValueError`), choices outside the profile (`NotCanonical`),
            opening files with another spelling or order (`InvalidOpenings`).
Source:     docs/algorithms/log.md, "Ballots".
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from backend.transparency import crockford
from backend.transparency.canonical import (
    KEY_PATTERN,
    JsonObject,
    JsonValue,
    NotCanonical,
    decode_object,
    encode,
)

NONCE_SIZE: Final = 32
TRACKING_BITS: Final = 60
CHOICES_BYTES_MAX: Final = 4096
"""Forty options with points each stay far below."""
BATCH_COMMITMENTS: Final = 900
"""Commitments in one `ballot.batch`: 900 x 67 bytes stay below its limit of 60 KiB."""
TOTALS_MAX: Final = 500
"""Lines of totals in one `poll.sealed`: 500 patterns of ten options stay below its limit."""

_DOMAIN: Final = b"mach-mit/ballot/v1"
_OPENING_BYTES_MAX: Final = CHOICES_BYTES_MAX + 128


class InvalidOpenings(ValueError):
    """The file of openings is not the one spelling of its ballots. `line` counts from one; None is the end."""

    def __init__(self, reason: str, *, line: int | None = None) -> None:
        """Say what was expected, and in which line."""
        super().__init__(reason if line is None else f"line {line}: {reason}")
        self.line = line


@dataclass(frozen=True, slots=True)
class Opening:
    """A ballot as everybody may read it after publication."""

    nonce: bytes
    choices: JsonValue


def ballot_commitment(poll: str, nonce: bytes, choices: JsonValue) -> bytes:
    """Return the commitment to canonical choices.

    Raises:
        NotCanonical: the choices have no canonical spelling.
        ValueError: the nonce has another length than `NONCE_SIZE`.
    """
    return spelt_commitment(poll, nonce, spell_choices(choices))


def spell_choices(choices: JsonValue) -> bytes:
    """Return the one spelling of canonical choices. Raises: NotCanonical."""
    return encode(choices, bytes_max=CHOICES_BYTES_MAX)


def spelt_commitment(poll: str, nonce: bytes, spelt: bytes) -> bytes:
    """Return the commitment to choices spelt by `spell_choices`. Raises: ValueError as `ballot_commitment`."""
    if len(nonce) != NONCE_SIZE:
        raise ValueError(f"expected a nonce of {NONCE_SIZE} bytes, got {len(nonce)}")
    return sha256(b"\x00".join((_DOMAIN, poll.encode(), nonce + spelt))).digest()


def tracking_code(commitment: bytes) -> str:
    """Return the Prüfnummer of a ballot: the first 60 bits of its commitment, XXXX-XXXX-XXXX."""
    return crockford.grouped(crockford.first_bits(commitment, TRACKING_BITS), "-")


def is_tracked_by(commitment: bytes, typed_code: str) -> bool:
    """Tell whether a typed Prüfnummer is this ballot's."""
    return crockford.normal(tracking_code(commitment)) == crockford.normal(typed_code)


def openings_file(poll: str, ballots: Iterable[Opening]) -> bytes:
    """Spell `openings/<poll>.jsonl`: one opening a line, sorted by commitment."""
    lines = sorted((ballot_commitment(poll, ballot.nonce, ballot.choices), _line(ballot)) for ballot in ballots)
    return b"".join(line for _, line in lines)


def parse_openings(poll: str, file: bytes) -> Iterator[tuple[bytes, Opening]]:
    """Read a file of openings with the commitment of each.

    Raises:
        InvalidOpenings: a line is spelt another way, repeated or out of order.
    """
    if file and not file.endswith(b"\n"):
        raise InvalidOpenings("expected a line break at the end")
    before = b""
    for number, line in enumerate(file.splitlines(), start=1):
        try:
            opening = _parse_line(line)
            commitment = ballot_commitment(poll, opening.nonce, opening.choices)
        except ValueError as error:
            raise InvalidOpenings(str(error), line=number) from error
        if commitment <= before:
            raise InvalidOpenings("expected ascending commitments, each once", line=number)
        before = commitment
        yield commitment, opening


def batch_bodies(poll: str, commitments: Iterable[bytes]) -> list[JsonObject]:
    """Return the public fields of the `ballot.batch` entries over all ballots of a poll."""
    ordered = sorted(commitments)
    parts: list[Sequence[bytes]] = [
        ordered[at : at + BATCH_COMMITMENTS] for at in range(0, len(ordered), BATCH_COMMITMENTS)
    ] or [[]]
    return [
        {
            "poll": poll,
            "n": len(ordered),
            "part": number,
            "parts": len(parts),
            "commitments": [commitment.hex() for commitment in part],
        }
        for number, part in enumerate(parts, start=1)
    ]


def sealed_totals(totals: Mapping[str, int]) -> JsonObject:
    """Return the totals as `poll.sealed` states them: all, or none when an entry cannot hold them.

    Words are free text, and rankings of many options can be more patterns than fit.
    """
    fits = len(totals) <= TOTALS_MAX and all(KEY_PATTERN.fullmatch(name) for name in totals)
    return dict(totals) if fits else {}


def _line(ballot: Opening) -> bytes:
    opening: JsonObject = {"nonce": ballot.nonce.hex(), "choices": ballot.choices}
    return encode(opening, bytes_max=_OPENING_BYTES_MAX) + b"\n"


def _parse_line(line: bytes) -> Opening:
    opening = decode_object(line, bytes_max=_OPENING_BYTES_MAX)
    nonce = opening.get("nonce")
    if set(opening) != {"nonce", "choices"} or not isinstance(nonce, str):
        raise NotCanonical(f"expected nonce and choices, got {sorted(opening)}")
    parsed = bytes.fromhex(nonce)
    if parsed.hex() != nonce:
        raise NotCanonical("expected the nonce in lower-case hex")
    return Opening(parsed, opening["choices"])
