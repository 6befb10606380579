"""A result as bars and a table: numbers for most types, places and points for a ranking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from string import ascii_uppercase
from typing import Any

from backend.kit.db import JsonDict
from backend.polls.types import Option, PollType

Text = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Bar:
    """One option: its letter, its number, the length of its bar in percent, its place in a ranking."""

    letter: str
    text: Text
    number: int
    share: int
    place: int | None = None
    wins: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything the result page shows. `channels` is None where single channels must not be shown.

    Without `bars` it is a turnout: `withheld` names why nothing of the votes is shown yet.
    """

    status: str
    bars: tuple[Bar, ...]
    valid: int
    invalid: int
    channels: tuple[tuple[str, tuple[int, ...]], ...] | None
    withheld: str | None
    n_min: int


def letters_of(options: Sequence[Option], kind: PollType) -> tuple[str, ...]:
    """Return the mark of each option, the same on phone, kiosk, paper and projector."""
    names = iter(ascii_uppercase * 2)
    return tuple(
        "–" if option.abstain else str(option.id) if kind is PollType.SCALE else next(names) for option in options
    )


def picture_of(kind: PollType, options: Sequence[Option], result: JsonDict) -> Picture:
    """Return a public result as a picture."""
    if result["totals"] is None:
        return Picture(result["status"], (), 0, 0, None, result["withheld"], result["n_min"])
    letters = letters_of(options, kind)
    is_final = result["status"] != "provisional"
    if kind is PollType.RANKING:
        bars = _ranked(options, letters, result["method"], is_final=is_final)
    else:
        bars = _counted(options, letters, result, is_clear=is_final and kind is not PollType.SCALE)
    by_channel = result["by_channel"] if kind is not PollType.RANKING else None
    return Picture(
        status=result["status"],
        bars=bars,
        valid=result["valid"],
        invalid=result["invalid"],
        channels=_table(options, by_channel) if by_channel and len(by_channel) > 1 else None,
        withheld=result["withheld"],
        n_min=result["n_min"],
    )


def _counted(options: Sequence[Option], letters: Sequence[str], result: JsonDict, *, is_clear: bool) -> tuple[Bar, ...]:
    totals, valid = result["totals"], result["valid"]
    numbers = [int(totals.get(option.id, 0)) for option in options]
    most = max((number for option, number in zip(options, numbers, strict=True) if not option.abstain), default=0)
    wins = is_clear and most > 0 and numbers.count(most) == 1
    return tuple(
        Bar(
            letter=letter,
            text=option.label,
            number=number,
            share=round(100 * number / valid) if valid else 0,
            wins=wins and number == most and not option.abstain,
        )
        for option, letter, number in zip(options, letters, numbers, strict=True)
    )


def _ranked(
    options: Sequence[Option], letters: Sequence[str], method: Mapping[str, Any], *, is_final: bool
) -> tuple[Bar, ...]:
    points = {option: Fraction(text) for option, text in method["borda"].items()}
    best = max([*points.values(), Fraction(1)])
    groups: list[list[str]] = method["schulze"] if method["name"] == "schulze" else []
    places = {option: number for number, group in enumerate(groups, start=1) for option in group}
    bars = [
        Bar(
            letter=letter,
            text=option.label,
            number=round(points[option.id]),
            share=round(100 * points[option.id] / best),
            place=places.get(option.id),
            wins=is_final and option.id in method["winners"],
        )
        for option, letter in zip(options, letters, strict=True)
        if not option.abstain
    ]
    return tuple(sorted(bars, key=lambda bar: (bar.place or 0, not bar.wins, -bar.number)))


def _table(options: Sequence[Option], by_channel: Mapping[str, JsonDict]) -> tuple[tuple[str, tuple[int, ...]], ...]:
    return tuple(
        (channel, tuple(int(totals.get(option.id, 0)) for option in options)) for channel, totals in by_channel.items()
    )
