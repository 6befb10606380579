"""Seed: a meeting that runs right now, with an open question and cards nobody has used yet."""

from __future__ import annotations

from datetime import datetime, timedelta

from backend.accounts.models import Organisation
from backend.cards.actions import DEFAULT_PACK_SIZE, make_cards, open_pack
from backend.cards.codes import grouped
from backend.cards.types import CardKind
from backend.demo.evening import new_poll
from backend.demo.story import Story
from backend.meetings.actions.agenda import NewItem, next_item
from backend.meetings.actions.meeting import NewMeeting, create_meeting, transition_meeting
from backend.meetings.actions.questions import NewQuestion, ask_question, move_question
from backend.meetings.queries import agenda_of
from backend.meetings.types import Assembly, MeetingState, QuestionState
from backend.polls.actions import create_poll
from backend.polls.types import PollState
from backend.runtime import Runtime

VOTING_CARDS = 200
GUEST_CARDS = 10
CARDS_FILE = "demo-cards.txt"
QUESTIONS = (
    "Wo parken die Kunden der Apotheke während der Bauzeit?",
    "Bleibt der Wochenmarkt in der Innenstadt?",
    "Was wird aus dem Brunnengitter?",
)
AGENDA = (
    ("1", {"de": "Begrüßung und Ablauf, Probeabstimmung", "en": "Welcome and programme, trial vote"}, 10),
    ("2", {"de": "Stand der Planung Marktplatz", "en": "Where the plans for the market square stand"}, 20),
    ("3", {"de": "Fragen und Wortmeldungen", "en": "Questions and statements"}, 35),
    ("4", {"de": "Abstimmungen", "en": "Votes"}, 25),
    ("5", {"de": "Was passiert als Nächstes?", "en": "What happens next?"}, 15),
)
VOTING_ITEM = "4"


async def seed_tonight(rt: Runtime, story: Story, *, organisation: Organisation, today: datetime) -> str:
    """Start tonight's meeting; the codes of its cards go to a file of the demo. Returns the meeting's id."""
    sources = story.case("case-marktplatz")["meeting"]
    async with rt.work.write() as uow:
        meeting = await create_meeting(uow, _meeting(sources["consultative_notice"], today), org_id=organisation.id)
        items = {item.number: item.id for item in await agenda_of(uow.session, meeting.id)}
        polls = [
            await create_poll(
                uow,
                new_poll(source, items[VOTING_ITEM]),
                org_id=organisation.id,
                meeting_id=meeting.id,
                n_min=organisation.n_min,
            )
            for source in sources["polls"]
        ]
        packs = await make_cards(
            uow,
            rt.keyring,
            org_id=organisation.id,
            meeting_id=meeting.id,
            wanted={CardKind.VOTING: VOTING_CARDS, CardKind.GUEST: GUEST_CARDS},
            pack_size=DEFAULT_PACK_SIZE,
        )
        for pack in packs:
            await open_pack(uow, pack.id)
        for state in (MeetingState.PUBLISHED, MeetingState.CHECKIN, MeetingState.RUNNING):
            await transition_meeting(uow, meeting.id, state, version=meeting.version)
        while meeting.active_item_id != items[VOTING_ITEM]:
            await next_item(uow, meeting.id, version=meeting.version)
        for text in QUESTIONS:
            question = await ask_question(uow, meeting.id, NewQuestion(text, "phone"))
            await move_question(uow, question.id, QuestionState.VISIBLE)
        for poll in polls:
            ready = await rt.lifecycle.transition(uow, poll.id, PollState.READY, version=poll.version)
            if poll is polls[0]:
                await rt.lifecycle.transition(uow, poll.id, PollState.OPEN, version=ready.version)
    lines = [f"{card.kind.value} {grouped(card.code)}" for pack in packs for card in pack.cards]
    rt.storage.put(CARDS_FILE, "\n".join([meeting.id, *lines]).encode())
    return meeting.id


def _meeting(notice: dict[str, str], today: datetime) -> NewMeeting:
    return NewMeeting(
        title={
            "de": "Bürgerversammlung Nordstadt",
            "ls": "Bürger-Versammlung Nord-Stadt",
            "en": "Citizens' assembly Nordstadt",
        },
        notice=notice,
        starts_at=today - timedelta(minutes=50),
        ends_at=today + timedelta(minutes=90),
        assembly_type=Assembly.BUERGERVERSAMMLUNG,
        place_id="place-stadthalle",
        treat_by=(today + timedelta(days=91)).date(),
        agenda=[NewItem(number, title, minutes) for number, title, minutes in AGENDA],
    )
