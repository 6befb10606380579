"""What the console shows of the hall's questions and speakers, read in the same snapshot as the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from backend.kit.db import JsonDict
from backend.kit.uow import UnitOfWork
from backend.meetings.actions.questions import USUAL_ANSWER_TIME
from backend.meetings.floor import Floor, SpeakersList, floor_of, seconds_by_group, speakers_of
from backend.meetings.queries import answers_of, queue_of
from backend.meetings.types import QuestionState

_WAITING = frozenset({"on_stage", "queued", "submitted", "visible", "held"})


@dataclass(frozen=True, slots=True)
class FloorDesk:
    """How the hall may speak, who speaks, what is still owed in writing."""

    floor: Floor
    speakers: SpeakersList
    by_group: dict[str, int]
    owed: int
    usual_due: date
    left_s: int
    turn_ends: str | None


async def floor_desk(reader: UnitOfWork, meeting_id: str) -> FloorDesk:
    """Read what the hall says."""
    floor = await floor_of(reader.session, meeting_id)
    speakers = await speakers_of(reader.session, meeting_id, floor.order_rule)
    turns = [*speakers.spoken, *([speakers.now] if speakers.now else [])]
    clock = speakers.now.clock if speakers.now else None
    ends = clock.ends_at if clock else None
    answers = await answers_of(reader.session, meeting_id)
    return FloorDesk(
        floor=floor,
        speakers=speakers,
        by_group=seconds_by_group(turns, reader.now),
        owed=sum(each.state is QuestionState.DEFERRED for each in answers),
        usual_due=(reader.now + USUAL_ANSWER_TIME).date(),
        left_s=clock.left_s(reader.now) if clock else 0,
        turn_ends=ends.isoformat() if ends else None,
    )


async def waiting_questions(reader: UnitOfWork, meeting_id: str, told: Sequence[JsonDict]) -> tuple[JsonDict, ...]:
    """Return what waits, in wire form: on stage, then the queue, new ones, the most supported, held ones."""
    queue = {question.id: place for place, question in enumerate(await queue_of(reader.session, meeting_id))}

    def rank(question: JsonDict) -> tuple[int, int, int]:
        state = QuestionState(question["state"])
        order = (QuestionState.ON_STAGE, QuestionState.QUEUED, QuestionState.SUBMITTED, QuestionState.VISIBLE)
        first = order.index(state) if state in order else len(order)
        return first, queue.get(question["id"], 0), -int(question["votes"])

    return tuple(sorted((each for each in told if each["state"] in _WAITING), key=rank))
