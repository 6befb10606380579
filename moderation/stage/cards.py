"""Cards on paper: draw them and print them in one go, because their codes exist only in that PDF.

Guarantees: whether the texts fit is tried with a sample before a card is drawn, so no pack is drawn that cannot be
printed. Nothing of a code is kept or logged.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace

from babel.dates import format_date

from backend.accounts.queries import org_by_id
from backend.cards.actions import make_cards
from backend.cards.types import CardKind
from backend.kit.errors import Invalid
from backend.kit.uow import UnitOfWork
from backend.meetings.queries import Meeting, get_meeting
from backend.paper.press import press
from backend.runtime import Runtime
from moderation.stage.drafting import HALL_ZONE
from printables.cards import print_cards
from printables.types import CardDocument, CardSpec, DocumentError

MAX_PRINTED = 2_000  # per run and kind; more than any hall, and a PDF a printer takes
SAMPLE = "0000-0000-0000-0"


async def draw_and_print(rt: Runtime, meeting_id: str, *, voting: int, guest: int, pack_size: int) -> bytes:
    """Return the PDF of freshly drawn cards.

    Raises: NotFound, NoPrinting, Invalid when the texts do not fit on a card.
    """
    async with rt.work.read() as reader:
        meeting = await get_meeting(reader.session, meeting_id)
        document = await _document(reader, meeting, rt.settings.public_url)
    sample = (CardSpec(SAMPLE), CardSpec(SAMPLE, guest=True))
    try:
        with press():
            await asyncio.to_thread(print_cards, replace(document, cards=sample))
    except DocumentError as error:
        raise Invalid("Titel und Hinweis sind zu lang für eine Karte. Bitte kürzen Sie sie.") from error
    async with rt.work.write() as uow:
        packs = await make_cards(
            uow,
            rt.keyring,
            org_id=meeting.org_id,
            meeting_id=meeting_id,
            wanted={CardKind.VOTING: voting, CardKind.GUEST: guest},
            pack_size=pack_size,
        )
    cards = [CardSpec(card.code, guest=card.kind is CardKind.GUEST) for pack in packs for card in pack.cards]
    return await asyncio.to_thread(print_cards, replace(document, cards=tuple(cards)))


async def _document(reader: UnitOfWork, meeting: Meeting, public_url: str) -> CardDocument:
    org = await org_by_id(reader.session, meeting.org_id)
    return CardDocument(
        meeting_title=meeting.title.get("de", ""),
        org_name=org.name,
        date_text=format_date(meeting.starts_at.astimezone(HALL_ZONE).date(), "long", locale="de_DE"),
        notice=meeting.notice.get("de", ""),
        card_url=f"{public_url.rstrip('/')}/s",
        cards=(CardSpec(SAMPLE),),
    )
