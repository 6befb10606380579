"""A result as the phone shows it: how it reads, the channels beside it, what is withheld."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_uppercase

from backend.kit.db import JsonDict
from backend.meetings.reading_parts import Reading, Unit
from backend.meetings.readings import PROVISIONAL, reading_of
from backend.polls.queries import Poll, poll_view
from backend.polls.types import Option, PollType


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything the result page shows. `channels` is None where single channels must not be shown.

    A mere turnout has nothing to read: `withheld` names why nothing of the votes is shown yet.
    """

    status: str
    reading: Reading
    valid: int
    invalid: int
    channels: tuple[tuple[str, tuple[int, ...]], ...] | None
    is_turnout: bool
    withheld: str | None
    n_min: int


def letters_of(options: Sequence[Option], kind: PollType) -> tuple[str, ...]:
    """Return the mark of each option, the same on phone, kiosk, paper and projector."""
    names = iter(ascii_uppercase * 2)
    return tuple(
        "–" if option.abstain else str(option.id) if kind is PollType.SCALE else next(names) for option in options
    )


def picture_of(poll: Poll, result: JsonDict) -> Picture:
    """Return a public result as a picture."""
    reading = reading_of(poll_view(poll), result)
    by_channel = result["by_channel"] or {}
    is_shown = reading.unit is Unit.VOTES and len(by_channel) > 1 and result["status"] != PROVISIONAL
    return Picture(
        status=result["status"],
        reading=reading,
        valid=result["valid"] or 0,
        invalid=result["invalid"] or 0,
        channels=_table(reading, by_channel) if is_shown else None,
        is_turnout=result["totals"] is None,
        withheld=result["withheld"],
        n_min=result["n_min"],
    )


def _table(reading: Reading, by_channel: dict[str, dict[str, int]]) -> tuple[tuple[str, tuple[int, ...]], ...]:
    return tuple(
        (channel, tuple(int(totals.get(bar.answer.id, 0)) for bar in reading.bars))
        for channel, totals in by_channel.items()
    )
