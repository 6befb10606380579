"""What the log's page tells: the state of the published log and entries with what they are about."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from sqlalchemy.ext.asyncio import AsyncSession

from backend.consultations.rules import local_day
from backend.decisions.queries.coverage import TraceCoverage, trace_coverage
from backend.decisions.queries.subjects import Subject, Subjects, subjects_of
from backend.kit.uow import UnitOfWork
from backend.runtime import Runtime
from backend.transparency.canonical import JsonValue
from backend.transparency.checkpoint import Checkpoint, open_checkpoint
from backend.transparency.note import InvalidNote, VerifierKey
from backend.transparency.openings import RANGE_MAX, disclose_range
from backend.transparency.queries import PlacedEntry, counts_by_type, published_checkpoint, rehearsed_polls, waiting
from backend.transparency.types import LogType

NEAR = 32  # entries closer than this are read together
NAMED = ("input", "topic", "decision", "body", "paper", "poll", "meeting", "consultation")


@dataclass(frozen=True, slots=True)
class LogState:
    """The published log of a year, as the server itself sees it."""

    year: int
    checkpoint: Checkpoint | None
    is_signed: bool
    refusal: str | None
    entries: int
    waiting: int
    polls: int
    erasures: int
    coverage: TraceCoverage
    vkey: str

    @property
    def groups(self) -> list[str]:
        """The four groups of the root to read aloud."""
        return self.checkpoint.read_aloud.split() if self.checkpoint else []


@dataclass(frozen=True, slots=True)
class Row:
    """An entry in the table: what it is about, and what became of its payload."""

    placed: PlacedEntry
    subject: Subject | None
    payload: str


@dataclass(frozen=True, slots=True)
class Panel:
    """One entry in full."""

    row: Row
    entry: str
    opened: str | None
    tombstone: str | None


async def log_state(rt: Runtime, reader: UnitOfWork, year: int) -> LogState:
    """Return how the log of a year stands."""
    published = await asyncio.to_thread(published_checkpoint, rt.storage, year)
    signer = rt.log.signer.for_year(year)
    counts = await counts_by_type(reader.session, year)
    return LogState(
        year=year,
        checkpoint=published[0] if published else None,
        is_signed=published is not None and _is_signed(published[1], signer.key),
        refusal=rt.log.refusal,
        entries=sum(counts.values()),
        waiting=await waiting(reader.session),
        polls=counts.get(LogType.POLL_PUBLISHED, 0) - await rehearsed_polls(reader.session, year),
        erasures=counts.get(LogType.ERASURE, 0),
        coverage=await trace_coverage(reader.session, local_day(reader.now)),
        vkey=signer.key.vkey,
    )


async def rows_of(session: AsyncSession, entries: Sequence[PlacedEntry]) -> list[Row]:
    """Return table rows, with names and the state of each payload."""
    subjects = await subjects_of(session, {each for placed in entries for each in _ids(placed)})
    payloads = await _payloads(session, entries)
    return [Row(placed, _subject(placed, subjects), payloads.get(placed.position.index, "none")) for placed in entries]


async def panel_of(session: AsyncSession, placed: PlacedEntry) -> Panel:
    """Return one entry in full, with its opened payload while it exists."""
    (row,) = await rows_of(session, [placed])
    at = placed.position
    disclosed = await disclose_range(session, at.year, start=at.index, end=at.index + 1)
    document = dict(disclosed[0].document) if disclosed else {}
    payload, tombstone = document.get("payload"), document.get("erased")
    return Panel(
        row=row,
        entry=_pretty({"type": placed.entry.type.value, **placed.entry.public}),
        opened=_pretty(payload) if payload is not None else None,
        tombstone=str(tombstone) if tombstone else None,
    )


async def _payloads(session: AsyncSession, entries: Sequence[PlacedEntry]) -> dict[int, str]:
    words = {HTTPStatus.OK: "open", HTTPStatus.FORBIDDEN: "sealed", HTTPStatus.GONE: "erased"}
    found: dict[int, str] = {}
    for start, end in _ranges(sorted(placed.position.index for placed in entries)):
        for disclosed in await disclose_range(session, entries[0].position.year, start=start, end=end):
            is_lost = "not_restored" in disclosed.document
            found[disclosed.index] = "missing" if is_lost else words[disclosed.status]
    return found


def _ranges(indices: Sequence[int]) -> list[tuple[int, int]]:
    """Group indices into few ranges, none longer than one read may be."""
    ranges: list[tuple[int, int]] = []
    for index in indices:
        if ranges and index - ranges[-1][1] < NEAR and index - ranges[-1][0] < RANGE_MAX:
            ranges[-1] = (ranges[-1][0], index + 1)
        else:
            ranges.append((index, index + 1))
    return ranges


def _ids(placed: PlacedEntry) -> Iterable[str]:
    public = placed.entry.public
    return [value for name in NAMED if isinstance(value := public.get(name), str)]


def _subject(placed: PlacedEntry, subjects: Subjects) -> Subject | None:
    public = placed.entry.public
    ref = public.get("ref")
    named = subjects.of(*(public.get(name) for name in NAMED))
    return named or (Subject({"de": ref}) if isinstance(ref, str) else None)


def _is_signed(file: bytes, key: VerifierKey) -> bool:
    try:
        open_checkpoint(file, origin=key.name, keys=[key])
    except InvalidNote:
        return False
    return True


def _pretty(value: JsonValue) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, default=dict)
