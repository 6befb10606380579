"""One poll from the first ballot to its publication on every channel, and what a curious person could take down.

Everything is observed through what really exists: the server's sockets, the database, the files, the log output.
"""

from __future__ import annotations

import contextlib
import io
import json
import logging
import sqlite3
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import text
from sqlalchemy.engine import make_url

from backend.cards.codes import grouped, parse
from backend.jobs import build_worker
from backend.kit.clock import FixedClock
from backend.kit.db import Base
from backend.kit.entropy import SystemEntropy
from backend.kit.migrate import upgrade_async
from backend.kit.settings import Settings
from backend.polls.actions import NewPoll
from backend.polls.queries import Poll
from backend.polls.types import Channel, PollState, PollType
from backend.runtime import Runtime, build_runtime
from backend.transparency.ballots import ballot_commitment, tracking_code
from tests.broken import refusing_ballots
from tests.conftest import EVENING
from tests.factories import Hall, make_hall, make_poll, move_poll
from tests.integration.live_server import Served, phone, serve
from tests.secrecy.canaries import Hit, files_below, hunt, spellings
from tests.secrecy.ways import (
    Vote,
    acknowledged,
    at_kiosk,
    by_request,
    by_socket,
    enrol_kiosk,
    paper_of,
    scan_and_type,
)

DEVICES = 195
PHONES = 12  # sockets they share: one may send 20 frames a second
SCANNED, TYPED = ["ahorn-4711", "birke-0815", "birke-0815"], ["ahorn-4711", "birke-0815"]
SOURCE = "127.0.0.77"  # a sender's address that no log may hold
METRICS_TOKEN = "m" * 32
CHOICES = ("ahorn-4711", "birke-0815", "enthaltung-00")
OPTIONS = [{"id": each, "de": each, "abstain": each.startswith("enthaltung")} for each in CHOICES]
Rows = dict[str, list[dict[str, Any]]]


@dataclass(slots=True)
class Facts:
    """What was observed; the tests only read it."""

    poll: Poll
    hall: Hall
    poll_key: bytes
    hashes: dict[str, bytes]
    votes: list[Vote] = field(default_factory=list)
    receipts: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    scan: bytes = b""
    logged: str = ""
    public: dict[str, bytes] = field(default_factory=dict)
    rows_before: Rows = field(default_factory=dict)
    rows_after: Rows = field(default_factory=dict)
    found_before: list[Hit] = field(default_factory=list)
    found_after: list[Hit] = field(default_factory=list)
    sealed_places: list[bytes] = field(default_factory=list)
    used_places: list[bytes] = field(default_factory=list)
    sealing_writers: int = 1

    @property
    def nonces(self) -> list[bytes]:
        """The nonces of the devices' ballots in the order of casting."""
        return [bytes.fromhex(vote.nonce) for vote in self.votes]

    @property
    def commitments(self) -> list[bytes]:
        """Their commitments, in the same order."""
        return [ballot_commitment(self.poll.id, bytes.fromhex(vote.nonce), [vote.choice]) for vote in self.votes]

    @property
    def never(self) -> dict[str, Iterable[bytes]]:
        """What may stand in no file at any time."""
        cards = [*self.hall.cards, *self.hall.guests]
        return {
            "card": [spelling.encode() for card in cards for spelling in (card, grouped(card), card.lower())],
            "request key": [vote.key.encode() for vote in self.votes],
            "receipt": [each for r in self.receipts for each in spellings(bytes.fromhex(r))],
            "scan": [self.scan],
        }

    @property
    def until_publication(self) -> dict[str, Iterable[bytes]]:
        """What may stand in no file before the poll is sealed."""
        # Layouts of sheets name the option that stands alone in a list of its own; it is no canary.
        choices = [json.dumps([each], separators=style).encode() for each in CHOICES[:2] for style in _JSON_STYLES]
        return {
            "nonce": [each for nonce in self.nonces for each in spellings(nonce)],
            "commitment": [each for commitment in self.commitments for each in spellings(commitment)],
            "tracking code": [code.encode() for code in self.codes],
            "choice": choices,
        }

    @property
    def after_sealing(self) -> dict[str, Iterable[bytes]]:
        """What is gone once the poll is sealed: its key, and in SQLite everything it encrypted."""
        rows = self.rows_before
        return {
            "poll key": spellings(self.poll_key),
            "sealed ballot": [row["sealed"][:32] for row in rows["ballot"]],
            "sealed answer": [row["sealed"][:32] for row in rows["cast_request"]],
            "request mac": [row["request_mac"] for row in rows["cast_request"]],
            "ballot id": [row["ballot_id"] for row in rows["ballot"]],
        }

    @property
    def control(self) -> dict[str, Iterable[bytes]]:
        """What must be found, or the search is blind."""
        return {"voter hash": self.hashes.values(), "poll": [self.poll.id.encode()]}


