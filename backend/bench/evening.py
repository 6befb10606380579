"""An evening in a full hall: all join, a question opens, all vote, the network breaks, the server restarts.

Measured as the phones see it, in one run per way of running the server. What a bar asks for stands beside each figure.
Guarantees: at the end every acknowledged ballot is in the count once (`BenchFailed` otherwise).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from backend.bench.crowd import Arrivals, Crowd, Vote
from backend.bench.hall import Hall, open_hall
from backend.bench.report import Line, Report
from backend.bench.scratch import BenchFailed, Server, installation
from backend.bench.slow import FAST, SLOW, with_and_without
from backend.polls.types import PollState

VOTING_S = 10.0
STORM_S = 5.0
REST_S = 1.5  # between two parts, so that one does not slow the next
RESTART_AFTER_S = 3.0
POLLS = 2
STEP_TIMEOUT_S = 60.0


@dataclass(frozen=True, slots=True)
class Way:
    """One way of running the server."""

    name: str
    postgres: str | None = None
    redis: str | None = None
    processes: int = 1


async def measure_hall(ways: Sequence[Way], phones: int) -> Report:
    """Play an evening in every way of running the server. Raises: BenchFailed."""
    return Report("hall", tuple([line for way in ways for line in await _evening(way, phones)]))


async def _evening(way: Way, phones: int) -> tuple[Line, ...]:
    async with installation(way.postgres, way.redis) as settings:
        hall = await open_hall(settings, cards=phones, polls=POLLS, upto=PollState.READY)
        server = Server(settings, way.processes)
        try:
            await asyncio.to_thread(server.start)
            with httpx.Client(headers={"Authorization": f"Bearer {hall.token}"}, timeout=STEP_TIMEOUT_S) as client:
                return await _play(Evening(way, hall, server, client))
        finally:
            await asyncio.to_thread(server.stop)


@dataclass(frozen=True, slots=True)
class Evening:
    """Where the evening takes place."""

    way: Way
    hall: Hall
    server: Server
    client: httpx.Client

    async def host(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:  # noqa: ANN401 - JSON
        """Do what a host does, from a thread of its own. Raises: BenchFailed."""
        return await asyncio.to_thread(self._ask, method, path, body)

    async def step(self, poll_id: str, to: PollState) -> float:
        """Move a poll one step; return the moment of the click."""
        version = (await self.host("GET", f"/api/v1/polls/{poll_id}"))["version"]
        clicked = time.perf_counter()
        await self.host("POST", f"/api/v1/polls/{poll_id}/transitions", {"to": to.value, "version": version})
        return clicked

    def _ask(self, method: str, path: str, body: dict[str, Any] | None) -> Any:  # noqa: ANN401 - JSON
        url = f"http://127.0.0.1:{self.server.port}{path}"
        answer = self.client.request(method, url, json=body)
        if answer.is_error:
            raise BenchFailed(f"{method} {path}: {answer.status_code} {answer.text[:200]}")
        return answer.json() if answer.content else None


async def _play(evening: Evening) -> tuple[Line, ...]:
    crowd = Crowd(evening.server.port, evening.hall.meeting_id, evening.hall.cards)
    lines = await _joining(evening, crowd)
    await asyncio.sleep(REST_S)
    lines += await _voting(evening, crowd, evening.hall.polls[0])
    lines += await _storm(evening, crowd)
    await asyncio.sleep(REST_S)
    lines += await _restart(evening, crowd, evening.hall.polls[1])
    crowd.leave()
    if crowd.refusals:
        raise BenchFailed(f"refused: {crowd.refusals.most_common(3)}")
    return lines + await _slow_readers(evening)


async def _joining(evening: Evening, crowd: Crowd) -> tuple[Line, ...]:
    empty_kb = evening.server.resident_kb()
    took = await crowd.join()
    rate = len(took) / await crowd.joins.last()
    await asyncio.sleep(REST_S)
    per_phone_kb = (evening.server.resident_kb() - empty_kb) / len(took)
    note = f"with card check, state and place in the room; {_ms(took)}"
    return (
        Line(_named(evening, "joins"), (rate,), "joins/s", note=note, limit="≥ 1,000"),
        Line(_named(evening, "memory of a phone"), (per_phone_kb,), "KiB", limit="≤ 32"),
    )


async def _voting(evening: Evening, crowd: Crowd, poll_id: str) -> tuple[Line, ...]:
    vote = crowd.vote = Vote(poll_id, len(crowd.phones), VOTING_S, evening.hall.pad_bytes)
    clicked = await evening.step(poll_id, PollState.OPEN)
    opened = [moment - clicked for moment in await vote.opened.all()]
    await vote.acked.all()
    busiest = max(max(phone.tallies.values(), default=0) for phone in crowd.phones)
    await _count(evening, vote, len(crowd.phones))
    return (
        Line(_named(evening, "click to phone (p99)"), (_p99_ms(opened),), "ms", note=_ms(opened), limit="≤ 150"),
        Line(
            _named(evening, "acknowledged (p99)"),
            (_p99_ms(vote.took_s),),
            "ms",
            note=f"everybody votes within {VOTING_S:.0f} s; {_ms(vote.took_s)}; 0 lost, 0 double",
            limit="≤ 150",
        ),
        Line(_named(evening, "turnout messages to a phone"), (busiest,), "in its busiest second", limit="≤ 5"),
    )


async def _storm(evening: Evening, crowd: Crowd) -> tuple[Line, ...]:
    settled_s = await crowd.rejoin(STORM_S)
    note = f"all {len(crowd.phones):,} cut at once, back within {STORM_S:.0f} s each"
    return (Line(_named(evening, "reconnect storm"), (settled_s,), "s until all are back", note=note, limit="≤ 15"),)


async def _restart(evening: Evening, crowd: Crowd, poll_id: str) -> tuple[Line, ...]:
    vote = crowd.vote = Vote(poll_id, len(crowd.phones), VOTING_S, evening.hall.pad_bytes)
    await evening.step(poll_id, PollState.OPEN)
    await vote.opened.all()
    await asyncio.sleep(RESTART_AFTER_S)
    crowd.joins = Arrivals(len(crowd.phones))
    stopped = time.perf_counter()
    await asyncio.to_thread(evening.server.stop)
    await asyncio.to_thread(evening.server.start)
    started = time.perf_counter()
    back = await crowd.joins.all()
    await vote.acked.all()
    await _count(evening, vote, len(crowd.phones))
    away = f"server away for {started - stopped:.1f} s in the middle of a poll"
    note = f"{away}, {crowd.turned_away} attempts in vain; 0 lost, 0 double"
    return (Line(_named(evening, "restart"), (max(back) - started,), "s until all are back", note=note),)


async def _slow_readers(evening: Evening) -> tuple[Line, ...]:
    hall = evening.hall

    async def say(text: str) -> None:
        await evening.host("POST", f"/api/v1/meetings/{hall.meeting_id}/notices", {"text": text})

    alone, beside = await with_and_without(evening.server.port, hall.meeting_id, hall.cards, say)
    note = f"announcements to {FAST} phones, without and with {SLOW} that read 1 KB/s; {_ms(beside)}"
    slower = _p99_ms(beside) / _p99_ms(alone)
    return (Line(_named(evening, "slow readers, p99 of the others"), (slower,), "times", note=note, limit="≤ 1.5"),)


async def _count(evening: Evening, vote: Vote, phones: int) -> None:
    """Close and seal a poll. Raises: BenchFailed unless every phone's ballot is counted once."""
    await evening.step(vote.poll_id, PollState.CLOSING)
    await vote.closed.all()
    for state in (PollState.COUNTING, PollState.SEALED):
        await evening.step(vote.poll_id, state)
    record = await evening.host("GET", f"/api/v1/polls/{vote.poll_id}/count-record")
    counted = record["ballots"]
    if counted != phones:
        raise BenchFailed(f"{phones} acknowledged ballots, {counted} counted")


def _named(evening: Evening, what: str) -> str:
    return f"{evening.way.name}: {what}"


def _p99_ms(took_s: Sequence[float]) -> float:
    return 1_000 * sorted(took_s)[len(took_s) * 99 // 100]


def _ms(took_s: Sequence[float]) -> str:
    ordered = sorted(took_s)
    return f"p50 {1_000 * ordered[len(ordered) // 2]:.0f} ms, longest {1_000 * ordered[-1]:.0f} ms"
