"""What the actions refuse at their edges: sizes, unknown ids, steps out of turn."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest

from backend.consultations import limits
from backend.consultations.actions.annotate import mark_duplicate, translate
from backend.consultations.actions.complain import answer_notice, complain, decide_complaint, give_notice
from backend.consultations.actions.edit_consultation import create_consultation
from backend.consultations.actions.moderate import assign
from backend.consultations.actions.publish_consultation import close_consultation
from backend.consultations.actions.record_input import correct_transcription, record_input
from backend.consultations.actions.respond import answer_officially
from backend.consultations.actions.submit_contribution import submit_contribution
from backend.consultations.actions.topics import assign_inputs, create_topic
from backend.consultations.drafts import ConsultationDraft, Intake, ModerationOrder, NewContribution
from backend.consultations.errors import (
    AlreadyDone,
    InvalidTransition,
    TextMissing,
    TextTooLong,
    UnknownConsultation,
    UnknownContribution,
)
from backend.consultations.references import keep_ref
from backend.consultations.types import Channel, ComplaintState, ModerationMode, NoticeReason, Outcome, Phase, PhaseType
from backend.kit.errors import Invalid, NotFound
from backend.kit.uow import UnitOfWork
from tests.integration.consultation_setup import KATRIN, MENTOR, ORG, SLUG, add_town, draft

FEBRUARY = datetime(2027, 2, 17, tzinfo=UTC)
ORDER = ModerationOrder(Outcome.REJECT, 3, "Grund")
LONG = "x" * (limits.LETTER_CHARS + 1)
Case = tuple[type[Exception], Callable[[UnitOfWork, str, str], Awaitable[object]]]


async def told(uow: UnitOfWork) -> tuple[str, str, str]:
    """Set up a town with one public contribution; return its ids and its receipt code."""
    town = await add_town(uow, moderation=ModerationMode.POST)
    accepted = await submit_contribution(uow, town.consultation_id, new=NewContribution("Mehr Bäume"))
    return town.consultation_id, accepted.ref, accepted.receipt_code


REFUSED: dict[str, Case] = {
    "notice too long": (TextTooLong, lambda uow, _c, ref: give_notice(uow, ref, reason=NoticeReason.OTHER, text=LONG)),
    "notice of nothing": (NotFound, lambda uow, _c, _r: answer_notice(uow, "x", answer="Ja", by=KATRIN)),
    "complaint of nothing": (
        NotFound,
        lambda uow, _c, _r: decide_complaint(uow, "x", verdict=ComplaintState.UPHELD, order=ORDER, by=KATRIN),
    ),
    "translation too long": (Invalid, lambda uow, _c, ref: translate(uow, ref, translation=LONG)),
    "duplicate of nothing": (UnknownContribution, lambda uow, _c, ref: mark_duplicate(uow, ref, of="MP27-999")),
    "answer without office": (
        Invalid,
        lambda uow, _c, ref: answer_officially(uow, ref, text="Ja", office=" ", by=KATRIN),
    ),
    "assigning nothing": (UnknownContribution, lambda uow, _c, _r: assign(uow, "MP27-999", to=KATRIN)),
    "correcting what was typed in": (
        AlreadyDone,
        lambda uow, _c, ref: correct_transcription(uow, ref, text="Ja", by=MENTOR),
    ),
    "strange reference": (Invalid, lambda uow, _c, _r: keep_ref(uow, "17")),
    "topic name too long": (Invalid, lambda uow, c, _r: create_topic(uow, c, title={"de": "x" * 200}, by=KATRIN)),
    "topic of nothing": (
        UnknownConsultation,
        lambda uow, _c, _r: create_topic(uow, "x", title={"de": "Ja"}, by=KATRIN),
    ),
    "unknown body": (
        Invalid,
        lambda uow, _c, _r: create_consultation(uow, ORG, draft=draft(deciding_body_id="niemand")),
    ),
    "letter from a long club": (
        Invalid,
        lambda uow, c, _r: record_input(
            uow,
            c,
            new=NewContribution("Ja", channel=Channel.LETTER),
            intake=Intake(received_at=FEBRUARY, recorded_by=MENTOR, organisation="x" * 200),
        ),
    ),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_refused(uow: UnitOfWork, name: str) -> None:
    error, attempt = REFUSED[name]
    consultation_id, ref, _ = await told(uow)
    with pytest.raises(error):
        await attempt(uow, consultation_id, ref)


@pytest.mark.parametrize(("text", "error"), [(" ", TextMissing), (LONG, TextTooLong), ("Doch!", InvalidTransition)])
async def test_complaint_needs_words_and_a_decision(uow: UnitOfWork, text: str, error: type[Exception]) -> None:
    _, _, code = await told(uow)
    with pytest.raises(error):
        await complain(uow, code, text=text)


async def test_draft_takes_nothing_and_cannot_end(uow: UnitOfWork) -> None:
    await told(uow)
    drafted = await create_consultation(uow, ORG, draft=draft(slug="entwurf"))
    card = NewContribution("Ja", channel=Channel.LETTER)
    with pytest.raises(UnknownConsultation):
        await submit_contribution(uow, drafted, new=NewContribution("Ja"))
    with pytest.raises(UnknownConsultation):
        await record_input(uow, drafted, new=card, intake=Intake(received_at=FEBRUARY, recorded_by=MENTOR))
    with pytest.raises(InvalidTransition):
        await close_consultation(uow, drafted, version=1)


async def test_corrections_have_limits_too(uow: UnitOfWork) -> None:
    consultation_id, _, _ = await told(uow)
    card = NewContribution("Ja", channel=Channel.LETTER)
    intake = Intake(received_at=FEBRUARY, recorded_by=MENTOR)
    ref = (await record_input(uow, consultation_id, new=card, intake=intake)).ref
    with pytest.raises(TextMissing):
        await correct_transcription(uow, ref, text=" ", by=KATRIN)
    with pytest.raises(TextTooLong):
        await correct_transcription(uow, ref, text=LONG, by=KATRIN)


async def test_imported_reference_pushes_the_counter_on(uow: UnitOfWork) -> None:
    consultation_id, _, _ = await told(uow)
    await submit_contribution(uow, consultation_id, new=NewContribution("Alt"), ref="MP27-040")
    fresh = await submit_contribution(uow, consultation_id, new=NewContribution("Neu"))
    assert fresh.ref == "MP27-041"


async def test_topic_takes_a_limited_number_at_once(uow: UnitOfWork) -> None:
    consultation_id, ref, _ = await told(uow)
    topic = await create_topic(uow, consultation_id, title={"de": "Bäume"}, by=KATRIN)
    with pytest.raises(Invalid):
        await assign_inputs(uow, topic, add=[ref] * (limits.TOPIC_INPUTS + 1), by=KATRIN)


@pytest.mark.parametrize(
    "fields",
    [
        {"title": {"de": " "}},
        {"title": {"de": "x" * 161}},
        {"title": {"de": "Ja"}, "fixed": [{"de": "x"}] * (limits.POINTS + 1)},
        {"title": {"de": "Ja"}, "phases": [Phase(PhaseType.DONE, FEBRUARY.date(), FEBRUARY.date())] * 21},
    ],
)
def test_draft_refuses_sizes_nobody_reads(fields: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        ConsultationDraft(slug=SLUG, **fields)  # type: ignore[arg-type]
