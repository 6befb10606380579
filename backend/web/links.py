"""Links that keep what a reader chose: the language and the display, both carried in the address.

Only paths of this installation are built here; a full address is returned unchanged.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlencode, urlsplit, urlunsplit

LANGUAGE_FIELD = "lang"
DISPLAY_FIELD = "ansicht"
FLASH_FIELD = "meldung"


class Display(StrEnum):
    """How a reader wants the pages to look; without a choice they follow the device."""

    LIGHT = "hell"
    DARK = "dunkel"
    CONTRAST = "kontrast"


@dataclass(frozen=True, slots=True)
class Links:
    """Builds addresses for one request; callable as `url(path, **query)` in templates."""

    path: str
    query: Sequence[tuple[str, str]] = ()
    kept: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, path: str, **query: object) -> str:
        """Return the address of `path` with the reader's choices and `query`; None leaves a field out."""
        if not is_local(path):
            return path
        parts = urlsplit(path)
        fields: dict[str, object] = dict(self.kept) | query
        pairs = [(name, str(value)) for name, value in fields.items() if value is not None]
        joined = "&".join(part for part in (parts.query, urlencode(pairs)) if part)
        return urlunsplit(("", "", parts.path, joined, parts.fragment))

    def here(self, **query: object) -> str:
        """Return the address of the page the reader stands on, with some query fields changed; None removes a field."""
        changed = {FLASH_FIELD: None} | query
        pairs = [(name, value) for name, value in self.query if name not in changed]
        pairs += [(name, str(value)) for name, value in changed.items() if value is not None]
        return self.path + (f"?{urlencode(pairs)}" if pairs else "")


def is_local(path: str) -> bool:
    r"""Tell whether a path stays in this installation (`//host` and `/\host` do not)."""
    return path.startswith(("/", "#", "?")) and not path.startswith(("//", "/\\"))
