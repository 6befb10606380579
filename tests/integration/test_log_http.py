"""The log over HTTP: what is published is served byte for byte, proofs verify, nothing else is reachable."""

from __future__ import annotations

import httpx
import pytest

from backend.kit.settings import Settings
from backend.runtime import Runtime
from backend.transparency.checkpoint import open_checkpoint
from backend.transparency.intents import record
from backend.transparency.note import VerifierKey
from backend.transparency.proof import TlogProof
from backend.transparency.queries import entry_bytes, newest_year
from backend.transparency.tiles import ENTRIES, Tile, decode_bundle
from backend.transparency.types import LogType, Position

Client = httpx.AsyncClient


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Settings without background work: the tests publish the log themselves."""
    return settings.model_copy(update={"embedded_worker": False})


@pytest.fixture
async def year(rt: Runtime) -> int:
    """A log with three entries of the domain behind its opening."""
    async with rt.work.write() as uow:
        for number in range(3):
            public = {"paper": f"p{number}"}
            await record(uow, LogType.PAPER_LINKED, f"p{number}", public=public, private={"name": "Vorlage"})
    await rt.log.flush()
    async with rt.work.read() as uow:
        found = await newest_year(uow.session)
    assert found is not None
    return found


async def test_checkpoint_and_entries_verify_with_the_key_of_the_well_known_file(client: Client, year: int) -> None:
    described = (await client.get("/.well-known/machmit-log")).json()
    assert described["prefix"].endswith(f"/log/{year}")
    key = VerifierKey.parse(described["vkey"])
    note = await client.get(f"/log/{year}/checkpoint")
    checkpoint, _ = open_checkpoint(note.content, origin=described["origin"], keys=[key])
    bundle = await client.get(f"/log/{year}/{Tile(ENTRIES, 0, checkpoint.size).path}")
    assert len(decode_bundle(bundle.content, checkpoint.size)) == checkpoint.size
    assert "immutable" in bundle.headers["cache-control"]
    assert note.headers["access-control-allow-origin"] == "*"


async def test_proof_and_opening_of_an_entry(client: Client, rt: Runtime, year: int) -> None:
    described = (await client.get("/.well-known/machmit-log")).json()
    async with rt.work.read() as uow:
        entry = await entry_bytes(uow.session, Position(year, 2))
    proof = TlogProof.decode((await client.get(f"/log/{year}/proof/2")).content)
    proof.check(entry, origin=described["origin"], keys=[VerifierKey.parse(described["vkey"])])
    opened = (await client.get(f"/log/{year}/open/2")).json()
    assert opened["payload"] == {"name": "Vorlage"}


@pytest.mark.parametrize("path", ["tile/0/000", "tile/0/000.p/9", "tile/0/../../x", "tile/9/zz", "proof/99", "open/99"])
async def test_what_is_not_published_is_not_found(client: Client, year: int, path: str) -> None:
    assert (await client.get(f"/log/{year}/{path}")).status_code == 404
