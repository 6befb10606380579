"""Similar texts by shared character trigrams. Pure; no model, only the share of pieces two texts have in common."""

from __future__ import annotations

from collections.abc import Iterable

from backend.consultations.rules import folded

PIECE_CHARS = 3
CLOSE = 0.20  # shown as similar
SAME = 0.75  # flagged as repeated


def pieces(text: str) -> frozenset[str]:
    """Return the text's pieces of three characters, word by word."""
    words = (f" {word} " for word in folded(text).split())
    return frozenset(word[at : at + PIECE_CHARS] for word in words for at in range(len(word) - PIECE_CHARS + 1))


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the share of common pieces between 0 and 1 (Dice)."""
    if not one or not other:
        return 0.0
    return 2 * len(one & other) / (len(one) + len(other))


def closest(
    text: str, candidates: Iterable[tuple[str, str]], *, most: int, least: float = CLOSE
) -> list[tuple[str, float]]:
    """Return the ids of the most similar (id, text) with their likeness, best first."""
    wanted = pieces(text)
    scored = [(key, likeness(wanted, pieces(other))) for key, other in candidates]
    near = [pair for pair in scored if pair[1] >= least]
    return sorted(near, key=lambda pair: -pair[1])[:most]
