"""`machmit witness` as a neighbour runs it: a process of its own."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import httpx

from backend.transparency.cosignature import AddCheckpoint
from backend.transparency.note import Note, Signature, VerifierKey, check_signatures
from tests.unit.transparency.published import signer, town

REQUEST = AddCheckpoint(0, (), town().checkpoint()).encode()


@contextmanager
def running(folder: Path) -> Iterator[tuple[str, str]]:
    """Start a witness; yield its key and its address."""
    policy = folder / "policy"
    policy.write_text(f"log {signer().key.vkey}\n")
    command = [sys.executable, "-m", "backend.cli", "witness", "--name", "library.example", "--port", "0"]
    command += ["--policy", str(policy), "--data", str(folder / "witness")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own command
        assert process.stdout is not None
        yield process.stdout.readline().strip(), process.stdout.readline().split()[0]
        process.terminate()


def test_witness_keeps_its_key_and_its_memory(tmp_path: Path) -> None:
    with running(tmp_path) as (vkey, url):
        cosigned = httpx.post(f"{url}/add-checkpoint", content=REQUEST)
    with running(tmp_path) as (same_vkey, url):
        again = httpx.post(f"{url}/add-checkpoint", content=REQUEST)
    key = VerifierKey.parse(vkey)
    line = Signature.parse(cosigned.text.strip())
    assert check_signatures(Note(Note.decode(town().checkpoint()).text, (line,)), [key]) == [key]
    assert (again.status_code, again.text) == (409, "16\n")
    assert same_vkey == vkey
    assert (tmp_path / "witness" / "key").stat().st_mode & 0o777 == 0o600
    name = sha256(signer().name.encode()).hexdigest()
    assert (tmp_path / "witness" / "checkpoints" / name / "checkpoint").exists()
