"""A hint on how easy a text is to read: sentences and the longest of them. Pure; no grade, only numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass

GOOD_WORDS = 18  # sentences up to here read well aloud
_SENTENCE = re.compile(r"[^.!?:\n]+[.!?:\n]?")


@dataclass(frozen=True, slots=True)
class Reading:
    """How long a text's sentences are."""

    sentences: int
    longest_words: int

    @property
    def is_easy(self) -> bool:
        """Tell whether no sentence is long."""
        return self.longest_words <= GOOD_WORDS


def reading(text: str) -> Reading:
    """Count sentences and the words of the longest."""
    lengths = [len(sentence.split()) for sentence in _SENTENCE.findall(text) if sentence.split()]
    return Reading(len(lengths), max(lengths, default=0))
