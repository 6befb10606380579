"""The coat of arms of an organisation as a picture file, for what is printed.

Guarantees: only picture files among our own static ones are read. Refuses nothing: an organisation without one, or
with one kept elsewhere, is printed with its name alone.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from backend.web.frame import OrganisationRow, org_view
from printables.report import Crest

_STATIC: Final = Path(__file__).parent / "static"
_MEDIA_TYPES: Final = {".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg"}


def crest_of(org: OrganisationRow) -> Crest | None:
    """Return the coat of arms of an organisation, if it is one of our files."""
    named = org_view(org).crest
    if named is None:
        return None
    file = (_STATIC / named).resolve()
    media_type = _MEDIA_TYPES.get(file.suffix)
    if media_type is None or not file.is_relative_to(_STATIC) or not file.is_file():
        return None
    return Crest(file.read_bytes(), media_type, org.name)
