"""The yardstick for votes: PostgreSQL's own `pgbench`, writing the same rows one vote at a time.

The statement redeems a voter and puts ballot and acknowledgement into the box, with rows of the sizes the
installation writes, prepared, 40 clients at once. What it leaves out – cards, keys, receipts – is our own work.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from sqlalchemy import make_url

from backend.bench.scratch import BenchFailed

CLIENTS = 40
THREADS = 2
TRANSACTIONS = 500  # by each client
TIMEOUT_S = 300

_SCRIPT = """\
\\set a random(1, 9000000000000000000)
\\set b random(1, 9000000000000000000)
WITH input AS (
  SELECT decode(lpad(to_hex(:a::bigint), 32, '0') || lpad(to_hex(:b::bigint), 32, '0'), 'hex') AS voter,
         decode(lpad(to_hex(:b::bigint), 16, '0') || lpad(to_hex(:a::bigint), 16, '0'), 'hex') AS ballot),
won AS (
  INSERT INTO participation (poll_id, voter_hash, kind, channel)
  SELECT '{poll}', voter, 'card', 'phone' FROM input ON CONFLICT DO NOTHING RETURNING voter_hash),
put AS (
  INSERT INTO ballot (poll_id, ballot_id, sealed)
  SELECT '{poll}', ballot, '\\x{ballot}'::bytea FROM input, won)
INSERT INTO cast_request (poll_id, request_mac, sealed)
SELECT '{poll}', voter_hash, '\\x{answer}'::bytea FROM won;
"""


def pgbench(database_url: str, *, poll: str, ballot_bytes: int, answer_bytes: int) -> float:
    """Return how many votes a second PostgreSQL takes, each in a transaction of its own. Raises: BenchFailed."""
    url = make_url(database_url)
    script = _SCRIPT.format(poll=poll, ballot="ab" * ballot_bytes, answer="cd" * answer_bytes)
    with tempfile.NamedTemporaryFile("w", suffix=".sql", encoding="ascii") as file:
        file.write(script)
        file.flush()
        command: list[str] = [_binary(), "--no-vacuum", "--protocol=prepared", f"--file={file.name}"]
        command += [f"--client={CLIENTS}", f"--jobs={THREADS}", f"--transactions={TRANSACTIONS}"]
        address = {"PGHOST": url.host, "PGPORT": url.port, "PGUSER": url.username, "PGPASSWORD": url.password}
        environ = {name: str(value) for name, value in address.items() if value is not None}
        done = subprocess.run(  # noqa: S603 - pgbench with our own script
            [*command, str(url.database)], env=environ, capture_output=True, text=True, timeout=TIMEOUT_S, check=False
        )
    found = re.search(r"tps = ([\d.]+) \(without", done.stdout)
    if done.returncode or found is None:
        raise BenchFailed(f"pgbench: {(done.stderr or done.stdout).splitlines()[:1]}")
    return float(found.group(1))


def _binary() -> str:
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/pgbench"), key=lambda path: int(path.parts[-3]))
    found = shutil.which("pgbench") or next((str(path) for path in reversed(debian)), None)
    if found is None:
        raise BenchFailed("pgbench fehlt. / pgbench is missing. Debian: apt-get install postgresql-contrib")
    return found
