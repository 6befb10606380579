"""Asking witnesses for their cosignatures before a checkpoint is published.

For:        the publisher.
Guarantees: all witnesses at once, `TIMEOUT_S` for everything; what came in time and verifies is
            added, what did not is tried again with the next checkpoint; a witness cannot stop the log.
Refuses:    redirects, answers that are too long, and signatures by anybody else.
Source:     C2SP tlog-witness 1.0.0.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final, TypeAlias

import httpx
import structlog

from backend.transparency.checkpoint import Checkpoint
from backend.transparency.cosignature import AddCheckpoint
from backend.transparency.note import InvalidNote, Note, Signature, check_signatures
from backend.transparency.policy import KnownWitness

TIMEOUT_S: Final = 2.0
ANSWER_BYTES_MAX: Final = 16_384

_SIZE_DIGITS: Final = 19

Prover: TypeAlias = Callable[[int], Sequence[bytes]]
"""Gives the consistency proof from an older size to the new checkpoint."""

log = structlog.get_logger(__name__)


class RefusedToCosign(Exception):
    """The witness answered, but not with a cosignature."""


@dataclass(frozen=True, slots=True)
class _Question:
    note: Note
    checkpoint: Checkpoint
    prove: Prover

    def body(self, old_size: int) -> bytes:
        if old_size > self.checkpoint.size:
            raise RefusedToCosign(f"the witness knows {old_size} entries")
        proof = tuple(self.prove(old_size))
        return AddCheckpoint(old_size, proof, self.note.encode()).encode()


class WitnessRing:
    """The witnesses of one installation, and what each cosigned last."""

    def __init__(self, witnesses: Iterable[KnownWitness] = (), *, timeout_s: float = TIMEOUT_S) -> None:
        """Ask the witnesses that have an address."""
        self._witnesses = [witness for witness in witnesses if witness.url is not None]
        self._timeout_s = timeout_s
        self._sizes: dict[tuple[str, str], int] = {}

    async def cosigned(self, note: Note, checkpoint: Checkpoint, prove: Prover) -> Note:
        """Return the note with the cosignatures that came in time."""
        if not self._witnesses:
            return note
        question = _Question(note, checkpoint, prove)
        async with httpx.AsyncClient(timeout=self._timeout_s) as client:
            lines = await asyncio.gather(*(self._ask(client, each, question) for each in self._witnesses))
        return Note(note.text, (*note.signatures, *(line for line in lines if line is not None)))

    async def _ask(self, client: httpx.AsyncClient, witness: KnownWitness, question: _Question) -> Signature | None:
        try:
            async with asyncio.timeout(self._timeout_s):
                return await self._cosignature(client, witness, question)
        except (TimeoutError, httpx.HTTPError, RefusedToCosign, InvalidNote) as error:
            log.warning("log.witness_failed", witness=witness.key.name, error=f"{type(error).__name__}: {error}")
            return None

    async def _cosignature(self, client: httpx.AsyncClient, witness: KnownWitness, question: _Question) -> Signature:
        place = (witness.key.name, question.checkpoint.origin)
        url = f"{witness.url}/add-checkpoint"
        status, answer = await _post(client, url, question.body(self._sizes.get(place, 0)))
        if status == HTTPStatus.CONFLICT:  # it knows another size than we thought, and says which
            self._sizes[place] = _size(answer)
            status, answer = await _post(client, url, question.body(self._sizes[place]))
        if status != HTTPStatus.OK:
            raise RefusedToCosign(f"status {status}")
        line = _line_by(witness, answer, question.note)
        self._sizes[place] = question.checkpoint.size
        return line


async def _post(client: httpx.AsyncClient, url: str, body: bytes) -> tuple[int, bytes]:
    answer = bytearray()
    async with client.stream("POST", url, content=body) as response:
        async for chunk in response.aiter_bytes():
            answer += chunk
            if len(answer) > ANSWER_BYTES_MAX:
                raise RefusedToCosign(f"more than {ANSWER_BYTES_MAX} bytes")
        return response.status_code, bytes(answer)


def _size(answer: bytes) -> int:
    digits = answer.decode("ascii", "replace").removesuffix("\n")
    if not digits.isdecimal() or len(digits) > _SIZE_DIGITS:
        raise RefusedToCosign("a conflict without a size")
    return int(digits)


def _line_by(witness: KnownWitness, answer: bytes, note: Note) -> Signature:
    """Return the witness's own line. Raises: InvalidNote when there is none that fits."""
    lines = [Signature.parse(line) for line in answer.decode("utf-8", "replace").splitlines()]
    own = tuple(line for line in lines if witness.key.is_named_by(line))
    check_signatures(Note(note.text, own), [witness.key])
    return own[0]
