"""Run a witness: vouch for a neighbour's log. Needs no database and none of the platform's secrets."""

from __future__ import annotations

import secrets
from pathlib import Path

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from backend.kit.clock import SystemClock
from backend.kit.storage import DirectoryStorage, write_durably
from backend.transparency.cosignature import Cosigner
from backend.transparency.last_signed import LastSigned
from backend.transparency.policy import Policy
from backend.transparency.witness import Witness
from backend.transparency.witness_server import WitnessServer

SEED_SIZE = 32


@click.command()
@click.option("--name", required=True, help="The witness's name in every cosignature, usually its address.")
@click.option("--policy", required=True, type=click.Path(exists=True, path_type=Path), help="File with the logs.")
@click.option("--data", default=Path("witness"), show_default=True, type=click.Path(path_type=Path))
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8010, show_default=True)
def witness(name: str, policy: Path, data: Path, host: str, port: int) -> None:
    """Cosign the checkpoints of the logs named in the policy, as long as they only grow."""
    cosigner = Cosigner(name, _key(data / "key"))
    watched = Policy.parse(policy.read_text(encoding="utf-8")).logs
    server = WitnessServer(
        (host, port),
        Witness(
            cosigner,
            logs=watched,
            memory=LastSigned(data / "memory"),
            storage=DirectoryStorage(data / "checkpoints"),
            clock=SystemClock(),
        ),
    )
    click.echo(f"{cosigner.key.vkey}\nhttp://{host}:{server.server_port} · {len(watched)} Protokolle / logs")
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()


def _key(path: Path) -> Ed25519PrivateKey:
    """Return the witness's key, drawn when it runs for the first time."""
    if not path.exists():
        write_durably(path, secrets.token_bytes(SEED_SIZE), mode=0o600)
    return Ed25519PrivateKey.from_private_bytes(path.read_bytes())
