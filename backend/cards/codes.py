"""Printed codes: what stands on a voting card and on a receipt.

For:        drawing codes, reading what people type or scan, writing codes in groups of four.
Guarantees: 60 random bits on a card, 80 on a receipt; the check character detects every single
            wrong character and every swap of two neighbours; reading forgives lower case, blanks,
            dashes, the letters O, I and L, and a pasted address.
Refuses:    anything else, saying what to check (`MalformedCode`).
Source:     Crockford, Base 32 (crockford.com/base32.html) for the alphabet and forgiveness; the
            check character is weighted over GF(32) instead of mod 37, so that it stays inside the
            32 characters (no `*~$=U`). Proof in docs/algorithms/counting.md.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NewType

CardCode = NewType("CardCode", str)
"""13 characters of the alphabet without separators: 12 random and one check character."""
ReceiptCode = NewType("ReceiptCode", str)
"""17 characters of the alphabet without separators: 16 random and one check character."""

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CARD_ENTROPY_BYTES: Final = 8
"""Bytes to draw for a card; the lowest 60 bits are used."""
RECEIPT_ENTROPY_BYTES: Final = 10
TEXT_LENGTH_MAX: Final = 300
"""A pasted address is longer than a code, but not longer than this."""

_BITS: Final = 5
_CARD_CHARACTERS: Final = 12
_RECEIPT_CHARACTERS: Final = 16
_GROUP: Final = 4
_POLYNOMIAL: Final = 0b100101
"""x^5 + x^2 + 1, primitive over GF(2): its root has order 31."""
_VALUES: Final = {character: value for value, character in enumerate(ALPHABET)}
_CHARACTERS: Final = frozenset(ALPHABET)
_LOOKALIKES: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})
_SEPARATORS: Final = re.compile(r"[\s\-\u2010-\u2015\u2212_.]+")


class CodeProblem(StrEnum):
    """What to check about a text that is no code."""

    EMPTY = "empty"
    CHARACTERS = "characters"
    LENGTH = "length"
    CHECK = "check"


class MalformedCode(ValueError):
    """The text is no code. `problem` names what to check, for a message to the person."""

    def __init__(self, problem: CodeProblem, detail: str) -> None:
        """Keep the named problem beside the sentence."""
        super().__init__(detail)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class _Shape:
    """What tells one kind of code from the other."""

    random_characters: int
    entropy_bytes: int

    @property
    def length(self) -> int:
        return self.random_characters + 1


_CARD: Final = _Shape(_CARD_CHARACTERS, CARD_ENTROPY_BYTES)
_RECEIPT: Final = _Shape(_RECEIPT_CHARACTERS, RECEIPT_ENTROPY_BYTES)


def generate(entropy: bytes) -> CardCode:
    """Return the card code of `CARD_ENTROPY_BYTES` fresh random bytes.

    Raises:
        ValueError: another number of bytes was drawn.
    """
    return CardCode(_generate(entropy, _CARD))


def parse(text: str) -> CardCode:
    """Read a typed, pasted or scanned card code.

    Raises:
        MalformedCode: it is none; the error says what to check.
    """
    return CardCode(_parse(text, _CARD))


def generate_receipt(entropy: bytes) -> ReceiptCode:
    """Return the receipt code of `RECEIPT_ENTROPY_BYTES` fresh random bytes.

    Raises:
        ValueError: another number of bytes was drawn.
    """
    return ReceiptCode(_generate(entropy, _RECEIPT))


def parse_receipt(text: str) -> ReceiptCode:
    """Read a typed, pasted or scanned receipt code.

    Raises:
        MalformedCode: it is none; the error says what to check.
    """
    return ReceiptCode(_parse(text, _RECEIPT))


def grouped(code: str) -> str:
    """Write a code as printed, in groups of four: `K7Q2-9WDM-X4TR-5`."""
    return "-".join(code[at : at + _GROUP] for at in range(0, len(code), _GROUP))


def check_character(body: str) -> str:
    """Return the check character of the characters before it.

    The check value is the sum of c_i times a^(i+1) over GF(32), with `a` a root of the primitive
    polynomial. A wrong character changes one term by a non-zero factor; a swap of neighbours
    changes the sum by (c_i - c_j) (a^(i+1) - a^(i+2)), which is zero only if both are equal.
    """
    total = 0
    for terms, character in zip(_TERMS, body, strict=False):
        total ^= terms[character]
    return ALPHABET[total]


def _times_root(value: int) -> int:
    doubled = value << 1
    return doubled ^ _POLYNOMIAL if doubled >= len(ALPHABET) else doubled


def _terms(length: int) -> list[dict[str, int]]:
    """Return, for each place of a body, what every character adds to the check value."""
    places: list[dict[str, int]] = []
    values = _VALUES
    for _ in range(length):
        values = {character: _times_root(value) for character, value in values.items()}
        places.append(values)
    return places


_TERMS: Final = _terms(_RECEIPT_CHARACTERS)


def _generate(entropy: bytes, shape: _Shape) -> str:
    if len(entropy) != shape.entropy_bytes:
        message = f"expected {shape.entropy_bytes} random bytes, got {len(entropy)}"
        raise ValueError(message)
    number = int.from_bytes(entropy, "big")
    places = range(shape.random_characters)
    body = "".join(ALPHABET[number >> (_BITS * place) & (len(ALPHABET) - 1)] for place in places)
    return body + check_character(body)


def _tidied(text: str) -> str:
    # Everything before the last "#" is the address printed around the code.
    pasted = text[-TEXT_LENGTH_MAX:].rpartition("#")[2]
    return _SEPARATORS.sub("", pasted).upper().translate(_LOOKALIKES)


def _parse(text: str, shape: _Shape) -> str:
    code = text if _CHARACTERS.issuperset(text) else _tidied(text)
    if not code:
        raise MalformedCode(CodeProblem.EMPTY, "expected a code, got nothing")
    if not _CHARACTERS.issuperset(code):
        strange = sorted(set(code) - _CHARACTERS)
        detail = f"expected digits and letters without U, got {' '.join(strange[:5])}"
        raise MalformedCode(CodeProblem.CHARACTERS, detail)
    if len(code) != shape.length:
        raise MalformedCode(CodeProblem.LENGTH, f"expected {shape.length} characters, got {len(code)}")
    if check_character(code[:-1]) != code[-1]:
        raise MalformedCode(CodeProblem.CHECK, "expected a matching check character")
    return code
