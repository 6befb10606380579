"""Base32 as people read it aloud: no I, L, O or U, and forgiving about them.

For:        tracking codes, and the beginning of a root as it is read out in the hall.
Guarantees: pure; `normal` maps what was heard or typed to the one printed spelling.
Source:     Crockford, Base 32. Kept apart from `backend.cards.codes`: the verifier imports nothing
            of the server, and these codes carry no check character.
"""

from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
GROUP: Final = 4

_BITS: Final = 5
_LAST: Final = len(ALPHABET) - 1
_LOOKALIKES: Final = str.maketrans("OIL", "011", "- \t\r\n")


def first_bits(value: bytes, bits: int) -> str:
    """Spell the first `bits` (a multiple of 5) of a value."""
    number = int.from_bytes(value, "big") >> (len(value) * 8 - bits)
    letters = [ALPHABET[number >> shift & _LAST] for shift in range(bits - _BITS, -1, -_BITS)]
    return "".join(letters)


def grouped(code: str, separator: str) -> str:
    """Write a code in groups of four."""
    return separator.join(code[at : at + GROUP] for at in range(0, len(code), GROUP))


def normal(typed: str) -> str:
    """Undo what reading aloud and typing add: case, blanks, dashes, look-alike letters."""
    return typed.upper().translate(_LOOKALIKES)
