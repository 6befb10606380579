"""Votes a second over WebSockets and over HTTP, beside pgbench writing the same rows; then SQLite beside PostgreSQL.

With Redis also two processes of the server, as an installation with PostgreSQL on two cores runs them; the bar is
theirs then, because the reference's forty backends use both cores too.
"""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace

from backend.ballots.cast import ANSWER_BYTES, sealed_bytes
from backend.ballots.envelope import OVERHEAD_BYTES
from backend.bench.hall import Hall, open_hall
from backend.bench.phones import POLLS_A_ROUND, Crowd, Round, over_http, over_sockets
from backend.bench.reference import pgbench
from backend.bench.report import Line, Report, ratio
from backend.bench.scratch import installation, served
from backend.kit.settings import Settings

SOCKETS_BAR = 1.0
HTTP_BAR = 0.45
SQLITE_BAR = 0.7
UNIT = "votes/s"

Way = Callable[[Crowd], list[Round]]


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured."""

    phones: int
    rounds: int
    redis_url: str | None = None

    @property
    def polls(self) -> int:
        """How many polls one way of voting takes."""
        return self.rounds * POLLS_A_ROUND


async def measure_votes(server_url: str, plan: Plan) -> Report:
    """Measure everything in one run. Raises: BenchFailed."""
    ways = [(over_sockets, 1), (over_http, 1)] + ([(over_sockets, 2)] if plan.redis_url else [])
    async with installation(server_url, plan.redis_url) as settings:
        hall = await open_hall(settings, cards=plan.phones, polls=len(ways) * plan.polls + 1)
        references, measured = [_reference(settings, hall)], []
        for number, (way, processes) in enumerate(ways):
            measured.append(await asyncio.to_thread(_one_way, settings, _share(hall, plan, number), way, processes))
            references.append(_reference(settings, hall))  # beside each way: machines have better and worse minutes
    sockets, http, *two = measured
    async with installation(None) as settings:
        hall = await open_hall(settings, cards=plan.phones, polls=plan.polls)
        sqlite = await asyncio.to_thread(_one_way, settings, hall, over_sockets, 1)
    rates = _rates(sockets)
    return Report(
        "votes",
        (
            Line("pgbench, 40 clients, one vote a transaction", tuple(references), UNIT, note="the reference"),
            _line("WebSocket, PostgreSQL", sockets, ratio(rates, references), None if two else SOCKETS_BAR),
            *(
                _line("WebSocket, PostgreSQL, two processes", each, ratio(_rates(each), references), SOCKETS_BAR)
                for each in two
            ),
            _line("HTTP, PostgreSQL", http, ratio(_rates(http), references), HTTP_BAR),
            replace(
                _line("WebSocket, SQLite", sqlite, ratio(_rates(sqlite), rates), SQLITE_BAR),
                what="WebSocket, SQLite (ratio to PostgreSQL)",
            ),
        ),
    )


def _share(hall: Hall, plan: Plan, number: int) -> Hall:
    """Return the hall with the polls of one way of voting; the last poll of all is the reference's."""
    return replace(hall, polls=hall.polls[number * plan.polls : (number + 1) * plan.polls])


def _one_way(settings: Settings, hall: Hall, way: Way, processes: int) -> list[Round]:
    """Let the crowd vote from a process of its own."""
    context = multiprocessing.get_context("spawn")
    with served(settings, processes) as server, ProcessPoolExecutor(1, mp_context=context) as pool:
        crowd = Crowd(server.port, hall.meeting_id, hall.cards, hall.polls, hall.pad_bytes)
        return pool.submit(way, crowd).result()


def _reference(settings: Settings, hall: Hall) -> float:
    ballot_bytes = sealed_bytes(hall.choices_bytes) + OVERHEAD_BYTES
    return pgbench(
        settings.db_url, poll=hall.polls[-1], ballot_bytes=ballot_bytes, answer_bytes=ANSWER_BYTES + OVERHEAD_BYTES
    )


def _line(what: str, rounds: list[Round], to_reference: float, bar: float | None) -> Line:
    middle = sorted(rounds, key=lambda each: each.votes_per_s)[len(rounds) // 2]
    note = f"acknowledged after {middle.p50_ms:.0f} ms (p50), {middle.p99_ms:.0f} ms (p99), 200 on their way"
    return Line(what, _rates(rounds), UNIT, to_reference, bar, note)


def _rates(rounds: list[Round]) -> tuple[float, ...]:
    return tuple(each.votes_per_s for each in rounds)
