"""Appends to the log a second, from the recorded event to the signed checkpoint, beside a bare group commit.

The reference commits the same number of rows of an entry's size in batches of the sequencer's size, on one connection,
and does nothing else: no commitment, no tree, no tiles, no signature.
"""

from __future__ import annotations

import asyncio
import time
from statistics import median

from sqlalchemy import text

from backend.bench.report import Line, Report, ratio
from backend.bench.scratch import BenchFailed, installation
from backend.kit.raw import RawTransactions
from backend.runtime import Runtime, build_runtime
from backend.transparency.intents import Record, record_all
from backend.transparency.sequencer import BATCH_MAX
from backend.transparency.types import LogType

BAR_PER_S = 5_000
EVENTS_AT_ONCE = 100  # in one transaction of the domain, as when ballots or traces are recorded
UNIT = "appends/s"


async def measure_log(server_url: str | None, entries: int, rounds: int) -> Report:
    """Measure both in turn. Raises: BenchFailed when a checkpoint does not cover what was recorded."""
    async with installation(server_url) as settings:
        rt = build_runtime(settings)
        try:
            await rt.log.flush()
            pairs = [(await _bare(rt, entries), await _append(rt, entries, number)) for number in range(rounds)]
        finally:
            await rt.close()
    bare, ours = tuple(pair[0] for pair in pairs), tuple(pair[1] for pair in pairs)
    where = "PostgreSQL" if server_url else "SQLite"
    return Report(
        "log",
        (
            Line(f"bare group commit, {where}", bare, "rows/s", note="the reference"),
            Line(f"recorded, sequenced, published, signed, {where}", ours, UNIT, ratio(ours, bare), note=_bar(ours)),
        ),
    )


def _bar(rates: tuple[float, ...]) -> str:
    return f"bar: {BAR_PER_S:,} a second" + ("" if median(rates) >= BAR_PER_S else ", not reached")


async def _append(rt: Runtime, entries: int, number: int) -> float:
    """Record events while the log takes them in; the last checkpoint must cover them all."""
    began = time.perf_counter()
    recording = asyncio.create_task(_record(rt, entries, number))
    size = 0
    while not recording.done():
        size = max([size, *(checkpoint.size for checkpoint in await rt.log.flush())])
        await asyncio.sleep(0)
    await recording
    size = max([size, *(checkpoint.size for checkpoint in await rt.log.flush())])
    took_s = time.perf_counter() - began
    if size < entries * (number + 1):
        raise BenchFailed(f"expected a checkpoint over {entries * (number + 1)} entries, got {size}")
    return entries / took_s


async def _record(rt: Runtime, entries: int, number: int) -> None:
    for start in range(0, entries, EVENTS_AT_ONCE):
        records = [
            Record(
                LogType.INPUT_RECEIVED,
                f"{number}-{start + each}",
                public={"consultation": "messung", "input": f"MP26-{start + each}", "channel": "web"},
                private={"text": "Bitte pflanzen Sie mehr Bäume am Marktplatz.", "number": start + each},
            )
            for each in range(EVENTS_AT_ONCE)
        ]
        async with rt.work.write() as uow:
            await record_all(uow, records)


async def _bare(rt: Runtime, entries: int) -> float:
    async with rt.work.write() as uow:
        await uow.session.execute(text("CREATE TABLE IF NOT EXISTS bench_row (id BIGINT PRIMARY KEY, entry BYTEA)"))
        await uow.session.execute(text("DELETE FROM bench_row"))
    transactions = RawTransactions(rt.db.ballot_engine())
    entry = b"x" * 300
    began = time.perf_counter()
    for start in range(0, entries, BATCH_MAX):
        async with transactions.begin() as connection:
            rows = [(number, entry) for number in range(start, min(start + BATCH_MAX, entries))]
            await connection.repeat("INSERT INTO bench_row (id, entry) VALUES ($1, $2)", rows)
    took_s = time.perf_counter() - began
    await transactions.close()
    return entries / took_s
