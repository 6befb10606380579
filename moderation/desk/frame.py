"""What every page of the paper desk needs: the meeting, its questions on paper, what waits for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from litestar import Request, Response
from litestar.di import Provide

from backend.accounts.queries import Org, org_by_slug
from backend.accounts.types import Principal, Right
from backend.kit.errors import DomainError, NotFound
from backend.kit.uow import UnitOfWork
from backend.meetings.queries import Meeting, get_meeting
from backend.minutes.queries import WRITTEN_IN
from backend.paper.queries import WaitingSheet, waiting_sheets
from backend.polls.queries import Poll, polls_of
from backend.polls.types import Channel, PollState
from backend.runtime import Runtime
from backend.web.flash import Flash, Tone
from backend.web.frame import org_view
from backend.web.rendering import page, translator_of
from moderation.desk.words import words_in

AnyRequest = Request[Any, Any, Any]
BASE = "/verwaltung/{org:str}/tisch/{meeting_id:str}"
HIDDEN = frozenset({PollState.DRAFT, PollState.CANCELLED})


@dataclass(frozen=True, slots=True)
class Question:
    """A poll with its number of the evening."""

    number: int
    poll: Poll

    @property
    def text(self) -> Mapping[str, str]:
        """Return what is asked, per language."""
        return self.poll.question

    @property
    def is_open(self) -> bool:
        """Tell whether people are voting on it just now."""
        return self.poll.state in {PollState.OPEN, PollState.CLOSING}


@dataclass(frozen=True, slots=True)
class Desk:
    """The paper desk of one meeting as a signed-in person sees it."""

    owner: Org
    meeting: Meeting
    all_questions: tuple[Question, ...]
    waiting: tuple[WaitingSheet, ...]
    may_count: bool
    may_see_record: bool
    may_issue: bool
    may_write_minutes: bool

    @property
    def base(self) -> str:
        """Return where the desk's pages begin."""
        return f"/verwaltung/{self.owner.slug}/tisch/{self.meeting.id}"

    @property
    def questions(self) -> tuple[Question, ...]:
        """Return the questions that can be answered on paper."""
        return tuple(each for each in self.all_questions if Channel.PAPER in each.poll.definition.channels)

    def any_question(self, poll_id: str) -> Question:
        """Return one question of this meeting, on paper or not. Raises: NotFound."""
        for question in self.all_questions:
            if question.poll.id == poll_id:
                return question
        raise NotFound

    def question(self, poll_id: str) -> Question:
        """Return one question that can be answered on paper. Raises: NotFound."""
        for question in self.questions:
            if question.poll.id == poll_id:
                return question
        raise NotFound


async def desk_of(org: str, meeting_id: str, rt: Runtime, principal: Principal) -> Desk:
    """Return the desk of a meeting of this organisation, for every handler of the desk. Raises: NotFound."""
    async with rt.work.read() as reader:
        return await _desk(reader, principal, org=org, meeting_id=meeting_id)


def desk_page(
    request: AnyRequest,
    desk: Desk,
    tab: str,
    template: str,
    *,
    status_code: int = 200,
    message: Flash | None = None,
    **context: object,
) -> Response[str]:
    """Render a page of the desk; `tab` is the entry of its menu that is current."""
    words = words_in(translator_of(request).gettext)
    frame: dict[str, object] = {"org": org_view(desk.owner), "desk": desk, "tab": tab, "words": words}
    if message is not None:
        frame["flash"] = (message,)
    return page(request, f"staff/desk/{template}.html", status_code=status_code, **frame | context)


def refusal(refused: DomainError) -> Flash:
    """Return a refusal as a message for the next page."""
    is_same = refused.detail == refused.title
    return Flash(f"{refused.title}." if is_same else f"{refused.title}. {refused.detail}", Tone.BAD)


async def _desk(reader: UnitOfWork, principal: Principal, *, org: str, meeting_id: str) -> Desk:
    owner = await org_by_slug(reader.session, org)
    meeting = await get_meeting(reader.session, meeting_id)
    if meeting.org_id != owner.id:
        raise NotFound
    polls = [poll for poll in await polls_of(reader.session, meeting_id) if poll.state not in HIDDEN]
    numbered = [Question(number, poll) for number, poll in enumerate(polls, start=1)]
    return Desk(
        owner=owner,
        meeting=meeting,
        all_questions=tuple(numbered),
        waiting=tuple(await waiting_sheets(reader.session, [poll.id for poll in polls])),
        may_count=principal.may(Right.COUNT_PAPER, owner.id),
        may_see_record=principal.may(Right.SEE_COUNT_RECORD, owner.id),
        may_issue=principal.may(Right.ISSUE_CARDS, owner.id),
        may_write_minutes=meeting.state in WRITTEN_IN and principal.may(Right.WRITE_MINUTES, owner.id),
    )


DESK_OF = {"desk": Provide(desk_of)}
