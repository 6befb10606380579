"""A version as a PDF; and the PDF of a published one, as it was when it became public.

Guarantees: durable before the publication commits, and never replaced by other bytes. Refuses to give out a file
whose hash is not the published one (`DamagedMinutes`).
"""

from __future__ import annotations

import asyncio
import hashlib

from backend.kit.errors import NotFound
from backend.kit.storage import Storage
from backend.minutes.queries import Version
from backend.minutes.sheet import minutes_sheet
from backend.paper.press import press
from printables.report import Crest, print_report


class DamagedMinutes(NotFound):
    """The kept file is gone or is not what was published; an operator must restore it."""

    code = "minutes_damaged"
    title = "Die Datei dieser Niederschrift fehlt gerade"


async def print_version(version: Version, *, title: str, org_name: str, crest: Crest | None = None) -> bytes:
    """Return a version as a PDF. Raises: NoPrinting."""
    document = minutes_sheet(version, title=title, org_name=org_name, crest=crest)
    with press():
        return await asyncio.to_thread(print_report, document)


def pdf_path(meeting_id: str, version: int) -> str:
    """Return where the PDF of a version is kept."""
    return f"minutes/{meeting_id}/{version}.pdf"


async def keep_pdf(storage: Storage, version: Version, pdf: bytes) -> None:
    """Keep the PDF of a version. Precondition: inside the transaction that publishes it, before its end."""
    await asyncio.to_thread(storage.put, pdf_path(version.meeting_id, version.number), pdf)


async def published_pdf(storage: Storage, version: Version) -> bytes:
    """Return the PDF of a published version. Raises: NotFound, DamagedMinutes."""
    if version.publication is None:
        raise NotFound
    pdf = await asyncio.to_thread(storage.get, pdf_path(version.meeting_id, version.number))
    if pdf is None or hashlib.sha256(pdf).hexdigest() != version.publication.pdf_sha256:
        raise DamagedMinutes
    return pdf
