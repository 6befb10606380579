"""Rules of minutes: what may be written, what a version is made of, where it stands. Pure.

Guarantees: a version has one canonical spelling, so its hash means something; generated parts are never written over.
Refuses (`Invalid`) texts that are too long, too many, or belong to nothing.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Final, TypeVar

import msgspec

from backend.kit.errors import Invalid
from backend.minutes.types import (
    MAX_HEADING_CHARS,
    MAX_TEXT_CHARS,
    MAX_TEXTS,
    SIGNATURES_NEEDED,
    MinutesState,
    Part,
    Section,
    TextBlock,
)
from backend.transparency.canonical import JsonValue, NotCanonical, encode

FORMAT: Final = "mach-mit/minutes/v1"
CONTENT_BYTES_MAX: Final = 4_000_000  # every text at its longest
OWN: Final = "eigener-"
"""Keys of sections a person added; the others are keys of generated parts."""
_Value = TypeVar("_Value")


def clean_texts(blocks: Iterable[TextBlock], parts: Sequence[Part]) -> tuple[TextBlock, ...]:
    """Return what was written in the order of the parts, without empty blocks. Raises: Invalid."""
    written = [_cleaned(block) for block in blocks]
    kept = [block for block in written if block.body]
    places = {part.key: place for place, part in enumerate(parts)}
    if len(kept) > MAX_TEXTS or len({block.key for block in kept}) != len(kept):
        raise Invalid("Das sind zu viele Abschnitte, oder ein Abschnitt steht doppelt da.")
    for block in kept:
        if block.key not in places and not block.key.startswith(OWN):
            raise Invalid("Einen dieser Abschnitte gibt es nicht.")
        if block.key.startswith(OWN) and not block.heading:
            raise Invalid("Ein eigener Abschnitt braucht eine Überschrift.")
    return tuple(sorted(kept, key=lambda block: (places.get(block.key, len(places)), block.key)))


def sections_of(parts: Sequence[Part], texts: Sequence[TextBlock]) -> tuple[Section, ...]:
    """Return what is shown and signed: parts with what was written to them, own sections before the last part."""
    written = {block.key: block for block in texts}
    generated = [Section(part, paragraphs_of(written[part.key].body) if part.key in written else ()) for part in parts]
    own = [
        Section(Part(block.key, block.heading), paragraphs_of(block.body))
        for block in texts
        if block.key.startswith(OWN)
    ]
    ordered = [*generated[:-1], *own, *generated[-1:]]
    return tuple(section for section in ordered if section.written or _says_something(section.part))


def paragraphs_of(body: str) -> tuple[str, ...]:
    """Return the paragraphs of a text; an empty line ends one."""
    pieces = (" ".join(piece.split()) for piece in body.split("\n\n"))
    return tuple(piece for piece in pieces if piece)


def content_of(meeting_id: str, version: int, title: str, sections: Sequence[Section]) -> bytes:
    """Return the canonical spelling of a version, which is what people sign. Raises: NotCanonical when too long."""
    content = {
        "format": FORMAT,
        "meeting": meeting_id,
        "version": version,
        "title": title,
        "sections": [msgspec.to_builtins(section.part) | {"written": section.written} for section in sections],
    }
    return encode(_normalised(content), bytes_max=CONTENT_BYTES_MAX)


def sha256_of(content: bytes) -> str:
    """Return the hash of a content in hex."""
    return hashlib.sha256(content).hexdigest()


def state_of(signatures: int, *, is_published: bool) -> MinutesState:
    """Return where a version stands."""
    if is_published:
        return MinutesState.PUBLISHED
    return MinutesState.SIGNED if signatures >= SIGNATURES_NEEDED else MinutesState.DRAFT


def has_changed(parts: Sequence[Part], kept: Sequence[Part]) -> bool:
    """Tell whether the generated parts differ from those of a version."""
    return tuple(parts) != tuple(kept)


def next_own_key(texts: Collection[TextBlock]) -> str:
    """Return the key for another section of one's own."""
    numbers = [int(block.key.removeprefix(OWN)) for block in texts if block.key.startswith(OWN)]
    return f"{OWN}{max(numbers, default=0) + 1:03}"


def plain(value: Sequence[object]) -> list[object]:
    """Return parts or texts as plain JSON values."""
    built: list[object] = msgspec.to_builtins(value)
    return built


def restored(value: object, kind: type[_Value]) -> _Value:
    """Return parts or texts from plain JSON values."""
    return msgspec.convert(value, kind)


def _cleaned(block: TextBlock) -> TextBlock:
    body = unicodedata.normalize("NFC", block.body.replace("\r\n", "\n")).strip()
    heading = " ".join(unicodedata.normalize("NFC", block.heading).split())
    if len(body) > MAX_TEXT_CHARS or len(heading) > MAX_HEADING_CHARS:
        raise Invalid(f"Ein Abschnitt hat höchstens {MAX_TEXT_CHARS} Zeichen.")
    if any(unicodedata.category(sign) == "Cc" and sign != "\n" for sign in body + heading):
        raise Invalid("In einem Abschnitt stehen Zeichen, die sich nicht drucken lassen.")
    return replace(block, body=body, heading=heading)


def _says_something(part: Part) -> bool:
    return bool(part.pairs or part.paragraphs or part.points or part.table)


def _normalised(value: object) -> JsonValue:
    match value:
        case str():
            return unicodedata.normalize("NFC", value)
        case dict():
            return {str(key): _normalised(each) for key, each in value.items()}
        case list() | tuple():
            return [_normalised(each) for each in value]
        case int() | None:
            return value
        case _:
            raise NotCanonical(f"expected a JSON value, got {type(value).__name__}")