_JSON_STYLES = ((",", ":"), (", ", ": "))


@dataclass(slots=True)
class Installation:
    """A running installation and where its bytes lie."""

    rt: Runtime
    served: Served
    http: httpx.AsyncClient
    folders: list[Path]
    cluster: Path | None
    first_wal: str = ""

    def files(self) -> Iterator[Path]:
        """Yield every file that can hold something of this installation."""
        older = (path.parent.name == "pg_wal" and path.name < self.first_wal for path in files_below(*self.folders))
        yield from (path for path, is_older in zip(files_below(*self.folders), older, strict=True) if not is_older)

    async def flush(self) -> None:
        """Let the database write its memory to its files."""
        if self.cluster:
            async with self.rt.db.writer.connect() as connection:
                bare = await connection.execution_options(isolation_level="AUTOCOMMIT")
                await bare.exec_driver_sql("CHECKPOINT")
            return
        with contextlib.closing(sqlite3.connect(str(make_url(self.rt.db.url).database), timeout=20)) as connection:
            is_busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            assert not is_busy


async def observe(settings: Settings, cluster: Path | None) -> Facts:
    """Hold the poll and return what could be seen of it. `cluster`: the folder of the PostgreSQL server."""
    with _logs() as written:
        async with _installation(settings, cluster) as place:
            facts = await _vote(place)
            await _go_wrong(place, facts)
            facts.rows_before = await _dump(place.rt)
            await place.flush()
            facts.found_before = hunt({**facts.never, **facts.until_publication, **facts.control}, place.files())
            await _publish(place, facts)
            await _look_around(place, facts)
            await place.flush()
            facts.rows_after = await _dump(place.rt)
            facts.found_after = hunt({**facts.never, **facts.after_sealing, **facts.control}, place.files())
    facts.logged = written.getvalue()
    return facts


