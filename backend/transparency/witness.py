"""A witness: a neighbour who vouches that a log shows everybody the same history.

For:        `machmit witness`, run by a neighbouring town, a library or a newspaper.
Guarantees: for one log it never cosigns two histories and never steps back; what it cosigned is
            durable before it answers; unknown logs and bad signatures change nothing.
Refuses:    as tlog-witness says: 400, 403, 404, 409 with the size it knows, 422.
Source:     C2SP tlog-witness 1.0.0.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from typing import Final

from backend.kit.clock import Clock
from backend.kit.storage import Storage
from backend.transparency.checkpoint import Checkpoint
from backend.transparency.cosignature import AddCheckpoint, Cosigner, InvalidRequest
from backend.transparency.errors import RefusesToSign
from backend.transparency.last_signed import LastSigned
from backend.transparency.merkle import InvalidProof, verify_consistency
from backend.transparency.note import InvalidNote, Note, VerifierKey, check_signatures

TEXT: Final = "text/plain; charset=utf-8"
SIZE_TYPE: Final = "text/x.tlog.size"


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, body and content type."""

    status: HTTPStatus
    body: bytes = b""
    content_type: str = TEXT


class Refused(Exception):
    """The request ends here, with this answer."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


class Witness:
    """Cosigns the checkpoints of the logs it was told to watch."""

    def __init__(
        self,
        cosigner: Cosigner,
        *,
        logs: Mapping[str, VerifierKey],
        memory: LastSigned,
        storage: Storage,
        clock: Clock,
    ) -> None:
        """Watch `logs` (keys by origin); remember in `memory` what was cosigned last."""
        self._cosigner = cosigner
        self._logs = logs
        self._memory = memory
        self._storage = storage
        self._clock = clock

    def add_checkpoint(self, body: bytes) -> Answer:
        """Answer `POST /add-checkpoint`."""
        try:
            request = AddCheckpoint.decode(body)
            note = Note.decode(request.checkpoint)
            new = Checkpoint.parse(note.text)
        except (InvalidRequest, InvalidNote):
            return Answer(HTTPStatus.BAD_REQUEST)
        try:
            self._check_signature(note, new)
            known = self._check_growth(request, new)
            self._memory.advance(expected=known, new=new)
        except Refused as refused:
            return refused.answer
        except RefusesToSign:  # somebody else was faster
            return _conflict(self._memory.get(new.origin))
        line = self._cosigner.cosign(note.text, int(self._clock.now().timestamp()))
        self._storage.put(_name(new.origin), Note(note.text, (*note.signatures, line)).encode())
        return Answer(HTTPStatus.OK, f"{line.line()}\n".encode())

    def latest(self, origin_sha256: str) -> Answer:
        """Answer `GET /<sha256 of the origin>/checkpoint`: what was cosigned last."""
        origins = {sha256(origin.encode()).hexdigest(): origin for origin in self._logs}
        origin = origins.get(origin_sha256)
        content = None if origin is None else self._storage.get(_name(origin))
        return Answer(HTTPStatus.NOT_FOUND) if content is None else Answer(HTTPStatus.OK, content)

    def _check_signature(self, note: Note, new: Checkpoint) -> None:
        key = self._logs.get(new.origin)
        if key is None:
            raise Refused(Answer(HTTPStatus.NOT_FOUND))
        try:
            check_signatures(note, [key])
        except InvalidNote as error:
            raise Refused(Answer(HTTPStatus.FORBIDDEN)) from error

    def _check_growth(self, request: AddCheckpoint, new: Checkpoint) -> Checkpoint | None:
        if request.old_size > new.size:
            raise Refused(Answer(HTTPStatus.BAD_REQUEST))
        known = self._memory.get(new.origin)
        if request.old_size != (known.size if known else 0):
            raise Refused(_conflict(known))
        try:
            verify_consistency(
                old_size=request.old_size,
                old_root=known.root if known else Checkpoint.empty(new.origin).root,
                new_size=new.size,
                new_root=new.root,
                proof=request.proof,
            )
        except InvalidProof as error:
            raise Refused(Answer(HTTPStatus.UNPROCESSABLE_ENTITY)) from error
        return known


def _conflict(known: Checkpoint | None) -> Answer:
    size = known.size if known else 0
    return Answer(HTTPStatus.CONFLICT, f"{size}\n".encode(), SIZE_TYPE)


def _name(origin: str) -> str:
    return f"{sha256(origin.encode()).hexdigest()}/checkpoint"
