"""Finds what a moderator should look at: personal data, links, words of a list, repeated text. Pure.

Guarantees: a flag names a place in the text and nothing more; no contribution is ever rejected or changed by it.
Refuses texts longer than a letter, so that no pattern runs for long.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from backend.consultations import limits
from backend.consultations.types import Flag, FlagKind

_PATTERNS = {
    FlagKind.EMAIL: re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{2,63}){1,4}"),
    FlagKind.IBAN: re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b"),
    FlagKind.PHONE: re.compile(
        r"(?<![\w.,])(?<!\d )(?:(?:\+49|0049)[ ()/.-]{0,2}|0)[1-9](?:[ ()/.-]{0,2}\d){4,13}(?!\w)"
        r"|(?<!\w)\d{5} \d{2}-\d{2}(?!\w)"
    ),
    FlagKind.PLATE: re.compile(r"\b[A-ZÄÖÜ]{1,3}[- ][A-Z]{1,2} ?[1-9]\d{0,3}[EH]?\b"),
    FlagKind.LINK: re.compile(r"\b(?:https?://|www\.)\S{3,200}", re.IGNORECASE),
}
_IBAN_MOD = 97
_WORDS = ("idiot", "depp", "trottel", "arschloch", "drecksau", "hurensohn", "schlampe", "wichser", "halt die fresse")
"""A short public list; it only points, and an organisation may add its own."""
_WORD = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, _WORDS)) + r")\w{0,3}(?!\w)", re.IGNORECASE)
_MASKS = {
    FlagKind.PHONE: "[Telefonnummer entfernt]",
    FlagKind.EMAIL: "[E-Mail-Adresse entfernt]",
    FlagKind.IBAN: "[Kontonummer entfernt]",
    FlagKind.PLATE: "[Kennzeichen entfernt]",
    FlagKind.WORD: "[Wort entfernt]",
    FlagKind.LINK: "[Link entfernt]",
}


def find_flags(text: str) -> list[Flag]:
    """Return the flagged places of a text in order, without overlaps; the first kind found wins."""
    sample = text[: limits.LETTER_CHARS]
    found: list[Flag] = []
    for kind, pattern in (*_PATTERNS.items(), (FlagKind.WORD, _WORD)):
        for match in pattern.finditer(sample):
            if kind is FlagKind.IBAN and not is_iban(match.group()):
                continue
            found.append(Flag(kind, *match.span()))
    return sorted(_without_overlaps(found), key=lambda flag: flag.start)


def is_iban(text: str) -> bool:
    """Tell whether the check digits of an account number are right (ISO 13616, mod 97)."""
    plain = text.replace(" ", "")
    turned = plain[4:] + plain[:4]
    return int("".join(str(int(sign, 36)) for sign in turned)) % _IBAN_MOD == 1


def masked(text: str, flags: Iterable[Flag]) -> str:
    """Return a proposal for redaction: every flagged place replaced by a word in square brackets."""
    out, at = [], 0
    for flag in flags:
        mask = _MASKS.get(flag.kind)
        if mask is None or flag.start < at:
            continue
        out += [text[at : flag.start], mask]
        at = flag.end
    return "".join([*out, text[at:]])


def _without_overlaps(flags: list[Flag]) -> list[Flag]:
    kept: list[Flag] = []
    for flag in flags:
        if all(flag.end <= other.start or flag.start >= other.end for other in kept):
            kept.append(flag)
    return kept