@contextlib.contextmanager
def _logs() -> Iterator[io.StringIO]:
    """Collect what the process writes, by structured logging and otherwise."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setLevel(logging.WARNING)
    logging.getLogger().addHandler(handler)
    try:
        with contextlib.redirect_stdout(written), contextlib.redirect_stderr(written):
            yield written
    finally:
        logging.getLogger().removeHandler(handler)


@asynccontextmanager
async def _installation(settings: Settings, cluster: Path | None) -> AsyncIterator[Installation]:
    await upgrade_async(settings.db_url)
    rt = build_runtime(settings, clock=FixedClock(EVENING), entropy=SystemEntropy())
    transport = httpx.AsyncHTTPTransport(local_address=SOURCE)
    async with serve(rt) as served, httpx.AsyncClient(base_url=served.http, transport=transport, timeout=30) as http:
        place = Installation(rt, served, http, [settings.data_dir.parent], cluster)
        if cluster:
            place.folders.append(cluster)
            async with rt.db.reader.connect() as connection:
                place.first_wal = str(await connection.scalar(text("SELECT pg_walfile_name(pg_current_wal_lsn())")))
        yield place


async def _vote(place: Installation) -> Facts:
    """Cast one ballot after the other, so that their order is known; the last cards get sheets."""
    rt = place.rt
    hall = await make_hall(rt, voting=DEVICES + len(SCANNED) + len(TYPED) + 1)  # the last card never gets in
    poll = await make_poll(rt, hall, NewPoll(type=PollType.SINGLE, question={"de": "Welcher Baum?"}, options=OPTIONS))
    hashes = {card: rt.keyring.card_hash(parse(card)) for card in hall.cards}
    facts = Facts(poll, hall, rt.poll_keys.get(poll.id), hashes)
    device = await enrol_kiosk(rt, place.http, hall)
    town = await paper_of(rt, hall, poll)
    async with contextlib.AsyncExitStack() as stack:
        sockets = [
            await stack.enter_async_context(phone(place.served, hall.meeting_id, local_addr=(SOURCE, 0)))
            for _ in range(PHONES)
        ]
        for card, one in zip(hall.cards, sockets, strict=False):
            await one.hello(card=card)
        for number, card in enumerate(hall.cards[:DEVICES]):
            channel = Channel.KIOSK if number % 5 == 4 else Channel.PHONE
            vote = Vote.drawn(grouped(card), CHOICES[number % 3], channel)
            if channel is Channel.KIOSK:
                answer = acknowledged(await at_kiosk(place.http, device, poll, vote))
            elif number % 5 == 3:
                answer = acknowledged(await by_request(place.http, poll, vote))
            else:
                answer = acknowledged(await by_socket(sockets[number % PHONES], poll, vote))
            facts.votes.append(vote)
            facts.receipts.append(answer["ballot"]["receipt"]["r"])
            facts.codes.append(answer["ballot"]["tracking_code"])
    await town.issue(*hall.cards[DEVICES:-1])
    facts.scan = await scan_and_type(town, SCANNED, TYPED)
    assert facts.codes == [tracking_code(each) for each in facts.commitments]
    return facts


async def _go_wrong(place: Installation, facts: Facts) -> None:
    """Do what makes programs talkative: wrong ballots, used cards, a database that fails, an error of our own."""
    vote = facts.votes[0]
    again = Vote.drawn(vote.card, CHOICES[1], Channel.PHONE)
    for sent in (
        again,
        Vote.drawn(vote.card, "weide", Channel.PHONE),
        Vote.drawn("K7Q2-9WDM-X4TR-5", CHOICES[0], Channel.PHONE),
        Vote(vote.card, CHOICES[1], again.nonce, vote.key, Channel.PHONE),
    ):
        assert (await by_request(place.http, facts.poll, sent)).is_error
    await place.http.post(f"/api/v1/polls/{facts.poll.id}/ballots", content=json.dumps(vote.body)[:-3])
    await place.http.get(f"/s?card={vote.card}")
    spare = Vote.drawn(facts.hall.cards[-1], CHOICES[0], Channel.PHONE)
    async with refusing_ballots(place.rt.db):
        assert (await by_request(place.http, facts.poll, spare)).status_code == 503
    with _spoilt_key(place.rt, facts.poll.id):
        assert (await by_request(place.http, facts.poll, spare)).status_code == 503


@contextlib.contextmanager
def _spoilt_key(rt: Runtime, poll_id: str) -> Iterator[None]:
    """Let the committer stumble over a key no cipher takes: an error nobody foresaw."""
    files = [folder / "polls" / poll_id for folder in rt.settings.poll_key_dirs]
    keys = [file.read_bytes() for file in files]
    for file in files:
        file.write_bytes(b"spoilt")
    yield
    for file, key in zip(files, keys, strict=True):
        file.write_bytes(key)


async def _publish(place: Installation, facts: Facts) -> None:
    """Close, count, seal and publish; the worker destroys the key, the log takes everything in."""
    poll = facts.poll
    for step in (PollState.CLOSING, PollState.CLOSED, PollState.COUNTING, PollState.SEALED):
        poll = await move_poll(place.rt, poll, step)
    await build_worker(place.rt).run_due()
    facts.poll = await move_poll(place.rt, poll, PollState.REVEALED, PollState.PUBLISHED)
    await place.rt.log.flush()


async def _look_around(place: Installation, facts: Facts) -> None:
    """Take down what anybody can ask the server for, and where the database keeps the ballots."""
    paths = {
        "openings": f"/api/v1/polls/{facts.poll.id}/openings.jsonl",
        "result": f"/api/v1/polls/{facts.poll.id}/result",
        "state": f"/api/v1/meetings/{facts.hall.meeting_id}/state",
        "checkpoint": "/log/2027/checkpoint",
        "entries": "/log/2027/tile/entries/000.p/",
        "metrics": "/metrics",
    }
    checkpoint = (await place.http.get(paths["checkpoint"])).text
    paths["entries"] += checkpoint.splitlines()[1]
    for name, path in paths.items():
        answer = await place.http.get(path, headers={"Authorization": f"Bearer {METRICS_TOKEN}"})
        assert answer.status_code == 200, path
        facts.public[name] = answer.content
    async with place.rt.db.reader.connect() as connection:
        place_of = "ORDER BY ctid" if place.cluster else ""
        stored = await connection.execute(text(f"SELECT nonce FROM sealed_ballot {place_of}"))  # noqa: S608 - fixed
        facts.sealed_places = [bytes(row.nonce) for row in stored]
        used = await connection.execute(text(f"SELECT voter_hash FROM participation {place_of}"))  # noqa: S608 - fixed
        facts.used_places = [bytes(row.voter_hash) for row in used]
        if place.cluster:
            facts.sealing_writers = len(set(await connection.scalars(text("SELECT xmin::text FROM sealed_ballot"))))


async def _dump(rt: Runtime) -> Rows:
    """Return every row of every table."""
    async with rt.db.reader.connect() as connection:
        return {
            table.name: [dict(row._mapping) for row in await connection.execute(table.select())]
            for table in Base.metadata.sorted_tables
        }
