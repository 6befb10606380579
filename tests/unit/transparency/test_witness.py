"""The witness: what it vouches for, what it refuses, and asking it over HTTP."""

import base64
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from backend.kit.clock import FixedClock
from backend.kit.storage import DirectoryStorage
from backend.transparency.checkpoint import Checkpoint
from backend.transparency.cosignature import AddCheckpoint, Cosigner, InvalidRequest
from backend.transparency.errors import RefusesToSign
from backend.transparency.last_signed import LastSigned
from backend.transparency.merkle import Tree, consistency_proof, leaf_hash
from backend.transparency.note import Note, NoteSigner, Signature, check_signatures
from backend.transparency.policy import KnownWitness
from backend.transparency.witness import Answer, Witness
from backend.transparency.witness_server import WitnessServer
from backend.transparency.witnessing import WitnessRing
from tests.unit.transparency.published import signer

COSIGNER = Cosigner("library.example", Ed25519PrivateKey.from_private_bytes(bytes([5]) * 32))
STRANGER = NoteSigner(signer().name, Ed25519PrivateKey.from_private_bytes(bytes([6]) * 32))
TREE = Tree([leaf_hash(bytes([number])) for number in range(20)])
FORK = Tree([leaf_hash(bytes([number + (number > 3)])) for number in range(20)])


def prove(old: int, new: int, tree: Tree = TREE) -> tuple[bytes, ...]:
    return tuple(consistency_proof(old, new, tree.node))


def checkpoint(size: int, tree: Tree = TREE, by: NoteSigner | None = None) -> bytes:
    return Checkpoint(signer().name, size, tree.root(size)).signed(by or signer()).encode()


def request(old: int, new: int, tree: Tree = TREE) -> AddCheckpoint:
    return AddCheckpoint(old, prove(old, new, tree), checkpoint(new, tree))


@pytest.fixture
def witness(tmp_path: Path) -> Witness:
    return Witness(
        COSIGNER,
        logs={signer().name: signer().key},
        memory=LastSigned(tmp_path / "memory"),
        storage=DirectoryStorage(tmp_path / "files"),
        clock=FixedClock(datetime(2027, 3, 11, 18, tzinfo=UTC)),
    )


def test_growing_log_is_cosigned(witness: Witness) -> None:
    for old, new in ((0, 4), (4, 4), (4, 7), (7, 20)):
        answer = witness.add_checkpoint(request(old, new).encode())
        assert answer.status == 200
        line = Signature.parse(answer.body.decode().removesuffix("\n"))
        note = Note(Note.decode(checkpoint(new)).text, (line,))
        assert check_signatures(note, [COSIGNER.key]) == [COSIGNER.key]
        assert int.from_bytes(line.blob[:8], "big") == 1_804_788_000


def test_latest_cosigned_checkpoint_is_shown(witness: Witness) -> None:
    name = sha256(signer().name.encode()).hexdigest()
    assert witness.latest(name).status == 404
    assert witness.latest("0" * 64).status == 404
    witness.add_checkpoint(request(0, 4).encode())
    shown = witness.latest(name)
    assert shown.status == 200
    assert len(check_signatures(Note.decode(shown.body), [signer().key, COSIGNER.key])) == 2


def test_other_size_than_known_is_a_conflict_that_says_the_size(witness: Witness) -> None:
    conflict = witness.add_checkpoint(request(3, 7).encode())
    assert (conflict.status, conflict.body, conflict.content_type) == (409, b"0\n", "text/x.tlog.size")
    witness.add_checkpoint(request(0, 7).encode())
    for old, new in ((0, 7), (4, 20), (6, 6)):
        conflict = witness.add_checkpoint(request(old, new).encode())
        assert (conflict.status, conflict.body) == (409, b"7\n")


def test_forked_log_is_not_cosigned(witness: Witness) -> None:
    witness.add_checkpoint(request(0, 7).encode())
    assert witness.add_checkpoint(request(7, 20, FORK).encode()).status == 422
    assert witness.add_checkpoint(request(7, 7, FORK).encode()).status == 422
    cut = replace(request(7, 20), proof=prove(7, 20)[1:])
    assert witness.add_checkpoint(cut.encode()).status == 422
    assert witness.add_checkpoint(request(7, 20).encode()).status == 200


def test_proof_for_a_beginning_must_be_empty(witness: Witness) -> None:
    padded = replace(request(0, 7), proof=(bytes(32),))
    assert witness.add_checkpoint(padded.encode()).status == 422


