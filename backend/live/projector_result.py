"""A public result as rows for the wall: the printed order, one letter each, what leads and what ties. Pure.

Guarantees: shows exactly what the public result holds; a provisional result has no winner; channels appear all or
none. Source: docs/algorithms/counting.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from backend.kit.db import JsonDict
from backend.meetings.screens import Answer, answers_of
from backend.polls.types import PollType

PROVISIONAL: Final = "provisional"
_SHARED: Final = frozenset({PollType.YESNO, PollType.SINGLE, PollType.MULTI})
_FIRST: Final = ">"


@dataclass(frozen=True, slots=True)
class Row:
    """One answer. `share` is of the valid ballots, `length` of its bar in per cent, `place` in a ranking."""

    answer: Answer
    votes: int
    length: float
    share: Fraction | None = None
    by_channel: tuple[int, ...] = ()
    is_leading: bool = False
    place: int | None = None


@dataclass(frozen=True, slots=True)
class ResultFace:
    """The picture of one result. `channels` are the columns of its table; without them it is drawn as bars.

    Without rows there is nothing to show but the turnout.
    """

    rows: tuple[Row, ...]
    channels: tuple[str, ...]
    is_tie: bool
    unused: int
    mean: float | None = None


def result_face(poll: JsonDict, *, has_channels: bool = True) -> ResultFace:
    """Return the picture of a revealed poll's result, without its channels until the host comes to them."""
    result = poll["result"]
    kind = PollType(poll["type"])
    unused = max(0, result["entitled"] - result["used"])
    if result["totals"] is None:
        return ResultFace(rows=(), channels=(), is_tie=False, unused=unused)
    leading = [] if result["status"] == PROVISIONAL else _leaders(kind, result)
    channels = _channels(kind, result) if has_channels else ()
    rows = _rows(poll, result, channels=channels, leading=frozenset(leading if len(leading) != _tied(kind) else ()))
    return ResultFace(
        rows=_by_place(rows) if kind is PollType.RANKING else rows,
        channels=channels,
        is_tie=len(leading) > 1 and kind is not PollType.BUDGET,
        unused=unused,
        mean=_mean(result["method"]) if kind is PollType.SCALE else None,
    )


def _tied(kind: PollType) -> int:
    """Return how many leaders make none: as many yes as no decides nothing."""
    return 2 if kind is PollType.YESNO else 0


def _leaders(kind: PollType, result: JsonDict) -> list[str]:
    method, totals = result["method"], result["totals"]
    if not any(totals.values()):
        return []
    match kind:
        case PollType.YESNO:
            most = max(totals["yes"], totals["no"])
            return [each for each in ("yes", "no") if totals[each] == most and most]
        case PollType.RANKING:
            return list(method["winners"])
        case PollType.BUDGET:
            return list(method[method["name"]]["chosen"])
        case PollType.SCALE:
            return []
        case _:
            best = list(method["standing"][0]) if method["standing"] else []
            return [each for each in best if totals.get(each)]


def _channels(kind: PollType, result: JsonDict) -> tuple[str, ...]:
    shown = result["by_channel"] if kind in _SHARED and result["status"] != PROVISIONAL else None
    return tuple(shown) if shown and len(shown) > 1 else ()


def _rows(poll: JsonDict, result: JsonDict, *, channels: Sequence[str], leading: frozenset[str]) -> tuple[Row, ...]:
    kind = PollType(poll["type"])
    votes = _first_choices(result["totals"]) if kind is PollType.RANKING else result["totals"]
    places = _places(result["method"]) if kind is PollType.RANKING else {}
    most = max(votes.values(), default=0)
    whole = result["valid"] if kind in _SHARED else most
    return tuple(
        Row(
            answer=answer,
            votes=votes.get(answer.id, 0),
            length=float(round(100 * votes.get(answer.id, 0) / whole, 2)) if whole else 0.0,
            share=Fraction(votes.get(answer.id, 0), whole) if kind in _SHARED and whole else None,
            by_channel=tuple(result["by_channel"][channel].get(answer.id, 0) for channel in channels),
            is_leading=answer.id in leading,
            place=places.get(answer.id),
        )
        for answer in answers_of(poll)
    )


def _first_choices(patterns: Mapping[str, int]) -> dict[str, int]:
    """Return how often each option stood alone on the first place."""
    firsts: dict[str, int] = {}
    for pattern, number in patterns.items():
        first = pattern.split(_FIRST, 1)[0]
        firsts[first] = firsts.get(first, 0) + number
    return firsts


def _places(method: JsonDict) -> dict[str, int]:
    """Return the place of each option: by points for Borda, by Schulze otherwise, the winners always first."""
    if method["name"] == "borda":
        points = {option: Fraction(text) for option, text in method["borda"].items()}
        return {option: 1 + sum(other > own for other in points.values()) for option, own in points.items()}
    layers = [layer for layer in (list(method["winners"]), *method["schulze"]) if layer]
    placed: dict[str, int] = {}
    for layer in layers:
        fresh = [option for option in layer if option not in placed]
        placed |= dict.fromkeys(fresh, len(placed) + 1)
    return placed


def _by_place(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    return tuple(sorted(rows, key=lambda row: row.place or len(rows) + 1))


def _mean(method: JsonDict) -> float | None:
    figures = next(iter(method["statements"].values()), None)
    return float(Fraction(figures["mean"])) if figures and figures["mean"] else None
