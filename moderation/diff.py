"""What changed between two versions of a text, word by word. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

KEPT_AROUND = 4  # words shown before and after a change


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words that stayed, came or went."""

    kind: Literal["same", "ins", "del"]
    text: str


def words_changed(before: str, after: str) -> list[Piece]:
    """Return the pieces that lead from one text to the other, long equal stretches shortened."""
    old, new = before.split(), after.split()
    pieces: list[Piece] = []
    for kind, i1, i2, j1, j2 in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(Piece("same", _shortened(old[i1:i2])))
            continue
        if i2 > i1:
            pieces.append(Piece("del", " ".join(old[i1:i2])))
        if j2 > j1:
            pieces.append(Piece("ins", " ".join(new[j1:j2])))
    return pieces


def _shortened(words: list[str]) -> str:
    if len(words) <= 2 * KEPT_AROUND:
        return " ".join(words)
    return " ".join([*words[:KEPT_AROUND], "…", *words[-KEPT_AROUND:]])