def test_unknown_log_and_strangers_signature_are_refused(witness: Witness) -> None:
    other = NoteSigner("other.example/log/2027", signer().private)
    text = Checkpoint(other.name, 4, TREE.root(4)).signed(other).encode()
    assert witness.add_checkpoint(AddCheckpoint(0, (), text).encode()).status == 404
    forged = AddCheckpoint(0, (), checkpoint(4, by=STRANGER))
    assert witness.add_checkpoint(forged.encode()).status == 403
    assert witness.add_checkpoint(request(0, 4).encode()).status == 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"old 0\n",
        b"old 00\n\n" + checkpoint(4),
        b"new 0\n\n" + checkpoint(4),
        b"old 0\nAAAA\n\n" + checkpoint(4),
        b"old 0\n!\n\n" + checkpoint(4),
        b"old 0\nA\n\n" + checkpoint(4),
        b"old \xff\n\n" + checkpoint(4),
        b"old 0\n" + (base64.b64encode(bytes(32)) + b"\n") * 64 + b"\n" + checkpoint(4),
        b"old 0\n\nno checkpoint",
        b"old 0\n\nno checkpoint\n\n" + checkpoint(4).splitlines()[-1] + b"\n",
        b"old 9\n\n" + checkpoint(4),
    ],
)
def test_malformed_request_is_refused(witness: Witness, body: bytes) -> None:
    assert witness.add_checkpoint(body).status == 400


def test_request_reads_back() -> None:
    assert AddCheckpoint.decode(request(3, 7).encode()) == request(3, 7)
    with pytest.raises(InvalidRequest):
        AddCheckpoint.decode(b"old 0")


def test_lost_race_is_a_conflict(witness: Witness, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two requests pass the checks at once; the memory's compare and swap lets one through."""
    advance = LastSigned.advance

    def late(self: LastSigned, *, expected: Checkpoint | None, new: Checkpoint) -> None:
        monkeypatch.setattr(LastSigned, "advance", advance)
        advance(self, expected=None, new=Checkpoint(new.origin, 7, TREE.root(7)))
        self.advance(expected=expected, new=new)

    monkeypatch.setattr(LastSigned, "advance", late)
    lost = witness.add_checkpoint(request(0, 4).encode())
    assert (lost.status, lost.body) == (409, b"7\n")
    assert RefusesToSign.status == 503


@pytest.fixture
def address(witness: Witness) -> Iterator[str]:
    server = WitnessServer(("127.0.0.1", 0), witness)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def ring(*addresses: str) -> WitnessRing:
    return WitnessRing(KnownWitness(COSIGNER.key, f"http://{each}") for each in addresses)


async def ask(asked: WitnessRing, size: int, tree: Tree = TREE) -> Note:
    note = Note.decode(checkpoint(size, tree))
    state = Checkpoint.parse(note.text)
    return await asked.cosigned(note, state, lambda old: prove(old, size, tree))


async def test_ring_collects_what_verifies(address: str) -> None:
    first = ring(address)
    for size in (4, 7):
        note = await ask(first, size)
        assert check_signatures(note, [signer().key, COSIGNER.key]) == [signer().key, COSIGNER.key]
    restarted = await ask(ring(address), 20)  # knows nothing, is told 7
    assert len(restarted.signatures) == 2


async def test_ring_publishes_without_a_witness_that_fails(address: str) -> None:
    assert len((await ask(ring("127.0.0.1:9", address), 7)).signatures) == 2
    assert len((await ask(ring(address), 7, FORK)).signatures) == 1
    assert len((await ask(ring(address), 3)).signatures) == 1
    assert len((await ask(WitnessRing([KnownWitness(COSIGNER.key)]), 3)).signatures) == 1


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (200, b""),
        (200, b"\xff\n"),
        (200, checkpoint(4).splitlines()[-1] + b"\n"),
        (200, COSIGNER.cosign("another\n", 1).line().encode() + b"\n"),
        (200, b"x" * 20_000),
        (409, b"many\n"),
        (409, b"4\n"),
        (302, b""),
    ],
)
async def test_ring_ignores_answers_that_are_no_cosignature(
    witness: Witness, address: str, monkeypatch: pytest.MonkeyPatch, status: int, answer: bytes
) -> None:
    monkeypatch.setattr(witness, "add_checkpoint", lambda _: Answer(HTTPStatus(status), answer))
    assert len((await ask(ring(address), 4)).signatures) == 1


@pytest.mark.parametrize(
    ("method", "path", "length", "status"),
    [
        ("GET", "/", None, 404),
        ("GET", "/" + "0" * 64 + "/checkpoint", None, 404),
        ("POST", "/", "0", 404),
        ("POST", "/add-checkpoint", "0", 400),
        ("POST", "/add-checkpoint", "x", 400),
        ("POST", "/add-checkpoint", "200000", 400),
    ],
)
def test_server_answers_bounded_requests_only(
    address: str, method: str, path: str, length: str | None, status: int
) -> None:
    connection = HTTPConnection(address, timeout=5)
    connection.putrequest(method, path)
    if length is not None:
        connection.putheader("Content-Length", length)
    connection.endheaders()
    assert connection.getresponse().status == status
    connection.close()
