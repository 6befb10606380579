"""A public result as rows for the wall: the printed order, one letter each, what leads and what ties. Pure.

Guarantees: shows exactly what the public result holds; a provisional result has no winner; channels appear all or
none. Source: backend/meetings/readings.py, which phone and public page read as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from backend.kit.db import JsonDict
from backend.meetings.reading_parts import Bar, Reading, Unit
from backend.meetings.readings import PROVISIONAL, reading_of
from backend.meetings.screens import Answer
from backend.polls.types import PollType

WORDS_MAX = 30  # more do not fit on a wall and cannot be read from the last row


@dataclass(frozen=True, slots=True)
class Row:
    """One answer. `share` is of the valid ballots, `length` of its bar in per cent, `place` in a ranking."""

    answer: Answer
    votes: float
    length: float
    share: Fraction | None = None
    by_channel: tuple[int, ...] = ()
    is_leading: bool = False
    place: int | None = None
    cost: int | None = None
    median: float | None = None


@dataclass(frozen=True, slots=True)
class ResultFace:
    """The picture of one result. `channels` are the columns of its table; without them it is drawn as bars.

    Without rows there is nothing to show but the turnout.
    """

    rows: tuple[Row, ...]
    channels: tuple[str, ...]
    is_tie: bool
    unused: int
    reading: Reading
    mean: float | None = None
    median: float | None = None


def result_face(poll: JsonDict, *, has_channels: bool = True) -> ResultFace:
    """Return the picture of a revealed poll's result, without its channels until the host comes to them."""
    result = poll["result"]
    reading = reading_of(poll, result)
    channels = _channels(reading, result) if has_channels else ()
    itself = (
        reading.figures[0]
        if reading.figures and reading.kind is PollType.SCALE and reading.unit is Unit.VOTES
        else None
    )
    return ResultFace(
        rows=tuple(_row(bar, reading, result, channels) for bar in reading.bars),
        channels=channels,
        is_tie=reading.is_tie,
        unused=max(0, result["entitled"] - result["used"]),
        reading=reading,
        mean=itself.mean if itself else None,
        median=itself.median if itself else None,
    )


def _channels(reading: Reading, result: JsonDict) -> tuple[str, ...]:
    is_ballots = reading.unit is Unit.VOTES and reading.kind not in {PollType.SCALE, PollType.BUDGET}
    shown = result["by_channel"] if is_ballots and result["status"] != PROVISIONAL else None
    return tuple(shown) if shown and len(shown) > 1 else ()


def _row(bar: Bar, reading: Reading, result: JsonDict, channels: tuple[str, ...]) -> Row:
    is_ballots = reading.unit is Unit.VOTES and reading.kind is not PollType.SCALE and result["valid"]
    medians = {row.answer.id: row.median for row in reading.figures}
    return Row(
        answer=bar.answer,
        votes=bar.number,
        length=bar.length,
        share=Fraction(int(bar.number), result["valid"]) if is_ballots else None,
        by_channel=tuple(result["by_channel"][channel].get(bar.answer.id, 0) for channel in channels),
        is_leading=bar.wins,
        place=bar.place,
        cost=bar.cost,
        median=medians.get(bar.answer.id),
    )
